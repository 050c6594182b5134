"""Bad matrices and sheets, each with the error that says what is wrong with it."""

import gzip
import io
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable
from twinpurify.errors import ConfigurationError, ExpressionError, SampleSheetError, TableError
from twinpurify.io.reading import read_expression, read_sample_sheet
from twinpurify.io.tables.tabular import read_table

from .mutations import damaged, result_or_our_error

GOOD = b"id,A,B\ns1,1,2\ns2,3,4\n"
NUMBERS = np.random.default_rng(0).normal(size=(3000, 9))


def table(path, orientation="samples_in_rows", **changes):
    return ExpressionTable(path=path.name, orientation=orientation, **changes)


def read(path, **changes):
    return read_expression(table(path, **changes), path.parent)


def read_sheet(path, **changes):
    samples = SampleTable(path=path.name, **changes)
    return read_sample_sheet(samples, table(path), path.parent)


def put(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def zipped(*names):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, GOOD)
    return packed.getvalue()


def stored(kind):
    frame, file = pd.DataFrame(NUMBERS).add_prefix("G"), io.BytesIO()
    getattr(frame, f"to_{kind}")(file)
    return file.getvalue()


ZSTD = pa.compress(GOOD * 500, "zstd", asbytes=True)
GZIP = gzip.compress(pd.DataFrame(NUMBERS).to_csv().encode())
WRONG_CHECKSUM = GZIP[:-6] + bytes([GZIP[-6] ^ 1]) + GZIP[-5:]
LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
PAGE = "\n<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>\n"
TEXTS = "id,A,B\ns1,1,high\ns2,low,2\ns3,1,low\n"

# What is wrong: name of the file, content, settings, error, message.
BAD = {
    "empty": ("m.csv", "", {}, TableError, r"m\.csv is empty\. Fetch it .* expression\.path"),
    "empty, gzipped": ("m.csv.gz", gzip.compress(b""), {}, TableError, r"m\.csv\.gz is empty"),
    "header only": ("m.csv", "id,A\n", {}, TableError, r"has a header and no rows\. Correct expr"),
    "header only, parquet": (
        "m.parquet",
        lambda: frame_bytes(pd.DataFrame({"id": [], "A": []})),
        {},
        TableError,
        "has a header and no rows",
    ),
    "one column": (
        "m.csv",
        "id\ns1\n",
        {},
        TableError,
        r"no columns besides the id column 'id'.*expression\.format \(csv is separated by commas",
    ),
    "semicolons": (
        "m.csv",
        "id;A;B\ns1;1;2\n",
        {},
        TableError,
        r"is read as csv, whose fields are separated by commas, but they seem to be separated by "
        r"semicolons\. Save it with commas or tabs, and set expression\.path",
    ),
    "semicolons and decimal commas": (
        "m.csv",
        "id;A;B\ns1;1,5;2,5\n",
        {},
        TableError,
        "seem to be separated by semicolons",
    ),
    "semicolons and one decimal comma": (
        "m.csv",
        "id;A\ns1;1,5\n",
        {},
        TableError,
        "seem to be separated by semicolons",
    ),
    "vertical bars": ("m.csv", "id|A\ns1|1\n", {}, TableError, "separated by vertical bars"),
    "blanks": ("m.txt", "id A B\ns1 1 2\n", {}, TableError, "separated by tabs, .* by blanks"),
    "tabs in a declared csv": (
        "m.csv",
        "id\tA\ns1\t1\n",
        {"format": "csv"},
        TableError,
        r"seem to be separated by tabs\. Set expression\.format: tsv\.",
    ),
    "commas in a declared tsv": (
        "m.tsv",
        GOOD,
        {"format": "tsv"},
        TableError,
        r"seem to be separated by commas\. Set expression\.format: csv\.",
    ),
    "delimiter behind each line": (
        "m.csv",
        "id,A,\ns1,1,\n",
        {},
        TableError,
        r"column without a name at position 3 of 3\. Name it, .*delimiter at the end of each line",
    ),
    "delimiter behind the rows alone": (
        "m.csv",
        "id,A\ns1,1,\ns2,2,\n",
        {},
        TableError,
        r"has lines that end with a delimiter, such as line 2, and a header that doesn't",
    ),
    "rows too long": (
        "m.csv",
        "id,A\ns1,1\ns2,1,2\ns3,1\ns4,1,2,3\n",
        {},
        TableError,
        r"longer or shorter than its header of 2 fields: line 3 has 3, line 5 has 4\. Fields that",
    ),
    "last row cut off": (
        "m.csv",
        "id,A,B\ns1,1,2\ns2,3",
        {},
        TableError,
        r"ends within its last row: line 3 has 2 fields of 3\. The file was cut off: fetch expr",
    ),
    "comments on top": (
        "m.tsv",
        "# made by a tool\n# on a day\nid\tA\ns1\t1\n",
        {},
        TableError,
        r"begins with 2 comment lines \('# made by a tool'\)\. .*remove the lines that begin with",
    ),
    "one comment on top": (
        "m.tsv",
        "# made by\ta tool\nid\tA\tB\tC\ns1\t1\t2\t3\n",
        {},
        TableError,
        "begins with 1 comment lines",
    ),
    "header again": (
        "m.csv",
        "id,A,B\ns1,1,2\nid,A,B\ns2,1,2\n",
        {},
        TableError,
        "repeats its header in row 2 of its rows: tables were joined end to end",
    ),
    "doubled sample": (
        "m.csv",
        "id,A\ns1,1\ns1,2\n",
        {},
        ExpressionError,
        r"sample ids of the matrix stand twice or more: 's1'",
    ),
    "doubled sample in columns": (
        "m.csv",
        "id,s1,s1\nA,1,2\n",
        {"orientation": "genes_in_rows"},
        ExpressionError,
        r"sample ids of the matrix stand twice or more: 's1' \(1 in all\)",
    ),
    "doubled id column": (
        "m.csv",
        "id,id,A\n1,s1,1\n",
        {"id_column": "id"},
        TableError,
        r"names columns twice or more: 'id' \(1 in all\)",
    ),
    "missing sample id": (
        "m.csv",
        "id,A\n,1\ns1,2\n",
        {},
        ExpressionError,
        r"sample ids of the matrix are missing at positions '1'",
    ),
    "text": (
        "m.csv",
        TEXTS,
        {},
        ExpressionError,
        r"3 values that are text \(gene 'A' in sample 's2': 'low', "
        r"gene 'B' in sample 's1': 'high', gene 'B' in sample 's3': 'low'\), "
        r"in the genes 'A', 'B' \(2 in all\)\. .*expression\.drop_columns, or, where they "
        r"describe genes, in expression\.annotation_columns",
    ),
    "text, genes in rows": (
        "m.csv",
        "gene,about,s1,s2\nA,kinase,1,2\nB,,x,2\n",
        {"orientation": "genes_in_rows"},
        ExpressionError,
        r"2 values .*gene 'A' in sample 'about': 'kinase', gene 'B' in sample 's1': 'x'",
    ),
    "open quote among numbers": (
        "m.csv",
        'id,A\ns1,"1\ns2,2\n',
        {},
        TableError,
        r"line end within the value '1\\ns2,2",
    ),
    "text in a parquet": (
        "m.parquet",
        lambda: frame_bytes(pd.DataFrame({"A": ["x", "1"]}, index=["s1", "s2"])),
        {},
        ExpressionError,
        r"1 values that are text \(gene 'A' in sample 's1': 'x'\)",
    ),
    "decimal commas": (
        "m.tsv",
        "id\tA\tB\ns1\t1,5\t2\ns2\t0,25\t1\n",
        {},
        ExpressionError,
        r"2 values .*'1,5'.*They look like decimal commas: save the table with decimal points",
    ),
    "decimal commas in quotes": (
        "m.csv",
        'id,A\ns1,"1,5"\ns2,"1.234,5"\n',
        {},
        ExpressionError,
        "decimal commas",
    ),
    "thousands separators": (
        "m.csv",
        'id,A,B\ns1,"1,234","12,345,678.5"\n',
        {},
        ExpressionError,
        r"2 values .*'1,234'.*numbers with thousands separators",
    ),
    "thousands by blanks": ("m.tsv", "id\tA\ns1\t1 234\n", {}, ExpressionError, "thousands"),
    "Latin-1": (
        "m.csv",
        "id,A\ns1,1\nMüller,2\n".encode("latin-1"),
        {},
        TableError,
        r"isn't UTF-8: line 3 holds the byte 0xfc at its position 2, near 'Müller,2' if it is "
        r"Latin-1\. Save it as UTF-8, and set expression\.path",
    ),
    "Latin-1 in the header": (
        "m.csv",
        "id,Gröbe\ns1,1\n".encode("latin-1"),
        {},
        TableError,
        r"isn't UTF-8: line 1 holds the byte 0xf6 at its position 6",
    ),
    "NUL bytes in an id": (
        "m.csv",
        "id,A\ns\x001,1\n",
        {"format": "csv"},
        TableError,
        r"holds NUL bytes, which no text has, for example in 's\\x001'",
    ),
    "NUL bytes in a number": ("m.csv", "id,A\ns1,\x001\n", {}, TableError, "holds NUL bytes"),
    "NUL bytes in the header": ("m.csv", "id,A\x00\ns1,1\n", {}, TableError, "holds NUL bytes"),
    "UTF-16 without its mark": (
        "m.csv",
        "id,A\ns1,1\n".encode("utf-16-le"),
        {},
        TableError,
        "holds NUL bytes",
    ),
    "web page": (
        "m.csv",
        PAGE,
        {},
        TableError,
        r"is a web page, not data: a page to log in, .*Fetch expression\.path again",
    ),
    "web page, gzipped": ("m.tsv.gz", gzip.compress(PAGE.encode()), {}, TableError, "a web page"),
    "XML error of a store": (
        "m.csv",
        '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
        {"format": "csv"},
        TableError,
        "is a web page, not data",
    ),
    "workbook": (
        "m.csv",
        zipped("[Content_Types].xml", "xl/workbook.xml"),
        {},
        TableError,
        r"is an Excel workbook, whatever its name\. Save its sheet as CSV",
    ),
    "ZIP": ("m.csv", zipped("m.csv"), {}, TableError, r"is a ZIP archive.*Unpack it, and set expr"),
    "old workbook": (
        "m.xls",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        {},
        TableError,
        r"is an old Excel workbook .*Save its sheet as CSV",
    ),
    "Git LFS": ("m.parquet", LFS, {}, TableError, r"a pointer of Git LFS, .*`git lfs pull`"),
    "unknown": (
        "m.dat",
        b"\x01\x02\x03",
        {},
        TableError,
        r"The format of the file .*m\.dat can't be told .*Set expression\.format to one of",
    ),
    "truncated gzip": (
        "m.csv.gz",
        GZIP[:-5000],
        {},
        TableError,
        "can't be read as csv: Truncated compressed stream.*damaged",
    ),
    "gzip cut within its header": ("m.csv.gz", GZIP[:5], {}, TableError, "can't be read as csv"),
    "gzip with a wrong checksum": ("m.csv.gz", WRONG_CHECKSUM, {}, TableError, "incorrect data"),
    "truncated zstd": ("m.csv.zst", ZSTD[:-3], {}, TableError, "can't be read as csv: Truncated"),
    "no gzip, whatever its name": (
        "m.csv.gz",
        b"rubbish" + GZIP[7:2000],
        {},
        TableError,
        "m.csv.gz",
    ),
    "truncated parquet": (
        "m.parquet",
        lambda: stored("parquet")[:5000],
        {},
        TableError,
        r"m\.parquet can't be read as parquet: .*The file is damaged",
    ),
    "no parquet": (
        "m.parquet",
        b"rubbish",
        {},
        TableError,
        r"m\.parquet can't be read as parquet: .*set expression\.format",
    ),
    "truncated feather": (
        "m.feather",
        lambda: stored("feather")[:5000],
        {},
        TableError,
        r"m\.feather can't be read as feather: .*The file is damaged",
    ),
    "no orientation": (
        "m.csv",
        GOOD,
        {"orientation": None},
        ConfigurationError,
        r"expression\.orientation isn't set, .*Set it to samples_in_rows when each row is a "
        r"sample, or genes_in_rows when each row is a gene\. The columns are 'id', 'A', 'B'",
    ),
    "id column misspelt": (
        "m.csv",
        "aliquot,A\ns1,1\n",
        {"id_column": "aliqot"},
        TableError,
        r"expression\.id_column: 'aliqot' \(did you mean 'aliquot'\?\)",
    ),
    "column to drop misspelt": (
        "m.csv",
        GOOD,
        {"drop_columns": ["about"]},
        TableError,
        r"expression\.drop_columns\[0\]: 'about'.*columns are 'id', 'A'",
    ),
    "annotation misspelt": (
        "m.csv",
        GOOD,
        {"orientation": "genes_in_rows", "annotation_columns": ["A", "symbol"]},
        TableError,
        r"expression\.annotation_columns\[1\]: 'symbol'",
    ),
    "missing file": ("", "", {}, TableError, r"There is no file .*Set `raw`"),
}


def frame_bytes(frame):
    file = io.BytesIO()
    frame.to_parquet(file)
    return file.getvalue()


@pytest.mark.parametrize("case", BAD)
def test_bad_matrices_are_refused(case, tmp_path):
    name, content, changes, error, message = BAD[case]
    path = tmp_path / (name or "none.csv")
    if name:
        put(path, content() if callable(content) else content)
    with pytest.raises(error, match=message):
        read(path, **changes)


BAD_SHEETS = {
    "doubled sample": (
        "id,a\ns1,x\ns1,y\n",
        SampleSheetError,
        r"stand twice or more: 's1' .*set samples\.id_column",
    ),
    "missing id": ("id,a\ns1,x\n,y\n", SampleSheetError, r"are missing at positions '2'"),
    "doubled column": ("id,a,a\ns1,x,y\n", TableError, r"names columns twice or more: 'a'"),
    "column without a name": ("id,,a\ns1,x,y\n", TableError, r"position 2 of 3.*samples\.id_colu"),
    "header again": ("id,a\ns1,x\ns2,x\nid,a\n", TableError, "repeats its header in row 3"),
    "NUL bytes": ("id,a\ns1,x\x00\n", TableError, r"holds NUL bytes, .*samples\.format"),
    "open quote": (
        'id,a\ns0,x\ns1,"x\ns2,y\n',
        TableError,
        "opens a quote in line 3 that is never closed, so that the rest of the file is one field",
    ),
    "quote over two ids": (
        'id,a,b\n"s1,1,2\ns2",3,4\n',
        TableError,
        r"has a line end within the id 's1,1,2\\ns2': a quote is opened and not closed",
    ),
    "open quote in the header": (
        'id,"a\ns1,1\n',
        TableError,
        r"line end within the name of the column 'a\\ns1,1",
    ),
    "Latin-1": (
        "id,a\n1,Häm\n".encode("latin-1"),
        TableError,
        "isn't UTF-8: line 2 .*samples.path",
    ),
    "ragged": ("id,a\ns1,x,y,z\ns2,x\n", TableError, "header of 2 fields: line 2 has 4"),
}


@pytest.mark.parametrize("case", BAD_SHEETS)
def test_bad_sheets_are_refused(case, tmp_path):
    content, error, message = BAD_SHEETS[case]
    with pytest.raises(error, match=message):
        read_sheet(put(tmp_path / "s.csv", content))


def test_an_unknown_table_is_refused(tmp_path):
    path = put(tmp_path / "s.dat", b"\x01\x02")
    message = r"can't be told by its content or its ending; known endings are \.parquet, .*Set s\.f"
    with pytest.raises(TableError, match=message):
        read_table(path, setting="s")


def test_a_folder_is_no_table(tmp_path):
    (tmp_path / "m.csv").mkdir()
    with pytest.raises(TableError, match=r"The format of the folder .*m\.csv can't be told"):
        read(tmp_path / "m.csv")
    with pytest.raises(TableError, match=r"m\.csv is a folder, not a file of the format csv"):
        read(tmp_path / "m.csv", format="csv")


FILES = {
    "m.csv": GOOD,
    "m.tsv": GOOD.replace(b",", b"\t"),
    "m.csv.gz": gzip.compress(GOOD),
    "m.parquet": stored("parquet"),
    "m.feather": stored("feather"),
}


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    data=st.data(),
    name=st.sampled_from(sorted(FILES)),
    orientation=st.sampled_from(["samples_in_rows", "genes_in_rows"]),
)
def test_damage_gives_a_matrix_or_an_error_of_ours(data, name, orientation, tmp_path):
    content = data.draw(damaged(FILES[name], zipped=name.endswith(".gz")))
    path = put(tmp_path / name, content)
    raw = result_or_our_error(lambda: read(path, orientation=orientation))
    if raw is not None:
        assert raw.values.to_numpy().dtype == np.float32
        assert len(raw.genes) == raw.values.shape[1]
        assert raw.values.index.is_unique
    sheet = result_or_our_error(lambda: read_sheet(path))
    assert sheet is None or sheet.index.is_unique
