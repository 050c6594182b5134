"""Attention, tokens, panels and the network against slow, plain computations of the same."""

import math

import numpy as np
import pytest
import torch

from twinpurify.representation.linear.factor_model import factor_scores
from twinpurify.representation.masked_transformer.attention import Attention, Block
from twinpurify.representation.masked_transformer.gains import fit_gains
from twinpurify.representation.masked_transformer.loss import restoration_loss
from twinpurify.representation.masked_transformer.network import MaskedNetwork, Sizes
from twinpurify.representation.masked_transformer.panels import draw_panels, hidden_genes
from twinpurify.representation.masked_transformer.tokens import GeneTokens

N_GENES, N_FACTORS, WIDTH = 20, 3, 8
SIZES = Sizes(
    n_genes=N_GENES,
    n_factors=N_FACTORS,
    n_dimensions=5,
    width=WIDTH,
    n_heads=2,
    n_tokens=6,
    n_latents=2,
    n_layers=1,
    n_latent_layers=1,
    n_bins=None,
)


def drawn(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def network() -> MaskedNetwork:
    made = MaskedNetwork(SIZES, torch.Generator().manual_seed(1))
    made.set_factors(0.5 * drawn(N_GENES, N_FACTORS), 0.1 + drawn(N_GENES, seed=1).square())
    with torch.no_grad():
        made.decoder.weight.copy_(0.1 * drawn(N_GENES, 5, seed=2))
    return made


# --- Attention


def test_attention_is_the_weighted_mean_of_the_values():
    attention = Attention(WIDTH, 2, torch.Generator().manual_seed(0))
    tokens, context = drawn(3, 4, WIDTH), drawn(3, 7, WIDTH, seed=1)
    queries = tokens @ attention.queries.weight.T
    keys, values = (context @ attention.keys_values.weight.T).split(WIDTH, dim=-1)
    heads = []
    for columns in (slice(0, 4), slice(4, 8)):
        likeness = queries[..., columns] @ keys[..., columns].transpose(1, 2) / math.sqrt(4)
        heads.append(likeness.softmax(dim=-1) @ values[..., columns])
    expected = torch.cat(heads, dim=-1) @ attention.output.weight.T
    torch.testing.assert_close(attention(tokens, context), expected)


def test_weights_of_attention_sum_to_one_and_follow_likeness():
    attention = Attention(4, 1, torch.Generator().manual_seed(0))
    with torch.no_grad():
        attention.queries.weight.copy_(torch.eye(4))
        attention.keys_values.weight[:4].copy_(50 * torch.eye(4))
    tokens = torch.eye(4).unsqueeze(0)
    weights = attention.weights(tokens, tokens)
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(1, 4))
    torch.testing.assert_close(weights[0], torch.eye(4), atol=1e-3, rtol=0)


def test_a_block_does_not_care_for_the_order_of_its_tokens():
    block, tokens = Block(WIDTH, 2, torch.Generator().manual_seed(0)), drawn(2, 5, WIDTH)
    order = torch.tensor([3, 0, 4, 1, 2])
    torch.testing.assert_close(block(tokens)[:, order], block(tokens[:, order]))


# --- Tokens


def test_a_continuous_token_is_gene_level_and_residual():
    tokens = GeneTokens(N_GENES, WIDTH, None, torch.Generator().manual_seed(0))
    genes = torch.tensor([[2, 7], [7, 3]])
    values, expected = drawn(4, 2), drawn(4, 2, seed=1)
    values[1, 0] = torch.nan
    found = tokens(values, expected, genes)
    for sample in range(4):
        for place, gene in enumerate(genes[sample // 2].tolist()):
            value, residual = values[sample, place], values[sample, place] - expected[sample, place]
            level = value * tokens.level[gene] + residual * tokens.residual[gene]
            level = tokens.missing[0] if value.isnan() else level
            torch.testing.assert_close(found[sample, place], tokens.gene[gene] + level)


def test_a_level_token_depends_on_the_bin_alone():
    edges = torch.tensor([-1.0, 0.0, 1.0])
    tokens = GeneTokens(N_GENES, WIDTH, edges, torch.Generator().manual_seed(0))
    values = torch.tensor([[0.2], [0.8], [1.2]])
    found = tokens(values, values, torch.tensor([[4]]))
    torch.testing.assert_close(found[0], found[1])
    assert not torch.allclose(found[1], found[2])


# --- Panels


def test_panels_are_orders_of_all_genes_and_sizes_even_on_a_logarithmic_scale():
    generator = torch.Generator().manual_seed(0)
    sizes = []
    for _ in range(2000):
        order, n_observed = draw_panels(2, N_GENES, 2, 16, generator)
        sizes.append(n_observed)
    assert order.sort(dim=1).values.tolist() == [list(range(N_GENES))] * 2
    assert min(sizes) == 2 and max(sizes) == 16
    logarithms = np.log2(sizes)
    assert np.mean(logarithms < 2.0) == pytest.approx(1 / 3, abs=0.12)
    assert logarithms.mean() == pytest.approx(2.5, abs=0.1)


def test_one_gene_at_least_is_left_to_restore():
    _, n_observed = draw_panels(1, 5, 32, 400, torch.Generator().manual_seed(0))
    assert n_observed == 4


def test_hidden_genes_are_those_behind_the_observed():
    order = torch.tensor([[3, 0, 2, 1]])
    assert hidden_genes(order, 3).tolist() == [[0.0, 1.0, 0.0, 0.0]]


# --- The network


def test_scores_are_those_of_the_factor_model(network):
    genes = torch.tensor([[1, 4, 9, 16], [0, 2, 3, 5]])
    profiles = drawn(6, N_GENES, seed=3)
    values = torch.stack([profiles[:3][:, genes[0]], profiles[3:][:, genes[1]]])
    masked = np.full((6, N_GENES), np.nan)
    for sample in range(6):
        of_panel = genes[sample // 3].numpy()
        masked[sample, of_panel] = profiles[sample, of_panel]
    expected = factor_scores(masked, network.loadings.numpy(), network.noise.numpy())
    np.testing.assert_allclose(network.scores(values, genes), expected, atol=1e-4)


def test_a_network_corrects_nothing_at_first():
    network = MaskedNetwork(SIZES, torch.Generator().manual_seed(1))
    assert network.correction(drawn(4, 5)).abs().max() == 0.0


def test_the_loss_is_that_of_each_sample_alone(network):
    profiles, panels = drawn(6, N_GENES, seed=4), torch.rand(3, N_GENES).argsort(dim=1)
    n_observed = 4
    found = restoration_loss(network, profiles, panels, n_observed)
    errors, by_factors = [], []
    for sample, profile in enumerate(profiles):
        order = panels[sample // 2]
        observed, hidden = order[:n_observed], order[n_observed:]
        scores = network.scores(profile[observed].view(1, 1, -1), observed.unsqueeze(0))
        shown = torch.cat([profile[observed], torch.full((2,), torch.nan)]).unsqueeze(0)
        summary = network.summarize(shown, order[:6].unsqueeze(0), scores)
        expected = (scores @ network.loadings.T)[0]
        added = network.correction(summary)[0]
        errors.append((profile - expected - added)[hidden].square())
        by_factors.append((profile - expected)[hidden].square())
    torch.testing.assert_close(found["loss"], torch.stack(errors).mean())
    torch.testing.assert_close(found["factor_loss"], torch.stack(by_factors).mean())


def test_observed_genes_that_are_not_shown_count_by_the_factors_alone(network):
    profiles, panels = drawn(2, N_GENES, seed=5), torch.arange(N_GENES).unsqueeze(0)
    loss = restoration_loss(network, profiles, panels, 12)["loss"]
    changed = profiles.clone()
    changed[:, 10] += 1.0
    assert restoration_loss(network, changed, panels, 12)["loss"] != loss


# --- Gains


def test_a_correction_that_is_half_too_large_is_taken_back_by_half(network, monkeypatch):
    from twinpurify.representation.masked_transformer import gains

    left = drawn(8, N_GENES, seed=6)
    monkeypatch.setattr(gains, "correct", lambda *arguments: (2.0 * left, left))
    sizes, found = fit_gains(network, drawn(8, N_GENES), seed=0)
    assert sizes[0] == 1 and sizes[-1] == N_GENES - 1
    np.testing.assert_allclose(found, 0.5, rtol=1e-6)


def test_a_correction_of_noise_is_not_used(network, monkeypatch):
    from twinpurify.representation.masked_transformer import gains

    left = drawn(8, N_GENES, seed=6)
    monkeypatch.setattr(gains, "correct", lambda *arguments: (-left, left))
    assert fit_gains(network, drawn(8, N_GENES), seed=0)[1].max() == 0.0


def test_without_held_out_tumours_the_correction_is_not_used(network):
    assert (fit_gains(network, None, seed=0)[1] == 0.0).all()
