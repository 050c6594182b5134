"""Every unit to log2(x + 1), each sample on its own."""

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from twinpurify.cohort.units import Unit
from twinpurify.normalization.log2_profiles import as_log2_table, to_log2_profiles

LINEAR = np.array([[0.0, 1.0, 3.0, 1000.0], [0.5, 7.0, 255.0, 12.5], [2.0, 0.0, 31.0, 8.0]])

STORED = {
    "linear TPM": (Unit(quantity="tpm", scale="linear"), LINEAR),
    "linear CPM": (Unit(quantity="cpm", scale="linear"), LINEAR),
    "linear FPKM": (Unit(quantity="fpkm", scale="linear"), LINEAR),
    "linear RSEM": (Unit(quantity="rsem", scale="linear"), LINEAR),
    "linear intensity": (Unit(quantity="intensity", scale="linear"), LINEAR),
    "log2(TPM + 1)": (Unit(quantity="tpm", scale="log2", offset=1.0), np.log2(LINEAR + 1)),
    "log2(FPKM + 0.1)": (Unit(quantity="fpkm", scale="log2", offset=0.1), np.log2(LINEAR + 0.1)),
    "log2 intensity": (
        Unit(quantity="intensity", scale="log2", offset=0.0),
        np.log2(np.maximum(LINEAR, 1e-9)),
    ),
}


def cohort(values: np.ndarray, unit: Unit) -> ad.AnnData:
    n_samples, n_genes = values.shape
    made = ad.AnnData(
        values.astype(np.float32),
        obs=pd.DataFrame(index=[f"s{i}" for i in range(n_samples)]),
        var=pd.DataFrame(index=[f"G{i}" for i in range(n_genes)]),
    )
    made.uns.update(unit=unit.model_dump(), history=["assembled"], cohort="example")
    return made


@pytest.mark.parametrize("name", STORED)
def test_every_unit_comes_to_the_same_scale(name):
    unit, values = STORED[name]
    normalized = to_log2_profiles(cohort(values, unit))
    np.testing.assert_allclose(normalized.X, np.log2(LINEAR + 1), atol=2e-5)
    assert normalized.X.dtype == np.float32
    assert normalized.uns["unit"] == {"quantity": unit.quantity, "scale": "log2", "offset": 1.0}


@pytest.mark.parametrize("scale", ["linear", "log2"])
def test_counts_become_counts_per_million(scale):
    counts = np.array([[10.0, 30.0, 60.0], [0.0, 500.0, 1500.0]])
    unit = Unit(quantity="counts", scale=scale, **({"offset": 1.0} if scale == "log2" else {}))
    values = np.log2(counts + 1) if scale == "log2" else counts
    normalized = to_log2_profiles(cohort(values, unit))
    per_million = [[1e5, 3e5, 6e5], [0.0, 2.5e5, 7.5e5]]
    np.testing.assert_allclose(np.exp2(normalized.X) - 1, per_million, rtol=1e-5, atol=1e-6)
    assert normalized.uns["unit"]["quantity"] == "cpm"


def test_depth_of_sequencing_is_taken_out_of_counts():
    unit = Unit(quantity="counts", scale="linear")
    counts = np.array([[10.0, 30.0, 60.0], [70.0, 210.0, 420.0]])
    normalized = to_log2_profiles(cohort(counts, unit))
    np.testing.assert_array_equal(normalized.X[0], normalized.X[1])


def test_a_sample_without_reads_stays_at_zero():
    unit = Unit(quantity="counts", scale="linear")
    normalized = to_log2_profiles(cohort(np.array([[0.0, 0.0], [3.0, 1.0]]), unit))
    np.testing.assert_array_equal(normalized.X[0], [0.0, 0.0])


@pytest.mark.parametrize("name", ["linear TPM", "log2(FPKM + 0.1)", "counts"])
def test_a_new_sample_alone_comes_out_as_in_its_batch(name):
    unit, values = STORED.get(name, (Unit(quantity="counts", scale="linear"), LINEAR))
    whole = cohort(values, unit)
    batch = to_log2_profiles(whole)
    for position in range(whole.n_obs):
        alone = to_log2_profiles(whole[[position]])
        np.testing.assert_array_equal(alone.X[0], batch.X[position])


def test_a_rounding_below_the_offset_is_cut():
    unit = Unit(quantity="fpkm", scale="log2", offset=0.1)
    normalized = to_log2_profiles(cohort(np.array([[-3.34, 0.0], [-3.0, 1.0]]), unit))
    assert normalized.X[0, 0] == 0.0


def test_the_cohort_stays_as_it_was_and_the_step_is_noted():
    original = cohort(*reversed(STORED["linear TPM"]))
    normalized = to_log2_profiles(original)
    np.testing.assert_array_equal(original.X, LINEAR.astype(np.float32))
    assert original.uns["unit"]["scale"] == "linear"
    assert original.uns["history"] == ["assembled"]
    assert normalized.uns["history"] == [
        "assembled",
        "normalization: linear TPM to log2(tpm + 1)",
    ]
    assert normalized.uns["cohort"] == "example"


def test_the_history_survives_storage_as_an_array():
    stored = cohort(*reversed(STORED["linear TPM"]))
    stored.uns["history"] = np.array(["assembled"], dtype=object)
    assert to_log2_profiles(stored).uns["history"][0] == "assembled"


@pytest.mark.parametrize("name", STORED)
def test_a_table_goes_the_same_way_as_a_cohort(name):
    unit, values = STORED[name]
    made = cohort(values, unit)
    table = as_log2_table(made.to_df(), unit)
    np.testing.assert_array_equal(table.to_numpy(), to_log2_profiles(made).X)
    assert list(table.index) == list(made.obs_names)
    assert list(table.columns) == list(made.var_names)
