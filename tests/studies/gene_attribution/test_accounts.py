"""Each account by itself, where its answer can be written down."""

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.stats import fisher_exact, spearmanr

from twinpurify.evaluation.probes.classification import ClassificationProbe
from twinpurify.studies.gene_attribution.agreement import rank_agreement
from twinpurify.studies.gene_attribution.class_score import ClassScore
from twinpurify.studies.gene_attribution.enrichment import over_representation
from twinpurify.studies.gene_attribution.integrated_gradients import integrated_gradients
from twinpurify.studies.gene_attribution.permutation import permutation_importance


def points(n=6, genes=5, seed=0):
    return torch.randn(n, genes, generator=torch.Generator().manual_seed(seed)).double()


def curved(x):
    return torch.tanh(x[:, 0] * x[:, 1]) + x[:, 2] ** 3


def test_the_shares_add_up_to_the_score():
    x, start = points(), points(1, seed=1)[0]
    found = integrated_gradients(curved, x, start, 64)
    torch.testing.assert_close(found.sum(dim=1), curved(x) - curved(start[None]))


def test_of_a_linear_score_they_are_weight_times_way():
    x, start, weights = points(), points(1, seed=1)[0], torch.arange(5).double()
    found = integrated_gradients(lambda p: p @ weights, x, start, 1)
    torch.testing.assert_close(found, (x - start) * weights)


def test_a_gene_that_does_not_count_has_no_share():
    found = integrated_gradients(curved, points(), torch.zeros(5).double(), 16)
    assert (found[:, 3:] == 0.0).all()
    assert (found[:, :3] != 0.0).all()


def test_they_are_the_integral_of_the_gradients():
    """Against a plain sum over many points."""
    x, start = points(2), torch.zeros(5).double()
    total = torch.zeros_like(x)
    for step in (np.arange(4000) + 0.5) / 4000:
        at = (start + float(step) * (x - start)).requires_grad_()
        total += torch.autograd.grad(curved(at).sum(), at)[0] / 4000
    expected = total * (x - start)
    found = integrated_gradients(curved, x, start, 32)
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_the_class_score_is_the_probe_s(n_classes):
    rng = np.random.default_rng(0)
    labels = np.array(list("abc"))[np.arange(60) % n_classes]
    values = rng.normal(size=(60, 4)) + (labels == "b")[:, None]
    probe = ClassificationProbe(np.random.default_rng(0)).fit(values, labels, np.arange(60))
    score = ClassScore(torch.nn.Identity(), probe)
    own = np.searchsorted(probe.classes_, labels)
    found = score(torch.tensor(values, dtype=torch.float32), torch.tensor(own)).detach().numpy()
    log_odds = np.log(probe.predict_proba(values) / probe.frequencies_)
    expected = log_odds[np.arange(60), own] - log_odds.mean(axis=1)
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_shuffling_costs_what_is_used():
    rng = np.random.default_rng(0)
    profiles = pd.DataFrame(rng.normal(size=(50, 3)), columns=list("xyz"))
    seen = profiles.copy()
    lost = permutation_importance(
        lambda p: -((p["x"] - seen["x"]) ** 2).to_numpy(), profiles, ["x", "y"], rng
    )
    assert lost.shape == (50, 2)
    assert lost[:, 0].mean() > 1.0
    assert (lost[:, 1] == 0.0).all()
    pd.testing.assert_frame_equal(profiles, seen)


def test_agreement_is_spearman_s():
    rng = np.random.default_rng(0)
    accounts = {name: rng.random((12, 30)) for name in ("a", "b", "c")}
    accounts["b"] += 2.0 * accounts["a"]
    found = rank_agreement(accounts, rng.multinomial(12, np.full(12, 1 / 12), 200).astype(float))
    assert [(pair["first"], pair["second"]) for pair in found] == [
        ("a", "b"),
        ("a", "c"),
        ("b", "c"),
    ]
    for pair in found:
        sides = [accounts[pair[side]].mean(axis=0) for side in ("first", "second")]
        assert pair["spearman"] == pytest.approx(spearmanr(*sides).statistic)
        assert pair["low"] < pair["high"]
    assert found[0]["low"] > 0.3


def test_an_account_that_ranks_nothing_agrees_with_nothing():
    (pair,) = rank_agreement({"a": np.ones((4, 5)), "b": np.eye(5)[:4]}, np.ones((3, 4)))
    assert np.isnan([pair["spearman"], pair["low"], pair["high"]]).all()


def test_over_representation_is_fisher_s_test():
    genes = [f"G{index}" for index in range(60)]
    importance = pd.Series(np.arange(60)[::-1], genes, dtype=float)
    importance["H"] = np.nan
    sets = pd.DataFrame({"source": "low", "target": [*genes[40:50], "absent", "H"]})
    sets = pd.concat([sets, pd.DataFrame({"source": "high", "target": genes[:8]})])
    found = over_representation(importance, sets, 10).set_index("source")
    assert found.loc["high", ["n_genes", "n_found"]].tolist() == [8, 8]
    assert found.loc["low", ["n_genes", "n_found"]].tolist() == [10, 0]
    table = [[8, 2], [0, 50]]
    assert found.loc["high", "p_value"] == pytest.approx(fisher_exact(table, "greater").pvalue)
    assert found.loc["low", "p_value"] == 1.0
    assert found.loc["high", "expected"] == pytest.approx(8 * 10 / 60)
    assert found.loc["high", "p_adjusted"] == pytest.approx(2 * found.loc["high", "p_value"])


def test_no_set_is_an_empty_table():
    importance = pd.Series([1.0, 2.0], ["G1", "G2"])
    nothing = pd.DataFrame({"source": ["s"], "target": ["absent"]})
    assert over_representation(importance, nothing, 1).empty
