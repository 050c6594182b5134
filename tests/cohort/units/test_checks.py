"""Declared units against values: simulated matrices of every unit, and the real cohorts."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest

from twinpurify.cohort.simulation.synthetic import SyntheticSettings, generate_synthetic_cohort
from twinpurify.cohort.units.checks import (
    _pseudo_count,
    _repeated_floor,
    check_unit,
    likely_unit,
)
from twinpurify.cohort.units.unit import Unit
from twinpurify.errors import ExpressionError

COUNTS = Unit(quantity="counts", scale="linear")
LOG2_COUNTS = Unit(quantity="counts", scale="log2", offset=1.0)
CPM = Unit(quantity="cpm", scale="linear")
TPM = Unit(quantity="tpm", scale="linear")
LOG2_TPM = Unit(quantity="tpm", scale="log2", offset=1.0)
FPKM = Unit(quantity="fpkm", scale="linear")
LOG2_FPKM = Unit(quantity="fpkm", scale="log2", offset=0.1)
RSEM = Unit(quantity="rsem", scale="linear")
LOG2_RSEM = Unit(quantity="rsem", scale="log2", offset=1.0)
INTENSITY = Unit(quantity="intensity", scale="linear")
ARRAY = Unit(quantity="intensity", scale="log2", offset=0.0)
RATIO = Unit(quantity="log_ratio", scale="log2")
N_SAMPLES, N_GENES = 24, 12_000


def matrix(*values: float) -> pd.DataFrame:
    genes = [f"G{i}" for i in range(len(values))]
    return pd.DataFrame([values], index=["s1"], columns=genes, dtype=np.float32)


@pytest.fixture(scope="module")
def measured() -> dict[str, np.ndarray]:
    """The same transcriptomes as every machine and pipeline would have them."""
    rng = np.random.default_rng(5)
    level = rng.normal(0.0, 2.5, N_GENES)
    amount = np.exp2(level + rng.normal(0.0, 0.6, (N_SAMPLES, N_GENES)))
    amount[rng.random(amount.shape) < 0.1] = 0.0
    reads = amount * rng.uniform(0.5, 4.0, N_GENES)
    share = reads / reads.sum(axis=1, keepdims=True)
    counts = rng.poisson(share * rng.uniform(1e7, 4e7, (N_SAMPLES, 1))).astype(float)
    tpm = 1e6 * amount / amount.sum(axis=1, keepdims=True)
    array = np.log2(30.0 + 200.0 * amount)
    return {
        "counts": counts,
        "estimated counts": counts + np.where(rng.random(counts.shape) < 0.5, 0.37, 0.0),
        "length-scaled counts": counts * rng.uniform(0.7, 1.2, (N_SAMPLES, 1)),
        "cpm": 1e6 * counts / counts.sum(axis=1, keepdims=True),
        "tpm": tpm,
        "fpkm": tpm * rng.uniform(0.3, 0.6, (N_SAMPLES, 1)),
        "array": array,
        "ratio": array - array.mean(axis=0) + rng.normal(0.0, 0.3, N_GENES),
        "z": (array - array.mean(axis=0)) / array.std(axis=0),
    }


def frame(values: np.ndarray) -> pd.DataFrame:
    genes = [f"G{i}" for i in range(values.shape[1])]
    return pd.DataFrame(values.astype(np.float32), columns=genes)


RIGHT = {
    "counts": ("counts", COUNTS, None),
    "log2 of counts": ("counts", LOG2_COUNTS, 1.0),
    "counts that software estimates": ("estimated counts", COUNTS, None),
    "counts scaled by gene lengths": ("length-scaled counts", COUNTS, None),
    "log2 of estimated counts": ("estimated counts", LOG2_COUNTS, 1.0),
    "CPM": ("cpm", CPM, None),
    "TPM": ("tpm", TPM, None),
    "log2 TPM": ("tpm", LOG2_TPM, 1.0),
    "log2 TPM with a small pseudo-count": (
        "tpm",
        Unit(quantity="tpm", scale="log2", offset=0.001),
        0.001,
    ),
    "FPKM": ("fpkm", FPKM, None),
    "log2 FPKM": ("fpkm", LOG2_FPKM, 0.1),
    "RSEM": ("length-scaled counts", RSEM, None),
    "log2 RSEM": ("length-scaled counts", LOG2_RSEM, 1.0),
    "array": ("array", ARRAY, "is log2"),
    "ratio": ("ratio", RATIO, "is log2"),
}


def in_unit(values: np.ndarray, offset: float | str | None) -> np.ndarray:
    return values if offset in (None, "is log2") else np.log2(values + offset)


@pytest.mark.parametrize("case", RIGHT)
@pytest.mark.parametrize("genes", [slice(None), slice(0, None, 7), slice(0, 300), slice(0, 12)])
def test_the_right_unit_passes_for_all_genes_and_for_some(measured, case, genes):
    name, unit, offset = RIGHT[case]
    check_unit(frame(in_unit(measured[name], offset)[:, genes]), unit)


@pytest.mark.parametrize("decimals", [1, 2, 4])
def test_rounding_is_no_other_unit(measured, decimals):
    for name, unit, offset in RIGHT.values():
        if offset is not None:
            check_unit(frame(np.round(in_unit(measured[name], offset), decimals)), unit)


WRONG = {
    "CPM as counts": ("cpm", None, COUNTS, r"only .*% of.*whole.*look like linear TPM or CPM"),
    "TPM as counts": ("tpm", None, COUNTS, r"sums to 1e\+06 \(median\).*linear TPM or CPM"),
    "FPKM as counts": ("fpkm", None, COUNTS, r"isn't the size of a library.*linear TPM or FPKM"),
    "counts as TPM": ("counts", None, TPM, r"sums to a million, but.*look like linear counts"),
    "counts as CPM": ("counts", None, CPM, r"sums to a million, but.*look like linear counts"),
    "counts as FPKM": ("counts", None, FPKM, r"whole numbers, as counts are.*quantity: counts"),
    "counts as RSEM": ("counts", None, RSEM, r"whole numbers, as counts are.*quantity: counts"),
    "log2 counts as TPM": ("counts", 1.0, LOG2_TPM, r"a million, but these sum to .*counts"),
    "RSEM as TPM": ("length-scaled counts", 1.0, LOG2_TPM, r"RSEM or estimated counts\. Set"),
    "counts as log2": ("counts", None, LOG2_COUNTS, r"likely linear counts: set unit\.scale"),
    "log2 as linear": ("tpm", 1.0, TPM, r"largest value is.*look like log2\(x \+ 1\)"),
    "array as linear": ("array", "", INTENSITY, r"largest value.*look like log2 intensity"),
    "ratio as linear": ("ratio", "", INTENSITY, r"can't be negative.*look like log2 ratio"),
    "another pseudo-count": ("fpkm", 0.1, LOG2_TPM, r"repeats.*set unit\.offset: 0\.1"),
    "a tiny pseudo-count": ("tpm", 0.001, LOG2_FPKM, r"repeats.*set unit\.offset: 0\.001"),
    "no floor but zeros": ("fpkm", 1.0, LOG2_FPKM, r"no value is below 0.*unit\.offset: 1\.0"),
    "ratio as log2(x + 1)": ("ratio", "", LOG2_TPM, r"smallest value is 0.*look like log2 ratio"),
    "ratio as array": ("ratio", "", ARRAY, r"% of the values are negative.*log_ratio"),
    "array as ratio": ("array", "", RATIO, r"lies around 0.*median.*look like log2 intensity"),
    "counts as ratio": ("counts", 0.1, RATIO, r"lies around 0.*look like log2\(x \+ 0\.1\)"),
    "linear ratio": ("tpm", None, RATIO, r"between -30 and 30.*Take the logarithm"),
    "z-scores as array": ("z", "", ARRAY, "these are z-scores, whose scale is lost"),
    "z-scores as ratio": ("z", "", RATIO, "these are z-scores, whose scale is lost"),
    "z-scores as TPM": ("z", "", LOG2_TPM, "these are z-scores, whose scale is lost"),
    "z-scores as counts": ("z", "", COUNTS, "these are z-scores, whose scale is lost"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_unit_is_refused_with_the_likely_one(measured, case):
    name, offset, unit, message = WRONG[case]
    values = measured[name] if offset in (None, "") else np.log2(measured[name] + offset)
    with pytest.raises(ExpressionError, match=message):
        check_unit(frame(values), unit)


@pytest.mark.parametrize(
    ("name", "logarithm", "unit", "message"),
    [
        ("counts", np.log1p, LOG2_COUNTS, r"natural logarithms.*whole counts.*by 0\.693147"),
        ("tpm", np.log1p, LOG2_TPM, r"natural logarithms.*equal sums.*by 0\.693147"),
        ("counts", lambda x: np.log10(x + 1), LOG2_COUNTS, r"base 10.*by 0\.30103"),
    ],
)
def test_logarithms_to_another_base_are_refused(measured, name, logarithm, unit, message):
    with pytest.raises(ExpressionError, match=message):
        check_unit(frame(logarithm(measured[name])), unit)


def test_a_transcriptome_of_too_few_tpm_is_refused(measured):
    with pytest.raises(ExpressionError, match=r"a million, but these sum to 1e\+05"):
        check_unit(frame(measured["tpm"] / 10), TPM)


@pytest.mark.parametrize("settings", [{}, {"seed": 3, "n_genes": 300}])
def test_the_simulated_cohort_passes(settings):
    cohort = generate_synthetic_cohort(SyntheticSettings(**settings))
    check_unit(cohort.expression, LOG2_TPM)


REAL = {
    "tcga_brca/expression": LOG2_RSEM,
    "tcga_brca_paired/expression": LOG2_RSEM,
    "tcga_pancancer/expression": LOG2_RSEM,
    "tcga_pancancer_tn/expression": LOG2_RSEM,
    "backgrounds/lymphoid_tcga_dlbc": LOG2_RSEM,
    "scanb/expression": LOG2_FPKM,
    "metabric/expression": ARRAY,
    "gse42568/expression": ARRAY,
    "tcga_brca/normals_htseq_counts": COUNTS,
    "mixtures/mix_seqc_ilm_coh_counts": COUNTS,
    "mixtures/mix_maqc_ilm_lin": INTENSITY,
    "mixtures/mix_gse121127_demixt_lin": INTENSITY,
}


@pytest.mark.parametrize("cohort", REAL)
def test_real_cohorts_and_their_subsets_pass(real_data, cohort):
    expression = pd.read_parquet(real_data / f"{cohort}.parquet").select_dtypes("number")
    check_unit(expression, REAL[cohort])
    rng = np.random.default_rng(0)
    for n_samples, n_genes in [(5, 400), (30, 50), (1000, 100), (1, 600)]:
        rows = rng.permutation(len(expression))[:n_samples]
        columns = rng.permutation(expression.shape[1])[:n_genes]
        check_unit(expression.iloc[rows, columns], REAL[cohort])


@pytest.mark.parametrize(
    ("cohort", "likely"),
    [
        ("tcga_brca/expression", "log2(x + 1)"),
        ("scanb/expression", "log2(x + 0.1)"),
        ("metabric/expression", "log2 intensity"),
        ("tcga_brca/normals_htseq_counts", "linear counts"),
        ("mixtures/mix_maqc_ilm_lin", "linear intensity"),
    ],
)
def test_likely_units_of_real_cohorts(real_data, cohort, likely):
    expression = pd.read_parquet(real_data / f"{cohort}.parquet").select_dtypes("number")
    assert likely_unit(expression.to_numpy()) == likely


def test_nothing_is_guessed_of_a_few_values():
    assert likely_unit(np.array([[1.0, 2.0]])) is None
    check_unit(pd.DataFrame(index=["s1"]), COUNTS)


def test_values_that_fit_many_units_are_not_named():
    assert likely_unit(np.random.default_rng(0).uniform(0, 3, (10, 50))) is None


def test_negative_values_beyond_logarithms_are_not_named():
    assert likely_unit(np.random.default_rng(0).uniform(-90, 90, (10, 50))) is None


@pytest.mark.parametrize(
    ("floor", "offset"), [(0.0, 1.0), (-3.3, 0.1), (-3.32, 0.1), (-9.9658, 0.001), (-5.0, 0.0312)]
)
def test_a_pseudo_count_is_the_usual_one(floor, offset):
    assert _pseudo_count(floor) == offset


def test_a_tail_is_no_floor():
    assert _repeated_floor(np.random.default_rng(0).normal(size=(50, 200))) is None


def test_a_large_matrix_is_not_copied():
    values = np.random.default_rng(0).random((4000, 2000), dtype=np.float32) * 7
    tracemalloc.start()
    check_unit(pd.DataFrame(values, copy=False), LOG2_COUNTS)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 0.5 * values.nbytes


@pytest.mark.parametrize(
    ("unit", "values"),
    [
        (COUNTS, (0.0, 1e6)),
        (LOG2_TPM, (0.0, 20.8)),
        (LOG2_FPKM, (-3.3219, 16.2)),
        (LOG2_FPKM, (-3.33, 16.2)),
        (ARRAY, (-2.0, 14.9)),
    ],
)
def test_values_within_their_unit_pass(unit, values):
    check_unit(matrix(*values), unit)


@pytest.mark.parametrize(
    ("unit", "values", "message"),
    [
        (COUNTS, (90.0, -2.0), r"can't be negative.* 1 such values \(gene 'G1' in sample 's1': -2"),
        (COUNTS, (0.0, 18.0), r"linear counts, but the largest value is 18.*unit\.scale: log2"),
        (LOG2_TPM, (2.0, 900.0), r"stays below 30.*900\).*likely linear tpm.*unit\.scale: linear"),
        (LOG2_TPM, (2.0, -3.25), r"smallest value is 0, but.*unit\.offset \(0\.11 or less"),
        (LOG2_FPKM, (2.0, -3.5), r"smallest value is -3\.32, but.*the lowest is -3\.5"),
    ],
)
def test_values_outside_their_unit_are_refused(unit, values, message):
    with pytest.raises(ExpressionError, match=message):
        check_unit(matrix(*values), unit)


def test_a_message_names_five_values_and_counts_all():
    with pytest.raises(ExpressionError, match=r"8 such values .*'G4'.*: -1, …\)"):
        check_unit(matrix(*[-1.0] * 8), COUNTS)
