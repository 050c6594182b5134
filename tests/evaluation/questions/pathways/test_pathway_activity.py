"""Activities against slow, plain ones."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from twinpurify.evaluation.questions.pathways.pathway_activity import (
    activity_p_values,
    pathway_activity,
)

GENES = [f"G{index}" for index in range(20)]


@pytest.fixture
def profiles():
    values = np.random.default_rng(0).normal(size=(6, 20))
    return pd.DataFrame(values, columns=GENES, index=range(6))


SETS = pd.DataFrame(
    [("A", gene, weight) for gene, weight in zip(GENES[:5], (1, -2, 0.5, 3, 1), strict=True)]
    + [("B", gene, 1.0) for gene in GENES[3:10]],
    columns=["source", "target", "weight"],
)


def test_ulm_is_the_t_value_of_a_regression(profiles):
    found = pathway_activity(profiles, SETS, "ulm")
    assert found.index.equals(profiles.index)
    for source, part in SETS.groupby("source"):
        weights = part.set_index("target")["weight"].reindex(GENES, fill_value=0.0)
        for sample, values in profiles.iterrows():
            fit = stats.linregress(weights, values)
            assert found.loc[sample, source] == pytest.approx(fit.slope / fit.stderr)
    p_values = activity_p_values(found, len(GENES))
    fit = stats.linregress(
        SETS[SETS.source == "B"].set_index("target")["weight"].reindex(GENES, fill_value=0.0),
        profiles.loc[2],
    )
    assert p_values[2, 1] == pytest.approx(fit.pvalue)


def test_ulm_scores_a_profile_alone_as_among_others(profiles):
    alone = pathway_activity(profiles.iloc[[4]], SETS, "ulm")
    np.testing.assert_allclose(alone, pathway_activity(profiles, SETS, "ulm").iloc[[4]])


def test_gsva_ranks_what_is_high_above_what_is_low(profiles):
    profiles.loc[0, GENES[3:10]] += 4.0
    profiles.loc[1, GENES[3:10]] -= 4.0
    found = pathway_activity(profiles, SETS, "gsva")
    assert found["B"].idxmax() == 0
    assert found["B"].idxmin() == 1


def slow_gsva(profiles: pd.DataFrame, genes: list[str]) -> np.ndarray:
    """As Bioconductor's GSVA 1.50 has it: a gene counts by how far its rank is from the middle."""
    values = profiles.to_numpy()
    differences = (values[:, None] - values) / (values.std(axis=0, ddof=1) / 4.0)
    ranks = stats.rankdata(stats.norm.cdf(differences).mean(axis=1), axis=1)
    n, member = len(profiles.columns), profiles.columns.isin(genes)
    found = []
    for rank in ranks:
        order = np.argsort(-rank)
        inside = np.where(member, np.abs(n / 2.0 - rank), 0.0)[order]
        walk = inside.cumsum() / inside.sum() - (~member[order]).cumsum() / (~member).sum()
        found.append(max(walk.max(), 0.0) + min(walk.min(), 0.0))
    return np.array(found)


@pytest.mark.parametrize(("n_genes", "tolerance"), [(200, 5e-15), (201, 0.03)])
def test_gsva_is_that_of_bioconductor_to_the_documented_digits(n_genes, tolerance):
    """decoupler cuts distances from the middle to whole numbers; for an odd number they aren't."""
    genes = [f"G{index:03d}" for index in range(n_genes)]
    values = np.random.default_rng(0).normal(size=(40, n_genes))
    profiles = pd.DataFrame(values, columns=genes)
    sets = pd.DataFrame({"source": "A", "target": genes[:12], "weight": 1.0})
    found = pathway_activity(profiles, sets, "gsva")["A"]
    off = np.abs(found.to_numpy() - slow_gsva(profiles, genes[:12])).max()
    assert off <= tolerance
    assert (off > 1e-6) == (n_genes % 2 == 1)
