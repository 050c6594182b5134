"""The method: what it restores, what it embeds, and what it does with genes that are missing."""

import numpy as np
import pandas as pd
import pytest

from twinpurify.errors import ConfigurationError, GeneMismatchError
from twinpurify.representation.linear.factor_model import (
    factor_model,
    predict_by_factors,
    principal_axes,
)
from twinpurify.representation.masked_transformer.masked_transformer import MaskedTransformer

SMALL = {
    "n_dimensions": 16,
    "width": 16,
    "n_tokens": 12,
    "n_latents": 2,
    "n_factors": 3,
    "least_observed": 4,
    "n_panels": 4,
    "batch_size": 16,
    "learning_rate": 0.01,
    "n_steps": 150,
    "device": "cpu",
    "precision": "float32",
}
N_GENES = 30


def curved_profiles(n_samples: int, seed: int) -> pd.DataFrame:
    """Profiles on a curve: no plane through them tells a gene from others as well as the curve."""
    rng = np.random.default_rng([7, seed])
    place = rng.uniform(-np.pi, np.pi, (n_samples, 1))
    phase = np.linspace(0.0, 4 * np.pi, N_GENES)
    frequency = np.repeat([1.0, 2.0, 3.0], N_GENES // 3)
    values = 6.0 + np.sin(frequency * place + phase) + 0.1 * rng.normal(size=(n_samples, N_GENES))
    names = [f"S{seed}_{number}" for number in range(n_samples)]
    genes = [f"G{number:02d}" for number in range(N_GENES)]
    return pd.DataFrame(values.astype(np.float32), index=names, columns=genes)


TRAINING, TEST = curved_profiles(240, 1), curved_profiles(60, 2)


@pytest.fixture(scope="module")
def fitted() -> MaskedTransformer:
    method = MaskedTransformer(**SMALL)
    method.show_progress = False
    return method.fit(TRAINING)


def with_gaps(table: pd.DataFrame, share: float) -> pd.DataFrame:
    hidden = np.random.default_rng(3).uniform(size=table.shape) < share
    hidden[:, 0] = False
    return table.mask(hidden)


def test_the_loss_falls_below_that_of_the_factors(fitted):
    last = fitted.history_.iloc[-1]
    assert last["loss"] < 0.8 * last["factor_loss"]
    assert {"epoch", "step", "validation_loss"} <= set(fitted.history_.columns)


def test_curved_profiles_are_restored_better_than_by_factors(fitted):
    asked = with_gaps(TEST, 0.6)
    hidden = asked.isna().to_numpy()
    mean, scale = TRAINING.mean().to_numpy(), TRAINING.std(ddof=0).to_numpy()
    standardized = ((TRAINING - mean) / scale).to_numpy(dtype=float)
    model = factor_model(*principal_axes(standardized, 3), 3)
    by_factors = predict_by_factors(((asked - mean) / scale).to_numpy(), *model) * scale + mean
    truth = TEST.to_numpy()[hidden]
    error = np.square(fitted.restore_genes(asked).to_numpy()[hidden] - truth).mean()
    assert error < 0.8 * np.square(by_factors[hidden] - truth).mean()


def test_observed_values_are_unchanged_to_the_last_bit(fitted):
    asked = with_gaps(TEST, 0.5)
    found = fitted.restore_genes(asked)
    there = asked.notna().to_numpy()
    assert np.array_equal(found.to_numpy()[there], asked.to_numpy()[there])
    assert found.index.equals(asked.index) and list(found.columns) == list(TRAINING.columns)
    assert np.isfinite(found.to_numpy()).all()


def test_a_missing_value_and_an_absent_gene_are_the_same(fitted):
    absent = TEST.drop(columns=["G03", "G20"])
    blank = TEST.assign(G03=np.nan, G20=np.nan)
    assert fitted.restore_genes(absent).equals(fitted.restore_genes(blank))
    assert np.array_equal(fitted.embed_observed(absent), fitted.embed_observed(blank))


def test_a_sample_alone_is_restored_and_embedded_as_in_a_batch(fitted):
    asked = with_gaps(TEST, 0.7).iloc[:9]
    together, alone = fitted.restore_genes(asked), fitted.restore_genes(asked.iloc[[4]])
    np.testing.assert_allclose(alone, together.iloc[[4]], atol=1e-5)
    np.testing.assert_allclose(
        fitted.embed_observed(asked.iloc[[4]]), fitted.embed_observed(asked)[[4]], atol=1e-5
    )


def test_profiles_with_more_genes_in_a_batch_change_nothing(fitted):
    asked = TEST.iloc[:2].copy()
    # Tokens of 12 genes: one choice of the first profile's 14, and a second of the whole one's.
    asked.iloc[0, 14:] = np.nan
    alone = asked.iloc[[0]]
    np.testing.assert_allclose(
        fitted.embed_observed(asked)[[0]], fitted.embed_observed(alone), atol=1e-5
    )
    np.testing.assert_allclose(
        fitted.restore_genes(asked).iloc[[0]], fitted.restore_genes(alone), atol=1e-5
    )
    np.testing.assert_allclose(
        fitted.attention(asked).iloc[[0]], fitted.attention(alone), atol=1e-5
    )


def test_whole_profiles_are_embedded_as_transform_does(fitted):
    np.testing.assert_allclose(
        fitted.embed_observed(TEST), fitted.transform(TEST), rtol=1e-4, atol=1e-4
    )


def test_the_embedding_of_a_panel_is_near_that_of_the_whole(fitted):
    """A panel's summary is nearer to that of its own tumour than to those of others."""
    whole = fitted.transform(TEST)
    part = fitted.embed_observed(TEST.iloc[:, ::2])
    distances = np.linalg.norm(part[:, None] - whole[None], axis=2)
    ranks = (distances < np.diag(distances)[:, None]).sum(axis=1)
    assert np.median(ranks) < 6


def test_unseen_genes_are_reported_and_change_nothing(fitted, caplog):
    with caplog.at_level("INFO"):
        found = fitted.restore_genes(TEST.iloc[:, :9].assign(NEW=3.0))
    assert "ignores 1 unseen genes: 'NEW'" in caplog.text
    assert found.equals(fitted.restore_genes(TEST.iloc[:, :9]))


def test_a_sample_without_a_known_gene_is_an_error(fitted):
    asked = TEST.iloc[:3].copy()
    asked.iloc[1] = np.nan
    with pytest.raises(GeneMismatchError, match=r"'S2_1' .* have no value of any of the 30 genes"):
        fitted.restore_genes(asked)


def test_heads_have_to_share_a_token_evenly():
    with pytest.raises(
        ConfigurationError, match=r"width is 16, which n_heads \(3\) doesn't divide"
    ):
        MaskedTransformer(**{**SMALL, "n_heads": 3}).fit(TRAINING)


def test_attention_rollout_is_a_share_of_the_genes_that_were_observed(fitted):
    asked = with_gaps(TEST, 0.5)
    shares = fitted.attention(asked)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, rtol=1e-5)
    assert (shares.to_numpy() >= 0.0).all()
    assert (shares.to_numpy()[asked.isna().to_numpy()] == 0.0).all()


def test_levels_in_bins_are_trained_too():
    method = MaskedTransformer(**{**SMALL, "levels": "bins", "n_bins": 8, "n_steps": 40})
    method.show_progress = False
    history = method.fit(TRAINING).history_
    edges = method.encoder_.tokens.edges.numpy()
    standardized = method._standardize(TRAINING.to_numpy())
    expected = np.quantile(standardized, np.linspace(0, 1, 9)[1:-1])
    np.testing.assert_allclose(edges, expected, atol=1e-5)
    assert history["loss"].iloc[-1] < history["loss"].iloc[0]


def test_few_tumours_have_few_factors_which_restore_alone():
    method = MaskedTransformer(**{**SMALL, "n_factors": 64, "n_steps": 2}).fit(TRAINING.iloc[:40])
    assert method.n_factors_.tolist() == [5]
    assert (method.gains_ == 0.0).all()
