"""Neighbours against those in the true profiles."""

import numpy as np
import pytest

from tests.evaluation.stand_ins import Identity, embed
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.dilution import true_neighbours


class Oracle(Identity):
    """Embeds a tumour as its true profile."""

    name = "oracle"

    def __init__(self, truth) -> None:
        self.truth = truth

    def transform(self, X):
        return ((self.truth - self.truth.mean()) / self.truth.std()).loc[X.index].to_numpy()


def overlap_by_loops(first, second, k):
    shares = []
    for i in range(len(first)):
        near = []
        for space in (first, second):
            distance = np.linalg.norm(space - space[i], axis=1)
            distance[i] = np.inf
            near.append(set(np.argsort(distance)[:k]))
        shares.append(len(near[0] & near[1]) / k)
    return shares


def test_overlap_against_loops():
    rng = np.random.default_rng(0)
    first = rng.normal(size=(40, 5))
    second = first[:, :3] + 0.5 * rng.normal(size=(40, 3))
    found = true_neighbours.neighbour_overlap(first, second, 7)
    assert found.tolist() == pytest.approx(overlap_by_loops(first, second, 7))


def test_the_truth_finds_more_than_the_diluted_profile(cohort, truth):
    (raw,) = true_neighbours.evaluate(embed(cohort, truth=truth)).measurements
    (oracle,) = true_neighbours.evaluate(embed(cohort, Oracle(truth), truth)).measurements
    assert (raw.task, raw.metric) == ("true_neighbours", "overlap10")
    assert raw.value < oracle.value
    assert oracle.value > 0.9


def test_the_metric_states_the_number_of_neighbours(cohort, truth):
    (measured,) = true_neighbours.evaluate(embed(cohort, truth=truth, n_neighbours=5)).measurements
    assert measured.metric == "overlap5"


def test_without_truth_there_is_no_question(cohort):
    with pytest.raises(UnanswerableError, match="true pure profiles of the tumours aren't known"):
        true_neighbours.evaluate(embed(cohort))


def test_too_few_true_profiles_are_no_question(cohort, truth):
    with pytest.raises(UnanswerableError, match="0 test tumours with a true profile; at least 20"):
        true_neighbours.evaluate(embed(cohort, truth=truth.iloc[:0]))
