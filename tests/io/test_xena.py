"""Downloads of UCSC Xena: matrices, clinicalMatrix, phenotype."""

import gzip

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable
from twinpurify.errors import ExpressionError, TableError
from twinpurify.io.xena import read_expression, read_samples, recognize

from .mutations import damaged, result_or_our_error

LEGACY = """\
sample	TCGA-AR-A5QQ-01	TCGA-D8-A1JA-01	TCGA-BH-A0BQ-11
ARHGEF10L	9.5074	7.4346	9.3216
HIF3A	1.5787	3.6607	
RNF17	0	0.6245	NA
?|10357	0	0	5.5
"""
GDC = """\
Ensembl_ID	TCGA-AR-A5QQ-01A	TCGA-BH-A0BQ-11A
ENSG00000000003.15	12.0334	11.5
ENSG00000000005.6	3.8073	0
ENSGR0000182378.10	0	1
__no_feature	22.1	21.5
__ambiguous	20	20
"""
CLINICAL = """\
sampleID	PAM50Call_RNAseq	gender	OS_Time_nature2012	_PATIENT	sample_type
TCGA-AR-A5QQ-01	LumA	[Not Evaluated]	322	TCGA-AR-A5QQ	Primary Tumor
TCGA-D8-A1JA-01		Positive	0502	TCGA-D8-A1JA	Primary Tumor
TCGA-BH-A0BQ-11	NA	[Not Available]		TCGA-BH-A0BQ	Solid Tissue Normal
"""
PHENOTYPE = """\
submitter_id.samples	age_at_initial_pathologic_diagnosis	sample_type.samples
TCGA-AR-A5QQ-01A	68	Primary Tumor
TCGA-BH-A0BQ-11A	[Discrepancy]	Solid Tissue Normal
"""


def stored(folder, content, name):
    content = content if isinstance(content, bytes) else content.encode()
    path = folder / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


def expression(path, **declared):
    return read_expression(path, ExpressionTable(path=path.name, **declared), path.parent)


def samples(path, **declared):
    return read_samples(path, SampleTable(**declared), path.parent)


@pytest.mark.parametrize("name", ["HiSeqV2", "HiSeqV2.gz"])
def test_a_matrix_of_the_legacy_hub(name, tmp_path):
    path = stored(tmp_path, LEGACY, name)
    read = expression(path)
    wanted = pd.DataFrame(
        [[9.5074, 1.5787, 0, 0], [7.4346, 3.6607, 0.6245, 0], [9.3216, np.nan, np.nan, 5.5]],
        index=["TCGA-AR-A5QQ-01", "TCGA-D8-A1JA-01", "TCGA-BH-A0BQ-11"],
        columns=["ARHGEF10L", "HIF3A", "RNF17", "?|10357"],
        dtype=np.float32,
    )
    pd.testing.assert_frame_equal(read.values, wanted)
    assert read.genes.shape == (4, 0)
    assert read.warnings == ()
    assert read.notes == (
        "Orientation: genes_in_rows.",
        f"A file of the name {name} holds log2(RSEM + 1) as a rule.",
    )


@pytest.mark.parametrize("name", ["TCGA-BRCA.star_counts.tsv.gz", "TCGA-BRCA.htseq_counts.tsv"])
def test_a_matrix_of_the_gdc_hub(name, tmp_path):
    read = expression(stored(tmp_path, GDC, name))
    genes = ["ENSG00000000003.15", "ENSG00000000005.6", "ENSGR0000182378.10"]
    wanted = pd.DataFrame(
        [[12.0334, 3.8073, 0], [11.5, 0, 1]],
        index=["TCGA-AR-A5QQ-01A", "TCGA-BH-A0BQ-11A"],
        columns=genes,
        dtype=np.float32,
    )
    pd.testing.assert_frame_equal(read.values, wanted)
    assert len(read.genes) == 3
    assert read.notes[1:] == (
        f"A file of the name {name} holds log2(counts + 1) as a rule.",
        "Rows that count reads of no gene were left out: '__no_feature', '__ambiguous' (2 in all).",
    )


def test_a_clinical_matrix(tmp_path):
    sheet = samples(stored(tmp_path, CLINICAL, "BRCA_clinicalMatrix"))
    wanted = pd.DataFrame(
        {
            "PAM50Call_RNAseq": ["LumA", np.nan, np.nan],
            "gender": [np.nan, "Positive", np.nan],
            "OS_Time_nature2012": ["322", "0502", np.nan],
            "_PATIENT": ["TCGA-AR-A5QQ", "TCGA-D8-A1JA", "TCGA-BH-A0BQ"],
            "sample_type": ["Primary Tumor", "Primary Tumor", "Solid Tissue Normal"],
        },
        index=pd.Index(["TCGA-AR-A5QQ-01", "TCGA-D8-A1JA-01", "TCGA-BH-A0BQ-11"], name="sampleID"),
        dtype=object,
    )
    pd.testing.assert_frame_equal(sheet, wanted)


def test_a_phenotype_table_of_the_gdc_hub(tmp_path):
    sheet = samples(stored(tmp_path, PHENOTYPE, "TCGA-BRCA.GDC_phenotype.tsv.gz"))
    assert sheet.index.tolist() == ["TCGA-AR-A5QQ-01A", "TCGA-BH-A0BQ-11A"]
    assert sheet["age_at_initial_pathologic_diagnosis"].isna().tolist() == [False, True]


SURVIVAL = "sample\tOS\tOS.time\nTCGA-AR-A5QQ-01\t0\t322\n"
RECOGNIZED = [
    ("HiSeqV2", LEGACY, "its first cell is 'sample', and its columns are barcodes"),
    ("m.tsv", GDC, "its first cell is 'Ensembl_ID', and its columns are barcodes"),
    ("GTEX_gene_tpm.gz", "sample\tGTEX-1\nTP53\t1\n", "'sample', and its name has no ending"),
    ("BRCA_clinicalMatrix", CLINICAL, "'sampleID', and its name has no ending"),
]
NOT_RECOGNIZED = [
    ("m.tsv", "sample\tTP53\tMYC\nTCGA-AR-A5QQ-01\t1\t2\n"),
    ("m", "sample\tTP53\tMYC\nTCGA-AR-A5QQ-01\t1\t2\n"),
    ("m.csv", GDC.replace("\t", ",")),
    ("m.tsv", "sample\tGTEX-1\nTP53\t1\n"),
    ("m.tsv", "gene\tdescription\tTCGA-AR-A5QQ-01\tTCGA-AR-A5QQ-11\nTP53\tx\t1\t2\n"),
    ("BRCA_survival.txt", SURVIVAL),
    ("TCGA-BRCA.GDC_phenotype.tsv", PHENOTYPE),
    ("empty", ""),
    ("m", b"\x1f\x8b"),
    ("m", b"\x00\xff\n" * 99),
]


@pytest.mark.parametrize(("name", "content", "reason"), RECOGNIZED)
def test_downloads_are_recognized(name, content, reason, tmp_path):
    assert reason in recognize(stored(tmp_path, content, name))["xena"]


@pytest.mark.parametrize(("name", "content"), NOT_RECOGNIZED)
def test_other_files_are_not_claimed(name, content, tmp_path):
    assert recognize(stored(tmp_path, content, name)) == {}
    assert recognize(tmp_path) == {}
    assert recognize(tmp_path / "absent") == {}


def test_a_header_longer_than_what_is_looked_at_is_recognized(tmp_path):
    ids = [f"TCGA-AR-{number:04d}-01" for number in range(9000)]
    content = "\n".join(["\t".join(["sample", *ids]), "\t".join(["TP53", *["1"] * 9000])])
    assert "barcodes" in recognize(stored(tmp_path, content, "m.xena"))["xena"]


def test_samples_may_be_in_rows_when_that_is_declared(tmp_path):
    path = stored(tmp_path, "sample\tTP53\tMYC\nS1\t1\t2\n", "m")
    read = expression(path, orientation="samples_in_rows")
    assert read.values.to_dict() == {"TP53": {"S1": 1.0}, "MYC": {"S1": 2.0}}
    assert read.notes == ("Orientation: samples_in_rows.",)


def test_rows_without_a_name_are_left_out_even_if_none_remains(tmp_path):
    path = stored(tmp_path, "sample\tTCGA-AR-A5QQ-01\n\t1\n\t3\n", "HiSeqV2")
    read = expression(path)
    assert read.values.shape == (1, 0)
    assert read.notes[-1] == "2 rows of HiSeqV2 without an id of a gene were left out."


def test_relative_values_are_a_warning(tmp_path):
    (warning,) = expression(stored(tmp_path, LEGACY, "HiSeqV2_PANCAN.gz")).warnings
    assert "are in no unit. Take HiSeqV2" in warning


BAD = [
    ("", TableError, r"is empty\. Fetch it again"),
    (LEGACY.partition("\n")[0] + "\n", TableError, "has a header and no rows"),
    (
        LEGACY.replace("9.5074", "9,5074"),
        ExpressionError,
        "gene 'ARHGEF10L' in sample 'TCGA-AR-A5QQ-01': '9,5074'.*decimal commas",
    ),
    (
        LEGACY.replace("D8-A1JA", "AR-A5QQ"),
        ExpressionError,
        "sample ids of the matrix stand twice or more: 'TCGA-AR-A5QQ-01'",
    ),
    (LEGACY.replace("\t7.4346", ""), TableError, "longer or shorter than its header of 4 fields"),
    ("<!DOCTYPE html><html></html>", TableError, "is a web page, not data"),
]


@pytest.mark.parametrize(("content", "error", "message"), BAD)
@pytest.mark.parametrize("name", ["HiSeqV2", "HiSeqV2.gz"])
def test_bad_matrices_are_refused(name, content, error, message, tmp_path):
    with pytest.raises(error, match=message):
        expression(stored(tmp_path, content, name))


def test_a_column_that_is_not_there_is_named(tmp_path):
    with pytest.raises(TableError, match=r"samples\.id_column: 'sample'"):
        samples(stored(tmp_path, CLINICAL, "BRCA_clinicalMatrix"), id_column="sample")


@pytest.mark.parametrize("name", ["HiSeqV2", "HiSeqV2.gz"])
@pytest.mark.parametrize("content", [LEGACY, GDC, CLINICAL])
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_damaged_file_gives_a_cohort_or_an_error_of_ours(content, name, data, tmp_path):
    good = stored(tmp_path, content, name).read_bytes()
    path = tmp_path / f"damaged_{name}"
    path.write_bytes(data.draw(damaged(good, zipped=name.endswith(".gz"))))
    recognize(path)
    read = result_or_our_error(lambda: expression(path))
    assert read is None or (read.values.dtypes == np.float32).all()
    assert read is None or len(read.genes) == read.values.shape[1]
    result_or_our_error(lambda: samples(path))


def test_a_slice_of_a_real_cohort_comes_back(real_data, tmp_path):
    matrix = pd.read_parquet(real_data / "tcga_brca" / "expression.parquet").iloc[:50, :300]
    content = matrix.T.rename_axis("sample").to_csv(sep="\t")
    path = stored(tmp_path, content, "HiSeqV2.gz")
    assert recognize(path)
    pd.testing.assert_frame_equal(expression(path).values, matrix, check_names=False)
