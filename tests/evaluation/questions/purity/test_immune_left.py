"""Immune and stromal signals, and how much of them an embedding keeps."""

import numpy as np
import pandas as pd
import pytest

from tests.evaluation.pathways import SETS, split_of, with_contrasts
from tests.evaluation.stand_ins import GENES, Identity, embed, values
from twinpurify.evaluation.known_truths.immune_signals import (
    enrichment,
    expression_signals,
    sheet_signals,
)
from twinpurify.evaluation.known_truths.resources import Resources, no_gene_sets
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.purity import immune_left


class Subtypes(Identity):
    """An embedding of the genes of the subtypes alone."""

    name = "subtypes"

    def transform(self, X):
        return X[GENES[:12]].to_numpy(dtype=np.float32)


def slow_enrichment(profile: pd.Series, genes: list[str]) -> float:
    """The running sum, place by place."""
    ranks = profile.rank()
    ordered = ranks.sort_values(ascending=False, kind="stable")
    total = sum(ranks[gene] ** 0.25 for gene in genes)
    score = found = passed = 0.0
    for gene, rank in ordered.items():
        found += rank**0.25 / total if gene in genes else 0.0
        passed += 0.0 if gene in genes else 1.0 / (len(profile) - len(genes))
        score += found - passed
    return score


def test_enrichment_is_the_running_sum():
    rng = np.random.default_rng(0)
    profiles = pd.DataFrame(rng.normal(size=(4, 12)), columns=list("ABCDEFGHIJKL"))
    expected = [slow_enrichment(row, ["B", "F", "K"]) for _, row in profiles.iterrows()]
    np.testing.assert_allclose(enrichment(profiles, pd.Index(["B", "F", "K"])), expected)


def test_a_profile_is_scored_alone_as_among_others(cohort):
    profiles = split_of(cohort).test_tumours
    every = enrichment(profiles, pd.Index(GENES[25:]))
    assert enrichment(profiles.iloc[[3]], pd.Index(GENES[25:]))[0] == pytest.approx(every[3])


def test_signals_of_profiles_and_of_the_sheet(cohort):
    data = split_of(with_contrasts(cohort))
    signals, lacking = expression_signals(data.test_tumours, data.resources, 4)
    assert list(signals) == ["estimate_immune", "estimate_stromal", "mcp_t_cells"]
    assert not lacking
    markers = data.test_tumours[GENES[:4]].mean(axis=1)
    np.testing.assert_allclose(signals["mcp_t_cells"], markers, rtol=1e-6)
    (leukocyte,) = sheet_signals(data.test_obs).values()
    assert np.corrcoef(leukocyte, signals["estimate_immune"])[0, 1] > 0.5


def test_raw_expression_keeps_what_a_narrow_embedding_loses(cohort):
    data = split_of(with_contrasts(cohort))
    raw, narrow = (
        values(immune_left.evaluate(embed(cohort, method, data=data, min_set_genes=4)).measurements)
        for method in (Identity(), Subtypes())
    )
    assert {task for task, _, _ in raw} == {
        f"immune_left@{name}"
        for name in ("leukocyte", "estimate_immune", "estimate_stromal", "mcp_t_cells")
    }
    assert {metric for _, metric, _ in raw} == {"r2_linear", "r2_rbf"}
    immune = ("immune_left@estimate_immune", "r2_linear", 1.0)
    assert raw[immune] > narrow[immune] + 0.2
    assert narrow["immune_left@mcp_t_cells", "r2_linear", 1.0] > 0.95


def test_a_collection_that_is_absent_is_skipped_alone(cohort):
    data = split_of(cohort, SETS[SETS["collection"] == "estimate"])
    answer = immune_left.evaluate(embed(cohort, data=data, min_set_genes=4))
    assert [skip.task for skip in answer.skipped] == ["immune_left@mcp_counter"]
    assert len(answer.measurements) == 4


def test_without_any_signal_there_is_no_question(cohort):
    embedded = embed(cohort, data=split_of(cohort, no_gene_sets()))
    with pytest.raises(UnanswerableError, match=r"no signal \(definition key signals\), and there"):
        immune_left.evaluate(embedded)


def test_a_signal_of_few_patients_is_skipped(cohort):
    cohort.obs["signal_leukocyte"] = np.nan
    data = split_of(cohort, SETS[SETS["collection"] == "estimate"])
    answer = immune_left.evaluate(embed(cohort, data=data, min_set_genes=4))
    reason = dict(answer.skipped)["immune_left@leukocyte"]
    assert "0 patients to fit on and 0 to score have this signal" in reason


def test_genes_that_do_not_vary_are_no_markers():
    profiles = pd.DataFrame(np.random.default_rng(0).normal(size=(5, 6)), columns=list("ABCDEF"))
    sets = pd.DataFrame(
        {"collection": "mcp_counter", "source": "T", "target": list("ABC"), "weight": 1.0}
    )
    signals, lacking = expression_signals(profiles.assign(A=1.0), Resources(gene_sets=sets), 3)
    assert signals == {}
    assert set(lacking) == {"estimate", "mcp_counter"}
