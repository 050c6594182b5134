"""Permuted labels are at chance."""

import pytest

from tests.evaluation.stand_ins import embed, values
from twinpurify.evaluation.questions.controls import control_permuted


def test_permuted_labels_are_at_chance(cohort):
    answer = control_permuted.evaluate(embed(cohort))
    found = values(answer.measurements)
    assert found["control_permuted", "balanced_accuracy", 1.0] == pytest.approx(1 / 3, abs=0.12)
    assert ("control_permuted", "macro_f1", 1.0) in found
    replicates = answer.measurements[0].replicates
    assert replicates.min() < 1 / 3 < replicates.max()
