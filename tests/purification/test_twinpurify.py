"""TwinPurify: what is trained and kept, and what it finds where the truth is known."""

from typing import NamedTuple

import anndata
import numpy as np
import pandas as pd
import pytest
import torch
from scipy.stats import spearmanr

from twinpurify.cohort.synthetic import SyntheticSettings, generate_synthetic_cohort
from twinpurify.purification import twinpurify as twinpurify_module
from twinpurify.purification.dilution import dilute
from twinpurify.purification.twinpurify import TwinPurify
from twinpurify.representation.pca import PrincipalComponents
from twinpurify.representation.raw import RawExpression
from twinpurify.training.encoder import build_mlp

SMALL = {
    "n_dimensions": 4,
    "hidden": (32,),
    "redundancy_weight": 0.005,
    "n_steps": 30,
    "batch_size": 16,
    "device": "cpu",
    "precision": "float32",
}
FRACTION = 0.25


class Data(NamedTuple):
    """Training and test patients of a synthetic cohort, and the truth of the latter."""

    tumours: pd.DataFrame
    normals: pd.DataFrame
    test: pd.DataFrame
    diluted: pd.DataFrame
    pure: pd.DataFrame
    purity: np.ndarray


def make_data(seed: int, n_tumours: int = 200, n_genes: int = 300) -> Data:
    n_normals = n_tumours // 5
    settings = SyntheticSettings(
        n_tumours=n_tumours,
        n_normals=n_normals,
        n_matched_normals=n_normals // 2,
        n_genes=n_genes,
        seed=seed,
    )
    cohort = generate_synthetic_cohort(settings)
    samples = cohort.samples.set_index("sample")
    is_tumour = (samples["tissue"] == "tumour").to_numpy()
    patients = samples["patient_id"].unique()[: n_tumours * 3 // 10]
    in_test = samples["patient_id"].isin(patients).to_numpy()
    profiles = cohort.expression
    test, test_normals = profiles[is_tumour & in_test], profiles[~is_tumour & in_test]
    diluted = dilute(
        test.to_numpy(), test_normals.to_numpy(), FRACTION, np.random.default_rng(seed)
    )
    return Data(
        profiles[is_tumour & ~in_test],
        profiles[~is_tumour & ~in_test],
        test,
        pd.DataFrame(diluted, index=test.index, columns=test.columns),
        cohort.pure_profiles.loc[test.index],
        cohort.truth_table.loc[test.index, "purity"].to_numpy(),
    )


@pytest.fixture(scope="module")
def small() -> Data:
    return make_data(0, n_tumours=60, n_genes=100)


@pytest.fixture(scope="module")
def fitted(small) -> TwinPurify:
    return TwinPurify(**SMALL).fit(small.tumours, background=small.normals)


# --- What is trained and kept


@pytest.mark.parametrize("projector", [None, 16])
def test_the_loss_falls_and_its_terms_are_logged(small, projector):
    method = TwinPurify(**{**SMALL, "n_steps": 60, "projector": projector})
    history = method.fit(small.tumours, background=small.normals).history_
    assert history["loss"].tail(5).mean() < 0.7 * history["loss"].head(5).mean()
    terms = ["invariance", "redundancy", "mean_correlation", "effective_rank", "mean_sd"]
    assert list(history.columns) == ["epoch", "step", "loss", *terms]
    np.testing.assert_allclose(
        history["loss"], history["invariance"] + 0.005 * history["redundancy"], rtol=1e-4
    )
    assert history["effective_rank"].between(1.0, projector or 4).all()


@pytest.mark.parametrize("projector", [None, 16])
def test_the_encoder_moves_and_the_projector_is_dropped(small, projector):
    method = TwinPurify(**SMALL, projector=projector)
    method.fit(small.tumours, background=small.normals)
    generator = torch.Generator().manual_seed(0)
    initial = build_mlp(100, (32,), 4, generator).state_dict()
    trained = method.encoder_.state_dict()
    assert trained.keys() == initial.keys()
    for name in trained:
        assert not torch.equal(trained[name], initial[name]), name
    stored = [name for name in method._state() if name.startswith("encoder.")]
    assert sorted(stored) == sorted(f"encoder.{name}" for name in initial)


def test_normals_of_the_training_alone_decide(small):
    other = small.normals + 0.5
    first = TwinPurify(**SMALL).fit(small.tumours, background=small.normals)
    second = TwinPurify(**SMALL).fit(small.tumours, background=other)
    assert not np.array_equal(first.transform(small.test), second.transform(small.test))


def test_extreme_settings_train(small):
    everything = {
        "noise_sd": 0.3,
        "gene_dropout": 0.2,
        "library_size_jitter": 0.1,
        "infiltrate_shift_sd": 0.0,
        "n_mixed_normals": 50,
        "hidden": [16, 8],
        "batch_size": 4096,
        "n_steps": 9,
    }
    method = TwinPurify(**{**SMALL, **everything})
    method.fit(small.tumours, background=small.normals)
    assert np.isfinite(method.transform(small.test)).all()
    assert len(method.history_) == 9


def test_bfloat16_gives_nearly_the_same(small, fitted):
    method = TwinPurify(**{**SMALL, "precision": "bfloat16"})
    method.fit(small.tumours, background=small.normals)
    found, expected = method.transform(small.test), fitted.transform(small.test)
    for dimension in range(4):
        assert np.corrcoef(found[:, dimension], expected[:, dimension])[0, 1] > 0.95


def test_the_decoder_sees_the_dilutions_of_the_settings(small, monkeypatch):
    drawn = []

    def note(tumours, normals, fractions, rng, n_mixed):
        drawn.append((fractions.min(), n_mixed))
        return dilute(tumours, normals, fractions, rng, n_mixed)

    monkeypatch.setattr(twinpurify_module, "dilute", note)
    method = TwinPurify(**SMALL, n_mixed_normals=2, minimum_fraction=0.7)
    method.fit(small.tumours, background=small.normals)
    assert len(drawn) == 3
    assert all(lowest >= 0.7 and n_mixed == 2 for lowest, n_mixed in drawn)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no GPU")
def test_a_model_trained_on_a_gpu_is_used_on_the_cpu(small, fitted):
    method = TwinPurify(**{**SMALL, "device": "cuda"})
    method.fit(small.tumours, background=small.normals)
    assert next(method.encoder_.parameters()).device.type == "cpu"
    np.testing.assert_allclose(
        method.transform(small.test), fitted.transform(small.test), atol=0.05
    )


# --- Purified profiles and purity


def test_purified_profiles_are_profiles(small, fitted):
    purified = fitted.purify(small.test)
    assert purified.index.equals(small.test.index)
    assert purified.columns.equals(small.test.columns)
    assert (purified.dtypes == np.float32).all()
    assert (purified.to_numpy() >= 0.0).all()


def test_purified_profiles_keep_their_ids_whatever_the_container(small, fitted):
    expected = fitted.purify(small.test)
    cohort = anndata.AnnData(small.test)
    pd.testing.assert_frame_equal(fitted.purify(cohort), expected)
    np.testing.assert_array_equal(fitted.purify(small.test.to_numpy()), expected)
    np.testing.assert_array_equal(fitted.purify(small.test.to_numpy().tolist()), expected)


def test_a_constant_gene_is_purified_to_its_mean(small):
    flat = small.tumours.columns[3]
    method = TwinPurify(**SMALL).fit(small.tumours.assign(**{flat: 2.5}), background=small.normals)
    assert (method.purify(small.test)[flat] == 2.5).all()


def test_purified_profiles_have_the_infiltrate_of_the_least_infiltrated(small, fitted):
    standardized = fitted._standardize(small.test.to_numpy())
    moved = fitted._without_infiltrate(standardized)
    before, after = (values @ fitted.infiltrate_weights_ for values in (standardized, moved))
    expected = np.minimum(before, fitted.least_infiltrate_)
    np.testing.assert_allclose(after, expected, atol=1e-3)


def test_too_few_normals_for_axes_give_no_purity_but_an_embedding(small):
    method = TwinPurify(**SMALL).fit(small.tumours, background=small.normals[:4])
    assert np.isnan(method.estimate_purity(small.test)).all()
    assert method.estimate_purity(small.test).shape == (len(small.test),)
    assert np.isfinite(method.transform(small.test)).all()
    assert np.isfinite(method.purify(small.test)).all(axis=None)


def test_purity_is_relative_to_the_training_tumours(small, fitted):
    purity = fitted.estimate_purity(small.tumours)
    assert purity.dtype == np.float32
    assert purity.min() == 0.0
    assert purity.max() == 1.0


# --- Known truth


@pytest.fixture(scope="module", params=[0, 1, 2])
def known(request) -> tuple[TwinPurify, Data]:
    data = make_data(request.param)
    method = TwinPurify(
        n_dimensions=32, hidden=(128,), n_steps=100, device="cpu", precision="float32"
    )
    return method.fit(data.tumours, background=data.normals), data


def found_again(method, data: Data) -> float:
    """Share of diluted tumours whose nearest undiluted one, by cosine, is their own."""
    queries, targets = method.transform(data.diluted), method.transform(data.test)
    queries = queries / np.linalg.norm(queries, axis=1, keepdims=True)
    targets = targets / np.linalg.norm(targets, axis=1, keepdims=True)
    return float(((queries @ targets.T).argmax(axis=1) == np.arange(len(queries))).mean())


def error(profiles: pd.DataFrame, truth: pd.DataFrame) -> float:
    return float(np.sqrt(np.square(profiles.to_numpy() - truth.to_numpy()).mean()))


def test_purity_is_ranked_without_a_label(known):
    method, data = known
    assert spearmanr(method.estimate_purity(data.test), data.purity)[0] > 0.7


def test_diluted_tumours_are_found_again(known):
    method, data = known
    share = found_again(method, data)
    raw = found_again(RawExpression().fit(data.tumours), data)
    pca = found_again(PrincipalComponents(n_dimensions=32).fit(data.tumours), data)
    assert share > 0.55
    assert share > raw + 0.2
    assert share > pca + 0.4


def test_purified_expression_is_nearer_to_the_undiluted_than_the_diluted(known):
    method, data = known
    purified = method.purify(data.diluted)
    assert error(purified, data.test) < 0.95 * error(data.diluted, data.test)
    assert error(purified, data.pure) < 0.9 * error(data.diluted, data.pure)


def test_normals_come_out_as_impure_as_the_least_pure_tumours(known):
    method, data = known
    assert method.estimate_purity(data.normals).mean() < method.estimate_purity(data.test).mean()
