"""Reading tables: formats, orientations, ids, and what is refused."""

import gzip

import numpy as np
import pandas as pd
import pytest

from twinpurify.cohort.source_settings import ExpressionTable, SampleTable
from twinpurify.errors import ExpressionError, SampleSheetError, TableError
from twinpurify.io.tabular import read_expression, read_sample_sheet, read_table

MATRIX = pd.DataFrame(
    [[1.5, 0.0, 3.25], [2.0, 10.0, 0.125]],
    index=["0012", "s2"],
    columns=["TP53", "RP11-1.2", "1"],
    dtype=np.float32,
)


def expression_table(orientation="samples_in_rows", **settings):
    return ExpressionTable(path="x", orientation=orientation, **settings)


def write(path, text):
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "wt", encoding="utf-8") as file:
        file.write(text)
    return path


def saved(frame, path):
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_csv(path, sep="\t" if ".tsv" in path.name else ",")
    return path


@pytest.mark.parametrize("name", ["m.parquet", "m.csv", "m.tsv", "m.csv.gz", "m.tsv.gz"])
@pytest.mark.parametrize("orientation", ["samples_in_rows", "genes_in_rows"])
def test_every_format_and_orientation_gives_samples_by_genes(name, orientation, tmp_path):
    stored = MATRIX if orientation == "samples_in_rows" else MATRIX.T
    read = read_expression(saved(stored, tmp_path / name), expression_table(orientation))
    pd.testing.assert_frame_equal(read, MATRIX, check_names=False)


def test_id_column_and_dropped_columns_may_stand_anywhere(tmp_path):
    table = MATRIX.T.assign(description="gene", symbol=MATRIX.columns)
    declared = expression_table("genes_in_rows", id_column="symbol", drop_columns=["description"])
    path = tmp_path / "m.parquet"
    table.reset_index(drop=True).to_parquet(path)
    pd.testing.assert_frame_equal(read_expression(path, declared), MATRIX, check_names=False)
    path = tmp_path / "m.csv"
    table.to_csv(path, index=False)
    pd.testing.assert_frame_equal(read_expression(path, declared), MATRIX, check_names=False)


def test_the_first_column_names_the_rows_of_a_parquet_without_index(tmp_path):
    path = tmp_path / "m.parquet"
    MATRIX.rename_axis("sample").reset_index().to_parquet(path)
    pd.testing.assert_frame_equal(
        read_expression(path, expression_table()), MATRIX, check_names=False
    )


def test_a_header_that_r_wrote_lacks_the_column_of_the_row_names(tmp_path):
    path = write(tmp_path / "m.tsv", "A\tB\ns1\t1\t2\ns2\t3\t4\n")
    read = read_expression(path, expression_table())
    assert read.columns.tolist() == ["A", "B"]
    assert read.index.tolist() == ["s1", "s2"]


def test_a_byte_order_mark_and_windows_line_ends_are_no_part_of_the_table(tmp_path):
    path = write(tmp_path / "m.csv", "\ufeffid,A\r\ns1,1\r\n")
    read = read_expression(path, expression_table(id_column="id"))
    assert read.to_dict() == {"A": {"s1": 1.0}}


def test_missing_values_become_nan(tmp_path):
    path = write(tmp_path / "m.csv", "id,A,B\ns1,NA,\ns2,1,nan\n")
    read = read_expression(path, expression_table())
    np.testing.assert_array_equal(read, [[np.nan, np.nan], [1, np.nan]])


def test_numbers_stored_as_text_or_integers_are_numbers(tmp_path):
    path = tmp_path / "m.parquet"
    pd.DataFrame({"A": ["1.5", "NA"], "B": [2**25 + 1, 3]}, index=["s1", "s2"]).to_parquet(path)
    read = read_expression(path, expression_table())
    np.testing.assert_array_equal(read, np.array([[1.5, 2**25 + 1], [np.nan, 3]], np.float32))


def test_a_sample_sheet_is_text_and_keeps_zeros(tmp_path):
    path = write(tmp_path / "s.csv", 'id,site,note\n0012,007,"a, b"\n2,NA,\n')
    sheet = read_sample_sheet(path, SampleTable(path="x"))
    assert sheet.index.tolist() == ["0012", "2"]
    assert sheet["site"].iloc[0] == "007"
    assert sheet["note"].iloc[0] == "a, b"
    assert sheet.iloc[1].isna().all()


def test_a_typed_sample_sheet_becomes_text(tmp_path):
    path = tmp_path / "s.parquet"
    frame = pd.DataFrame({"age": [50, 61], "kind": pd.Categorical(["T", None])}, index=[1, 2])
    frame.to_parquet(path)
    sheet = read_sample_sheet(path, SampleTable(path="x"))
    assert sheet.index.tolist() == ["1", "2"]
    assert sheet["age"].tolist() == ["50", "61"]
    assert sheet["kind"].isna().tolist() == [False, True]


def test_a_declared_format_beats_the_ending(tmp_path):
    path = write(tmp_path / "s.dat", "id\ta\n1\tx\n")
    assert read_table(path, "tsv").loc["1", "a"] == "x"


def test_a_missing_file_names_path_folder_and_setting(tmp_path):
    write(tmp_path / "other.csv", "")
    message = r"no file 'm\.csv' in .*; it holds 'other\.csv' \(1 in all\)\. Set `raw`"
    with pytest.raises(TableError, match=message):
        read_expression(tmp_path / "m.csv", expression_table())
    with pytest.raises(
        TableError, match=r"the folder doesn't exist either\. Set `raw`.*samples\.path"
    ):
        read_sample_sheet(tmp_path / "none" / "s.csv", SampleTable(path="x"))


def test_an_unknown_format_is_refused(tmp_path):
    path = write(tmp_path / "m.xlsx", "x")
    with pytest.raises(
        TableError, match=r"its ending '\.xlsx'; known are .*Set expression\.format"
    ):
        read_expression(path, expression_table())


@pytest.mark.parametrize("name", ["m.csv.gz", "m.parquet"])
@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_damaged_file_is_refused(name, share, tmp_path):
    rng = np.random.default_rng(0)
    path = saved(pd.DataFrame(rng.normal(size=(3000, 9))).add_prefix("G"), tmp_path / name)
    content = path.read_bytes()
    path.write_bytes(b"rubbish" + content[: int(len(content) * share)][7 * (share == 0) :])
    with pytest.raises(TableError, match=rf"{name} can't be read as \w+: .*The file is damaged"):
        read_expression(path, expression_table())


def test_a_truncated_gzip_is_refused(tmp_path):
    rng = np.random.default_rng(0)
    path = saved(pd.DataFrame(rng.normal(size=(3000, 9))).add_prefix("G"), tmp_path / "m.csv.gz")
    path.write_bytes(path.read_bytes()[:-5000])
    with pytest.raises(TableError, match="can't be read as csv: Truncated compressed stream"):
        read_expression(path, expression_table())


BAD_TABLES = [
    ("", TableError, r"m\.csv is empty\. Fetch it again, or correct expression\.path"),
    ("id\ns1\n", TableError, r"no columns besides the id column 'id'.*expression\.format"),
    ("id;A\ns1;1\n", TableError, r"separated otherwise.*csv is separated by commas"),
    ("id,A\n", TableError, r"has a header and no rows\. Correct expression\.path"),
    ("id,A,A\ns1,1,2\n", TableError, r"names columns twice or more: 'A' \(1 in all\)"),
    ("id,A,\ns1,1,2\n", TableError, "column without a name at position 3 of 3"),
    ("id,A\ns1,1\ns2,1,2\n", TableError, "Expected 2 columns, got 3"),
    ("id,A\ns1,1\ns1,2\n", ExpressionError, r"sample ids of the matrix stand twice or more: 's1'"),
    ("id,A\n,1\ns1,2\n", ExpressionError, r"sample ids of the matrix are missing at positions '1'"),
    (
        "id,A,B\ns1,1,high\ns2,low,2\ns3,1,low\n",
        ExpressionError,
        r"3 values that are text \(gene 'A' in sample 's2': 'low', "
        r"gene 'B' in sample 's1': 'high', gene 'B' in sample 's3': 'low'\), "
        r"in the genes 'A', 'B' \(2 in all\)",
    ),
    ('id,A\ns1,"1,5"\n', ExpressionError, r"1 values that are text .*'1,5'"),
]


@pytest.mark.parametrize(("text", "error", "message"), BAD_TABLES)
def test_bad_matrices_are_refused(text, error, message, tmp_path):
    with pytest.raises(error, match=message):
        read_expression(write(tmp_path / "m.csv", text), expression_table())


def test_text_among_genes_in_rows_is_named_by_gene_and_sample(tmp_path):
    path = write(tmp_path / "m.csv", "gene,about,s1,s2\nA,kinase,1,2\nB,,x,2\n")
    message = r"2 values .*gene 'A' in sample 'about': 'kinase', gene 'B' in sample 's1': 'x'"
    with pytest.raises(ExpressionError, match=message):
        read_expression(path, expression_table("genes_in_rows"))


def test_doubled_genes_in_rows_are_refused(tmp_path):
    path = write(tmp_path / "m.csv", "gene,s1\nA,1\nA,2\n")
    with pytest.raises(ExpressionError, match="genes of the matrix stand twice or more: 'A'"):
        read_expression(path, expression_table("genes_in_rows"))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"id_column": "aliqot"}, r"expression\.id_column: 'aliqot' \(did you mean 'aliquot'\?\)"),
        (
            {"drop_columns": ["about"]},
            r"expression\.drop_columns\[0\]: 'about'.*columns are 'aliquot', 'A'",
        ),
    ],
)
def test_columns_that_are_not_there_are_named(settings, message, tmp_path):
    path = write(tmp_path / "m.csv", "aliquot,A\ns1,1\n")
    with pytest.raises(TableError, match=message):
        read_expression(path, expression_table(**settings))


def test_a_doubled_sample_in_the_sheet_is_refused(tmp_path):
    path = write(tmp_path / "s.csv", "id,a\ns1,x\ns1,y\n")
    with pytest.raises(
        SampleSheetError, match=r"stand twice or more: 's1' .*set samples\.id_column"
    ):
        read_sample_sheet(path, SampleTable(path="x"))


def test_a_sheet_that_is_not_utf8_is_refused(tmp_path):
    (tmp_path / "s.csv").write_bytes("id,a\n1,Häm\n".encode("latin-1"))
    with pytest.raises(TableError, match="can't be read as csv"):
        read_sample_sheet(tmp_path / "s.csv", SampleTable(path="x"))
