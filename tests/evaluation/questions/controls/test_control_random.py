"""An embedding of random numbers."""

import numpy as np
import pytest

from tests.evaluation.stand_ins import Identity, Projection, embed, values
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.controls import control_random


def test_random_numbers_are_at_chance(cohort):
    answer = control_random.evaluate(embed(cohort))
    found = values(answer.measurements)
    assert set(found) == {
        ("control_random", metric, 1.0) for metric in ("balanced_accuracy", "macro_f1")
    }
    assert found["control_random", "balanced_accuracy", 1.0] == pytest.approx(1 / 3, abs=0.15)


def test_the_profiles_do_not_matter_and_the_number_of_dimensions_does(cohort):
    class Other(Identity):
        name = "other"

        def transform(self, X):
            return super().transform(X)[:, ::-1] ** 2

    one, same, narrower = (
        control_random.evaluate(embed(cohort, method)).measurements[0]
        for method in (Identity(), Other(), Projection())
    )
    np.testing.assert_array_equal(one.replicates, same.replicates)
    assert (one.replicates != narrower.replicates).any()


def test_without_subtypes_there_is_no_question(cohort):
    del cohort.obs["subtype"]
    with pytest.raises(UnanswerableError, match="subtype: no class"):
        control_random.evaluate(embed(cohort))
