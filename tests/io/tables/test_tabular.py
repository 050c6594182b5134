"""Reading tables: formats, orientations, ids, and what is refused."""

import gzip

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pytest

from twinpurify.cohort.assembly import assemble_cohort
from twinpurify.cohort.declaration.definition import CohortDefinition
from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable
from twinpurify.errors import TableError
from twinpurify.io.reading import read_expression as read_declared
from twinpurify.io.reading import read_sample_sheet as read_declared_sheet
from twinpurify.io.tables.tabular import read_columns, read_table

MATRIX = pd.DataFrame(
    [[1.5, 0.0, 3.25], [2.0, 10.0, 0.125]],
    index=["0012", "s2"],
    columns=["TP53", "RP11-1.2", "1"],
    dtype=np.float32,
)


def expression_table(orientation="samples_in_rows", **settings):
    return ExpressionTable(path="x", orientation=orientation, **settings)


def read_expression(path, table):
    return read_raw(path, table).values


def read_raw(path, table):
    return read_declared(table.model_copy(update={"path": path.name}), path.parent)


def read_sample_sheet(path, table=None):
    table = SampleTable() if table is None else table
    declared = table.model_copy(update={"path": path.name})
    return read_declared_sheet(declared, expression_table(), path.parent)


def packed(content, name):
    if name.endswith(".gz"):
        return gzip.compress(content)
    return pa.compress(content, "zstd", asbytes=True) if name.endswith(".zst") else content


def write(path, text):
    path.write_bytes(packed(text.encode(), path.name))
    return path


def saved(frame, path):
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    elif path.suffix in (".feather", ".arrow"):
        # Unlike pandas' own, this keeps the index.
        pyarrow.feather.write_feather(pa.Table.from_pandas(frame), path)
    else:
        write(path, frame.to_csv(sep="\t" if ".tsv" in path.name else ","))
    return path


NAMES = ["parquet", "feather", "arrow", "csv", "tsv", "csv.gz", "tsv.gz", "csv.zst", "tsv.zst"]


@pytest.mark.parametrize("name", [f"m.{ending}" for ending in NAMES])
@pytest.mark.parametrize("orientation", ["samples_in_rows", "genes_in_rows"])
def test_every_format_and_orientation_gives_samples_by_genes(name, orientation, tmp_path):
    stored = MATRIX if orientation == "samples_in_rows" else MATRIX.T
    read = read_expression(saved(stored, tmp_path / name), expression_table(orientation))
    pd.testing.assert_frame_equal(read, MATRIX)


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
    raw = read_raw(path, expression_table())
    assert raw.values.columns.tolist() == ["A", "B"]
    assert raw.values.index.tolist() == ["s1", "s2"]
    assert raw.notes[1] == "The first column has no name, as R writes it; it holds the ids."


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
    sheet = read_sample_sheet(path)
    assert sheet.index.tolist() == ["0012", "2"]
    assert sheet["site"].iloc[0] == "007"
    assert sheet["note"].iloc[0] == "a, b"
    assert sheet.iloc[1].isna().all()


def test_a_typed_sample_sheet_becomes_text(tmp_path):
    path = tmp_path / "s.parquet"
    frame = pd.DataFrame({"age": [50, 61], "kind": pd.Categorical(["T", None])}, index=[1, 2])
    frame.to_parquet(path)
    sheet = read_sample_sheet(path)
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
    message = r"the folder doesn't exist either\. Set `raw`.*samples\.path"
    with pytest.raises(TableError, match=message):
        read_sample_sheet(tmp_path / "none" / "s.csv")


@pytest.mark.parametrize("packing", ["gz", "zst"])
@pytest.mark.parametrize("name", ["m.csv", "m", "m.tsv.gz", "m.dat.zst"])
def test_compression_is_told_by_content_whatever_the_name(packing, name, tmp_path):
    path = tmp_path / name
    path.write_bytes(packed(b"id,A\ns1,1\n", f"x.{packing}"))
    assert read_expression(path, expression_table()).to_dict() == {"A": {"s1": 1.0}}


def test_gzip_in_several_members_as_bgzip_writes_is_read_whole(tmp_path):
    path = tmp_path / "m.csv.gz"
    path.write_bytes(b"".join(map(gzip.compress, (b"id,A\n", b"s1,1\n", b"s2,2\n"))))
    assert read_expression(path, expression_table()).index.tolist() == ["s1", "s2"]


LINES = "id,A,B|s1,1,2|s2,3,4|s3,5,6|"


@pytest.mark.parametrize(
    "text",
    [
        LINES.replace("|", "\n"),
        LINES.replace("|", "\r\n"),
        LINES.replace("|", "\r"),
        "id,A,B\r\ns1,1,2\rs2,3,4\ns3,5,6",
        "id,A,B\ns1,1,2\r\ns2,3,4\r\n\r\n\ns3,5,6\n\n",
        '"id","A","B"\n"s1","1","2"\n"s2",3,"4.0"\n"s3","5e0","6"\n',
        "\n\n" + LINES.replace("|", "\n"),
        "\ufeff" + LINES.replace("|", "\n"),
        "id,A,B\ns1, 1,2 \ns2,+3,4\ns3,5.,06\n",
    ],
)
def test_line_ends_quotes_and_marks_make_no_difference(text, tmp_path):
    read = read_expression(write(tmp_path / "m.csv", text), expression_table())
    expected = pd.DataFrame(
        [[1, 2], [3, 4], [5, 6]], index=["s1", "s2", "s3"], columns=["A", "B"], dtype=np.float32
    )
    pd.testing.assert_frame_equal(read, expected)


def test_unicode_text_of_a_spreadsheet_is_read(tmp_path):
    path = tmp_path / "m.txt"
    path.write_bytes("id\tA\r\nPröbe\t1.5\r\n".encode("utf-16"))
    read = read_expression(path, expression_table())
    assert read.to_dict() == {"A": {"Pröbe": 1.5}}


def test_fields_in_quotes_may_hold_line_ends_in_a_sheet(tmp_path):
    path = write(tmp_path / "s.csv", 'id,note\ns1,"two\nlines, one field"\ns2,x\n')
    assert read_sample_sheet(path)["note"].tolist() == ["two\nlines, one field", "x"]


def test_a_header_may_begin_with_a_hash(tmp_path):
    path = write(tmp_path / "m.tsv", "#id\tA\ns1\t1\n")
    assert read_expression(path, expression_table(id_column="#id")).shape == (1, 1)


def test_comments_are_left_out_where_a_reader_asks_for_it(tmp_path):
    path = write(tmp_path / "s.tsv", "#Patient\tAge\n#STRING\tNUMBER\nID\tAGE\np1\t07\n")
    sheet = read_table(path, "tsv", skip_comments=True)
    assert sheet.to_dict() == {"AGE": {"p1": "07"}}
    assert sheet.index.name == "ID"


def test_annotation_of_genes_is_kept(tmp_path):
    text = "symbol,id,s1,about,s2\nTP53,7157,1,kinase,2\nNA,007,3,,4\n"
    table = expression_table(
        "genes_in_rows", id_column="id", annotation_columns=["symbol"], drop_columns=["about"]
    )
    raw = read_raw(write(tmp_path / "m.csv", text), table)
    assert raw.values.to_dict("index") == {"s1": {"7157": 1, "007": 3}, "s2": {"7157": 2, "007": 4}}
    expected = pd.DataFrame({"symbol": ["TP53", np.nan]}, dtype=object)
    pd.testing.assert_frame_equal(raw.genes, expected)
    assert raw.notes == (
        "m.csv is read as csv: its fields are separated by commas",
        "Columns left out as declared: 'about' (1 in all).",
    )


@pytest.mark.parametrize("name", ["m.csv", "m.parquet", "m.feather"])
def test_annotation_comes_from_every_kind_of_file(name, tmp_path):
    frame = MATRIX.T.rename_axis("id").assign(symbol=["A", "B", None])
    table = expression_table("genes_in_rows", annotation_columns=["symbol"])
    raw = read_raw(saved(frame, tmp_path / name), table)
    pd.testing.assert_frame_equal(raw.values, MATRIX)
    assert raw.genes["symbol"].tolist()[:2] == ["A", "B"]
    assert raw.genes["symbol"].isna().tolist() == [False, False, True]


@pytest.mark.parametrize("orientation", ["samples_in_rows", "genes_in_rows"])
def test_genes_may_stand_twice(orientation, tmp_path):
    by_sample = orientation == "samples_in_rows"
    text = "id,A,B,A\ns1,1,2,3\n" if by_sample else "id,s1\nA,1\nB,2\nA,3\n"
    raw = read_raw(write(tmp_path / "m.csv", text), expression_table(orientation))
    assert raw.values.columns.tolist() == ["A", "B", "A"]
    assert raw.values.to_numpy().tolist() == [[1, 2, 3]]
    assert raw.genes.shape == (3, 0)


def test_rows_without_a_gene_are_left_out_and_noted(tmp_path):
    path = write(tmp_path / "m.csv", "id,symbol,s1\nA,x,1\n,y,2\nNA,z,3\nB,w,4\n")
    table = expression_table("genes_in_rows", annotation_columns=["symbol"])
    raw = read_raw(path, table)
    assert raw.values.to_dict() == {"A": {"s1": 1.0}, "B": {"s1": 4.0}}
    assert raw.genes["symbol"].tolist() == ["x", "w"]
    assert raw.notes[-1] == "2 rows of m.csv without an id of a gene were left out."


def test_wide_and_long_files_come_in_several_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr("twinpurify.io.tables.delimited.SMALLEST_BLOCK", 1 << 12)
    monkeypatch.setattr("twinpurify.io.tables.delimited.LARGEST_BLOCK", 1 << 12)
    monkeypatch.setattr("twinpurify.io.tables.columnar.COLUMNS_A_BLOCK", 7)
    values = np.random.default_rng(0).normal(size=(300, 40)).astype(np.float32)
    matrix = pd.DataFrame(values).add_prefix("G").set_axis([f"s{i}" for i in range(300)], axis=0)
    matrix.iloc[5, 3] = np.nan
    for name in ("m.csv.gz", "m.parquet", "m.feather"):
        for orientation in ("samples_in_rows", "genes_in_rows"):
            stored = matrix if orientation == "samples_in_rows" else matrix.T
            read = read_expression(saved(stored, tmp_path / name), expression_table(orientation))
            pd.testing.assert_frame_equal(read, matrix)


def test_parquet_names_with_dots_and_doubled_names_are_told_apart(tmp_path):
    path = tmp_path / "m.parquet"
    frame = pd.DataFrame({"A": [1.0], "A.1": [2.0], "A.1.x": [3.0]}, index=["s1"])
    frame.to_parquet(path)
    assert read_expression(path, expression_table()).to_numpy().tolist() == [[1, 2, 3]]
    doubled = pa.table([["s1"], [1.0], [2.0]], names=["id", "A", "A"])
    pa.parquet.write_table(doubled, path)
    read = read_expression(path, expression_table())
    assert read.columns.tolist() == ["A", "A"]
    assert read.to_numpy().tolist() == [[1, 2]]


def test_some_columns_are_read_as_text(tmp_path):
    path = write(tmp_path / "t.tsv", "a\tb\tc\n01\tx\t\n02\tNA\ty\n")
    read = read_columns(path, "auto", {"s.to_column": "c", "s.from_column": "a"}, "s")
    assert read.columns.tolist() == ["c", "a"]
    assert read["a"].tolist() == ["01", "02"]
    assert read["c"].isna().tolist() == [True, False]
    with pytest.raises(TableError, match=r"s\.from_column: 'A' \(did you mean 'a'\?\)"):
        read_columns(path, "auto", {"s.from_column": "A"}, "s")


def test_order_of_rows_and_columns_gives_the_same_cohort(tmp_path):
    rng = np.random.default_rng(3)
    ids = [f"s{i:02d}" for i in range(24)]
    values = rng.uniform(0, 15, (24, 12)).astype(np.float32)
    matrix = pd.DataFrame(values, index=ids, columns=[f"G{i:02d}" for i in range(12)])
    sheet = pd.DataFrame({"patient": [f"p{i}" for i in range(24)]}, index=ids)
    settings = {
        "title": "Example",
        "platform": "rna_seq",
        "unit": {"quantity": "tpm", "scale": "log2", "offset": 1.0},
        "expression": {"path": "m.tsv.gz", "orientation": "genes_in_rows"},
        "samples": {"path": "s.csv"},
        "columns": {"patient_id": "patient"},
        "require_normals": False,
    }
    definition = CohortDefinition.model_validate(settings)

    def cohort(matrix, sheet):
        saved(matrix.T, tmp_path / "m.tsv.gz")
        saved(sheet, tmp_path / "s.csv")
        raw = read_declared(definition.expression, tmp_path)
        samples = read_declared_sheet(definition.samples, definition.expression, tmp_path)
        return assemble_cohort(raw.values, samples, definition, "example")[0]

    straight = cohort(matrix, sheet)
    shuffled = cohort(
        matrix.iloc[rng.permutation(24), rng.permutation(12)], sheet.iloc[rng.permutation(24)]
    )
    np.testing.assert_array_equal(straight.X, shuffled.X)
    pd.testing.assert_frame_equal(straight.obs, shuffled.obs)
    pd.testing.assert_frame_equal(straight.var, shuffled.var)
