"""Learnt on the purest third, scored on the least pure."""

import numpy as np
import pytest

from tests.evaluation.stand_ins import embed, values
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.purity import purity_stratified


def test_the_subtype_holds_for_impure_tumours_but_less_well(cohort):
    found = values(purity_stratified.evaluate(embed(cohort, min_class_patients=5)).measurements)
    assert set(found) == {
        ("purity_stratified", "balanced_accuracy", 1.0),
        ("purity_stratified", "macro_f1", 1.0),
    }
    assert found["purity_stratified", "balanced_accuracy", 1.0] > 0.7


def test_fitted_and_scored_tumours_are_chosen_by_terciles_of_training(cohort, monkeypatch):
    seen = []

    def remember(held, *_):
        seen.append(held)
        return []

    monkeypatch.setattr(purity_stratified, "measure_held_out", remember)
    embedded = embed(cohort)
    purity_stratified.evaluate(embedded)
    purity = embedded.data.train_obs["purity_absolute"]
    lower, upper = purity.quantile([1 / 3, 2 / 3])
    (held,) = seen
    assert (held.obs["purity_absolute"][~held.scored] >= upper).all()
    assert (held.obs["purity_absolute"][held.scored] <= lower).all()
    assert (~held.scored).sum() == (purity >= upper).sum()


def test_terciles():
    purity = np.append(np.linspace(0.0, 1.0, 301), np.nan)
    assert purity_stratified.purity_terciles(purity) == pytest.approx((1 / 3, 2 / 3))


def test_too_few_purities_are_no_question():
    with pytest.raises(UnanswerableError, match="2 training tumours have a purity; at least 30"):
        purity_stratified.purity_terciles(np.array([0.1, 0.2, np.nan]))


def test_without_purity_there_is_no_question(cohort):
    cohort.obs = cohort.obs.drop(columns=["purity_absolute", "purity_cpe"])
    with pytest.raises(UnanswerableError, match="the sample sheet has no purity"):
        purity_stratified.evaluate(embed(cohort))
