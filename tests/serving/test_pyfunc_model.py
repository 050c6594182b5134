"""The served model: its parameters, its errors, and that it runs in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import mlflow
import numpy as np
import pytest
from mlflow.exceptions import MlflowException

from twinpurify.errors import ConfigurationError, ExpressionError, GeneMismatchError
from twinpurify.serving.pyfunc_model import ServedMethod
from twinpurify.serving.registration import log_model, model_signature

SCORE = {
    "cohort": "demo",
    "metric_name": "subtype",
    "metric_value": 0.8,
    "greater_is_better": True,
}

FRESH_PROCESS = """
import sys
import mlflow, numpy as np
uri, given, wanted = sys.argv[1:]
mlflow.set_tracking_uri(uri)
model = mlflow.pyfunc.load_model("models:/twinpurify@champion")
profiles = np.load(given)
outputs = {name: model.predict(profiles, params={"output": name})
           for name in ("embedding", "purified", "undiluted", "purity")}
np.savez(wanted, **outputs)
assert "kedro" not in sys.modules
"""


@pytest.fixture
def served(twinpurify_model, tmp_path):
    twinpurify_model.save(tmp_path / "model")
    model = ServedMethod()
    model.load_context(SimpleNamespace(artifacts={"model": str(tmp_path / "model")}))
    return model


@pytest.fixture
def loaded(twinpurify_model, store, run_id):
    """The model as a user of MLflow gets it."""
    log_model(twinpurify_model, run_id=run_id, **SCORE)
    return mlflow.pyfunc.load_model("models:/twinpurify@champion")


@pytest.fixture
def matrix(tumours):
    return tumours.to_numpy()


def test_embedding_is_the_default(served, twinpurify_model, tumours, matrix):
    np.testing.assert_allclose(
        served.predict(None, matrix), twinpurify_model.transform(tumours), atol=1e-5
    )


def test_all_outputs_are_float32_matrices(served, twinpurify_model, tumours, matrix):
    purified = served.predict(None, matrix, {"output": "purified"})
    purity = served.predict(None, matrix, {"output": "purity"})
    np.testing.assert_allclose(purified, twinpurify_model.purify(tumours), atol=1e-5)
    np.testing.assert_allclose(purity[:, 0], twinpurify_model.estimate_purity(tumours), atol=1e-5)
    assert purity.shape == (24, 1)
    assert {purified.dtype, purity.dtype} == {np.dtype(np.float32)}


def test_named_genes_are_put_in_order(served, tumours, matrix):
    genes = list(tumours.columns)[::-1]
    found = served.predict(None, matrix[:, ::-1], {"genes": genes})
    np.testing.assert_allclose(found, served.predict(None, matrix), atol=1e-6)


def test_named_genes_are_completed_on_demand(served, twinpurify_model, tumours, matrix):
    params = {"genes": list(tumours.columns[4:]), "missing_genes": "training_mean"}
    filled = matrix.copy()
    filled[:, :4] = twinpurify_model.gene_mean_[:4]
    found = served.predict(None, matrix[:, 4:], params)
    np.testing.assert_allclose(found, served.predict(None, filled), atol=1e-6)


def test_wrong_width_without_names_is_an_error(served, matrix):
    with pytest.raises(
        GeneMismatchError, match=r"input has 9 columns, the model 12 genes: 'GENE0'"
    ):
        served.predict(None, matrix[:, :9])


def test_number_of_names_must_be_the_width(served, matrix):
    with pytest.raises(GeneMismatchError, match=r"names 2 genes, 'A', 'B' \(2 in all\), but .* 12"):
        served.predict(None, matrix, {"genes": ["A", "B"]})


def test_wrong_genes_are_an_error_that_names_them(served, tumours, matrix):
    genes = ["BRCA1", *tumours.columns[1:]]
    with pytest.raises(GeneMismatchError, match=r"1 of the model's 12 genes .*'GENE0'"):
        served.predict(None, matrix, {"genes": genes})


def test_doubled_names_are_an_error(served, tumours, matrix):
    genes = ["GENE1", *tumours.columns[1:]]
    with pytest.raises(ExpressionError, match="doubled genes 'GENE1'"):
        served.predict(None, matrix, {"genes": genes})


def test_nan_is_an_error(served, matrix):
    broken = matrix.copy()
    broken[0, 0] = np.nan
    with pytest.raises(ExpressionError, match="1 values of the expression are NaN or infinite"):
        served.predict(None, broken)


def test_a_vector_is_an_error(served, matrix):
    with pytest.raises(
        ExpressionError, match=r"expected a matrix samples × genes, found .*\(12,\)"
    ):
        served.predict(None, matrix[0])


def test_unknown_settings_are_errors(served, matrix):
    with pytest.raises(ConfigurationError, match="output is 'grade'"):
        served.predict(None, matrix, {"output": "grade"})
    with pytest.raises(ConfigurationError, match="missing_genes is 'zero'"):
        served.predict(None, matrix, {"missing_genes": "zero"})


def test_through_mlflow(loaded, served, tumours, matrix):
    """The signature lets other widths and the parameters through, and our errors come out."""
    assert loaded.metadata.signature == model_signature()
    np.testing.assert_allclose(loaded.predict(matrix), served.predict(None, matrix), atol=1e-5)
    genes = list(tumours.columns[2:])
    with pytest.raises(GeneMismatchError, match=r"'GENE0', 'GENE1' \(2 in all\)"):
        loaded.predict(matrix[:, 2:], params={"genes": genes})
    completed = loaded.predict(
        matrix[:, 2:], params={"genes": genes, "missing_genes": "training_mean"}
    )
    assert completed.shape == (24, 3)
    with pytest.raises(GeneMismatchError, match="input has 10 columns"):
        loaded.predict(matrix[:, 2:])


def test_a_table_is_refused_rather_than_stripped_of_its_names(loaded, tumours):
    with pytest.raises(MlflowException, match="pandas DataFrame containing multiple columns"):
        loaded.predict(tumours[tumours.columns[::-1]])


def test_a_fresh_process_predicts_the_same(twinpurify_model, tumours, matrix, run_id, tmp_path):
    log_model(twinpurify_model, run_id=run_id, **SCORE)
    np.save(tmp_path / "given.npy", matrix)
    arguments = [mlflow.get_tracking_uri(), tmp_path / "given.npy", tmp_path / "found.npz"]
    subprocess.run(
        [sys.executable, "-c", FRESH_PROCESS, *map(str, arguments)],
        cwd=tmp_path,
        check=True,
        timeout=120,
    )
    found = np.load(tmp_path / "found.npz")
    expected = {
        "embedding": twinpurify_model.transform(tumours),
        "purified": twinpurify_model.purify(tumours).to_numpy(),
        "purity": twinpurify_model.estimate_purity(tumours)[:, None],
    }
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, atol=1e-5)


def test_the_input_example_is_no_patient(loaded, twinpurify_model):
    folder = mlflow.artifacts.download_artifacts(artifact_uri="models:/twinpurify@champion")
    example = json.loads((Path(folder) / "input_example.json").read_text())
    np.testing.assert_allclose(example, twinpurify_model.gene_mean_[None], rtol=1e-6)
