"""Tables that translate identifiers, as they are on disk."""

import pandas as pd
import pytest

from twinpurify.cohort.declaration.sources import IdTable
from twinpurify.errors import TableError
from twinpurify.io.tables.id_tables import read_id_table

TABLE = (
    "probe\tsymbol\ttitle\n"
    "1007_s_at\tDDR1 /// MIR4640\tx\n"
    "1053_at\tRFC2\tx\n"
    "1053_at\tRFC2\ty\n"
    "117_at\tHSPA6\tx\n"
    "117_at\tHSPA7\tx\n"
    "AFFX-1\t\tcontrol\n"
    "AFFX-2\tNA\tcontrol\n"
    "\tTP53\tx\n"
    "0012\t7157\tx\n"
)


def read(path, **changes):
    settings = {"from_column": "probe", "to_column": "symbol"} | changes
    return read_id_table(IdTable(path=path.name, **settings), path.parent, "genes.map")


def frame(pairs):
    return pd.DataFrame(pairs, columns=["from", "to"], dtype=object)


@pytest.fixture
def path(tmp_path):
    (tmp_path / "t.tsv").write_text(TABLE)
    return tmp_path / "t.tsv"


def test_pairs_are_text_whole_and_not_repeated(path):
    expected = [
        ["1007_s_at", "DDR1 /// MIR4640"],
        ["1053_at", "RFC2"],
        ["117_at", "HSPA6"],
        ["117_at", "HSPA7"],
        ["0012", "7157"],
    ]
    pd.testing.assert_frame_equal(read(path), frame(expected))


def test_cells_with_several_ids_become_several_pairs(path):
    pairs = read(path, separator="///")
    pd.testing.assert_frame_equal(
        pairs.iloc[:3],
        frame([["1007_s_at", "DDR1"], ["1007_s_at", "MIR4640"], ["1053_at", "RFC2"]]),
    )
    turned = read(path, separator="///", from_column="symbol", to_column="probe")
    assert turned.iloc[1].tolist() == ["MIR4640", "1007_s_at"]


def test_a_separator_is_no_pattern(tmp_path):
    (tmp_path / "t.csv").write_text("probe,symbol\np1,A|B| \n")
    pairs = read(tmp_path / "t.csv", separator="|")
    assert pairs["to"].tolist() == ["A", "B"]


def test_a_parquet_with_an_index_is_read_by_its_columns(tmp_path):
    ids = pd.DataFrame(
        {"symbol": ["A", None], "n": [1, 2]}, index=pd.Index(["p", "q"], name="probe")
    )
    ids.to_parquet(tmp_path / "t.parquet")
    assert read(tmp_path / "t.parquet").to_numpy().tolist() == [["p", "A"]]
    assert read(tmp_path / "t.parquet", to_column="n")["to"].tolist() == ["1", "2"]


def test_one_column_may_be_both(path):
    pairs = read(path, to_column="probe")
    assert (pairs["from"] == pairs["to"]).all()


def test_a_column_that_is_not_there_is_named(path):
    message = r"genes\.map\.to_column: 'symbols' \(did you mean 'symbol'\?\)"
    with pytest.raises(TableError, match=message):
        read(path, to_column="symbols")


def test_a_table_without_pairs_is_refused(tmp_path):
    (tmp_path / "t.csv").write_text("probe,symbol\np1,\n,A\n")
    message = r"t\.csv has no row with both 'probe' and 'symbol'\. Correct genes\.map\.from_column"
    with pytest.raises(TableError, match=message):
        read(tmp_path / "t.csv")


def test_a_missing_table_names_the_setting(tmp_path):
    with pytest.raises(TableError, match=r"no file 't\.csv' in .*genes\.map\.path"):
        read(tmp_path / "t.csv")


def test_the_tables_of_real_annotation_are_read(real_data):
    table = IdTable(
        path="hgnc_alias_to_approved.parquet",
        **dict(zip(("from_column", "to_column"), columns_of(real_data), strict=True)),
    )
    pairs = read_id_table(table, real_data / "annotation", "genes.aliases")
    assert len(pairs) > 10_000
    assert pairs.notna().all(axis=None)
    assert not pairs.duplicated().any()


def columns_of(real_data):
    import pyarrow.parquet as pq

    path = real_data / "annotation" / "hgnc_alias_to_approved.parquet"
    return pq.read_schema(path).names[:2]
