"""Controls with a known answer."""

import pytest

from tests.evaluation.stand_ins import Identity, embed, values
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.controls import controls


def test_permuted_labels_are_at_chance(cohort):
    answer = controls.evaluate_permuted(embed(cohort))
    found = values(answer.measurements)
    assert found["control_permuted", "balanced_accuracy", 1.0] == pytest.approx(1 / 3, abs=0.12)
    assert ("control_permuted", "macro_f1", 1.0) in found
    replicates = answer.measurements[0].replicates
    assert replicates.min() < 1 / 3 < replicates.max()


def test_normals_are_told_from_tumours(cohort):
    found = values(controls.evaluate_normals(embed(cohort)).measurements)
    assert found["control_normals", "balanced_accuracy", 1.0] > 0.9


def test_an_embedding_without_information_does_not_tell_them(cohort):
    class Flat(Identity):
        name = "flat"

        def transform(self, X):
            return super().transform(X)[:, :2] * 0.0 + 1.0

    found = values(controls.evaluate_normals(embed(cohort, Flat())).measurements)
    assert found["control_normals", "balanced_accuracy", 1.0] == pytest.approx(0.5)


def test_too_few_normals_are_no_question(cohort):
    tumours = cohort.obs["tissue"] == "tumour"
    with pytest.raises(UnanswerableError, match=r"tissue: classes .* 'tumour' \(1 in all\)"):
        controls.evaluate_normals(embed(cohort[tumours].copy()))
