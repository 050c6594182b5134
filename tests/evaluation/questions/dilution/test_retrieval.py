"""Retrieval: hits, ties, and no help from the other queries."""

from dataclasses import replace

import numpy as np
import pytest

from tests.evaluation.stand_ins import Projection, embed, values
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.dilution import retrieval

METRICS = (retrieval.top1_cosine, retrieval.top1_euclidean)


@pytest.mark.parametrize("metric", METRICS)
def test_an_exact_copy_is_found(metric):
    database = np.random.default_rng(0).normal(size=(20, 4))
    assert metric(database, database, np.arange(20)).all()
    assert not metric(database, database, (np.arange(20) + 1) % 20).any()


@pytest.mark.parametrize("metric", METRICS)
def test_ties_are_misses(metric):
    database = np.random.default_rng(0).normal(size=(6, 4))
    database[5] = database[2]
    hits = metric(database, database, np.arange(6))
    assert hits.tolist() == [True, True, False, True, True, False]


@pytest.mark.parametrize("metric", METRICS)
def test_a_collapsed_embedding_finds_nobody(metric):
    assert not metric(np.zeros((5, 3)), np.zeros((5, 3)), np.arange(5)).any()


def test_the_length_matters_for_the_distance_alone():
    database, query = np.array([[1.0, 0.0], [3.0, 1.0]]), np.array([[3.0, 0.1]])
    assert retrieval.top1_cosine(query, database, np.array([0])).all()
    assert not retrieval.top1_euclidean(query, database, np.array([0])).any()


@pytest.mark.parametrize("metric", METRICS)
def test_a_query_alone_scores_as_in_a_batch(cohort, metric):
    embedded = embed(cohort, Projection())
    own = np.arange(len(embedded.test))
    for queries in (embedded.at_fraction(0.6), embedded.random_mixes):
        batch = metric(queries, embedded.test, own)
        alone = [metric(queries[i : i + 1], embedded.test, own[i : i + 1])[0] for i in own]
        assert batch.tolist() == alone
        assert 0 < batch.sum() < len(batch)


def test_a_stronger_dilution_is_found_less_often(cohort):
    answer = retrieval.evaluate(embed(cohort))
    found = values(answer.measurements)
    cosine = [found["retrieval", "top1_cosine", fraction] for fraction in (0.8, 0.6, 0.4, 0.2)]
    assert cosine == sorted(cosine, reverse=True) and cosine[0] > cosine[-1]
    assert {m.task for m in answer.measurements} == {"retrieval", "retrieval_random"}
    random = [m for m in answer.measurements if m.task == "retrieval_random"]
    assert len(random) == 2 and all(np.isnan(m.fraction) for m in random)
    assert len(answer.measurements) == 10


def test_without_mixes_there_is_nothing_to_retrieve(cohort):
    with pytest.raises(UnanswerableError, match="no diluted tumours"):
        retrieval.evaluate(embed(cohort, fractions=[1.0]))


def test_a_single_tumour_is_not_looked_up(cohort):
    data = embed(cohort).data
    single = replace(
        data,
        test_tumours=data.test_tumours.iloc[:1],
        test_obs=data.test_obs.iloc[:1],
    )
    with pytest.raises(UnanswerableError, match="1 test tumour; 2 are needed"):
        retrieval.evaluate(embed(cohort, data=single))
