"""GCT files, 1.2 as GTEx gives them and 1.3 as the Broad Institute's portals do."""

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable
from twinpurify.errors import ExpressionError, SampleSheetError, TableError
from twinpurify.io.gct import read_expression, read_samples, recognize

from .mutations import damaged, result_or_our_error

GCT_1_2 = (
    "#1.2\n"
    "3\t2\n"
    "Name\tDescription\tGTEX-1117F-0226-SM-5GZZ7\tGTEX-111CU-1826-SM-5GZYN\n"
    "ENSG00000223972.5\tDDX11L1\t0.1082\t0.1158\n"
    'ENSG00000227232.5\t5\' "end" of WASH7P\t21.4\t11.03\n'
    "ENSG00000227232.5\tNA\t0\tNaN\n"
)
GCT_1_3 = (
    "#1.3\n"
    "2\t3\t2\t2\n"
    "id\tgeneSymbol\tnumber\tTCGA-A1-A0SB-01A\tTCGA-A1-A0SD-11A\t0012\n"
    "Sample.Type\tna\tna\tTumor\tNormal\tna\n"
    "AGE\tna\tna\t70\t059\t\n"
    "NM_1\tTP53\t7\t1.5\t-2\t3e2\n"
    "NM_2\tna\t8\tna\t0.25\t4\n"
)
GENES_1_2 = ["ENSG00000223972.5", "ENSG00000227232.5", "ENSG00000227232.5"]


def write(path: Path, text: str) -> Path:
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def read(path: Path, **settings: object):
    return read_expression(path, ExpressionTable(path=path.name, **settings), path.parent)


def sheet_of(path: Path) -> pd.DataFrame:
    return read_samples(path, SampleTable(), path.parent)


@pytest.mark.parametrize("name", ["m.gct", "m.gct.gz", "m.txt"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_gct_1_2_is_read(name, line_end, tmp_path):
    raw = read(write(tmp_path / name, GCT_1_2.replace("\n", line_end)))
    expected = pd.DataFrame(
        [[0.1082, 21.4, 0], [0.1158, 11.03, np.nan]],
        index=["GTEX-1117F-0226-SM-5GZZ7", "GTEX-111CU-1826-SM-5GZYN"],
        columns=GENES_1_2,
        dtype=np.float32,
    )
    pd.testing.assert_frame_equal(raw.values, expected)
    about = {"Description": ["DDX11L1", '5\' "end" of WASH7P', np.nan]}
    pd.testing.assert_frame_equal(raw.genes, pd.DataFrame(about, dtype=object))


def test_gct_1_3_has_annotation_of_genes_and_samples(tmp_path):
    path = write(tmp_path / "m.gct", GCT_1_3)
    raw = read(path)
    samples = ["TCGA-A1-A0SB-01A", "TCGA-A1-A0SD-11A", "0012"]
    expected = pd.DataFrame(
        [[1.5, np.nan], [-2, 0.25], [300, 4]],
        index=samples,
        columns=["NM_1", "NM_2"],
        dtype=np.float32,
    )
    pd.testing.assert_frame_equal(raw.values, expected)
    about_genes = pd.DataFrame({"geneSymbol": ["TP53", np.nan], "number": ["7", "8"]}, dtype=object)
    pd.testing.assert_frame_equal(raw.genes, about_genes)
    about_samples = pd.DataFrame(
        {"Sample.Type": ["Tumor", "Normal", np.nan], "AGE": ["70", "059", np.nan]},
        index=samples,
        dtype=object,
    )
    pd.testing.assert_frame_equal(sheet_of(path), about_samples)


def test_another_column_may_name_the_genes_and_one_may_be_dropped(tmp_path):
    path = write(tmp_path / "m.gct", GCT_1_3)
    raw = read(path, id_column="number", drop_columns=["geneSymbol", "0012"])
    assert raw.values.columns.tolist() == ["7", "8"]
    assert raw.values.index.tolist() == ["TCGA-A1-A0SB-01A", "TCGA-A1-A0SD-11A"]
    assert raw.genes.to_dict("list") == {"id": ["NM_1", "NM_2"]}
    assert raw.notes == ("Columns left out as declared: 'geneSymbol', '0012' (2 in all).",)


def test_spreadsheets_put_tabs_behind_the_counts(tmp_path):
    text = GCT_1_2.replace("#1.2\n3\t2\n", "\ufeff#1.2\t\t\t\r\n3\t2\t\t\r\n")
    assert read(write(tmp_path / "m.gct", text)).values.shape == (2, 3)


@pytest.mark.parametrize(("text", "version"), [(GCT_1_2, "#1.2"), (GCT_1_3, "#1.3")])
def test_it_is_told_by_its_first_line_alone(text, version, tmp_path):
    path = write(tmp_path / "m.gz", text)
    assert recognize(path) == {"gct": f"its first line is {version}"}
    assert recognize(write(tmp_path / "m.gct", "id\tA\ns1\t1\n")) == {}
    assert recognize(tmp_path) == recognize(tmp_path / "none") == {}


BAD = [
    ("", r"isn't GCT 1\.2 or 1\.3: its first line is '', not #1\.2 or #1\.3\. Correct expr"),
    ("id\tA\ns1\t1\n", r"its first line is 'id', not #1\.2"),
    ("#1.2\n3\n", r"is GCT 1\.2, whose second line holds 2 numbers; it holds '3'"),
    ("#1.3\n3\t2\n", r"is GCT 1\.3, whose second line holds 4 numbers; it holds '3 2'"),
    ("#1.2\nthree\t2\n", "second line holds 2 numbers; it holds 'three 2'"),
    (GCT_1_2.replace("3\t2\n", "3\t5\n"), r"declares 5 samples and 1 columns .* header has 4"),
    (GCT_1_2.replace("3\t2\n", "9\t2\n"), r"declares 9 genes in .* and holds 3: it was cut off"),
    (GCT_1_2.replace("3\t2\n", "2\t2\n"), r"declares 2 genes in .* and holds 3: it was edited"),
    (GCT_1_2[:-8], r"ends within its last row: line 6 has 2 fields of 4\. The file was cut off"),
    (GCT_1_2.replace("21.4\t", ""), r"longer or shorter than its header of 4 fields: line 5 has 3"),
    ("#1.2\n0\t1\nName\tDescription\ts1\n", "has a header and no rows"),
    (GCT_1_3[:100], r"declares 2 rows about samples in .* each of 6 fields; [01] rows follow"),
    ("#1.2\n1\t1\nName\tDescription\ts\n\xff".encode("latin-1"), "isn't UTF-8: line 4 holds"),
]


@pytest.mark.parametrize(("text", "message"), BAD)
def test_bad_files_are_refused(text, message, tmp_path):
    path = tmp_path / "m.gct"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(TableError, match=message):
        read(path)


def test_a_truncated_gzip_is_refused(tmp_path):
    path = write(tmp_path / "m.gct.gz", GCT_1_2)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(TableError, match=r"can't be read as gct: .*The file is damaged"):
        read(path)


def test_text_and_doubled_samples_are_refused(tmp_path):
    with pytest.raises(ExpressionError, match=r"1 values that are text .*'21,4'.*decimal commas"):
        read(write(tmp_path / "m.gct", GCT_1_2.replace("21.4", "21,4")))
    with pytest.raises(ExpressionError, match=r"stand twice or more: 'TCGA-A1-A0SB-01A'"):
        read(write(tmp_path / "m.gct", GCT_1_3.replace("TCGA-A1-A0SD-11A", "TCGA-A1-A0SB-01A")))


def test_a_file_without_a_sheet_says_so(tmp_path):
    with pytest.raises(TableError, match=r"GCT 1\.2 and says nothing of its samples\. Set samples"):
        sheet_of(write(tmp_path / "m.gct", GCT_1_2))
    with pytest.raises(SampleSheetError, match=r"rows about samples of .* twice or more: 'AGE'"):
        sheet_of(write(tmp_path / "m.gct", GCT_1_3.replace("Sample.Type", "AGE")))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), text=st.sampled_from([GCT_1_2, GCT_1_3]), zipped=st.booleans())
def test_damage_gives_a_matrix_or_an_error_of_ours(data, text, zipped, tmp_path):
    path = tmp_path / "m.gct"
    content = gzip.compress(text.encode()) if zipped else text.encode()
    path.write_bytes(data.draw(damaged(content, zipped)))
    recognize(path)
    result_or_our_error(lambda: read(path))
    result_or_our_error(lambda: sheet_of(path))
