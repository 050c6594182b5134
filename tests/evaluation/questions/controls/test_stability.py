"""Stability over seeds: agreement of neighbours, and the spread of scores."""

import numpy as np
import pytest

from tests.evaluation.stand_ins import GENES, Projection, divide, embed, values
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.controls.stability import evaluate, mean_jaccard
from twinpurify.evaluation.questions.dilution import retrieval
from twinpurify.evaluation.questions.labels import subtype
from twinpurify.evaluation.splits.data import split_data
from twinpurify.evaluation.splits.refits import Variant
from twinpurify.representation.linear.linear_twin import LinearTwin


class Seeded(Projection):
    """Ignores its seed, or draws its axes by it."""

    name = "linear_twin"

    def __init__(self, seed: int = 0, moved: bool = True) -> None:
        self.seed, self.moved = seed, moved
        rng = np.random.default_rng(seed if moved else 0)
        self.axes = rng.normal(size=(len(GENES), 8))

    def get_params(self, deep: bool = False) -> dict:
        return {"seed": self.seed, "moved": self.moved}

    def set_params(self, **parameters) -> "Seeded":
        return Seeded(**self.get_params() | parameters)

    def fit(self, X, *, background) -> "Seeded":
        return self


def slow_jaccard(one, other, n):
    """Set by set."""
    shares = []
    for sample in range(len(one)):
        sets = []
        for space in (one, other):
            distance = np.linalg.norm(space - space[sample], axis=1)
            distance[sample] = np.inf
            sets.append(set(np.argsort(distance)[:n]))
        shares.append(len(sets[0] & sets[1]) / len(sets[0] | sets[1]))
    return np.array(shares)


def test_jaccard_is_that_of_sets_averaged_over_pairs():
    spaces = np.random.default_rng(0).normal(size=(3, 40, 5))
    pairs = [(0, 1), (0, 2), (1, 2)]
    expected = np.mean([slow_jaccard(spaces[a], spaces[b], 6) for a, b in pairs], axis=0)
    np.testing.assert_allclose(mean_jaccard(spaces, 6), expected)


def test_a_method_that_ignores_its_seed_is_wholly_stable(cohort):
    measurements = evaluate(embed(cohort, Seeded(moved=False))).measurements
    assert values(measurements) == {
        ("stability", "jaccard10", 1.0): 1.0,
        ("stability", "sd_subtype", 0.2): 0.0,
        ("stability", "sd_retrieval", 0.2): 0.0,
    }
    for measurement in measurements:
        # A class may be absent from a replicate.
        known = measurement.replicates[np.isfinite(measurement.replicates)]
        np.testing.assert_allclose(known, measurement.value, atol=1e-6)


def test_scores_spread_as_those_of_the_seeds(cohort):
    embedded = embed(cohort, Seeded(), n_neighbours=4, stability_seeds=3)
    found = evaluate(embedded).measurements
    assert 0.0 < found[0].value < 1.0
    assert found[0].metric == "jaccard4"
    seeds = [embedded, *(embedded.again(Variant(seed=seed)) for seed in (1, 2, 3))]
    for measurement, question, metric in (
        (found[1], subtype, "balanced_accuracy"),
        (found[2], retrieval, "top1_cosine"),
    ):
        scores = [
            next(
                m
                for m in question.evaluate(seed).measurements
                if (m.metric, m.fraction) == (metric, 0.2)
            )
            for seed in seeds
        ]
        assert measurement.value == pytest.approx(np.std([m.value for m in scores], ddof=1))
        replicates = np.std([m.replicates for m in scores], axis=0, ddof=1)
        np.testing.assert_allclose(measurement.replicates, replicates)
        assert measurement.replicates.dtype == np.float32


def test_a_real_method_is_fitted_from_each_seed(cohort):
    data = split_data(cohort, divide(cohort))
    method = LinearTwin(n_dimensions=4, n_views=2)
    method.fit(data.train_tumours, background=data.train_normals)
    jaccard = evaluate(embed(cohort, method, data=data)).measurements[0]
    assert 0.0 < jaccard.value < 1.0


def test_what_cannot_be_compared_is_skipped(cohort):
    answer = evaluate(embed(cohort, Seeded(), n_neighbours=60, fractions=[1.0]))
    assert [m.metric for m in answer.measurements] == ["sd_subtype"]
    reasons = [skip.reason for skip in answer.skipped]
    assert "at least 120 are needed to compare 60 neighbours" in reasons[0]
    assert "no diluted tumours" in reasons[1]


def test_a_method_without_a_seed_is_not_asked(cohort):
    with pytest.raises(UnanswerableError, match="projection has no seed"):
        evaluate(embed(cohort, Projection()))


def test_later_splits_are_left_out(cohort):
    answer = evaluate(embed(cohort, Seeded(), data=split_data(cohort, divide(cohort, 1))))
    assert not answer.measurements
    assert not answer.skipped
