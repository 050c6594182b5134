"""New samples in their own unit, through the normaliser that is stored with the model."""

import logging
from types import SimpleNamespace

import anndata as ad
import mlflow
import numpy as np
import pandas as pd
import pytest

from twinpurify.cohort.units.unit import Unit
from twinpurify.errors import ConfigurationError
from twinpurify.normalization.normalizer import Normalizer
from twinpurify.representation.linear.pca import PrincipalComponents
from twinpurify.serving.loading import load_served
from twinpurify.serving.pyfunc_model import ServedMethod
from twinpurify.serving.registration import log_model
from twinpurify.serving.scoring import normalize_like, normalize_profiles

COUNTS = Unit(quantity="counts", scale="linear")
TPM = Unit(quantity="tpm", scale="log2", offset=1.0)
GENES = [f"GENE{place}" for place in range(30)]
SCORE = {
    "cohort": "demo",
    "metric_name": "subtype",
    "metric_value": 0.8,
    "greater_is_better": True,
}


@pytest.fixture(scope="module")
def counts():
    rng = np.random.default_rng(8)
    level = rng.gamma(2.0, 200.0, len(GENES))
    depth = rng.uniform(0.5, 2.0, (24, 1))
    drawn = rng.poisson(level * depth * rng.gamma(4.0, 0.25, (24, len(GENES))))
    samples = [f"s{place}" for place in range(24)]
    return pd.DataFrame(drawn.astype(np.float32), index=samples, columns=GENES)


@pytest.fixture(scope="module")
def normalizer(counts):
    return Normalizer(["tmm", "log2"]).fit(counts, COUNTS)


@pytest.fixture(scope="module")
def method(counts, normalizer):
    return PrincipalComponents(n_dimensions=3).fit(normalizer.transform(counts, COUNTS))


@pytest.fixture
def stored(method, normalizer, tmp_path):
    method.save(tmp_path / "model")
    normalizer.save(tmp_path / "normalizer")
    return tmp_path


def cohort(table, unit):
    return ad.AnnData(table, uns={"unit": unit.model_dump(), "history": ["assembled"]})


def test_a_folder_holds_both(stored, method, normalizer, counts):
    served = load_served(stored)
    profiles = served.normalizer.transform(counts, COUNTS)
    pd.testing.assert_frame_equal(profiles, normalizer.transform(counts, COUNTS))
    np.testing.assert_array_equal(served.method.transform(profiles), method.transform(profiles))


def test_a_method_of_its_own_has_no_normaliser(stored):
    assert load_served(stored / "model").normalizer is None


def test_both_are_registered(method, normalizer, counts, store, run_id):
    log_model(method, normalizer=normalizer, run_id=run_id, **SCORE)
    served = load_served("models:/twinpurify@champion")
    pd.testing.assert_frame_equal(
        served.normalizer.transform(counts, COUNTS), normalizer.transform(counts, COUNTS)
    )


def test_samples_in_the_training_s_quantity_take_its_fitted_steps(counts, normalizer):
    new = cohort(counts.iloc[[5]], COUNTS)
    expected = normalizer.transform(counts, COUNTS).iloc[[5]]
    np.testing.assert_array_equal(normalize_like(new, normalizer).X, expected)


@pytest.mark.parametrize("known", [True, False])
def test_other_samples_are_converted_on_their_own_with_a_warning(normalizer, known, caplog):
    values = pd.DataFrame(np.full((1, len(GENES)), 3.0, np.float32), columns=GENES)
    with caplog.at_level(logging.WARNING, logger="twinpurify"):
        made = normalize_like(cohort(values, TPM), normalizer if known else None)
    np.testing.assert_allclose(made.X, 3.0, rtol=1e-6)
    trained_on = "linear counts" if known else "not known"
    assert f"log2(TPM + 1), and what the model was trained on is {trained_on}" in caplog.text


@pytest.mark.parametrize("quantity", ["intensity", "log_ratio"])
def test_samples_of_another_platform_are_refused(normalizer, quantity):
    values = pd.DataFrame(np.full((1, len(GENES)), 3.0, np.float32), columns=GENES)
    unit = Unit(quantity=quantity, scale="log2", offset=0.0)
    for convert in (
        lambda: normalize_like(cohort(values, unit), normalizer),
        lambda: normalize_profiles(values, unit, normalizer),
    ):
        with pytest.raises(ConfigurationError, match=r"trained on is linear counts: another plat"):
            convert()


@pytest.fixture
def served(stored):
    model = ServedMethod()
    artifacts = {"model": str(stored / "model"), "normalizer": str(stored / "normalizer")}
    model.load_context(SimpleNamespace(artifacts=artifacts))
    return model


def test_the_served_model_takes_counts(served, method, normalizer, counts):
    params = {"genes": GENES, "quantity": "counts", "scale": "linear"}
    embedded = served.predict(None, counts.to_numpy(), params)
    expected = method.transform(normalizer.transform(counts, COUNTS))
    np.testing.assert_allclose(embedded, expected, atol=1e-5)
    alone = served.predict(None, counts.to_numpy()[[7]], params)
    np.testing.assert_allclose(alone[0], embedded[7], atol=1e-6)


def test_without_a_unit_profiles_are_taken_as_they_are(served, method, normalizer, counts):
    profiles = normalizer.transform(counts, COUNTS)
    np.testing.assert_allclose(
        served.predict(None, profiles.to_numpy()), method.transform(profiles), atol=1e-5
    )


def test_a_logarithm_needs_its_offset_right(served, method, counts):
    params = {"genes": GENES, "quantity": "tpm", "scale": "log2", "offset": 0.5}
    given = np.log2(counts + 0.5)
    embedded = served.predict(None, given.to_numpy(), params)
    np.testing.assert_allclose(embedded, method.transform(np.log2(counts + 1)), atol=1e-3)


def test_an_unknown_unit_is_named(served, counts):
    with pytest.raises(ConfigurationError, match=r"'quantity': 'reads'.*params\['quantity'\]"):
        served.predict(None, counts.to_numpy(), {"genes": GENES, "quantity": "reads"})


def test_the_unit_reaches_the_model_through_mlflow(method, normalizer, counts, store, run_id):
    log_model(method, normalizer=normalizer, run_id=run_id, **SCORE)
    loaded = mlflow.pyfunc.load_model("models:/twinpurify@champion")
    params = {"genes": GENES, "quantity": "counts"}
    np.testing.assert_allclose(
        loaded.predict(counts.to_numpy(), params=params),
        method.transform(normalizer.transform(counts, COUNTS)),
        atol=1e-5,
    )
