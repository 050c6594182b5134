"""What every method of the registry has to keep, so that a benchmark may loop over the names."""

import json

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from twinpurify.errors import (
    BackgroundError,
    ConfigurationError,
    ExpressionError,
    GeneMismatchError,
    ModelFileError,
)
from twinpurify.parameters import parameters_model
from twinpurify.representation.registry import METHODS, create_method, load_method

DESCRIPTION_FILE, ARRAYS_FILE = "model.json", "model.safetensors"

N_TUMOURS, N_NORMALS, N_GENES = 30, 8, 40
SMALL = {
    "n_dimensions": 4,
    "hidden": (32,),
    "n_steps": 12,
    "batch_size": 16,
    "device": "cpu",
    "precision": "float32",
    "width": 8,
    "n_tokens": 12,
    "n_latents": 2,
    "least_observed": 4,
    "n_panels": 4,
}
# Of each parameter a value of a wrong type and one out of range; None where there is no range.
WRONG = {
    "n_dimensions": ("4", 0),
    "n_removed": ("10", 0),
    "alpha": ("1", -0.5),
    "max_iterations": (200.0, 0),
    "n_rounds": (20.0, 0),
    "minimum_purity": ("0.1", 1.0),
    "beta": ("1", -0.5),
    "n_background_dimensions": (16.0, 0),
    "n_views": (1.5, 0),
    "minimum_fraction": ("0.1", 1.0),
    "n_mixed_normals": (2.5, 0),
    "tumour_mixing": ("0.2", 0.6),
    "background_share": (None, 1.0),
    "shrinkage": (None, 0.0),
    "compression": ("0.1", 0.0),
    "floor": (None, -1.0),
    "remove_infiltrate": ("yes", 1),
    "hidden": (32, (0,)),
    "projector": ("512", 0),
    "redundancy_weight": ("small", 0.0),
    "infiltrate_shift_sd": (None, -1.0),
    "noise_sd": ("0", -0.1),
    "gene_dropout": ([0.1], 1.0),
    "library_size_jitter": ("0", -0.1),
    "spectrum_exponent": ("0.5", 1.5),
    "n_steps": ("60", 0),
    "max_epochs": ("9", 0),
    "batch_size": (True, 3),
    "learning_rate": ("1e-3", 0.0),
    "weight_decay": (None, -1e-4),
    "device": (0, "tpu"),
    "precision": (16, "float16"),
    "seed": (1.0, -1),
    "dropout": ("0.2", 1.0),
    "head": (256.0, 0),
    "corruption": ("0.3", 0.0),
    "marginal": (1, "normal"),
    "temperature": ("1", 0.0),
    "value_weight": ("2", -1.0),
    "target_decay": ("0.9", 1.0),
    "optimizer": (1, "lion"),
    "validation_share": ("0.1", 0.6),
    "width": (64.5, 1),
    "n_heads": (1.5, 0),
    "n_tokens": ("128", 0),
    "n_latents": ("8", 0),
    "n_layers": (1.5, -1),
    "n_latent_layers": (None, -1),
    "levels": (1, "words"),
    "n_bins": (2.5, 1),
    "n_factors": ("all", 0),
    "least_observed": (0.5, 0),
    "most_observed": (0.5, 0),
    "n_panels": ("16", 0),
    "patience": ("50", 0),
}
WITH_BACKGROUND = [name for name, method in METHODS.items() if method.uses_background]
WITH_SEED = [name for name, method in METHODS.items() if "seed" in method().get_params()]
WITHOUT_MODULE = ["nmf", "two_component"]
# Nothing in these is drawn at random.
DETERMINISTIC = [
    "raw",
    "pca",
    "nmf",
    "mean_subtraction",
    "subspace_removal",
    "contrastive_pca",
    "two_component",
]


def profiles(n: int, seed: int) -> pd.DataFrame:
    """Draw profiles with a few strong factors, so that components are well separated."""
    rng = np.random.default_rng(seed)
    loadings = np.random.default_rng(99).normal(size=(6, N_GENES)) * [
        [3],
        [2.2],
        [1.6],
        [1.2],
        [1],
        [1],
    ]
    level = np.random.default_rng(98).uniform(4.0, 10.0, N_GENES)
    values = level + rng.normal(size=(n, 6)) @ loadings * 0.4 + 0.2 * rng.normal(size=(n, N_GENES))
    genes = [f"GENE{i}" for i in range(N_GENES)]
    samples = [f"sample{seed}_{i}" for i in range(n)]
    return pd.DataFrame(np.clip(values, 0, None).astype(np.float32), index=samples, columns=genes)


TUMOURS, TEST = profiles(N_TUMOURS, 1), profiles(7, 2)
NORMALS = (profiles(N_NORMALS, 3) + np.linspace(0.0, 2.0, N_GENES)).astype(np.float32)
LABELS = (TUMOURS["GENE0"] > TUMOURS["GENE0"].median()).to_numpy()


def create(name: str, **changes):
    known = parameters_model(METHODS[name]).model_fields
    small = {key: value for key, value in SMALL.items() if key in known}
    return create_method(name, {**small, **changes})


def fit(name: str, tumours=TUMOURS, normals=NORMALS, **changes):
    return create(name, **changes).fit(tumours, background=normals)


@pytest.fixture(scope="module")
def fitted() -> dict:
    return {name: fit(name) for name in METHODS}


every_method = pytest.mark.parametrize("name", METHODS)


# --- Embedding


@every_method
def test_an_embedding_is_finite_and_of_the_stated_width(fitted, name):
    embedding = fitted[name].transform(TEST)
    assert embedding.dtype == np.float32
    assert embedding.shape == (7, fitted[name].n_dimensions_)
    assert fitted[name].n_dimensions_ == (N_GENES if name == "raw" else 4)
    assert np.isfinite(embedding).all()
    assert len(np.unique(embedding.round(5), axis=0)) == 7


@every_method
def test_a_sample_alone_is_embedded_as_in_a_batch(fitted, name):
    together = fitted[name].transform(TEST)
    alone = np.vstack([fitted[name].transform(TEST[i : i + 1]) for i in range(7)])
    np.testing.assert_allclose(alone, together, atol=2e-5)


@every_method
def test_the_order_of_samples_does_not_matter_to_transform(fitted, name):
    found = fitted[name].transform(TEST[::-1])[::-1]
    np.testing.assert_allclose(found, fitted[name].transform(TEST), atol=2e-5)


@every_method
def test_order_of_genes_and_further_genes_do_not_matter_to_transform(fitted, name):
    shuffled = TEST.assign(OTHER=1.0).iloc[:, ::-1]
    np.testing.assert_array_equal(fitted[name].transform(shuffled), fitted[name].transform(TEST))


@every_method
def test_transform_leaves_the_method_as_it_is(fitted, name):
    before = {key: value.copy() for key, value in fitted[name]._state().items()}
    fitted[name].transform(TEST)
    after = fitted[name]._state()
    assert before.keys() == after.keys()
    assert all(np.array_equal(before[key], after[key]) for key in before)


@pytest.mark.parametrize("name", DETERMINISTIC)
def test_the_order_of_training_samples_and_genes_does_not_matter(fitted, name):
    genes = np.random.default_rng(0).permutation(N_GENES)
    method = fit(name, TUMOURS[::-1].iloc[:, genes], NORMALS[::-1])
    np.testing.assert_allclose(
        method.transform(TEST), fitted[name].transform(TEST), atol=1e-3
    ) if name != "raw" else np.testing.assert_allclose(
        method.transform(TEST)[:, np.argsort(genes)], fitted[name].transform(TEST), atol=1e-4
    )


def test_the_order_of_training_genes_does_not_matter_to_the_linear_twin(fitted):
    genes = np.random.default_rng(0).permutation(N_GENES)
    method = fit("linear_twin", TUMOURS.iloc[:, genes])
    expected = fitted["linear_twin"].transform(TEST)
    np.testing.assert_allclose(method.transform(TEST), expected, atol=1e-3)


@every_method
def test_the_same_seed_gives_the_same_bits(fitted, name):
    again = fit(name)._state()
    assert all(np.array_equal(again[key], value) for key, value in fitted[name]._state().items())


@pytest.mark.parametrize("name", WITH_SEED)
def test_another_seed_gives_another_embedding(fitted, name):
    other = fit(name, seed=1)
    assert not np.allclose(other.transform(TEST), fitted[name].transform(TEST), atol=1e-3)


@every_method
def test_samples_that_are_not_in_training_change_nothing(fitted, name):
    # The matrices that are handed in are parts of larger ones, as in a split.
    everything = pd.concat([TUMOURS, TEST + 3.0])
    found = fit(name, everything[:N_TUMOURS])._state()
    assert all(np.array_equal(found[key], value) for key, value in fitted[name]._state().items())


# --- Further training


@pytest.mark.parametrize("name", [name for name in METHODS if name not in WITHOUT_MODULE])
def test_the_module_gives_what_transform_gives_and_lets_gradients_pass(fitted, name):
    expected, before = fitted[name].transform(TEST), fitted[name]._state()
    module = fitted[name].as_module()
    embedding = module(torch.from_numpy(TEST.to_numpy()))
    np.testing.assert_allclose(embedding.detach().numpy(), expected, atol=1e-4)
    embedding.square().sum().backward()
    assert all(parameter.grad.isfinite().all() for parameter in module.parameters())
    assert any(parameter.grad.abs().sum() > 0 for parameter in module.parameters())
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(1.0)
    after = fitted[name]._state()
    assert all(np.array_equal(after[key], value) for key, value in before.items())
    np.testing.assert_array_equal(fitted[name].transform(TEST), expected)


@pytest.mark.parametrize("name", WITHOUT_MODULE)
def test_a_method_that_no_gradient_passes_through_says_so(fitted, name):
    with pytest.raises(ConfigurationError, match=f"^{name} can't be trained further, .*twinpurify"):
        fitted[name].as_module()


@every_method
def test_there_is_no_module_before_a_fit(name):
    with pytest.raises(NotFittedError):
        create(name).as_module()


# --- Storage


@every_method
def test_round_trip(fitted, name, tmp_path):
    method = fitted[name]
    method.save(tmp_path / "model")
    loaded = load_method(tmp_path / "model")
    assert type(loaded) is type(method)
    np.testing.assert_allclose(loaded.transform(TEST), method.transform(TEST), atol=1e-6)
    assert list(loaded.genes_) == list(method.genes_)
    assert loaded.n_dimensions_ == method.n_dimensions_
    as_lists = {
        key: list(v) if isinstance(v, tuple) else v for key, v in method.get_params().items()
    }
    assert loaded.get_params() == as_lists
    if hasattr(method, "purify"):
        np.testing.assert_allclose(loaded.purify(TEST), method.purify(TEST), atol=1e-6)
    if hasattr(method, "estimate_purity"):
        found, expected = loaded.estimate_purity(TEST), method.estimate_purity(TEST)
        np.testing.assert_allclose(found, expected, atol=1e-6)
    history = getattr(method, "history_", None)
    if history is not None:
        pd.testing.assert_frame_equal(loaded.history_, history)


@every_method
def test_a_loaded_method_stored_again_is_the_same(fitted, name, tmp_path):
    fitted[name].save(tmp_path / "first")
    load_method(tmp_path / "first").save(tmp_path / "second")
    for file in (ARRAYS_FILE, DESCRIPTION_FILE):
        first, second = ((tmp_path / folder / file).read_bytes() for folder in ("first", "second"))
        assert first == second


@every_method
def test_the_stored_description_is_readable_and_nothing_is_pickled(fitted, name, tmp_path):
    fitted[name].save(tmp_path / "model")
    assert {file.name for file in (tmp_path / "model").iterdir()} == {ARRAYS_FILE, DESCRIPTION_FILE}
    description = json.loads((tmp_path / "model" / DESCRIPTION_FILE).read_text(encoding="utf-8"))
    assert description["method"] == name
    assert description["genes"] == TUMOURS.columns.tolist()
    assert description["unit"] == {"scale": "log2", "offset": 1.0}
    assert set(description["parameters"]) == set(parameters_model(METHODS[name]).model_fields)
    # A safetensors file begins with the length of a JSON header.
    arrays = (tmp_path / "model" / ARRAYS_FILE).read_bytes()
    header = json.loads(arrays[8 : 8 + int.from_bytes(arrays[:8], "little")])
    assert "gene_mean_" in header


@every_method
def test_a_stored_model_that_lacks_an_array_is_refused(fitted, name, tmp_path):
    method, arrays = fitted[name], fitted[name]._state()
    from twinpurify.persistence import write_model

    lacking = sorted(arrays)[0]
    rest = {key: value for key, value in arrays.items() if key != lacking}
    write_model(tmp_path / "model", method.describe(), rest)
    with pytest.raises(ModelFileError, match=f"holds no whole model of the method '{name}': "):
        load_method(tmp_path / "model")


# --- Parameters


@every_method
def test_defaults_are_valid(name):
    parameters_model(METHODS[name])()
    assert create_method(name).get_params() == METHODS[name]().get_params()


@every_method
def test_an_unknown_parameter_is_refused(name):
    with pytest.raises(ConfigurationError, match=r"n_neurons = 3: Extra inputs.*Known parameters:"):
        create_method(name, {"n_neurons": 3})


@pytest.mark.parametrize(
    ("name", "parameter"),
    [(name, key) for name in METHODS for key in parameters_model(METHODS[name]).model_fields],
)
def test_each_parameter_is_checked_for_type_and_range(name, parameter):
    for value in WRONG[parameter]:
        with pytest.raises(ConfigurationError, match=rf"{parameter}(\.0)? = "):
            create_method(name, {parameter: value})
        with pytest.raises(ConfigurationError, match=rf"{parameter}(\.0)? = "):
            METHODS[name](**{parameter: value}).fit(TUMOURS, background=NORMALS)


# --- scikit-learn


@every_method
def test_clone_and_parameters(fitted, name):
    copy = clone(fitted[name])
    assert copy.get_params() == fitted[name].get_params()
    assert not hasattr(copy, "genes_")
    if "n_dimensions" in copy.get_params():
        assert copy.set_params(n_dimensions=3).fit(TUMOURS, background=NORMALS).n_dimensions_ == 3


@every_method
def test_a_pipeline_with_a_classifier(fitted, name):
    pipeline = make_pipeline(create(name), LogisticRegression(max_iter=1000))
    pipeline.fit(TUMOURS, LABELS, **{f"{type(pipeline[0]).__name__.lower()}__background": NORMALS})
    assert pipeline.score(TUMOURS, LABELS) > 0.6
    expected = fitted[name].transform(TEST)
    np.testing.assert_array_equal(pipeline[0].transform(TEST), expected)


@every_method
def test_fit_transform_is_fit_then_transform(fitted, name):
    found = create(name).fit_transform(TUMOURS, background=NORMALS)
    np.testing.assert_array_equal(found, fitted[name].transform(TUMOURS))


# --- What can't be fitted or embedded


@pytest.mark.parametrize("name", WITH_BACKGROUND)
def test_normals_are_asked_for(name):
    with pytest.raises(BackgroundError, match=f"^{name} needs adjacent normals: pass background="):
        create(name).fit(TUMOURS)


@pytest.mark.parametrize("name", WITH_BACKGROUND)
def test_two_normals_will_do(name):
    assert np.isfinite(fit(name, normals=NORMALS[:2]).transform(TEST)).all()


@every_method
def test_three_tumours_will_do(name):
    assert np.isfinite(fit(name, tumours=TUMOURS[:3]).transform(TEST)).all()


@every_method
def test_a_missing_gene_is_an_error(fitted, name):
    with pytest.raises(GeneMismatchError, match=r"1 of the model's 40 genes .*'GENE5'"):
        fitted[name].transform(TEST.drop(columns="GENE5"))


@every_method
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_values_that_are_not_finite_are_an_error(fitted, name, bad):
    broken = TEST.copy()
    broken.iloc[2, 3] = bad
    with pytest.raises(ExpressionError, match="sample2_2/GENE3"):
        fitted[name].transform(broken)
    with pytest.raises(ExpressionError, match="sample2_2/GENE3"):
        fit(name, tumours=broken)


@every_method
def test_a_constant_gene_is_no_obstacle(name):
    flat = TUMOURS.assign(GENE3=np.float32(2.5))
    method = fit(name, tumours=flat)
    expected = method.transform(TEST.assign(GENE3=np.float32(2.5)))
    np.testing.assert_allclose(method.transform(TEST), expected, atol=1e-5)
