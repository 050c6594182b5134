"""Bad files: packed, separated, encoded or laid out otherwise than declared, or none at all."""

import bz2
import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable

import pyarrow as pa

from twinpurify.errors import ConfigurationError, ExpressionError, SampleSheetError, TableError

from .small_cohort import Case, in_matrix, in_sheet, matrix, put

PAGE = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>\n"
LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935\nsize 12345\n"
CSV = {"expression.format": "csv"}


def path(name: str, **more: object) -> dict[str, object]:
    """Settings that name another file of the matrix."""
    return {"expression.path": name} | {f"expression.{key}": value for key, value in more.items()}


def separated(delimiter: bytes) -> Callable[[bytes], bytes]:
    """Exchange the commas of a CSV file."""
    return lambda good: good.replace(b",", delimiter)


def zipped(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "data")
    return packed.getvalue()


def tarred(name: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.addfile(tarfile.TarInfo(name))
    return packed.getvalue()


def stored(kind: str) -> bytes:
    """The good matrix as Parquet or Feather."""
    file = io.BytesIO()
    getattr(matrix().reset_index(), f"to_{kind}")(file)
    return file.getvalue()


def with_decimal_commas(good: bytes) -> bytes:
    return good.replace(b",", b"\t").replace(b".", b",")


def line(number: int, alter: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Change one line of a file."""

    def change(good: bytes) -> bytes:
        lines = good.splitlines()
        lines[number] = alter(lines[number])
        return b"\n".join(lines) + b"\n"

    return change


def of_doctors(good: bytes) -> bytes:
    """A sheet with a column of names, in the encoding of an old spreadsheet."""
    lines = good.decode().splitlines()
    rows = [f"{lines[0]},doctor", *(f"{row},Dr. Müller" for row in lines[1:])]
    return "\n".join(rows).encode("latin-1")


CONTENTS = {
    "empty file": Case(
        put("matrix.csv", ""), {}, TableError, r"matrix\.csv is empty.*correct expression\.path"
    ),
    "header only": Case(
        put("matrix.csv", lambda good: good.splitlines()[0]),
        {},
        TableError,
        r"matrix\.csv has a header and no rows\. Correct expression\.path",
    ),
    "empty sheet": Case(
        put("sheet.csv", ""), {}, TableError, r"sheet\.csv is empty.*samples\.path"
    ),
    "truncated gzip": Case(
        put("m.csv.gz", lambda good: gzip.compress(good)[:-300]),
        path("m.csv.gz"),
        TableError,
        r"m\.csv\.gz can't be read as csv: .*damaged.*fetch it again",
    ),
    "truncated zstd": Case(
        put("m.csv.zst", lambda good: pa.compress(good, "zstd", asbytes=True)[:-300]),
        path("m.csv.zst"),
        TableError,
        r"m\.csv\.zst can't be read as csv: .*damaged.*fetch it again",
    ),
    "truncated parquet": Case(
        put("m.parquet", lambda _: stored("parquet")[:-300]),
        path("m.parquet"),
        TableError,
        r"m\.parquet can't be read as parquet: .*damaged.*fetch it again",
    ),
    "truncated feather": Case(
        put("m.feather", lambda _: stored("feather")[:-300]),
        path("m.feather"),
        TableError,
        r"m\.feather can't be read as feather: .*damaged.*fetch it again",
    ),
    "file that ends within a row": Case(
        put("matrix.csv", lambda good: good[:-60]),
        {},
        TableError,
        r"ends within its last row: line 25 has \d+ fields of 27\. The file was cut off: fetch "
        r"expression\.path again",
    ),
    "web page": Case(
        put("matrix.csv", PAGE),
        {},
        TableError,
        r"matrix\.csv is a web page, not data.*Fetch expression\.path again",
    ),
    "web page in the place of the sheet": Case(
        put("sheet.csv", PAGE), {}, TableError, r"sheet\.csv is a web page.*Fetch samples\.path"
    ),
    "workbook": Case(
        put("m.xlsx", zipped("[Content_Types].xml", "xl/workbook.xml")),
        path("m.xlsx"),
        TableError,
        r"m\.xlsx is an Excel workbook.*Save its sheet as CSV, and set expression\.path",
    ),
    "old workbook": Case(
        put("sheet.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        {"samples.path": "sheet.xls"},
        TableError,
        r"sheet\.xls is an old Excel workbook .*Save its sheet as CSV, and set samples\.path",
    ),
    "ZIP archive": Case(
        put("m.csv.zip", zipped("matrix.csv")),
        path("m.csv.zip"),
        TableError,
        r"m\.csv\.zip is a ZIP archive.*Unpack it, and set expression\.path",
    ),
    "tar archive": Case(
        put("GSE1_RAW.tar", lambda _: tarred("GSM1.CEL.gz")),
        path("GSE1_RAW.tar"),
        TableError,
        r"GSE1_RAW\.tar is a tar archive, which holds files\. Unpack it, and set expression\.path",
    ),
    "packed by another program": Case(
        put("m.csv.bz2", bz2.compress),
        path("m.csv.bz2"),
        TableError,
        r"m\.csv\.bz2 is packed by bzip2, which isn't read\. Unpack it, or pack it by gzip or zstd",
    ),
    "packed twice": Case(
        put("m.csv.gz", lambda good: gzip.compress(gzip.compress(good))),
        path("m.csv.gz"),
        TableError,
        r"m\.csv\.gz is packed twice, which isn't read\. Unpack it.*expression\.path",
    ),
    "file of R": Case(
        put("m.rds", gzip.compress(b"X\n\0\0\0\3\0\4\2\2" + bytes(range(200)))),
        path("m.rds"),
        TableError,
        r"m\.rds is a file of R\. Load it there, save the matrix .* with write\.csv, and set expr",
    ),
    "pointer of Git LFS": Case(
        put("m.parquet", LFS),
        path("m.parquet"),
        TableError,
        r"m\.parquet is a pointer of Git LFS.*`git lfs pull`.*expression\.path",
    ),
    "no table": Case(
        put("m.dat", bytes(range(1, 9)) * 20),
        path("m.dat"),
        TableError,
        r"The format of the file .*m\.dat can't be told .*Set expression\.format to one of ",
    ),
}

LAYOUTS = {
    "semicolons": Case(
        put("matrix.csv", separated(b";")),
        CSV,
        TableError,
        r"read as csv, whose fields are separated by commas, but they seem to be separated by "
        r"semicolons\. Save it with commas or tabs, and set expression\.path",
    ),
    "semicolons in the sheet": Case(
        put("sheet.csv", separated(b";")),
        {},
        TableError,
        r"sheet\.csv is read as csv, .* separated by semicolons\. Save it .*samples\.path",
    ),
    "tabs declared csv": Case(
        put("matrix.csv", separated(b"\t")),
        CSV,
        TableError,
        r"read as csv, .* seem to be separated by tabs\. Set expression\.format: tsv",
    ),
    "commas declared tsv": Case(
        put("m.tsv", lambda good: good),
        path("m.tsv", format="tsv"),
        TableError,
        r"m\.tsv is read as tsv, .* separated by commas\. Set expression\.format: csv",
    ),
    "blanks": Case(
        put("m.txt", separated(b" ")),
        path("m.txt"),
        TableError,
        r"m\.txt is read as tsv, .* separated by blanks\. Save it with commas or tabs",
    ),
    "one column": Case(
        put("matrix.csv", "gene\n" + "\n".join(matrix().index) + "\n"),
        {},
        TableError,
        r"no columns besides the id column 'gene'.*Correct expression\.path or expression\.format",
    ),
    "decimal commas": Case(
        put("m.tsv", with_decimal_commas),
        path("m.tsv"),
        ExpressionError,
        r"m\.tsv holds \d+ values that are text \(gene 'ACTB' in sample 'TCGA-A1-A000-01A': '\d+,"
        r"\d+'.*They look like decimal commas: save the table with decimal points",
    ),
    "thousands separators": Case(
        in_matrix(lambda good: (good * 1e5).map("{:,.0f}".format)),
        {"unit": {"quantity": "counts", "scale": "linear"}},
        ExpressionError,
        r"values that are text \(gene 'ACTB' .*thousands separators: save the table without them",
    ),
    "doubled header": Case(
        put("matrix.csv", lambda good: good + good),
        {},
        TableError,
        r"matrix\.csv repeats its header in row 25 .*Remove these lines",
    ),
    "doubled header of the sheet": Case(
        put("sheet.csv", lambda good: good + good.splitlines()[0] + b"\n"),
        {},
        TableError,
        r"sheet\.csv repeats its header in row 27 .*Remove these lines",
    ),
    "comments above the header": Case(
        put("matrix.csv", lambda good: b"# made in 2019\n# by hand\n" + good),
        CSV,
        TableError,
        r"begins with 2 comment lines \('# made in 2019'\).*remove the lines that begin with #",
    ),
    "rows of unlike lengths": Case(
        put("matrix.csv", line(4, lambda row: row + b",1,2")),
        {},
        TableError,
        r"rows that are longer or shorter than its header of 27 fields: line 5 has 29\. ",
    ),
    "lines that end with a delimiter": Case(
        put("sheet.csv", lambda good: good.replace(b"\n", b",\n").replace(b",\n", b"\n", 1)),
        {},
        TableError,
        r"lines that end with a delimiter, such as line 2, and a header that doesn't",
    ),
    "quote that is never closed": Case(
        put("sheet.csv", line(3, lambda row: row.replace(b"tumor", b'"tumor'))),
        {},
        TableError,
        r"sheet\.csv opens a quote in line 4 that is never closed.*Close or remove the quote",
    ),
    "UTF-16 without its mark": Case(
        put("matrix.csv", lambda good: good.decode().encode("utf-16-le")),
        CSV,
        TableError,
        r"matrix\.csv holds NUL bytes.*fetch it again, or set expression\.format",
    ),
    "Latin-1 in the sheet": Case(
        put("sheet.csv", of_doctors),
        {},
        TableError,
        r"sheet\.csv isn't UTF-8: line 2 holds the byte 0xfc .*Dr\. Müller' if it is Latin-1\. "
        r"Save it as UTF-8, and set samples\.path",
    ),
    "Latin-1 in the names of genes": Case(
        put("matrix.csv", line(3, lambda row: "Größe".encode("latin-1") + row)),
        {},
        TableError,
        r"matrix\.csv isn't UTF-8: line 4 holds the byte 0xf6 .*expression\.path",
    ),
    "column of words that isn't declared": Case(
        in_matrix(lambda good: good.assign(about="a gene")),
        {},
        ExpressionError,
        r"24 values that are text .*sample 'about': 'a gene'.*expression\.annotation_columns",
    ),
    "column to drop that isn't there": Case(
        None,
        path("matrix.csv", drop_columns=["TCGA-A1-A000-01"]),
        TableError,
        r"expression\.drop_columns\[0\]: 'TCGA-A1-A000-01' \(did you mean 'TCGA-A1-A000-01A'\?\)",
    ),
    "id column that isn't there": Case(
        None,
        path("matrix.csv", id_column="Gene"),
        TableError,
        r"expression\.id_column: 'Gene' \(did you mean 'gene'\?\)",
    ),
    "two columns of one name in the sheet": Case(
        put("sheet.csv", line(0, lambda row: row.replace(b"grade", b"kind"))),
        {},
        TableError,
        r"sheet\.csv names columns twice or more: 'kind' \(1 in all\)\. Rename them",
    ),
    "column without a name in the sheet": Case(
        put("sheet.csv", line(0, lambda row: row.replace(b"grade", b""))),
        {},
        TableError,
        r"sheet\.csv has a column without a name at position 5 of 10\. Name it",
    ),
    "no orientation": Case(
        None,
        {"expression": {"path": "matrix.csv"}},
        ConfigurationError,
        r"expression\.orientation isn't set.*samples_in_rows.*genes_in_rows",
    ),
    "sample without an id": Case(
        in_sheet(lambda good: good.rename({"TCGA-A1-A003-01A": ""})),
        {},
        SampleSheetError,
        r"sample ids of .*sheet\.csv are missing at positions '4'.*samples\.id_column",
    ),
}

CASES = {**CONTENTS, **LAYOUTS}
