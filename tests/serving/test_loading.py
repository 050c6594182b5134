"""Loading a model from folders and from the registry, and what the errors say."""

import shutil
from pathlib import Path

import mlflow
import numpy as np
import pytest
from mlflow.pyfunc import PythonModel

from twinpurify.errors import ModelFileError
from twinpurify.serving.loading import load_model
from twinpurify.serving.registration import log_model


@pytest.fixture
def registered(pca_model, run_id):
    for value in (0.7, 0.6):
        log_model(
            pca_model,
            cohort="tcga_brca",
            metric_name="subtype",
            metric_value=value,
            greater_is_better=True,
            run_id=run_id,
        )


@pytest.mark.parametrize("wrap", [str, Path])
def test_a_folder(twinpurify_model, tumours, tmp_path, wrap):
    twinpurify_model.save(tmp_path / "model")
    found = load_model(wrap(tmp_path / "model"))
    np.testing.assert_allclose(
        found.transform(tumours), twinpurify_model.transform(tumours), atol=1e-5
    )


@pytest.mark.parametrize(
    "address",
    [
        "models:/twinpurify@champion",
        "models:/twinpurify@champion_tcga_brca",
        "models:/twinpurify@challenger",
        "models:/twinpurify/2",
    ],
)
def test_an_address_in_the_registry(registered, pca_model, tumours, address):
    np.testing.assert_array_equal(
        load_model(address).transform(tumours), pca_model.transform(tumours)
    )


def test_a_downloaded_mlflow_model(registered, pca_model, tumours, tmp_path):
    source = mlflow.artifacts.download_artifacts(artifact_uri="models:/twinpurify/1")
    shutil.copytree(source, tmp_path / "copy")
    assert load_model(tmp_path / "copy").name == "pca"


def test_an_unknown_alias_lists_versions_and_aliases(registered):
    message = (
        r"models:/twinpurify@best.*twinpurify has the versions '1', '2' \(2 in all\) and the "
        r"aliases @challenger = 2, @champion = 1, @champion_tcga_brca = 1\."
    )
    with pytest.raises(ModelFileError, match=message):
        load_model("models:/twinpurify@best")


def test_an_unknown_version_lists_the_versions(registered):
    with pytest.raises(ModelFileError, match=r"twinpurify has the versions '1', '2'"):
        load_model("models:/twinpurify/9")


def test_an_unknown_model_lists_the_models(registered):
    with pytest.raises(ModelFileError, match=r"registry has the models 'twinpurify' \(1 in all\)"):
        load_model("models:/purify@champion")


def test_an_unknown_run(store):
    with pytest.raises(ModelFileError, match=r"Run with id=abc not found\. Is the address"):
        load_model("runs:/abc/twinpurify")


def test_an_empty_registry_says_so(store):
    with pytest.raises(ModelFileError, match="The registry has no model; is its address"):
        load_model("models:/twinpurify@champion")


def test_a_registry_that_can_not_be_reached(store, tmp_path):
    (tmp_path / "mlflow.db").write_text("no database")
    with pytest.raises(ModelFileError, match="The registry can't be read either"):
        load_model("models:/twinpurify@champion")


def test_a_registered_version_whose_files_are_gone(registered, tmp_path):
    shutil.rmtree(tmp_path / "artifacts")
    with pytest.raises(ModelFileError, match="no model can be fetched from models:/twinpurify/1"):
        load_model("models:/twinpurify/1")


def test_a_folder_that_does_not_exist(tmp_path):
    with pytest.raises(ModelFileError, match=r"no model in .*nowhere: model.json is missing"):
        load_model(tmp_path / "nowhere")


def test_a_damaged_folder(pca_model, tmp_path):
    pca_model.save(tmp_path / "model")
    arrays = tmp_path / "model" / "model.safetensors"
    arrays.write_bytes(arrays.read_bytes()[:-1])
    with pytest.raises(ModelFileError, match="is damaged: its checksum is"):
        load_model(tmp_path / "model")


def test_a_model_of_somebody_else(tmp_path):
    class Foreign(PythonModel):
        def predict(self, context, model_input: list[str]):
            return model_input

    mlflow.pyfunc.save_model(tmp_path / "foreign", python_model=Foreign(), pip_requirements=[])
    with pytest.raises(ModelFileError, match="is an MLflow model, but none of TwinPurify"):
        load_model(tmp_path / "foreign")
