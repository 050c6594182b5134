"""Files that are written otherwise and hold the same: the cohort is the same, bit by bit."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from .small_cohort import (
    GENES,
    both,
    declared,
    in_matrix,
    in_sheet,
    ingest,
    matrix,
    put,
    sheet,
    write_good,
)

Change = Callable[[Path], object]
FIRST, SECOND, THIRD = matrix().columns[:3]
SAMPLES_IN_ROWS = {"expression.orientation": "samples_in_rows"}


def shuffled(frame: pd.DataFrame, axis: int) -> pd.DataFrame:
    order = np.random.default_rng(5).permutation(frame.shape[axis])
    return frame.iloc[order] if axis == 0 else frame.iloc[:, order]


def other_path(name: str, **more: object) -> dict[str, object]:
    return {"expression.path": name} | {f"expression.{key}": value for key, value in more.items()}


def stored(kind: str, **options: object) -> Change:
    """The matrix as Parquet or Feather."""
    frame = matrix().reset_index() if kind == "feather" else matrix()
    return lambda folder: getattr(frame, f"to_{kind}")(folder / f"m.{kind}", **options)


def gct_1_3(folder: Path) -> None:
    """Matrix and sheet in one GCT file."""
    about = sheet().replace("", "na").T
    lines = [
        "#1.3",
        f"{len(GENES)}\t{about.shape[1]}\t1\t{len(about)}",
        "\t".join(["id", "about", *about.columns]),
        *("\t".join([name, "na", *row]) for name, row in about.iterrows()),
        *("\t".join([name, "a gene", *map(str, row)]) for name, row in matrix().iterrows()),
    ]
    (folder / "m.gct").write_text("\n".join(lines) + "\n", encoding="utf-8")


def h5ad(folder: Path) -> None:
    """Matrix and sheet in one h5ad file."""
    values = matrix().T.astype(np.float32)
    obs = sheet().replace("", np.nan)
    ad.AnnData(values, obs=obs).write_h5ad(folder / "m.h5ad")


def study(folder: Path) -> None:
    """Matrix and sheet as a study of cBioPortal."""
    (folder / "study").mkdir()
    values = matrix().rename_axis("Hugo_Symbol").reset_index()
    values.insert(1, "Entrez_Gene_Id", range(1, len(GENES) + 1))
    values.to_csv(folder / "study" / "data_mrna_seq_tpm.txt", sep="\t", index=False)
    about = sheet().rename_axis("SAMPLE_ID").reset_index()
    about.insert(0, "PATIENT_ID", about.pop("patient"))
    text = about.to_csv(sep="\t", index=False)
    comments = "".join(f"#{name}\n" for name in ("Names", "Descriptions", "STRING", "1"))
    (folder / "study" / "data_clinical_sample.txt").write_text(comments + text, encoding="utf-8")


def in_two_sheets(folder: Path) -> None:
    about = sheet()
    about.iloc[:, :5].to_csv(folder / "sheet.csv")
    shuffled(about.iloc[:, 5:], 0).to_csv(folder / "further.tsv", sep="\t")


def mixed_ends(good: bytes) -> bytes:
    lines = good.splitlines()
    return b"".join(line + end for line, end in zip(lines, [b"\r\n", b"\n"] * 99, strict=False))


def quoted(good: bytes) -> bytes:
    return b"\n".join(b'"' + line.replace(b",", b'","') + b'"' for line in good.splitlines())


HARMLESS: dict[str, tuple[Change, dict[str, Any]]] = {
    "genes in another order": (in_matrix(lambda good: shuffled(good, 0)), {}),
    "samples in another order": (in_matrix(lambda good: shuffled(good, 1)), {}),
    "rows of the sheet in another order": (in_sheet(lambda good: shuffled(good, 0)), {}),
    "columns of the sheet in another order": (in_sheet(lambda good: shuffled(good, 1)), {}),
    "samples in rows": (in_matrix(lambda good: good.T), SAMPLES_IN_ROWS),
    "samples in rows, shuffled": (
        in_matrix(lambda good: shuffled(shuffled(good.T, 0), 1)),
        SAMPLES_IN_ROWS,
    ),
    "gzip": (put("m.csv.gz", gzip.compress), other_path("m.csv.gz")),
    "gzip without its ending": (put("m.csv", gzip.compress), other_path("m.csv")),
    "zstd": (
        put("m.csv.zst", lambda good: pa.compress(good, "zstd", asbytes=True)),
        other_path("m.csv.zst"),
    ),
    "tabs": (put("m.tsv", lambda good: good.replace(b",", b"\t")), other_path("m.tsv")),
    "tabs in a file that is called csv": (put("matrix.csv", lambda g: g.replace(b",", b"\t")), {}),
    "Parquet": (stored("parquet"), other_path("m.parquet")),
    "Feather": (stored("feather"), other_path("m.feather")),
    "line ends of Windows": (put("matrix.csv", lambda good: good.replace(b"\n", b"\r\n")), {}),
    "line ends of Windows in the sheet": (
        put("sheet.csv", lambda good: good.replace(b"\n", b"\r\n")),
        {},
    ),
    "mixed line ends": (both(put("matrix.csv", mixed_ends), put("sheet.csv", mixed_ends)), {}),
    "no line end at the end": (put("matrix.csv", bytes.rstrip), {}),
    "empty lines at the end": (put("matrix.csv", lambda good: good + b"\n\n"), {}),
    "mark of UTF-8": (
        both(
            put("matrix.csv", lambda good: b"\xef\xbb\xbf" + good),
            put("sheet.csv", lambda good: b"\xef\xbb\xbf" + good),
        ),
        {"expression.id_column": "gene", "samples.id_column": "sample"},
    ),
    "UTF-16 with its mark": (put("matrix.csv", lambda good: good.decode().encode("utf-16")), {}),
    "everything in quotes": (both(put("matrix.csv", quoted), put("sheet.csv", quoted)), {}),
    "header without the name of the ids": (put("matrix.csv", lambda good: good[5:]), {}),
    "exponents": (in_matrix(lambda good: good.map("{:.8e}".format)), {}),
    "trailing zeros": (in_matrix(lambda good: good.map("{:.6f}".format)), {}),
    "annotation of genes": (
        in_matrix(lambda good: good.assign(about="a gene, indeed")),
        other_path("matrix.csv", annotation_columns=["about"]),
    ),
    "columns that are dropped": (
        in_matrix(lambda good: good.assign(Length=1657, about="a gene")),
        other_path("matrix.csv", drop_columns=["Length", "about"]),
    ),
    "codes as decimals": (
        in_sheet(
            lambda good: good.replace(
                {"grade": r"^(\d)$", "status": r"^(\d)$"}, r"\1.0", regex=True
            )
        ),
        {},
    ),
    "grades spelt otherwise": (
        in_sheet(lambda good: good.replace({"grade": {"1": "G1", "2": "Grade II", "3": "nhg 3"}})),
        {},
    ),
    "gaps spelt otherwise": (in_sheet(lambda good: good.replace("", "NA")), {}),
    "blanks around codes": (in_sheet(lambda good: good.apply(lambda column: column + " ")), {}),
    "sheet in Parquet": (
        lambda folder: sheet().replace("", None).to_parquet(folder / "sheet.parquet"),
        {"samples.path": "sheet.parquet"},
    ),
    "sheet in two tables": (in_two_sheets, {"samples.join": [{"path": "further.tsv"}]}),
    "GCT with its sheet": (gct_1_3, {"expression": {"path": "m.gct"}, "samples": {}}),
    "h5ad with its sheet": (h5ad, {"expression": {"path": "m.h5ad"}, "samples": {}}),
    "study of cBioPortal": (
        study,
        {
            "expression": {"path": "study"},
            "samples": {},
            "columns.patient_id": "PATIENT_ID",
        },
    ),
}


def steps(log: dict[str, Any]) -> list[dict[str, Any]]:
    """The log without what is said of the source."""
    return [step for step in log["steps"] if step["step"] != "source"]


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> tuple[ad.AnnData, dict[str, Any]]:
    return ingest(write_good(tmp_path_factory.mktemp("good")), declared({}))


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_written_otherwise_is_the_same_cohort(name, good, tmp_path):
    change, settings = HARMLESS[name]
    change(write_good(tmp_path))
    cohort, log = ingest(tmp_path, declared(settings))
    expected, expected_log = good
    assert cohort.X.tobytes() == expected.X.tobytes()
    pd.testing.assert_frame_equal(cohort.obs, expected.obs, check_exact=True)
    pd.testing.assert_frame_equal(cohort.var, expected.var, check_exact=True)
    assert cohort.uns == expected.uns
    assert steps(log) == steps(expected_log)
    assert log["warnings"] == expected_log["warnings"]
