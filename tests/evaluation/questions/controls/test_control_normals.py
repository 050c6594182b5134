"""Normals are told from tumours, unless the embedding holds nothing."""

import pytest

from tests.evaluation.stand_ins import Identity, embed, values
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.controls import control_normals


def test_normals_are_told_from_tumours(cohort):
    found = values(control_normals.evaluate(embed(cohort)).measurements)
    assert found["control_normals", "balanced_accuracy", 1.0] > 0.9


def test_an_embedding_without_information_does_not_tell_them(cohort):
    class Flat(Identity):
        name = "flat"

        def transform(self, X):
            return super().transform(X)[:, :2] * 0.0 + 1.0

    found = values(control_normals.evaluate(embed(cohort, Flat())).measurements)
    assert found["control_normals", "balanced_accuracy", 1.0] == pytest.approx(0.5)


def test_too_few_normals_are_no_question(cohort):
    tumours = cohort.obs["tissue"] == "tumour"
    with pytest.raises(UnanswerableError, match=r"tissue: classes .* 'tumour' \(1 in all\)"):
        control_normals.evaluate(embed(cohort[tumours].copy()))
