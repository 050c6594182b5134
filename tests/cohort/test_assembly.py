"""Assembly: joins, checks, the account of what was dropped, and the real cohorts."""

import json
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import yaml

from twinpurify.cohort.assembly import assemble_cohort
from twinpurify.cohort.declaration.definition import CohortDefinition, parse_definition
from twinpurify.errors import BackgroundError, CohortError, ExpressionError, SampleSheetError
from twinpurify.io.reading import read_expression, read_sample_sheet
from twinpurify.kedro_datasets.raw_tables import GeneTablesDataset

COHORT_FILES = Path(__file__).resolve().parents[2] / "conf/base/cohorts"
N_TUMOURS, N_NORMALS, N_GENES = 24, 4, 15


def definition(**changes: object) -> CohortDefinition:
    settings = {
        "title": "Example",
        "platform": "rna_seq",
        "unit": {"quantity": "tpm", "scale": "log2", "offset": 1.0},
        "expression": {"path": "e.csv", "orientation": "samples_in_rows"},
        "samples": {"path": "s.csv"},
        "columns": {"patient_id": "patient", "tissue": "kind", "subtype": "pam50"},
        "purity": {"cpe": "CPE"},
        "tissue_values": {"tumour": ["tumor"], "normal": ["normal"]},
    }
    return CohortDefinition.model_validate(settings | changes)


def matrix() -> pd.DataFrame:
    n = N_TUMOURS + N_NORMALS
    values = np.random.default_rng(7).uniform(0, 15, (n, N_GENES)).astype(np.float32)
    ids = [f"TCGA-{i:02d}-01A" for i in range(n)]
    return pd.DataFrame(values, index=ids, columns=[f"G{i:02d}" for i in range(N_GENES)])


def sheet() -> pd.DataFrame:
    n = N_TUMOURS + N_NORMALS
    return pd.DataFrame(
        {
            "patient": [f"p{i % N_TUMOURS}" for i in range(n)],
            "kind": ["tumor"] * N_TUMOURS + ["normal"] * N_NORMALS,
            "pam50": ["LumA", "Basal", np.nan] * 8 + [np.nan] * N_NORMALS,
            "CPE": ["0.5", np.nan] * 12 + [np.nan] * N_NORMALS,
            "note": [np.nan] * n,
        },
        index=matrix().index,
        dtype=object,
    )


def assemble(expression: pd.DataFrame, samples: pd.DataFrame, **changes: object):
    return assemble_cohort(expression, samples, definition(**changes), "example")


def test_a_cohort_is_the_anndata_of_the_data_model():
    cohort, log = assemble(matrix(), sheet())
    assert cohort.shape == (N_TUMOURS + N_NORMALS, N_GENES)
    assert cohort.X.dtype == np.float32
    assert cohort.uns["cohort"] == "example"
    assert cohort.uns["unit"] == {"quantity": "tpm", "scale": "log2", "offset": 1.0}
    assert cohort.uns["platform"] == "rna_seq"
    assert cohort.uns["purity_sources"] == ["cpe"]
    assert cohort.uns["history"] == ["assembled: 28 samples × 15 genes, log2(TPM + 1)"]
    np.testing.assert_array_equal(cohort["TCGA-03-01A", "G04"].X, [[matrix().iloc[3, 4]]])
    assert json.loads(json.dumps(log)) == log
    assert set(log) == {"cohort", "steps", "warnings"}


def test_order_of_samples_and_genes_is_irrelevant():
    rng = np.random.default_rng(1)
    shuffled = matrix().iloc[rng.permutation(28), rng.permutation(N_GENES)]
    straight, log = assemble(matrix(), sheet())
    turned, other_log = assemble(shuffled, sheet().iloc[rng.permutation(28), ::-1])
    np.testing.assert_array_equal(straight.X, turned.X)
    pd.testing.assert_frame_equal(straight.obs, turned.obs, check_like=True)
    pd.testing.assert_frame_equal(straight.var, turned.var)
    assert log == other_log
    assert straight.obs_names.is_monotonic_increasing
    assert straight.var_names.is_monotonic_increasing


def test_the_inputs_stay_as_they_are():
    expression, samples = matrix(), sheet()
    assemble(expression, samples)
    pd.testing.assert_frame_equal(expression, matrix())
    pd.testing.assert_frame_equal(samples, sheet())


def test_a_cohort_survives_its_file(tmp_path):
    cohort, _ = assemble(matrix(), sheet(), purity={})
    before = cohort.obs.copy()
    cohort.write_h5ad(tmp_path / "cohort.h5ad")
    read = ad.read_h5ad(tmp_path / "cohort.h5ad")
    pd.testing.assert_frame_equal(
        read.obs.astype(object), before.astype(object), check_index_type=False
    )
    np.testing.assert_array_equal(read.X, cohort.X)
    assert read.uns["unit"] == cohort.uns["unit"]
    assert list(read.uns["history"]) == cohort.uns["history"]
    assert list(read.uns["purity_sources"]) == []


def test_samples_of_one_file_only_are_dropped_and_logged():
    cohort, log = assemble(matrix().iloc[2:], sheet().iloc[:-1])
    assert cohort.n_obs == 25
    join = [step for step in log["steps"] if step["step"] == "join"]
    assert [(step["dropped"], step["examples"]) for step in join] == [
        (1, ["TCGA-27-01A"]),
        (2, ["TCGA-00-01A", "TCGA-01-01A"]),
    ]
    assert join[0]["kept_samples"] == 25
    assert join[0]["reason"] == "profiles without a row in the sample sheet"


def test_constant_genes_are_named_and_stay():
    cohort, log = assemble(matrix().assign(G03=0.0, G01=2.0), sheet())
    assert {"G01", "G03"} <= set(cohort.var_names)
    (step,) = [step for step in log["steps"] if step["step"] == "constant_genes"]
    assert step["reason"].startswith("2 genes have one value in every sample")
    assert (step["examples"], step["kept_genes"]) == (["G01", "G03"], N_GENES)


def test_a_cohort_that_is_transferred_to_needs_no_normals():
    cohort, _ = assemble(matrix(), sheet().assign(kind="tumor"), require_normals=False)
    assert (cohort.obs["tissue"] == "tumour").all()


def test_a_cohort_with_reference_normals_needs_none_of_its_own():
    lender = {"cohort": "other"}
    for normals in (0, 2):
        cohort, _ = assemble(matrix(), kinds(normals), reference_normals=lender)
        assert (cohort.obs["tissue"] == "normal").sum() == normals


def test_linear_units_pass_through():
    unit = {"quantity": "counts", "scale": "linear"}
    cohort, _ = assemble(np.exp2(matrix()), sheet(), unit=unit)
    assert cohort.uns["unit"] == {"quantity": "counts", "scale": "linear", "offset": 0.0}


def renamed(change):
    return matrix().rename(index=change)


def without_value(value: float) -> pd.DataFrame:
    expression = matrix()
    expression.iloc[2, 1] = expression.iloc[5, 4] = value
    return expression


def kinds(n_normals: int, other: str = "metastasis") -> pd.DataFrame:
    kind = ["tumor"] * N_TUMOURS + ["normal"] * n_normals + [other] * (N_NORMALS - n_normals)
    return sheet().assign(kind=kind)


def few_tumours() -> pd.DataFrame:
    return sheet().assign(kind=["tumor"] * 19 + ["other"] * 5 + ["normal"] * 4)


BAD_INPUTS = {
    "no id meets": (
        lambda: (renamed(lambda name: f"S{name}"), sheet()),
        SampleSheetError,
        r"Only 0 of the 28 samples .*'STCGA-00-01A', .*\(28 in all\); in the sheet: 'TCGA-00-01A'"
        r".*Set samples\.id_column to the column",
    ),
    "fewer than half meet": (
        lambda: (matrix(), sheet().iloc[:13]),
        SampleSheetError,
        r"Only 13 of the 28 samples of the matrix are among the 13 of the sheet",
    ),
    "points for hyphens": (
        lambda: (renamed(lambda name: name.replace("-", ".")), sheet()),
        SampleSheetError,
        r"28 meet when - and \. and _ are taken for the same",
    ),
    "lower case": (
        lambda: (renamed(str.lower), sheet()),
        SampleSheetError,
        "28 meet when upper and lower case are taken for the same",
    ),
    "blanks": (
        lambda: (renamed(lambda name: f"{name} "), sheet()),
        SampleSheetError,
        "28 meet when blanks around the ids are removed",
    ),
    "the X of R": (
        lambda: (renamed(lambda name: f"X{name}"), sheet()),
        SampleSheetError,
        "28 meet when the X that R puts before ids is removed",
    ),
    "longer barcodes": (
        lambda: (
            renamed(lambda name: f"TCGA-A1-A0{name[5:7]}-01A-11R-A00Z-07"),
            sheet().rename(index=lambda name: f"TCGA-A1-A0{name[5:7]}-01A"),
        ),
        SampleSheetError,
        r"28 meet when TCGA barcodes are cut to the vial \(16 characters\)",
    ),
    "transposed": (
        lambda: (matrix().T, sheet()),
        ExpressionError,
        r"transposed: 28 of its columns, and 0 of its rows.*Set expression\.orientation",
    ),
    "NaN": (
        lambda: (without_value(np.nan), sheet()),
        ExpressionError,
        r"NaN or infinite .*2 such values \(gene 'G01' in sample 'TCGA-02-01A': nan, gene 'G04'",
    ),
    "infinite": (
        lambda: (without_value(np.inf), sheet()),
        ExpressionError,
        r"'TCGA-05-01A': inf\)\. Infinite ones .*genes: 2, samples: 2",
    ),
    "text": (
        lambda: (matrix().astype(object).assign(G03="high"), sheet()),
        ExpressionError,
        r"values that are no numbers \(.*'high'\).*expression\.drop_columns",
    ),
    "linear values": (
        lambda: (np.exp2(matrix()), sheet()),
        ExpressionError,
        r"log2\(TPM \+ 1\), which stays below 30.*unit\.scale: linear",
    ),
    "doubled profile": (
        lambda: (renamed({"TCGA-01-01A": "TCGA-00-01A"}), sheet()),
        ExpressionError,
        r"sample ids of the matrix stand twice or more: 'TCGA-00-01A' \(1 in all\)",
    ),
    "nameless gene": (
        lambda: (matrix().rename(columns={"G01": np.nan}), sheet()),
        ExpressionError,
        r"genes of the matrix are missing at positions '2' \(1 in all\)",
    ),
    "doubled row of the sheet": (
        lambda: (matrix(), pd.concat([sheet(), sheet().iloc[:1]])),
        SampleSheetError,
        r"sample ids of the sample sheet stand twice or more: 'TCGA-00-01A' .*samples\.id_column",
    ),
    "constant matrix": (
        lambda: (matrix() * (np.arange(N_GENES) < 9), sheet()),
        ExpressionError,
        "Only 9 of 15 genes vary between samples; at least 10 are needed",
    ),
    "no normals": (
        lambda: (matrix(), kinds(0)),
        BackgroundError,
        "has no adjacent normals.*at least 3 are needed.*reference_normals.cohort, or set "
        "require_normals: false",
    ),
    "two normals": (lambda: (matrix(), kinds(2)), BackgroundError, "has 2 adjacent normals"),
    "few tumours": (
        lambda: (matrix(), few_tumours()),
        CohortError,
        r"19 tumours with a profile; at least 20 .*tissue_values\.tumour",
    ),
}


def test_genes_with_gaps_can_be_left_out_and_empty_ones_always_are():
    gaps = without_value(np.nan).assign(G07=np.nan)
    cohort, log = assemble(gaps, sheet(), genes={"missing": "drop"})
    assert {"G01", "G04", "G07"}.isdisjoint(cohort.var_names)
    dropped = [step for step in log["steps"] if step["step"] == "missing"]
    assert [(step["dropped"], step["examples"]) for step in dropped] == [
        (1, ["G07"]),
        (2, ["G01", "G04"]),
    ]
    empty, _ = assemble(matrix().assign(G07=np.nan), sheet())
    assert empty.n_vars == N_GENES - 1


def test_doubled_genes_are_merged_or_refused_as_declared():
    doubled = matrix().rename(columns={"G01": "G00"})
    cohort, log = assemble(doubled, sheet())
    assert cohort.n_vars == N_GENES - 1
    linear = np.exp2(matrix()[["G00", "G01"]]) - 1
    expected = np.log2(linear.sum(axis=1) + 1).loc[cohort.obs_names]
    np.testing.assert_allclose(cohort.to_df()["G00"], expected, rtol=1e-5)
    assert cohort.var.loc["G00", "n_collapsed"] == 2
    (step,) = [step for step in log["steps"] if step["step"] == "collapsed"]
    assert (step["dropped"], step["kept_genes"]) == (1, N_GENES - 1)
    with pytest.raises(ExpressionError, match=r"several rows: 'G00'.*genes\.collapse"):
        assemble(doubled, sheet(), genes={"collapse": "error"})


def test_rows_that_are_chosen_among_samples_to_score_are_named():
    doubled = matrix().rename(columns={"G01": "G00"})
    array = {
        "platform": "microarray",
        "unit": {"quantity": "intensity", "scale": "log2", "offset": 0.0},
    }

    def warnings(rule):
        declared = definition(**array, genes={"collapse": rule})
        _, log = assemble_cohort(doubled, sheet(), declared, "example", to_score=True)
        return [warning for warning in log["warnings"] if "several rows" in warning]

    (warning,) = warnings("max_mean")
    assert "'G00' (1 in all)" in warning
    assert "genes.collapse: mean" in warning
    assert warnings("mean") == []


@pytest.mark.parametrize(("inputs", "error", "message"), BAD_INPUTS.values(), ids=BAD_INPUTS)
def test_bad_inputs_are_refused(inputs, error, message):
    with pytest.raises(error, match=message):
        assemble(*inputs())


REAL_COHORTS = {
    "tcga_brca": {
        "tumours": 963,
        "normals": 112,
        "genes": 1858,
        "os": 135,
        "dss": 72,
        "dfi": 74,
        "pfi": 130,
    },
    "scanb": {"tumours": 400, "normals": 0, "genes": 10000, "os": 48},
    "metabric": {"tumours": 200, "normals": 0, "genes": 2500, "os": 138, "dss": 85},
    "tcga_gbm": {"tumours": 20, "normals": 0, "genes": 39443, "os": 17},
    "gse42568": {"tumours": 104, "normals": 17, "genes": 4165, "rfs": 48},
    "tcga_pancancer": {
        "tumours": 3810,
        "normals": 0,
        "genes": 1376,
        "os": 1181,
        "dss": 734,
        "dfi": 432,
        "pfi": 1228,
    },
}


def assemble_real(name: str, folder: Path):
    settings = yaml.safe_load((COHORT_FILES / f"{name}.yml").read_text())[name]
    cohort = parse_definition(name, settings)
    read = read_expression(cohort.expression, folder)
    return assemble_cohort(
        read.values,
        read_sample_sheet(cohort.samples, cohort.expression, folder),
        cohort,
        name,
        annotation=read.genes,
        gene_tables=GeneTablesDataset(folder=folder, genes=cohort.genes).load(),
        notes=read.notes,
        warnings=read.warnings,
    )


@pytest.mark.parametrize("name", REAL_COHORTS)
def test_a_real_cohort_has_the_published_counts(name, real_data):
    cohort, log = assemble_real(name, real_data)
    events = {
        endpoint: int(cohort.obs[f"{endpoint}_event"].sum())
        for endpoint in ("os", "dss", "dfi", "pfi", "rfs")
        if f"{endpoint}_event" in cohort.obs
    }
    tissues = cohort.obs["tissue"].value_counts()
    found = {"tumours": tissues["tumour"], "normals": tissues.get("normal", 0)}
    assert found | {"genes": cohort.n_vars} | events == REAL_COHORTS[name]
    assert all(warning.startswith(("Samples unlike", "The tissue")) for warning in log["warnings"])
    doubted = (cohort.obs["outlier"] != "") | (cohort.obs["tissue_doubt"] != "")
    assert doubted.sum() <= max(2, 0.03 * cohort.n_obs)


def test_tcga_normals_bear_no_label_of_their_tumour(real_data):
    cohort, _ = assemble_real("tcga_brca", real_data)
    normals = cohort.obs[cohort.obs["tissue"] == "normal"]
    assert normals[["stage", "subtype", "purity", "os_time", "pfi_event"]].isna().all(axis=None)
    assert normals["patient_id"].str.fullmatch(r"TCGA-\w\w-\w{4}").all()
    assert cohort.obs["subtype"].value_counts().to_dict() == {
        "LumA": 485,
        "LumB": 204,
        "Basal": 168,
        "Her2": 73,
    }


def test_grades_and_days_of_real_cohorts(real_data):
    scanb, _ = assemble_real("scanb", real_data)
    assert scanb.obs["grade"].value_counts().to_dict() == {"2": 178, "3": 143, "1": 75}
    gse42568, _ = assemble_real("gse42568", real_data)
    days = gse42568.obs["rfs_time"].dropna()
    np.testing.assert_allclose(days, days.round(), atol=1e-6)
    assert days.max() == pytest.approx(3026)
