"""The registry: every method under its name, and models loaded by it."""

import json

import numpy as np
import pytest

from twinpurify.errors import ConfigurationError, ModelFileError
from twinpurify.representation.linear.pca import PrincipalComponents
from twinpurify.representation.registry import METHODS, create_method, load_method

DESCRIPTION_FILE, ARRAYS_FILE = "model.json", "model.safetensors"

TUMOURS = np.random.default_rng(0).gamma(4.0, 1.5, (9, 5))


@pytest.fixture
def folder(tmp_path):
    PrincipalComponents(n_dimensions=2).fit(TUMOURS).save(tmp_path / "model")
    return tmp_path / "model"


def describe(folder, **changes) -> None:
    path = folder / DESCRIPTION_FILE
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_the_names():
    assert list(METHODS) == [
        "raw",
        "pca",
        "ica",
        "nmf",
        "mean_subtraction",
        "subspace_removal",
        "contrastive_pca",
        "two_component",
        "linear_twin",
        "autoencoder",
        "vae",
        "contrastive_vae",
        "barlow_generic",
        "scarf",
        "vime",
        "byol",
        "masked_transformer",
        "untrained",
        "twin_network",
        "twinpurify",
    ]
    assert all(method.name == name for name, method in METHODS.items())


def test_a_method_is_created_with_its_parameters():
    method = create_method("pca", {"n_dimensions": 5})
    assert isinstance(method, PrincipalComponents)
    assert method.n_dimensions == 5
    assert create_method("pca").n_dimensions == 64


def test_an_unknown_name_is_refused_with_the_known_ones():
    match = "unknown method 'umap'; the known ones are raw, pca, .*, twinpurify"
    with pytest.raises(ConfigurationError, match=match):
        create_method("umap")


def test_a_model_is_loaded_by_its_name(folder):
    assert isinstance(load_method(folder), PrincipalComponents)


def test_a_model_of_an_unknown_method_is_refused(folder):
    describe(folder, method="umap")
    with pytest.raises(
        ModelFileError, match="a model of the method 'umap'; the known ones are raw"
    ):
        load_method(folder)


def test_a_damaged_missing_or_newer_model_is_refused(folder):
    with pytest.raises(ModelFileError, match="no model in"):
        load_method(folder / "nowhere")
    content = (folder / ARRAYS_FILE).read_bytes()
    (folder / ARRAYS_FILE).write_bytes(content[:-1] + b"\x00\x00")
    with pytest.raises(ModelFileError, match="is damaged"):
        load_method(folder)
    (folder / ARRAYS_FILE).write_bytes(content)
    describe(folder, format_version=2)
    with pytest.raises(ModelFileError, match="has format version 2, this release reads 1"):
        load_method(folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"parameters": {"n_neurons": 3}},
        {"parameters": None},
        {"genes": ["A", "B"]},
        {"genes": None},
        {"n_dimensions": "many"},
    ],
)
def test_a_description_that_does_not_fit_its_arrays_is_refused(folder, changes):
    describe(folder, **changes)
    with pytest.raises(ModelFileError, match=r"holds no whole model of the method 'pca': .*; tr"):
        load_method(folder)
