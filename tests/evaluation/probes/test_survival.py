"""Cox probe: against lifelines and a likelihood by hand, and what happens if nothing converges."""

import numpy as np
import pytest
from scipy.optimize import minimize

from twinpurify.errors import ModelError
from twinpurify.evaluation.probes import survival
from twinpurify.evaluation.probes.cox import partial_likelihood
from twinpurify.evaluation.probes.survival import PENALTIES, CoxProbe
from twinpurify.supervised.scaling import CommonStandardizer


def follow_up(n: int, n_features: int, effect: float = 1.0, seed: int = 0):
    rng = np.random.default_rng(seed)
    features = rng.normal(2.0, 3.0, (n, n_features))
    hazard = np.exp(effect * (features[:, 0] - 2.0) / 3.0)
    death, end = rng.exponential(1.0 / hazard), rng.uniform(0.2, 3.0, n)
    return features, np.minimum(death, end), (death < end).astype(float), np.arange(n).astype(str)


def probe(**changes) -> CoxProbe:
    return CoxProbe(np.random.default_rng(0), **changes)


def by_half_years(n: int, n_features: int):
    """Follow-up that is known to the half year: most events are tied."""
    features, time, event, patients = follow_up(n, n_features)
    return features, np.ceil(2.0 * time) / 2.0, event, patients


def slow_likelihood(risk, time, event, tied):
    """Event by event; ``tied`` says which share of the tied ones one event leaves at risk."""
    total = 0.0
    for moment in np.unique(time[event == 1.0]):
        dying = np.flatnonzero((time == moment) & (event == 1.0))
        at_risk, dead = np.exp(risk[time >= moment]).sum(), np.exp(risk[dying]).sum()
        for place, sample in enumerate(dying):
            total += risk[sample] - np.log(at_risk - tied(place, len(dying)) * dead)
    return total


def efron(place, n):
    return place / n


def breslow(place, n):
    return 0.0


@pytest.mark.parametrize("n_features", [8, 20])
def test_the_penalty_is_chosen_with_ties_after_efron_as_the_fit(n_features):
    features, time, event, patients = by_half_years(150, n_features)
    fitted = probe().fit(features, time, event, patients)
    scores = fitted.scaler_.transform(features) @ fitted.axes_
    folds = survival.patient_folds(patients, 3, np.random.default_rng(0), event)

    def chosen(tied):
        gains = []
        for penalty in PENALTIES:
            gain = 0.0
            for fold in range(3):
                kept = folds != fold
                model = survival.fit_cox_ridge(scores[kept], time[kept], event[kept], penalty)
                risk = scores @ model
                gain += slow_likelihood(risk, time, event, tied)
                gain -= slow_likelihood(risk[kept], time[kept], event[kept], tied)
            gains.append(gain)
        return PENALTIES[np.argmax(gains)]

    assert fitted.penalty_ == chosen(efron) != chosen(breslow)


@pytest.mark.parametrize("outcome", [follow_up, by_half_years])
def test_the_penalty_is_that_of_a_ridge_on_the_embedding(outcome):
    features, time, event, patients = outcome(150, 4)
    fitted = probe().fit(features, time, event, patients)
    values = (features - features.mean(axis=0)) / features.std(axis=0)

    def objective(coefficients):
        fit = partial_likelihood(values @ coefficients, time, event) / len(time)
        return 0.5 * fitted.penalty_ * (coefficients**2).sum() - fit

    expected = minimize(objective, np.zeros(4), tol=1e-10).x
    np.testing.assert_allclose(fitted.axes_ @ fitted.coefficients_, expected, atol=2e-3)


def test_wide_embeddings_are_reduced_to_components():
    features, time, event, patients = follow_up(60, 100)
    fitted = probe(n_components=10).fit(features, time, event, patients)
    assert fitted.axes_.shape == (100, 10)
    scores = fitted.scaler_.transform(features) @ fitted.axes_
    covariance = np.cov(scores.T, ddof=0)
    np.testing.assert_allclose(covariance - np.diag(np.diag(covariance)), 0.0, atol=1e-8)
    assert np.diag(covariance).mean() == pytest.approx(1.0)
    assert (np.diff(np.diag(covariance)) < 0).all()
    narrow = probe().fit(features[:, :5], time, event, patients)
    assert narrow.axes_.shape == (5, 5)


def test_a_weak_effect_asks_for_a_stronger_penalty():
    chosen = [probe().fit(*follow_up(200, 8, effect)).penalty_ for effect in (0.0, 1.5)]
    assert chosen[0] > chosen[1]


def failing(monkeypatch, works):
    """Let fits fail at the penalties for which they don't work."""
    original = survival.fit_cox_ridge

    def fit(scores, time, event, penalty, strata=None):
        found = original(scores, time, event, penalty, strata)
        return found if works(penalty, len(time)) else None

    monkeypatch.setattr(survival, "fit_cox_ridge", fit)


def test_a_fit_that_fails_falls_back_on_the_next_larger_penalty(monkeypatch):
    data = follow_up(200, 8, 1.5)
    chosen = probe().fit(*data).penalty_
    failing(monkeypatch, lambda penalty, n: n < 200 or penalty > chosen)
    larger = PENALTIES[list(PENALTIES).index(chosen) - 1]
    assert probe().fit(*data).penalty_ == larger


def test_no_convergence_at_any_penalty_is_an_error(monkeypatch):
    failing(monkeypatch, lambda penalty, n: False)
    with pytest.raises(ModelError, match=r"200 samples with \d+ events and 8 components converges"):
        probe().fit(*follow_up(200, 8))


def test_out_of_fold_risks_are_those_of_fits_on_the_other_folds():
    features, time, event, patients = follow_up(150, 4)
    fitted = probe().fit(features, time, event, patients)
    scores = fitted.scaler_.transform(features) @ fitted.axes_
    folds = survival.patient_folds(patients, 3, np.random.default_rng(0), event)
    for fold in range(3):
        kept = folds != fold
        model = survival.fit_cox_ridge(scores[kept], time[kept], event[kept], fitted.penalty_)
        np.testing.assert_allclose(fitted.out_of_fold_[~kept], scores[~kept] @ model)
    np.testing.assert_allclose(fitted.risk_, fitted.predict(features))


def test_on_noise_the_fit_praises_itself_and_the_out_of_fold_risk_does_not(monkeypatch):
    monkeypatch.setattr(survival, "PENALTIES", np.array([0.01]))
    features, time, event, patients = follow_up(150, 30, effect=0.0)
    fitted = probe().fit(features, time, event, patients)
    own = partial_likelihood(fitted.risk_, time, event)
    nothing = partial_likelihood(np.zeros(150), time, event)
    assert own > nothing > partial_likelihood(fitted.out_of_fold_, time, event)


def test_without_inner_fits_there_is_no_out_of_fold_risk(monkeypatch):
    failing(monkeypatch, lambda penalty, n: n == 200)
    fitted = probe().fit(*follow_up(200, 8))
    assert np.isnan(fitted.out_of_fold_).all()
    assert fitted.penalty_ == PENALTIES[0]


def test_strata_are_never_compared_with_each_other():
    features, time, event, patients = follow_up(200, 3)
    strata = np.arange(200) % 2
    later = time + 1000.0 * strata
    fitted = probe().fit(features, time, event, patients, strata)
    shifted = probe().fit(features, later, event, patients, strata)
    np.testing.assert_allclose(fitted.coefficients_, shifted.coefficients_)
    together = partial_likelihood(fitted.risk_, time, event, strata)
    apart = [
        partial_likelihood(*(x[strata == k] for x in (fitted.risk_, time, event))) for k in (0, 1)
    ]
    assert together == pytest.approx(sum(apart))


def test_the_scale_of_the_features_is_a_choice():
    features, time, event, patients = follow_up(120, 3)
    features[:, 1] *= 10.0
    fitted = probe(scaler=CommonStandardizer).fit(features, time, event, patients)
    expected = CommonStandardizer().fit(features).transform(features)
    risk = expected @ fitted.axes_ @ fitted.coefficients_
    np.testing.assert_allclose(fitted.predict(features), risk)
    plain = probe().fit(features, time, event, patients)
    assert not np.allclose(plain.predict(features), risk)
