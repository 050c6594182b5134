"""A method's own purity against published and true ones."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from tests.evaluation.stand_ins import Projection, embed, values
from twinpurify.errors import ModelError
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.purity import purity_estimate


def test_the_estimate_is_ranked_against_every_source_and_the_truth(cohort):
    embedded = embed(cohort, Projection())
    found = values(purity_estimate.evaluate(embedded).measurements)
    assert {task for task, _, _ in found} == {
        f"purity_estimate@{source}" for source in ("fraction", "absolute", "cpe", "truth")
    }
    obs = embedded.data.test_obs
    estimate = Projection().estimate_purity(embedded.data.test_tumours)
    known = obs["purity_absolute"].notna().to_numpy()
    expected = spearmanr(obs["purity_absolute"][known], estimate[known]).statistic
    assert found["purity_estimate@absolute", "spearman", 1.0] == pytest.approx(expected)
    assert expected > 0.8


def test_the_level_is_held_against_the_source_bin_by_bin(cohort):
    embedded = embed(cohort, Projection())
    found = values(purity_estimate.evaluate(embedded).measurements)
    truth = embedded.data.test_obs["true_purity"].to_numpy()
    estimate = Projection().estimate_purity(embedded.data.test_tumours)
    place = np.ceil(10 * estimate)
    gaps = [abs((estimate - truth)[place == step].sum()) for step in np.unique(place)]
    error = found["purity_estimate@truth", "level_error", 1.0]
    assert error == pytest.approx(sum(gaps) / len(truth))


def test_a_source_of_few_tumours_is_skipped(cohort):
    cohort.obs["purity_cpe"] = np.nan
    (skip,) = purity_estimate.evaluate(embed(cohort, Projection())).skipped
    assert skip == ("purity_estimate@cpe", "0 tumours have it; at least 10 are needed")


def test_a_method_without_an_estimate_is_not_asked(cohort):
    with pytest.raises(UnanswerableError, match="raw estimates no purity"):
        purity_estimate.evaluate(embed(cohort))


def test_without_purity_there_is_no_question(cohort):
    cohort.obs = cohort.obs.drop(columns=["purity_absolute", "purity_cpe", "true_purity"])
    answer = purity_estimate.evaluate(embed(cohort, Projection()))
    reason = "the sample sheet has no purity (definition key purity)"
    assert answer.skipped == [("purity_estimate", reason)]
    assert {m.task for m in answer.measurements} == {"purity_estimate@fraction"}


def test_the_estimate_is_ranked_against_the_mixing_fraction(cohort):
    embedded = embed(cohort, Projection())
    found = values(purity_estimate.evaluate(embedded).measurements)
    profiles = [embedded.data.test_tumours, *embedded.titration.mixes.values()]
    estimate = np.concatenate([Projection().estimate_purity(part) for part in profiles])
    fractions = np.repeat(embedded.fractions, len(profiles[0]))
    (score,) = [found[key] for key in found if key[0] == "purity_estimate@fraction"]
    assert score == pytest.approx(spearmanr(fractions, estimate).statistic)
    assert score > 0.7


def test_an_estimate_that_is_not_finite_is_refused(cohort):
    method = Projection()
    method.estimate_purity = lambda X: np.r_[np.nan, np.ones(len(X) - 1)]
    with pytest.raises(ModelError, match="values that aren't finite"):
        purity_estimate.evaluate(embed(cohort, method))


def test_a_method_that_could_not_learn_to_estimate_is_not_asked(cohort):
    method = Projection()
    method.estimate_purity = lambda X: np.full(len(X), np.nan)
    with pytest.raises(UnanswerableError, match="found no infiltrate to tell purity by"):
        purity_estimate.evaluate(embed(cohort, method))
