"""Sex and tissue held against the profile: swaps are found, and nobody is invented."""

import gzip

import numpy as np
import pandas as pd
import pytest

from twinpurify.cohort.declaration.sources import MarkerGenes
from twinpurify.cohort.ingestion_log import IngestionLog
from twinpurify.cohort.quality.mismatches import find_mismatches
from twinpurify.cohort.quality.sex_by_expression import Y_GENES
from twinpurify.cohort.simulation.synthetic import SyntheticSettings, generate_synthetic_cohort
from twinpurify.cohort.units.unit import Unit

LOG2_TPM = Unit(quantity="tpm", scale="log2", offset=1.0)
RSEM = Unit(quantity="rsem", scale="log2", offset=1.0)
INTENSITY = Unit(quantity="intensity", scale="log2", offset=0.0)
COUNTS = Unit(quantity="counts", scale="linear")
MARKERS = MarkerGenes(tumour=["COL10A1"], normal=["ADIPOQ"])
NONE = MarkerGenes()


def find(
    expression: pd.DataFrame,
    obs: pd.DataFrame,
    unit: Unit = LOG2_TPM,
    markers: MarkerGenes = NONE,
):
    log = IngestionLog("example", *expression.shape)
    return find_mismatches(expression, obs, unit, markers, log), log


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


@pytest.fixture(scope="module")
def simulated() -> tuple[pd.DataFrame, pd.DataFrame]:
    cohort = generate_synthetic_cohort(SyntheticSettings(n_genes=1500, seed=5))
    return cohort.expression, cohort.samples.set_index("sample")[["tissue"]]


@pytest.mark.parametrize("markers", [NONE, MARKERS])
def test_nobody_is_doubted_in_a_clean_cohort(simulated, markers):
    found, log = find(*simulated, markers=markers)
    assert (found["tissue_doubt"] != "").mean() < 0.005
    assert log.warnings == [] or (found["tissue_doubt"] != "").any()


def test_swapped_tissues_are_found(simulated):
    expression, obs = simulated[0], simulated[1].copy()
    normals, cancers = obs.index[-60:], obs.index[:400]
    purest = expression.loc[cancers].var(axis=1).nlargest(3).index
    obs.loc[normals[:3], "tissue"] = "tumour"
    obs.loc[purest, "tissue"] = "normal"
    found, log = find(expression, obs)
    doubted = set(found.index[found["tissue_doubt"] != ""])
    assert set(normals[:3]) | set(purest) <= doubted
    assert len(doubted) <= 8
    assert found.loc[normals[0], "tissue_doubt"].startswith("a tumour that looks like a normal")
    assert found.loc[purest[0], "tissue_doubt"].startswith("a normal that looks like a tumour")
    of_normals, of_tumours = log.warnings
    assert of_normals.startswith("The tissue of the sheet contradicts the profile")
    assert "a normal that looks like a tumour" in of_normals
    assert of_normals.endswith("by mislabelled_normals: leave_out.")
    assert "a tumour that looks like a normal" in of_tumours
    assert "leave_out" not in of_tumours


def test_two_tumours_among_ten_normals_are_named(simulated):
    expression, obs = simulated[0], simulated[1].copy()
    tumours, normals = obs.index[:400], obs.index[-60:]
    for draw in range(5):
        rng = np.random.default_rng(draw)
        planted, kept = rng.choice(tumours, 2, False), rng.choice(normals, 8, False)
        tissue = obs.loc[[*tumours, *kept]].copy()
        tissue.loc[planted, "tissue"] = "normal"
        found, _ = find(expression.loc[tissue.index], tissue)
        named = set(found.index[(found["tissue_doubt"] != "") & (tissue["tissue"] == "normal")])
        assert named == set(planted)


def test_the_order_of_samples_and_genes_has_no_say(simulated):
    expression, obs = simulated[0], simulated[1].copy()
    obs.iloc[:3, 0] = "normal"
    found, _ = find(expression, obs)
    rng = np.random.default_rng(0)
    rows, genes = rng.permutation(len(obs)), rng.permutation(expression.shape[1])
    again, _ = find(expression.iloc[rows, genes], obs.iloc[rows])
    pd.testing.assert_series_equal(again["tissue_doubt"].loc[obs.index], found["tissue_doubt"])


def test_counts_are_compared_at_the_same_depth(simulated):
    expression, obs = simulated
    linear = np.exp2(expression) - 1
    depth = np.exp2(np.random.default_rng(0).normal(4, 2, len(linear)))
    found, _ = find((linear.mul(depth, axis=0)).round().astype(np.float32), obs, COUNTS)
    assert (found["tissue_doubt"] != "").mean() < 0.005


def test_few_normals_are_not_judged(simulated):
    expression, obs = simulated
    found, log = find(expression.iloc[:409], obs.iloc[:409])
    assert (found["tissue_doubt"] == "").all()
    assert log.steps[-1]["reason"] == (
        "tissues can't be held against profiles: it takes 20 tumours and 10 normals"
    )


def test_tissues_that_do_not_lie_apart_are_not_judged():
    values = np.random.default_rng(0).normal(5, 1, (60, 40)).astype(np.float32)
    obs = pd.DataFrame({"tissue": ["tumour"] * 40 + ["normal"] * 20})
    for table in (values, np.ones_like(values)):
        found, log = find(pd.DataFrame(table), obs)
        assert (found["tissue_doubt"] == "").all()
        assert log.steps[-1]["reason"].endswith("they don't lie apart")


def test_tissues_of_tcga_brca(real_data):
    expression = pd.read_parquet(real_data / "tcga_brca" / "expression.parquet")
    sheet = pd.read_csv(real_data / "tcga_brca" / "samples.csv", index_col="aliquot")
    kind = sheet["sample_type"].map({"tumor": "tumour", "normal": "normal"})
    obs = pd.DataFrame({"tissue": kind.reindex(expression.index).dropna()})
    expression = expression.loc[obs.index]
    found, _ = find(expression, obs, RSEM, MARKERS)
    doubted = found["tissue_doubt"] != ""
    assert 0 < doubted.mean() < 0.02
    assert not doubted[obs["tissue"] == "normal"].any()
    swapped = obs.index[obs["tissue"] == "normal"][:5]
    obs.loc[swapped, "tissue"] = "tumour"
    found, _ = find(expression, obs, RSEM, MARKERS)
    assert (found.loc[swapped, "tissue_doubt"] != "").all()


def test_tumours_among_the_normals_of_tcga_brca_are_found(real_data):
    expression = pd.read_parquet(real_data / "tcga_brca" / "expression.parquet")
    sheet = pd.read_csv(real_data / "tcga_brca" / "samples.csv", index_col="aliquot")
    kind = sheet["sample_type"].map({"tumor": "tumour", "normal": "normal"})
    obs = pd.DataFrame({"tissue": kind.reindex(expression.index).dropna()})
    tumours = obs.index[obs["tissue"] == "tumour"]
    planted = np.random.default_rng(0).choice(tumours, 20, replace=False)
    obs.loc[planted, "tissue"] = "normal"
    found, _ = find(expression.loc[obs.index], obs, RSEM, MARKERS)
    doubted = found["tissue_doubt"] != ""
    assert doubted[planted].sum() >= 19
    assert not doubted[(obs["tissue"] == "normal") & ~obs.index.isin(planted)].any()


def test_three_normals_of_gse42568_look_like_tumours(real_data):
    expression = pd.read_parquet(real_data / "gse42568" / "expression.parquet")
    sheet = pd.read_csv(real_data / "gse42568" / "samples.csv", index_col="sample")
    tissue = sheet["sample_type"].replace({"tumor": "tumour"}).reindex(expression.index)
    found, _ = find(expression, pd.DataFrame({"tissue": tissue}), INTENSITY, MARKERS)
    doubted = found.index[found["tissue_doubt"] != ""]
    assert doubted.tolist() == ["GSM1045192", "GSM1045193", "GSM1045194"]


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


def test_markers_that_the_matrix_lacks_are_noted():
    markers = MarkerGenes(tumour=["XIST", "COL10A1"], normal=["ADIPOQ"])
    _, log = find(*tumours({"s": by_sex(0, 6)}), markers=markers)
    (note,) = [step["reason"] for step in log.steps if step["step"] == "markers"]
    assert note == "genes of `markers` that the matrix lacks: 'COL10A1', 'ADIPOQ' (2 in all)"
