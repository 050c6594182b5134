"""Normalisation of whole cohorts."""

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from twinpurify.cohort.units.unit import Unit
from twinpurify.errors import ConfigurationError, ExpressionError, SampleSheetError
from twinpurify.normalization.cohorts import fit_normalizer, normalize, to_log2
from twinpurify.normalization.settings import NormalizationSettings

LINEAR = np.array([[0.0, 1.0, 3.0, 1000.0], [0.5, 7.0, 255.0, 12.5], [2.0, 0.0, 31.0, 8.0]])
LOG_RATIO = np.array([[-1.5, 0.0, 2.0, 1.0], [0.3, -4.0, 1.0, 0.5], [1.0, 2.0, 3.0, -1.0]])
STORED = {
    "linear TPM": (Unit(quantity="tpm", scale="linear"), LINEAR),
    "linear RSEM": (Unit(quantity="rsem", scale="linear"), LINEAR),
    "linear intensity": (Unit(quantity="intensity", scale="linear"), LINEAR),
    "log2(TPM + 1)": (Unit(quantity="tpm", scale="log2", offset=1.0), np.log2(LINEAR + 1)),
    "log2(FPKM + 0.1)": (Unit(quantity="fpkm", scale="log2", offset=0.1), np.log2(LINEAR + 0.1)),
    "log2 intensity": (
        Unit(quantity="intensity", scale="log2", offset=0.0),
        np.log2(np.maximum(LINEAR, 1e-9)),
    ),
}
COUNTS = Unit(quantity="counts", scale="linear")


def cohort(values, unit=COUNTS, tissue="tumour", **columns):
    n_samples, n_genes = values.shape
    obs = pd.DataFrame({"tissue": tissue, **columns}, index=[f"s{i}" for i in range(n_samples)])
    var = pd.DataFrame({"length": 1000.0}, index=[f"G{i}" for i in range(n_genes)])
    made = ad.AnnData(values.astype(np.float32), obs, var)
    made.uns.update(unit=unit.model_dump(), history=["assembled"], cohort="example")
    return made


def counts(n=20, genes=40, seed=0, **columns):
    rng = np.random.default_rng(seed)
    return cohort(rng.negative_binomial(2, 0.01, (n, genes)), **columns)


@pytest.mark.parametrize("name", STORED)
def test_every_unit_comes_to_the_same_scale(name):
    unit, values = STORED[name]
    normalized = to_log2(cohort(values, unit))
    np.testing.assert_allclose(normalized.X, np.log2(LINEAR + 1), atol=2e-5)
    assert normalized.X.dtype == np.float32
    assert normalized.uns["unit"] == {"quantity": unit.quantity, "scale": "log2", "offset": 1.0}


def test_a_ratio_is_linear_in_the_amount():
    unit = Unit(quantity="log_ratio", scale="log2", offset=0.0)
    normalized = to_log2(cohort(LOG_RATIO, unit))
    np.testing.assert_allclose(normalized.X, np.log2(np.exp2(LOG_RATIO) + 1), atol=1e-6)
    assert normalized.uns["unit"]["quantity"] == "intensity"
    assert "log2 ratio to log2(intensity + 1)" in normalized.uns["history"][-1]


@pytest.mark.parametrize("scale", ["linear", "log2"])
def test_counts_become_counts_per_million(scale):
    values = np.array([[10.0, 30.0, 60.0], [0.0, 500.0, 1500.0]])
    unit = Unit(quantity="counts", scale=scale, **({"offset": 1.0} if scale == "log2" else {}))
    stored = np.log2(values + 1) if scale == "log2" else values
    normalized = to_log2(cohort(stored, unit))
    per_million = [[1e5, 3e5, 6e5], [0.0, 2.5e5, 7.5e5]]
    np.testing.assert_allclose(np.exp2(normalized.X) - 1, per_million, rtol=1e-5, atol=1e-6)
    assert normalized.uns["unit"]["quantity"] == "cpm"


def test_a_sample_without_reads_stays_at_zero():
    normalized = to_log2(cohort(np.array([[0.0, 0.0], [3.0, 1.0]])))
    np.testing.assert_array_equal(normalized.X[0], [0.0, 0.0])


def test_the_cohort_stays_as_it_was_and_the_step_is_noted():
    original = cohort(LINEAR, Unit(quantity="tpm", scale="linear"))
    original.layers["more"] = original.X.copy()
    original.obsm["X_map"] = np.zeros((3, 2))
    normalized = to_log2(original)
    np.testing.assert_array_equal(original.X, LINEAR.astype(np.float32))
    assert original.uns["unit"]["scale"] == "linear"
    assert original.uns["history"] == ["assembled"]
    assert normalized.uns["history"] == [
        "assembled",
        "normalization: linear TPM to log2(TPM + 1), each sample on its own",
    ]
    assert normalized.uns["cohort"] == "example"
    assert list(normalized.obsm) == ["X_map"] and not normalized.layers
    pd.testing.assert_frame_equal(normalized.obs, original.obs)
    pd.testing.assert_frame_equal(normalized.var, original.var)


def test_the_history_survives_storage_as_an_array():
    stored = cohort(LINEAR, Unit(quantity="tpm", scale="linear"))
    stored.uns["history"] = np.array(["assembled"], dtype=object)
    assert to_log2(stored).uns["history"][0] == "assembled"


def test_tumours_alone_are_fitted_on():
    made = counts(tissue=["tumour"] * 15 + ["normal"] * 5)
    settings = NormalizationSettings(steps=["tmm", "log2", {"variable_genes": {"max_genes": 10}}])
    normalizer = fit_normalizer(made, settings)
    assert normalizer.n_samples_ == 15
    of_tumours = fit_normalizer(made[:15], settings)
    normalized = normalize(made, normalizer)
    np.testing.assert_array_equal(normalized.X, normalize(made, of_tumours).X)
    assert normalized.shape == (20, 10)
    assert list(normalized.var_names) == list(normalizer.genes_)
    assert normalized.uns["history"][1] == (
        "normalization: linear counts to log2(CPM + 1) by tmm, log2, variable_genes; "
        "10 of 40 genes, fitted on 15 tumours in linear counts"
    )


def test_batches_and_lengths_come_from_the_cohort():
    made = counts(batch=["a", "b"] * 10)
    made.X[::2] *= np.random.default_rng(1).uniform(1, 9, made.n_vars).astype(np.float32)
    steps = ["tpm", "log2", "combat"]
    normalizer = fit_normalizer(made, NormalizationSettings(steps=steps))
    normalized = normalize(made, normalizer)
    assert normalized.uns["unit"]["quantity"] == "tpm"
    assert normalized.uns["history"][-1].endswith("mix only about linearly after combat")
    assert _apart(normalized) < _apart(to_log2(made)) / 3
    single = normalize(made[[3]], normalizer)
    np.testing.assert_array_equal(single.X[0], normalized.X[3])


def _apart(normalized):
    return np.abs(normalized.X[::2].mean(axis=0) - normalized.X[1::2].mean(axis=0)).sum()


def test_lengths_that_nobody_gives_are_asked_for():
    made = counts()
    del made.var["length"]
    with pytest.raises(ConfigurationError, match="need the lengths of the genes"):
        fit_normalizer(made, NormalizationSettings(steps=["fpkm", "log2"]))


def test_a_cohort_without_tumours_is_refused():
    with pytest.raises(ExpressionError, match="none of the 20 samples is a tumour"):
        fit_normalizer(counts(tissue="normal"), NormalizationSettings())


def test_combat_asks_for_batches():
    with pytest.raises(SampleSheetError, match=r"without a batch: .*`columns.batch`"):
        fit_normalizer(counts(), NormalizationSettings(steps=["cpm", "log2", "combat"]))
