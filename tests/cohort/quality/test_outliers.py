"""Outliers: planted ones are found, clean cohorts have next to none, and nothing is removed."""

import numpy as np
import pandas as pd
import pytest

from tests.cohort.written import written
from twinpurify.cohort.quality.outliers import flag_outliers
from twinpurify.cohort.quality.profiles import Profiles
from twinpurify.cohort.simulation.synthetic import SyntheticSettings, generate_synthetic_cohort
from twinpurify.cohort.units.unit import Unit

LOG2_TPM = Unit(quantity="tpm", scale="log2", offset=1.0)
COUNTS = Unit(quantity="counts", scale="linear")
COLUMNS = ["library_size", "pca_distance", "median_correlation", "outlier"]
REAL_UNITS = {
    "tcga_brca": Unit(quantity="rsem", scale="log2", offset=1.0),
    "scanb": Unit(quantity="fpkm", scale="log2", offset=0.1),
    "metabric": Unit(quantity="intensity", scale="log2", offset=0.0),
    "gse42568": Unit(quantity="intensity", scale="log2", offset=0.0),
}


@pytest.fixture(scope="module")
def clean() -> tuple[pd.DataFrame, pd.Series]:
    simulated = generate_synthetic_cohort(SyntheticSettings(n_genes=1500, seed=5))
    return simulated.expression, simulated.samples.set_index("sample")["tissue"]


def flag(expression: pd.DataFrame, tissue: pd.Series, unit: Unit = LOG2_TPM):
    flags, notes = flag_outliers(Profiles(expression, unit), tissue)
    return flags, written(notes)


def as_counts(expression: pd.DataFrame, depth: float = 2e7) -> pd.DataFrame:
    """Draw the reads of libraries whose size varies as it does in practice."""
    rng = np.random.default_rng(11)
    linear = np.exp2(expression.to_numpy(np.float64)) - 1
    shares = linear / linear.sum(axis=1, keepdims=True)
    sizes = depth * np.exp2(rng.normal(0, 0.4, (len(shares), 1)))
    counts = rng.poisson(shares * sizes).astype(np.float32)
    return pd.DataFrame(counts, index=expression.index, columns=expression.columns)


def test_clean_cohorts_have_next_to_no_outliers(clean):
    for expression, unit in ((clean[0], LOG2_TPM), (as_counts(clean[0]), COUNTS)):
        flags, _ = flag(expression, clean[1], unit)
        assert flags.columns.tolist() == COLUMNS
        assert (flags["outlier"] != "").mean() < 0.01
        assert flags[COLUMNS[:3]].notna().all(axis=None)


def test_planted_outliers_are_found_and_named(clean):
    expression, tissue = clean[0].copy(), clean[1]
    rng = np.random.default_rng(2)
    tumours = tissue.index[tissue == "tumour"]
    noisy, other, cut = tumours[3], tumours[40], tumours[77]
    expression.loc[noisy] += rng.normal(0, 3, expression.shape[1]).astype(np.float32)
    expression.loc[noisy] = expression.loc[noisy].clip(0)
    # Another tissue expresses other genes at the levels of this one's.
    expression.loc[other] = rng.permutation(expression.loc[other].to_numpy())
    expression.loc[cut, rng.random(expression.shape[1]) < 0.4] = 0.0
    flags, log = flag(expression, tissue)
    flagged = flags.index[flags["outlier"] != ""]
    assert {noisy, other, cut} <= set(flagged)
    assert len(flagged) <= 6
    assert "correlation" in flags.loc[other, "outlier"]
    assert "PCA distance" in flags.loc[noisy, "outlier"]
    (warning,) = log.warnings
    assert warning.startswith("Samples unlike the others of their tissue, which stay in the cohort")
    assert noisy in warning


def test_a_tenth_of_the_library_is_found_in_counts(clean):
    expression, tissue = as_counts(clean[0]), clean[1]
    small = tissue.index[10]
    expression.loc[small] = np.floor(expression.loc[small] / 10)
    flags, _ = flag(expression, tissue, COUNTS)
    assert flags.loc[small, "outlier"].startswith("library size ")
    assert flags.loc[small, "outlier"].endswith("is usual")
    assert flags["outlier"].str.startswith("library size").sum() == 1
    np.testing.assert_allclose(flags["library_size"], expression.sum(axis=1), rtol=1e-5)


def test_a_normal_is_no_outlier_among_tumours(clean):
    expression, tissue = clean
    keep = tissue.index[: 400 + 25]
    flags, _ = flag(expression.loc[keep], tissue[keep])
    assert (flags.loc[tissue[keep] == "normal", "outlier"] == "").all()


def test_few_samples_are_not_judged(clean):
    expression, tissue = clean
    keep = tissue.index[:419]
    flags, log = flag(expression.loc[keep], tissue[keep])
    normal = tissue[keep] == "normal"
    assert flags.loc[normal, ["pca_distance", "median_correlation"]].isna().all(axis=None)
    assert (flags.loc[normal, "outlier"] == "").all()
    assert log.steps[0]["reason"] == (
        "normal: 19 samples, fewer than 20, so none is judged to be an outlier"
    )


def test_arrays_have_no_library_size():
    values = np.random.default_rng(0).normal(8, 1, (25, 40)).astype(np.float32)
    tissue = pd.Series("tumour", index=range(25))
    flags, _ = flag(pd.DataFrame(values), tissue, REAL_UNITS["metabric"])
    assert flags["library_size"].isna().all()
    assert flags["pca_distance"].notna().all()


def test_samples_that_are_all_the_same_are_no_outliers():
    values = np.ones((25, 30), np.float32)
    flags, _ = flag(pd.DataFrame(values), pd.Series("tumour", index=range(25)))
    assert (flags["outlier"] == "").all()


def test_order_is_irrelevant_and_the_matrix_stays(clean):
    expression, tissue = clean
    before = expression.copy()
    straight, _ = flag(expression, tissue)
    rows = np.random.default_rng(4).permutation(len(expression))
    shuffled, _ = flag(expression.iloc[rows], tissue.iloc[rows])
    pd.testing.assert_frame_equal(
        straight, shuffled.loc[straight.index], rtol=1e-2, check_exact=False
    )
    pd.testing.assert_frame_equal(expression, before)


@pytest.mark.parametrize("cohort", REAL_UNITS)
def test_few_samples_of_real_cohorts_are_flagged(real_data, cohort):
    expression = pd.read_parquet(real_data / cohort / "expression.parquet")
    sheet = pd.read_csv(real_data / cohort / "samples.csv", index_col=0, dtype=object)
    if "sample_type" in sheet:
        tissue = sheet["sample_type"].reindex(expression.index)
        tissue = tissue[tissue.isin(["tumor", "normal"])]
    else:
        tissue = pd.Series("tumor", index=expression.index)
    flags, _ = flag(expression.loc[tissue.index], tissue, REAL_UNITS[cohort])
    assert (flags["outlier"] != "").mean() < 0.01


def test_the_same_normal_is_odd_in_counts_and_in_rsem(real_data):
    """One adjacent normal of TCGA is odd by either quantification."""
    odd = {}
    counts = pd.read_parquet(real_data / "tcga_brca" / "normals_htseq_counts.parquet")
    rsem = pd.read_parquet(real_data / "tcga_brca" / "expression.parquet")
    rsem = rsem.loc[rsem.index.intersection(counts.index)]
    for table, unit in ((counts, COUNTS), (rsem, REAL_UNITS["tcga_brca"])):
        flags, _ = flag(table, pd.Series("normal", index=table.index), unit)
        odd[unit.quantity] = set(flags.index[flags["outlier"] != ""])
    assert odd["counts"] == odd["rsem"] == {"TCGA-GI-A2C8-11A-22R-A16F-07"}
