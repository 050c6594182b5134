"""A stored classifier is the same, and nothing in it is pickled."""

import json

import numpy as np
import pytest

from twinpurify.errors import ModelFileError
from twinpurify.fine_tuning import load_classifier
from twinpurify.persistence import read_model, write_model
from twinpurify.representation.registry import create_method

from .made import NORMALS, SMALL_NETWORK, classifier, profiles

TRAINING, LABELS = profiles(30)
TEST, _ = profiles(9, seed=1)
TWIN = {"n_dimensions": 4, "n_views": 4}
KINDS = {
    "frozen linear": {},
    "frozen mlp": {"head": "mlp"},
    "frozen beside the profile": {"profile_share": 0.5},
    "unfrozen beside the profile": {"encoder": "unfrozen", "profile_share": 0.5},
    "unfrozen linear": {"encoder": "unfrozen"},
    "twinpurify": {
        "method": "twinpurify",
        "method_parameters": TWIN,
        "encoder": "unfrozen",
        "head": "mlp",
    },
    "network": {
        "method": "untrained",
        "method_parameters": {"n_dimensions": 4, "hidden": (16,)},
        "encoder": "unfrozen",
        "encoder_statistics": "batch",
    },
}


def fit(**changes):
    return classifier(**changes).fit(TRAINING, LABELS, background=NORMALS)


@pytest.mark.parametrize("kind", KINDS)
def test_round_trip(kind, tmp_path):
    model = fit(**KINDS[kind])
    model.save(tmp_path / "model")
    loaded = load_classifier(tmp_path / "model")
    np.testing.assert_array_equal(loaded.predict_proba(TEST), model.predict_proba(TEST))
    np.testing.assert_array_equal(loaded.method_.transform(TEST), model.method_.transform(TEST))
    assert loaded.predict(TEST).tolist() == model.predict(TEST).tolist()
    assert (loaded.n_epochs_, loaded.inverse_penalty_) == (model.n_epochs_, model.inverse_penalty_)
    loaded.save(tmp_path / "again")
    for file in ("classifier.json", "classifier.safetensors"):
        assert (tmp_path / "model" / file).read_bytes() == (tmp_path / "again" / file).read_bytes()


def test_parameters_come_back_and_can_be_fitted_again(tmp_path):
    model = fit(head="mlp", head_hidden=(6, 5))
    model.save(tmp_path / "model")
    loaded = load_classifier(tmp_path / "model")
    own, found = model.get_params(deep=False), loaded.get_params(deep=False)
    assert {**found, "head_hidden": tuple(found["head_hidden"])} == own
    again = loaded.fit(TRAINING, LABELS).predict_proba(TEST)
    np.testing.assert_array_equal(again, model.predict_proba(TEST))


def test_a_method_that_was_given_fitted_comes_back_fitted(tmp_path):
    method = create_method("autoencoder", SMALL_NETWORK).fit(TRAINING)
    model = fit(method=method)
    model.save(tmp_path / "model")
    loaded = load_classifier(tmp_path / "model")
    assert loaded.method is loaded.method_
    np.testing.assert_array_equal(loaded.method.transform(TEST), method.transform(TEST))


def test_the_description_is_readable_and_nothing_is_pickled(tmp_path):
    fit().save(tmp_path / "model")
    files = {file.name for file in (tmp_path / "model").iterdir()}
    assert files == {"classifier.json", "classifier.safetensors"}
    description = json.loads((tmp_path / "model" / "classifier.json").read_text(encoding="utf-8"))
    assert description["classes"] == ["Basal", "Her2", "LumA"]
    assert description["method"]["genes"] == TRAINING.columns.tolist()


@pytest.mark.parametrize("lacking", ["head.0.mean", "head.1.bias", "method.gene_mean_"])
def test_a_classifier_that_lacks_an_array_is_refused(lacking, tmp_path):
    fit().save(tmp_path / "model")
    description, arrays = read_model(tmp_path / "model", "classifier")
    del arrays[lacking]
    write_model(tmp_path / "other", description, arrays, "classifier")
    with pytest.raises(ModelFileError, match=r"holds no whole (classifier|model of the method)"):
        load_classifier(tmp_path / "other")


def test_a_method_alone_is_no_classifier(tmp_path):
    create_method("pca").fit(TRAINING).save(tmp_path / "model")
    with pytest.raises(ModelFileError, match=r"no model in .*: classifier\.json is missing"):
        load_classifier(tmp_path / "model")
