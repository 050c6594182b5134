"""The sample sheet: where it comes from, and what is joined to it."""

import numpy as np
import pandas as pd
import pytest

from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable
from twinpurify.errors import SampleSheetError, TableError
from twinpurify.io.reading import read_expression, read_sample_sheet

GCT = "#1.3\n1\t2\t0\t1\nid\ts1\ts2\nkind\ttumour\tnormal\nTP53\t1\t2\n"
SHEET = "sample,patient,age\ns1,p1,50\ns2,p2,\ns3,p1,50\ns4,,60\n"
PATIENTS = "who\tage\tgrade\np2\t61\t02\np1\t51\t3\np9\t70\t1\n\t\t2\n"


@pytest.fixture
def raw(tmp_path):
    (tmp_path / "m.gct").write_text(GCT)
    (tmp_path / "m.csv").write_text("id,A\ns1,1\n")
    (tmp_path / "s.csv").write_text(SHEET)
    (tmp_path / "p.tsv").write_text(PATIENTS)
    return tmp_path


def read(folder, *join, expression="m.csv", **samples):
    table = SampleTable(**({"path": "s.csv"} | samples), join=list(join))
    return read_sample_sheet(table, ExpressionTable(path=expression), folder)


def patients(**changes):
    return {"path": "p.tsv", "sheet_column": "patient", "prefix": "patient_"} | changes


def test_a_joined_table_adds_its_columns_by_id(raw):
    expected = pd.DataFrame(
        {
            "patient": ["p1", "p2", "p1", np.nan],
            "age": ["50", np.nan, "50", "60"],
            "patient_age": ["51", "61", "51", np.nan],
            "grade": ["3", "02", "3", np.nan],
        },
        index=pd.Index(["s1", "s2", "s3", "s4"], name="sample"),
        dtype=object,
    )
    pd.testing.assert_frame_equal(read(raw, patients()), expected)


def test_tables_are_joined_in_order_and_by_the_sample_ids(raw):
    (raw / "sites.csv").write_text("n,sample,site\n1,s2,A\n2,s1,B\n")
    (raw / "towns.csv").write_text("site,town\nA,Lund\n")
    sheet = read(
        raw,
        {"path": "sites.csv", "id_column": "sample"},
        {"path": "towns.csv", "sheet_column": "site"},
    )
    assert sheet["town"].tolist()[1] == "Lund"
    assert sheet["town"].notna().tolist() == [False, True, False, False]
    assert sheet.columns.tolist() == ["patient", "age", "n", "site", "town"]


def test_by_default_the_sheet_comes_with_the_matrix(raw):
    sheet = read(raw, path=None, expression="m.gct")
    assert sheet.to_dict() == {"kind": {"s1": "tumour", "s2": "normal"}}
    (raw / "more.csv").write_text("id,age\ns2,50\n")
    sheet = read(raw, {"path": "more.csv"}, path=None, expression="m.gct")
    assert sheet["age"].tolist()[1] == "50"


def test_the_declared_format_of_the_matrix_is_that_of_its_sheet(raw):
    (raw / "m.gct").rename(raw / "m.unknown")
    table = ExpressionTable(path="m.unknown", format="gct")
    assert len(read_sample_sheet(SampleTable(), table, raw)) == 2


def test_notes_say_how_the_format_was_told_unless_it_was_declared(raw):
    found = read_expression(ExpressionTable(path="m.gct"), raw)
    assert found.notes == ("m.gct is read as gct: its first line is #1.3",)
    assert read_expression(ExpressionTable(path="m.gct", format="gct"), raw).notes == ()


def test_the_ids_of_the_matrix_can_be_all_there_is(raw):
    sheet = read(raw, path=None, expression="m.gct", ids_only=True)
    assert sheet.shape == (2, 0)
    (raw / "more.csv").write_text("id,age\ns2,50\n")
    sheet = read(raw, {"path": "more.csv"}, path=None, expression="m.gct", ids_only=True)
    assert sheet["age"].dropna().to_dict() == {"s2": "50"}


def test_no_sheet_and_a_path_contradict():
    with pytest.raises(ValueError, match="ids_only says that there is no sheet"):
        SampleTable(path="s.csv", ids_only=True)


def test_a_table_carries_no_sheet(raw):
    message = r"m\.csv is of the format csv, which carries no sample sheet\. Set samples\.path"
    with pytest.raises(TableError, match=message):
        read(raw, path=None)


def test_a_format_without_a_sheet_says_so(raw):
    (raw / "q" / "s1").mkdir(parents=True)
    header = "Name\tLength\tEffectiveLength\tTPM\tNumReads\n"
    (raw / "q" / "s1" / "quant.sf").write_text(header + "T1\t1\t1\t1\t1\n")
    message = "is of the format salmon, which carries no sample sheet"
    with pytest.raises(TableError, match=message):
        read(raw, path=None, expression="q")
    with pytest.raises(TableError, match=message):
        read(raw, path="q")


def test_a_missing_source_names_the_setting_that_names_it(raw):
    with pytest.raises(TableError, match=r"no file 'none' in .*samples\.path"):
        read(raw, path="none")
    with pytest.raises(TableError, match=r"no file 'none' in .*expression\.path"):
        read(raw, path=None, expression="none")
    with pytest.raises(TableError, match=r"no file 'none' in .*samples\.join\[1\]\.path"):
        read(raw, patients(), {"path": "none"})
    with pytest.raises(TableError, match=r"no file 'none' in .*; it holds 'm\.csv', .*Set `raw`"):
        read_expression(ExpressionTable(path="none"), raw)


def test_doubled_and_missing_samples_are_refused(raw):
    (raw / "s.csv").write_text("id,a\ns1,x\ns1,y\n")
    with pytest.raises(SampleSheetError, match=r"twice or more: 's1' .*set samples\.id_column"):
        read(raw)
    (raw / "s.csv").write_text("id,a\ns1,x\n,y\n")
    with pytest.raises(SampleSheetError, match="are missing at positions '2'"):
        read(raw)


def test_doubled_ids_of_a_joined_table_are_refused(raw):
    (raw / "p.tsv").write_text("who\tgrade\np1\t1\np2\t2\np1\t3\n")
    message = r"ids of .*p\.tsv stand twice or more: 'p1' .*set samples\.join\[0\]\.id_column"
    with pytest.raises(SampleSheetError, match=message):
        read(raw, patients())


def test_columns_of_one_name_need_a_prefix(raw):
    message = r"both have the columns 'age' \(1 in all\)\. Set samples\.join\[0\]\.prefix"
    with pytest.raises(SampleSheetError, match=message):
        read(raw, patients(prefix=""))
    (raw / "p.tsv").write_text("who\tage\tx_age\np1\t1\t2\n")
    with pytest.raises(SampleSheetError, match=r"both have the columns 'x_age'"):
        read(raw, patients(prefix="x_"))


def test_a_column_to_join_on_has_to_be_there(raw):
    message = r"In the sample sheet .*join\[0\].sheet_column: 'patent' \(did you mean 'patient'\?\)"
    with pytest.raises(SampleSheetError, match=message):
        read(raw, patients(sheet_column="patent"))
    with pytest.raises(TableError, match=r"samples\.join\[0\]\.id_column: 'whom'"):
        read(raw, patients(id_column="whom"))


def test_ids_that_never_meet_are_refused(raw):
    message = (
        r"None of the 4 ids of the sample sheet stands in .*p\.tsv\. In the sheet: 's1', .*; "
        r"there: 'p2', .*Set samples\.join\[0\].sheet_column"
    )
    with pytest.raises(SampleSheetError, match=message):
        read(raw, patients(sheet_column=None))


def test_a_part_of_the_id_is_looked_up(raw):
    (raw / "s.csv").write_text("sample,aliquot\ns1,TCGA-01A\ns2,TCGA-02A\ns3,\ns4,x\n")
    (raw / "f.csv").write_text("name,type,leuko\nTCGA-01,BRCA,0.1\nTCGA-02,BRCA,0.2\n")
    join = {"path": "f.csv", "sheet_column": "aliquot", "id_pattern": "^(.{7})"}
    sheet = read(raw, join | {"columns": ["leuko"]})
    assert sheet.columns.tolist() == ["aliquot", "leuko"]
    assert sheet["leuko"].tolist()[:2] == ["0.1", "0.2"]
    assert sheet["leuko"].isna().tolist() == [False, False, True, True]


def test_the_first_row_of_a_repeated_id_can_be_taken(raw):
    (raw / "p.tsv").write_text("who\tgrade\np1\t1\np2\t2\np1\t3\n")
    assert read(raw, patients(repeated="first"))["grade"].tolist()[:3] == ["1", "2", "1"]


def test_a_joined_column_that_is_not_there_is_named(raw):
    with pytest.raises(SampleSheetError, match=r"p\.tsv .*join\[0\]\.columns\[0\]: 'grad' "):
        read(raw, patients(columns=["grad"]))


def test_a_pattern_has_one_group():
    with pytest.raises(ValueError, match=r"has 0 groups; it needs one, \(…\), the id"):
        SampleTable(join=[{"path": "p.tsv", "id_pattern": "^.{3}"}])
