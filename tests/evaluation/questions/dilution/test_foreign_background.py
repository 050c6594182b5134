"""Tissue that no method was trained on: an embedding that ignores it, and one that doesn't."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.evaluation.stand_ins import GENES, Projection, divide, embed, values
from twinpurify.evaluation.known_truths.resources import Resources
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.dilution import foreign_background
from twinpurify.evaluation.splits.data import split_data

FIRST, LAST = GENES[:12], GENES[12:]


class FirstGenes:
    """An embedding of some of the genes alone."""

    name = "first_genes"

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        linear = 2.0 ** X[FIRST].to_numpy() - 1.0
        return np.log(linear / linear.sum(axis=1, keepdims=True) + 1e-9).astype(np.float32)


@pytest.fixture
def tissue():
    """Tissue that expresses none of the first genes and much of the last ones."""
    profiles = np.random.default_rng(3).uniform(7.0, 9.0, (8, len(GENES)))
    profiles[:, : len(FIRST)] = 0.0
    return pd.DataFrame(profiles.astype(np.float32), columns=GENES)


def ask(cohort, method, foreign, **changes):
    data = split_data(cohort, divide(cohort), Resources(foreign=foreign))
    return foreign_background.evaluate(embed(cohort, method, data=data, **changes))


def test_an_embedding_that_ignores_the_tissue_finds_every_tumour(cohort, tissue):
    found = values(ask(cohort, FirstGenes(), {"lymphoid": tissue}).measurements)
    assert found["retrieval@foreign", "top1_euclidean", 0.2] == 1.0
    raw = values(ask(cohort, None, {"lymphoid": tissue}).measurements)
    assert raw["retrieval@foreign", "top1_euclidean", 0.2] < 0.2
    assert found["subtype@foreign", "balanced_accuracy", 0.2] > 0.9


def test_the_fraction_is_read_from_what_shows_the_tissue(cohort, tissue):
    def r2(method):
        answer = ask(cohort, method, {"lymphoid": tissue})
        return {m.metric: m.value for m in answer.measurements if m.task == "purity_left@foreign"}

    assert r2(None)["r2_linear"] > 0.8
    assert r2(FirstGenes())["r2_linear"] < 0.1


def test_the_purity_estimate_is_ranked_against_the_fraction(cohort, tissue):
    answer = ask(cohort, Projection(), {"lymphoid": tissue})
    (score,) = [m for m in answer.measurements if m.task == "purity_estimate@foreign"]
    assert score.metric == "spearman" and np.isnan(score.fraction)
    skipped = ask(cohort, None, {"lymphoid": tissue}).skipped
    assert skipped == [("purity_estimate@foreign", "raw estimates no purity")]


def test_every_cohort_but_the_first_is_named_in_the_task(cohort, tissue):
    answer = ask(cohort, None, {"lymphoid": tissue, "lung": tissue})
    assert {m.task for m in answer.measurements} == {
        f"{task}@{detail}"
        for task in ("retrieval", "subtype", "purity_left")
        for detail in ("foreign", "foreign_lung")
    }


def test_tissue_with_few_of_the_genes_is_left_out(cohort, tissue):
    answer = ask(cohort, None, {"lymphoid": tissue[GENES[:7]], "lung": tissue})
    reason = "lymphoid has 7 of the 30 genes; at least 25% are needed to dilute with it"
    assert [skip for skip in answer.skipped if skip.task == "retrieval@foreign"] == [
        ("retrieval@foreign", f"{reason} (setting foreign)")
    ]
    assert {m.task.partition("@")[2] for m in answer.measurements} == {"foreign_lung"}


def test_without_subtypes_the_other_questions_remain(cohort, tissue):
    cohort.obs["subtype"] = None
    answer = ask(cohort, None, {"lymphoid": tissue})
    assert "subtype@foreign" in {skip.task for skip in answer.skipped}
    assert "retrieval@foreign" in {m.task for m in answer.measurements}


def test_what_cannot_be_asked_says_why(cohort, tissue):
    with pytest.raises(UnanswerableError, match="no cohort is named whose tissue"):
        ask(cohort, None, {})
    with pytest.raises(UnanswerableError, match=r"fractions holds 1\.0 alone"):
        ask(cohort, None, {"lymphoid": tissue}, fractions=[1.0])
    single = split_data(cohort, divide(cohort), Resources(foreign={"lymphoid": tissue}))
    single = replace(
        single, test_tumours=single.test_tumours.iloc[:1], test_obs=single.test_obs.iloc[:1]
    )
    with pytest.raises(UnanswerableError, match="1 test tumour; 2 are needed"):
        foreign_background.evaluate(embed(cohort, data=single))
