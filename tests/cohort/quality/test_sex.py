"""Sex held against the profile: swaps are found, and nobody is invented."""

import gzip

import numpy as np
import pandas as pd
import pytest

from tests.cohort.written import written
from twinpurify.cohort.quality.profiles import Profiles
from twinpurify.cohort.quality.sex import Y_GENES, tell_sex
from twinpurify.cohort.units.unit import Unit

LOG2_TPM = Unit(quantity="tpm", scale="log2", offset=1.0)
RSEM = Unit(quantity="rsem", scale="log2", offset=1.0)
INTENSITY = Unit(quantity="intensity", scale="log2", offset=0.0)
COUNTS = Unit(quantity="counts", scale="linear")


def find(expression: pd.DataFrame, obs: pd.DataFrame, unit: Unit = LOG2_TPM):
    sex, notes = tell_sex(Profiles(expression, unit), obs.get("sex"))
    return pd.DataFrame({"sex_by_expression": sex}), written(notes)


def by_sex(xist: float, y: float, n_y: int = 6, low: float = 0.0) -> pd.Series:
    """A profile with a level of XIST and of Y genes among others from `low` to `low` + 10."""
    others = pd.Series(np.linspace(low, low + 10, 60), index=[f"G{i}" for i in range(60)])
    genes = pd.Series(y, index=list(Y_GENES[:n_y]))
    return pd.concat([others, pd.Series({"XIST": xist}), genes])


def tumours(profiles: dict[str, pd.Series], **columns: list) -> tuple[pd.DataFrame, pd.DataFrame]:
    expression = pd.DataFrame(profiles).T.astype(np.float32)
    return expression, pd.DataFrame({"tissue": "tumour", **columns}, index=expression.index)


SEXES = [
    ("female", by_sex(6, 0.3), LOG2_TPM),
    ("male", by_sex(0.2, 5), LOG2_TPM),
    ("female", by_sex(10, 4.5, low=4), INTENSITY),
    ("male", by_sex(4.5, 9, low=4), INTENSITY),
    # The silenced X lost; the Y lost; both there.
    (None, by_sex(0.1, 0.2), LOG2_TPM),
    (None, by_sex(0.1, 1.0), RSEM),
    (None, by_sex(6, 5), LOG2_TPM),
    # Noise on Y above a lost XIST: below what the sample expresses.
    (None, by_sex(0, 3.4, low=2), RSEM),
]


@pytest.mark.parametrize(("sex", "profile", "unit"), SEXES)
def test_sex_is_told_where_it_is_clear(sex, profile, unit):
    found, log = find(*tumours({"s": profile}), unit)
    told = found.loc["s", "sex_by_expression"]
    assert told == sex if sex else pd.isna(told)
    assert log.steps[0]["reason"] == f"by the profiles: {sex or 'not clear'!r} (1)"
    assert found["sex_by_expression"].cat.categories.tolist() == ["female", "male"]


def test_one_of_the_two_is_enough_where_it_is_expressed():
    without_xist = {"man": by_sex(0, 8).drop("XIST"), "low": by_sex(0, 0.5).drop("XIST")}
    found, _ = find(*tumours(without_xist))
    assert found["sex_by_expression"].astype(object).fillna("").tolist() == ["male", ""]
    without_y = {"woman": by_sex(8, 0, n_y=0), "low": by_sex(1, 0, n_y=0)}
    found, _ = find(*tumours(without_y))
    assert found["sex_by_expression"].astype(object).fillna("").tolist() == ["female", ""]


@pytest.mark.parametrize("case", ["one Y gene", "log ratio"])
def test_a_note_says_when_sex_cannot_be_told(case):
    profile, unit = by_sex(0, 8, n_y=1).drop("XIST"), LOG2_TPM
    if case == "log ratio":
        profile, unit = by_sex(4, -4), Unit(quantity="log_ratio", scale="log2", offset=0.0)
    found, log = find(*tumours({"s": profile}), unit)
    assert found["sex_by_expression"].isna().all()
    reason = log.steps[0]["reason"]
    assert reason.startswith("can't be told from the profiles: it takes XIST, or two of RPS4Y1")


def test_another_sex_than_the_sheet_says_is_a_warning():
    profiles = {"a": by_sex(6, 0), "b": by_sex(0, 6), "c": by_sex(6, 0), "d": by_sex(0, 0)}
    found, log = find(*tumours(profiles, sex=["male", "male", np.nan, "male"]))
    assert log.warnings == [
        "The sex of the sheet contradicts the profile: 'a: male, but female by its profile' (1 in "
        "all). Swapped samples look like this; correct columns.sex, or leave these samples out of "
        "the sheet."
    ]
    assert len(found) == 4


def gbm(folder) -> tuple[pd.DataFrame, pd.Series]:
    sheet = pd.read_csv(folder / "gdc_htseq_gbm" / "samples.csv", index_col="patient")
    genes = pd.read_parquet(folder / "annotation" / "gene_map_grch38_annotables.parquet")
    symbols = genes.drop_duplicates("ensgene").set_index("ensgene")["symbol"]
    files = {path.name: path for path in (folder / "gdc_htseq_gbm" / "counts").rglob("*.gz")}
    columns = {}
    for patient, name in sheet["file_name"].items():
        with gzip.open(files[name], "rt") as lines:
            rows = [line.split() for line in lines if not line.startswith("_")]
        columns[patient] = pd.Series({gene.split(".")[0]: float(n) for gene, n in rows})
    counts = pd.DataFrame(columns).T.rename(columns=symbols).astype(np.float32)
    return counts.loc[:, ~counts.columns.duplicated()], sheet["gender"].str.lower()


def test_sexes_of_gbm_are_all_right(real_data):
    counts, sex = gbm(real_data)
    found, log = find(counts, pd.DataFrame({"tissue": "tumour", "sex": sex}), COUNTS)
    assert found["sex_by_expression"].astype(object).tolist() == sex.tolist()
    assert log.warnings == []
    woman, man = sex.index[sex == "female"][0], sex.index[sex == "male"][0]
    sex[[woman, man]] = ["male", "female"]
    _, log = find(counts, pd.DataFrame({"tissue": "tumour", "sex": sex}), COUNTS)
    assert "(2 in all)" in log.warnings[0]


def test_sexes_of_lymphomas(real_data):
    table = pd.read_parquet(real_data / "backgrounds" / "lymphoid_tcga_dlbc.parquet")
    clinic = pd.read_csv(real_data / "tcga_tables" / "tcga_clinical_survival.csv", dtype=object)
    gender = clinic.drop_duplicates("patient").set_index("patient")["gender"].str.lower()
    sex = pd.Series(gender.reindex(table.index.str[:12]).to_numpy(), index=table.index)
    found, log = find(table, pd.DataFrame({"tissue": "tumour", "sex": sex}), RSEM)
    assert log.warnings == []
    assert found["sex_by_expression"].notna().sum() >= 46


def test_no_men_are_invented_among_breast_normals(real_data):
    counts = pd.read_parquet(real_data / "tcga_brca" / "normals_htseq_counts.parquet")
    found, _ = find(counts, pd.DataFrame({"tissue": "normal"}, index=counts.index), COUNTS)
    men = found.index[found["sex_by_expression"] == "male"]
    assert men.tolist() == ["TCGA-BH-A0DD-11A-23R-A12P-07"]
