"""Models that an earlier tree stored: their scripts still run, and say the same.

``stored_0_1`` was written when the methods' interface lay in ``training`` and ``Unit`` in the
module ``cohort.units``: an MLflow model of TwinPurify, one of a classifier, and what both said of
three profiles. The scripts beside them are what MLflow had copied.
"""

from importlib import import_module
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest

from twinpurify.serving.loading import load_served

STORED = Path(__file__).with_name("stored_0_1")
GENES = [f"GENE{place}" for place in range(40)]
UNIT = {"genes": GENES, "quantity": "tpm", "scale": "linear"}
# Whatever a script of pyfunc_model or pyfunc_classifier ever imported of this package.
NAMED_BY_SCRIPTS = [
    ("twinpurify.cohort.units", "Unit"),
    ("twinpurify.errors", "ConfigurationError"),
    ("twinpurify.errors", "ExpressionError"),
    ("twinpurify.errors", "GeneMismatchError"),
    ("twinpurify.errors", "listed"),
    ("twinpurify.fine_tuning", "load_classifier"),
    ("twinpurify.normalization.normalizer", "load_normalizer"),
    ("twinpurify.representation.registry", "load_method"),
    ("twinpurify.serving.loading", "MODEL"),
    ("twinpurify.serving.loading", "NORMALIZER"),
    ("twinpurify.serving.pyfunc_input", "asked_profiles"),
    ("twinpurify.serving.scoring", "give_output"),
    ("twinpurify.serving.scoring", "match_genes"),
    ("twinpurify.serving.scoring", "normalize_profiles"),
]


@pytest.fixture
def new_profiles() -> np.ndarray:
    """Three samples in linear TPM, drawn as they were then."""
    return np.random.default_rng(5).gamma(2.0, 50.0, (3, 40)).astype(np.float32)


@pytest.mark.parametrize("output", ["embedding", "purified", "purity"])
def test_a_registered_model_says_the_same(new_profiles, output):
    model = mlflow.pyfunc.load_model(str(STORED / "twinpurify"))
    found = model.predict(new_profiles, params={**UNIT, "output": output})
    said = np.loadtxt(STORED / "said" / f"{output}.csv", delimiter=",")
    np.testing.assert_allclose(found, said.reshape(found.shape), atol=1e-5)


def test_a_registered_classifier_says_the_same(new_profiles):
    model = mlflow.pyfunc.load_model(str(STORED / "classifier"))
    said = pd.read_csv(STORED / "said" / "classes.csv")
    pd.testing.assert_frame_equal(model.predict(new_profiles, params=UNIT), said, atol=1e-5)


def test_the_folders_of_a_registered_model_are_read():
    served = load_served(STORED / "twinpurify")
    assert (served.method.name, list(served.normalizer.genes_)) == ("twinpurify", GENES)


@pytest.mark.parametrize(("module", "name"), NAMED_BY_SCRIPTS)
def test_what_a_stored_script_imports_is_there(module, name):
    assert hasattr(import_module(module), name)
