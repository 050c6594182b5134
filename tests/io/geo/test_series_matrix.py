"""Series matrix files of GEO."""

import gzip
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.io.mutations import damaged, result_or_our_error
from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable
from twinpurify.errors import ExpressionError, SampleSheetError, TableError
from twinpurify.io.geo.series_matrix import read_expression, read_samples, recognize

PROLOGUE = """\
!Series_title	"Breast cancer and normal breast biopsies"
!Series_geo_accession	"GSE42568"
!Series_status	"Public on May 08 2013"
!Series_supplementary_file	"ftp://ftp.ncbi.nlm.nih.gov/geo/series/GSE42nnn/GSE42568/suppl/GSE42568_RAW.tar"
!Series_platform_id	"GPL570"
!Series_relation	"BioProject: https://www.ncbi.nlm.nih.gov/bioproject/PRJNA182344"

!Sample_title	"Normal breast, patient 1"	"Breast cancer, patient 2"	"Breast cancer, patient 3"
!Sample_geo_accession	"GSM1045191"	"GSM1045208"	"GSM1045209"
!Sample_status	"Public on May 08 2013"	"Public on May 08 2013"	"Public on May 08 2013"
!Sample_channel_count	"1"	"1"	"1"
!Sample_source_name_ch1	"normal breast"	"breast cancer"	"breast cancer"
!Sample_characteristics_ch1	"tissue: normal breast"	"tissue: breast cancer"	"tissue: breast cancer"
!Sample_characteristics_ch1	""	"age: 61"	"size: 2.5"
!Sample_characteristics_ch1	""	"size: 3"	"Age: 48"
!Sample_characteristics_ch1	""	"relapse free survival time_days: 1213"	"note: T2: N1"
!Sample_characteristics_ch1	""	"treatment: surgery"	"frozen"
!Sample_characteristics_ch1	""	"treatment: tamoxifen"	"treatment:  "
!Sample_data_processing	"fRMA was used."	"fRMA was used."	"fRMA was used."
!Sample_platform_id	"GPL570"	"GPL570"	"GPL570"
!Sample_contact_name	"A,B,Person"	"A,B,Person"	"A,B,Person"
!Sample_supplementary_file	"NONE"	"NONE"	"NONE"
!Sample_data_row_count	"4"	"4"	"4"
"""
TABLE = """\
!series_matrix_table_begin
"ID_REF"	"GSM1045191"	"GSM1045208"	"GSM1045209"
"1007_s_at"	9.123	10.5	11
"1053_at"	5.25		null
"AFFX-BioB-3_at"	-0.5	1e-3	7
"200001_at"	1	2	3
!series_matrix_table_end
"""
SAMPLES = pd.Index(["GSM1045191", "GSM1045208", "GSM1045209"])
VALUES = pd.DataFrame(
    [[9.123, 5.25, -0.5, 1], [10.5, np.nan, 1e-3, 2], [11, np.nan, 7, 3]],
    index=SAMPLES,
    columns=["1007_s_at", "1053_at", "AFFX-BioB-3_at", "200001_at"],
    dtype=np.float32,
)
NORMAL, CANCER, THIRD = SAMPLES
SHEET = pd.DataFrame(
    {
        "title": [
            "Normal breast, patient 1",
            "Breast cancer, patient 2",
            "Breast cancer, patient 3",
        ],
        "status": ["Public on May 08 2013"] * 3,
        "channel_count": ["1"] * 3,
        "source_name_ch1": ["normal breast", "breast cancer", "breast cancer"],
        "tissue": ["normal breast", "breast cancer", "breast cancer"],
        "age": [np.nan, "61", "48"],
        "size": [np.nan, "3", "2.5"],
        "relapse free survival time_days": [np.nan, "1213", np.nan],
        "note": [np.nan, np.nan, "T2: N1"],
        "treatment": [np.nan, "surgery", np.nan],
        "characteristics": [np.nan, np.nan, "frozen"],
        "treatment (2)": [np.nan, "tamoxifen", np.nan],
        "data_processing": ["fRMA was used."] * 3,
        "platform_id": ["GPL570"] * 3,
        "supplementary_file": ["NONE"] * 3,
        "data_row_count": ["4"] * 3,
    },
    index=pd.Index(SAMPLES, name="geo_accession"),
    dtype=object,
)


def stored(folder, content, name="GSE42568_series_matrix.txt"):
    content = content if isinstance(content, bytes) else content.encode()
    path = folder / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


def expression(path):
    return read_expression(path, ExpressionTable(path=path.name), path.parent)


def samples(path, **declared):
    return read_samples(path, SampleTable(**declared), path.parent)


def values_of(folder, content):
    return expression(stored(folder, content)).values


@pytest.mark.parametrize("name", ["GSE42568_series_matrix.txt", "GSE42568_series_matrix.txt.gz"])
def test_golden(name, tmp_path):
    path = stored(tmp_path, PROLOGUE + TABLE, name)
    read = expression(path)
    pd.testing.assert_frame_equal(read.values, VALUES)
    assert read.genes.shape == (4, 0)
    assert read.warnings == ()
    pd.testing.assert_frame_equal(samples(path), SHEET, check_like=True)
    assert recognize(path) == {
        "series_matrix": "it begins with !Series_, as a series matrix of GEO does"
    }


def test_the_notes_say_what_the_series_is_and_what_its_sheet_holds(tmp_path):
    notes = expression(stored(tmp_path, PROLOGUE + TABLE)).notes
    assert notes[0] == "Series GSE42568: Breast cancer and normal breast biopsies"
    assert "'relapse free survival time_days'" in notes[1]
    assert notes[2].endswith("fRMA was used.")


def test_another_column_may_name_the_samples(tmp_path):
    path = stored(tmp_path, PROLOGUE + TABLE)
    assert samples(path, id_column="title").index.tolist() == SHEET["title"].tolist()
    assert samples(path, id_column="geo_accession").index.tolist() == SAMPLES.tolist()
    with pytest.raises(TableError, match=r"samples\.id_column: 'titel' \(did you mean 'title'"):
        samples(path, id_column="titel")


def test_a_second_channel_has_columns_of_its_own(tmp_path):
    line = '!Sample_characteristics_ch2\t"tissue: reference"\t"tissue: reference"\t"tissue: pool"\n'
    content = PROLOGUE.replace('count\t"1"', 'count\t"2"') + line + TABLE
    path = stored(tmp_path, content)
    assert samples(path)["tissue (channel 2)"].tolist() == ["reference", "reference", "pool"]
    assert samples(path)["tissue"].tolist() == SHEET["tissue"].tolist()
    (warning,) = expression(path).warnings
    assert "unit.quantity is log_ratio" in warning


def as_a_spreadsheet_saves(text):
    """All lines as long as the longest, windows line ends, a byte order mark, quotes gone."""
    lines = [line.split("\t") for line in text.replace('"', "").splitlines()]
    longest = max(map(len, lines)) + 1
    filled = ["\t".join([*line, *[""] * (longest - len(line))]) for line in lines]
    return "\ufeff" + "\r\n".join(filled) + "\r\n"


def test_a_file_that_a_spreadsheet_saved_reads_the_same(tmp_path):
    path = stored(tmp_path, as_a_spreadsheet_saves(PROLOGUE + TABLE))
    pd.testing.assert_frame_equal(expression(path).values, VALUES)
    pd.testing.assert_frame_equal(samples(path), SHEET, check_like=True)
    assert expression(path).warnings == ()


MESSY = [
    # (what is replaced, by what, the warning)
    ('"GSM1045208"\t"GSM1045209"\n!Sample_st', '"GSM1045208"\n!Sample_st', "aren't those of the"),
    ("!Sample_geo_accession", "!Sample_accession", "aren't those of the table"),
    (
        '"breast cancer"\t"breast cancer"\n!Sample_char',
        '"breast cancer"\n!Sample_char',
        r"3 samples; they are left out.*: '!Sample_source_name_ch1' \(1 in all\)",
    ),
    ('row_count\t"4"\t"4"\t"4"', 'row_count\t"9"\t"9"\t"9"', "should have 9 rows .* and has 4"),
    ('id\t"GPL570"\t"GPL570"\t', 'id\t"GPL96"\t"GPL570"\t', "several platforms: 'GPL96', 'GPL570'"),
]


@pytest.mark.parametrize(("found", "instead", "warning"), MESSY)
def test_messy_lines_are_a_warning_and_the_values_stay(found, instead, warning, tmp_path):
    content = (PROLOGUE + TABLE).replace(found, instead)
    assert content != PROLOGUE + TABLE
    path = stored(tmp_path, content)
    read = expression(path)
    pd.testing.assert_frame_equal(read.values, VALUES)
    assert len(read.warnings) == 1
    assert re.search(warning, read.warnings[0])
    assert samples(path).index.tolist() == SAMPLES.tolist()
    assert samples(path)["tissue"].tolist() == SHEET["tissue"].tolist()


def test_a_cell_with_a_line_end_within_is_put_together(tmp_path):
    content = PROLOGUE.replace('"fRMA was used."\t', '"fRMA\n\nwas used."\t', 1) + TABLE
    path = stored(tmp_path, content)
    assert expression(path).warnings == ()
    assert samples(path)["data_processing"].tolist() == SHEET["data_processing"].tolist()


def test_quotes_within_a_cell_don_t_swallow_others(tmp_path):
    content = PROLOGUE.replace('"age: 61"', '"age: "61"').replace('"frozen"', '"5"" needle') + TABLE
    sheet = samples(stored(tmp_path, content))
    assert sheet["age"].tolist() == [np.nan, '"61', "48"]
    assert sheet["characteristics"].tolist() == [np.nan, np.nan, '"5"" needle']
    assert sheet["treatment"].tolist()[1] == "surgery"


def test_lines_of_another_encoding_are_read_with_a_warning(tmp_path):
    content = (PROLOGUE.replace("frozen", "note: gefärbt") + TABLE).encode("latin-1")
    path = stored(tmp_path, content)
    (warning,) = expression(path).warnings
    assert "aren't UTF-8" in warning
    assert samples(path)["note (2)"].tolist()[2] == "gefärbt"


def test_several_platforms_of_a_series_are_noted(tmp_path):
    content = PROLOGUE.replace('m_id\t"GPL570"\n', 'm_id\t"GPL570"\n!Series_platform_id\t"GPL96"\n')
    assert "a series matrix for each" in expression(stored(tmp_path, content + TABLE)).notes[-1]


HEADER = TABLE.splitlines(keepends=True)[1]
BEGIN, END = "!series_matrix_table_begin\n", "!series_matrix_table_end\n"
BAD_TABLES = [
    ("", TableError, "has no line !series_matrix_table_begin: it is cut off"),
    (
        TABLE.replace(END, ""),
        TableError,
        r"is cut off: the line !series_matrix_table_end .* 4 rows",
    ),
    (TABLE.replace(HEADER, ""), TableError, "should have the header ID_REF, but it begins with"),
    (TABLE.replace("\t10.5", ""), TableError, "Expected 4 columns, got 3"),
    ("<html><body>Log in</body></html>", TableError, "is a web page, not data"),
    (TABLE.replace("1053", "\xe9"), TableError, "can't be read as series_matrix: .*UTF8"),
    (
        TABLE.replace("10.5", "10,5").replace("1e-3", "high"),
        ExpressionError,
        r"2 values that are text \(gene '1007_s_at' in sample 'GSM1045208': '10,5', "
        r"gene 'AFFX-BioB-3_at' in sample 'GSM1045208': 'high'\)",
    ),
    (
        TABLE.replace("GSM1045209", "GSM1045208"),
        ExpressionError,
        "sample ids of the matrix stand twice or more: 'GSM1045208'",
    ),
    (
        TABLE.replace('"GSM1045208"', '""'),
        TableError,
        "has a column without a name at position 3 of 4",
    ),
]


@pytest.mark.parametrize(("table", "error", "message"), BAD_TABLES)
@pytest.mark.parametrize("name", ["GSE1_series_matrix.txt", "GSE1_series_matrix.txt.gz"])
def test_bad_tables_are_refused(name, table, error, message, tmp_path):
    prologue = "" if table.startswith("<") else PROLOGUE
    path = stored(tmp_path, (prologue + table).encode("latin-1"), name)
    with pytest.raises(error, match=message):
        expression(path)


@pytest.mark.parametrize("table", [BEGIN + END, BEGIN + HEADER + END, BEGIN + '"ID_REF"\n' + END])
def test_an_empty_table_says_where_the_counts_are(table, tmp_path):
    path = stored(tmp_path, PROLOGUE + table)
    with pytest.raises(TableError, match=r"supplementary files of the series \('GSE42568_RAW.tar'"):
        expression(path)
    assert samples(path)["tissue"].tolist() == SHEET["tissue"].tolist()


def test_a_truncated_gzip_is_refused(tmp_path):
    rng = np.random.default_rng(0)
    rows = "".join(f'"p{row}"\t{rng.normal()}\t1\t2\n' for row in range(5000))
    path = stored(tmp_path, PROLOGUE + TABLE.replace(END, rows + END), "m.txt.gz")
    path.write_bytes(path.read_bytes()[:-5000])
    with pytest.raises(TableError, match=r"Truncated compressed stream.*damaged"):
        expression(path)
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(TableError, match=r"Truncated compressed stream.*damaged"):
        samples(path)


def test_a_file_without_lines_about_samples_has_values_and_no_sheet(tmp_path):
    path = stored(tmp_path, '!Series_title\t"t"\n' + TABLE)
    read = expression(path)
    pd.testing.assert_frame_equal(read.values, VALUES)
    with pytest.raises(SampleSheetError, match=r"says nothing of its samples.*Set samples\.path"):
        samples(path)


@pytest.mark.parametrize(
    "content", [b"", b"ID_REF\tGSM1\np\t1\n", b"^SERIES = GSE1\n", b"\x1f\x8b", b"\x00" * 99]
)
def test_other_files_are_not_claimed(content, tmp_path):
    (tmp_path / "m.txt").write_bytes(content)
    assert recognize(tmp_path / "m.txt") == {}
    assert recognize(tmp_path) == {}
    assert recognize(tmp_path / "absent") == {}


fuzz = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize("name", ["GSE1_series_matrix.txt", "GSE1_series_matrix.txt.gz"])
@fuzz
@given(data=st.data())
def test_a_damaged_file_gives_a_cohort_or_an_error_of_ours(name, data, tmp_path):
    good = stored(tmp_path, PROLOGUE + TABLE, name).read_bytes()
    path = tmp_path / f"damaged_{name}"
    path.write_bytes(data.draw(damaged(good, zipped=name.endswith(".gz"))))
    recognize(path)
    read = result_or_our_error(lambda: expression(path))
    assert read is None or (read.values.dtypes == np.float32).all()
    sheet = result_or_our_error(lambda: samples(path))
    assert sheet is None or all(isinstance(cell, str | float) for cell in sheet.to_numpy().flat)


@fuzz
@given(prologue=damaged(PROLOGUE.encode()))
def test_damaged_lines_about_the_samples_leave_the_values_as_they_are(prologue, tmp_path):
    # A file that begins as an archive does is taken for one, and refused.
    assume(not prologue.startswith(b"PK\x03\x04"))
    path = stored(tmp_path, prologue + b"\n" + TABLE.encode())
    pd.testing.assert_frame_equal(expression(path).values, VALUES)


def test_a_slice_of_a_real_cohort_comes_back(real_data, tmp_path):
    matrix = pd.read_parquet(real_data / "gse42568" / "expression.parquet").iloc[:, :500]
    sheet = pd.read_csv(real_data / "gse42568" / "samples.csv", dtype=str, index_col=0)
    sheet = sheet.loc[matrix.index]
    lines = ['!Series_geo_accession\t"GSE42568"']
    lines += ["\t".join(["!Sample_geo_accession", *(f'"{name}"' for name in matrix.index)])]
    for column in sheet:
        cells = ["" if pd.isna(cell) else f"{column}: {cell}" for cell in sheet[column]]
        lines.append("\t".join(["!Sample_characteristics_ch1", *(f'"{cell}"' for cell in cells)]))
    table = matrix.T.rename_axis("ID_REF").to_csv(sep="\t", quoting=2)
    content = "\n".join([*lines, BEGIN + table + END])
    path = stored(tmp_path, content, "GSE42568_series_matrix.txt.gz")
    read = expression(path)
    pd.testing.assert_frame_equal(read.values, matrix, check_names=False)
    assert read.warnings == ()
    pd.testing.assert_frame_equal(samples(path), sheet, check_names=False, check_dtype=False)
