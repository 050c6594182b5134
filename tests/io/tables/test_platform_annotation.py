"""Platform files of GEO: which probe belongs to which gene."""

import gzip

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.io.mutations import damaged, result_or_our_error
from twinpurify.errors import TableError
from twinpurify.io.tables.platform_annotation import is_platform_table, read_platform_table

ROWS = (
    "ID\tGene title\tGene symbol\tGene ID\n"
    "1007_s_at\tmicroRNA 4640///discoidin domain receptor\tMIR4640///DDR1\t100616237///780\n"
    '1053_at\treplication factor "C"\tRFC2\t5982\n'
    "AFFX-BioB-3_at\t\t\t\n"
    "121_at\t---\tPAX8"
)
PROBES = pd.DataFrame(
    {
        "ID": ["1007_s_at", "1053_at", "AFFX-BioB-3_at", "121_at"],
        "Gene title": [
            "microRNA 4640///discoidin domain receptor",
            'replication factor "C"',
            np.nan,
            np.nan,
        ],
        "Gene symbol": ["MIR4640///DDR1", "RFC2", np.nan, "PAX8"],
        "Gene ID": ["100616237///780", "5982", np.nan, np.nan],
    },
    dtype=object,
)
ANNOT = f"""\
^Annotation
!Annotation_date = Aug 08 2018
!Annotation_platform = GPL570
#ID = ID from Platform data table
#Gene title = Entrez Gene name
#Gene symbol = Entrez Gene symbol
#Gene ID = Entrez Gene identifier
!platform_table_begin
{ROWS}
!platform_table_end
"""
FULL_TABLE = f"""\
#ID = Affymetrix Probe Set ID LINK_PRE:"https://www.affymetrix.com/LinkServlet?probeset="
#Gene title = A title
#Gene symbol =
#Gene ID =
{ROWS}
"""
SOFT = f"""\
^DATABASE = GeoMiame
!Database_name = Gene Expression Omnibus (GEO)
^SERIES = GSE42568
!Series_platform_id = GPL570
^PLATFORM = GPL570
!Platform_title = [HG-U133_Plus_2] Affymetrix Human Genome U133 Plus 2.0 Array
#ID = Affymetrix Probe Set ID
!platform_table_begin
{ROWS}
!platform_table_end
^SAMPLE = GSM1045191
!sample_table_begin
ID_REF\tVALUE
1007_s_at\t9.1
!sample_table_end
"""
FILES = {
    "GPL570.annot.gz": ANNOT,
    "GPL570-55999.txt": FULL_TABLE,
    "GSE42568_family.soft.gz": SOFT,
    "GPL570.annot": ANNOT.replace("\n", "\r\n"),
}


def stored(folder, content, name="GPL570.annot"):
    content = content if isinstance(content, bytes) else content.encode()
    path = folder / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


@pytest.mark.parametrize("name", FILES)
def test_golden(name, tmp_path):
    path = stored(tmp_path, FILES[name], name)
    assert is_platform_table(path)
    pd.testing.assert_frame_equal(read_platform_table(path), PROBES)


def test_another_encoding_is_read(tmp_path):
    path = stored(tmp_path, ANNOT.replace('"C"', "β-é").replace("β", "b").encode("latin-1"))
    assert read_platform_table(path)["Gene title"][1] == "replication factor b-é"


OTHERS = [
    b"",
    b"ID\tGene symbol\np1\tA\n",
    b'!Series_title\t"t"\n!Sample_title\t"a"\n!series_matrix_table_begin\n',
    b"#Patient Identifier\tSex\n#Identifier\tSex\n",
    b"# gene-model: GENCODE v36\ngene_id\tgene_name\n",
    b"\x1f\x8b",
]


@pytest.mark.parametrize("content", OTHERS)
def test_other_files_are_not_claimed(content, tmp_path):
    path = stored(tmp_path, content, "m.txt")
    assert not is_platform_table(path)
    assert read_platform_table(path) is None
    assert not is_platform_table(tmp_path)
    assert not is_platform_table(tmp_path / "absent")


BAD = [
    (ANNOT.replace("!platform_table_end", ""), r"is cut off: the line !platform_table_end"),
    (ANNOT.partition("ID\t")[0] + "!platform_table_end\n", "holds no table of probes"),
    (ANNOT.partition("1007")[0] + "!platform_table_end\n", "holds no table of probes"),
    (ANNOT.replace("Gene title\tGene sy", "ID\tGene sy"), r"columns twice or more \('ID' \(1"),
    (ANNOT.replace("5982", "5982\tx\ty"), r"longer than its header \('1053_at' \(1 in all\)\)"),
    (
        SOFT.replace("^PLATFORM", "!Series_platform_id = GPL96\n^PLATFORM"),
        r"describes several platforms: 'GPL570', 'GPL96' \(2 in all\)\. Set genes\.map\.path",
    ),
    (
        "^DATASET = GDS1\n!dataset_table_begin\nID_REF\tIDENTIFIER\tGSM1\n",
        r"is of samples\. Set genes\.map\.path to the file of the platform alone",
    ),
]


@pytest.mark.parametrize(("content", "message"), BAD)
def test_bad_files_are_refused(content, message, tmp_path):
    with pytest.raises(TableError, match=message):
        read_platform_table(stored(tmp_path, content))


def test_a_truncated_gzip_is_refused(tmp_path):
    rng = np.random.default_rng(0)
    rows = "".join(f"p{row}\t{rng.normal()}\tA\t1\n" for row in range(5000))
    path = stored(tmp_path, ANNOT.replace("1007_s_at", rows + "1007_s_at"), "GPL570.annot.gz")
    path.write_bytes(path.read_bytes()[:-5000])
    with pytest.raises(TableError, match=r"as a platform file of GEO: Truncated compressed"):
        read_platform_table(path)


@pytest.mark.parametrize("name", FILES)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_damaged_file_gives_a_table_or_an_error_of_ours(name, data, tmp_path):
    good = stored(tmp_path, FILES[name], name).read_bytes()
    path = tmp_path / f"damaged_{name}"
    path.write_bytes(data.draw(damaged(good, zipped=name.endswith(".gz"))))
    table = result_or_our_error(lambda: read_platform_table(path))
    assert table is None or len(table)
