"""Study folders of cBioPortal."""

import gzip

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.io.mutations import damaged, result_or_our_error
from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable
from twinpurify.errors import ConfigurationError, ExpressionError, SampleSheetError, TableError
from twinpurify.io.cbioportal.study import read_expression, read_samples, recognize

RSEM = "data_mrna_seq_v2_rsem.txt"
NORMALS = "normals/data_mrna_seq_v2_rsem_normal_samples.txt"
Z_SCORES = "data_mrna_seq_v2_rsem_zscores_ref_all_samples.txt"
STUDY = {
    "meta_study.txt": """\
type_of_cancer: brca
cancer_study_identifier: brca_tcga_pan_can_atlas_2018
name: Breast Invasive Carcinoma (TCGA, PanCancer Atlas)
description: Breast Invasive Carcinoma TCGA PanCancer data. See: https://gdc.cancer.gov
""",
    "meta_mrna_seq_v2_rsem.txt": """\
cancer_study_identifier: brca_tcga_pan_can_atlas_2018
genetic_alteration_type: MRNA_EXPRESSION
datatype: CONTINUOUS
stable_id: rna_seq_v2_mrna
profile_name: mRNA Expression, RSEM
profile_description: Batch normalized from Illumina HiSeq_RNASeqV2
data_filename: data_mrna_seq_v2_rsem.txt
""",
    RSEM: """\
Hugo_Symbol	Entrez_Gene_Id	TCGA-3C-AAAU-01	TCGA-3C-AALI-01
	100130426	0.0	0.5
UBE2Q2P3	100133144	16.3305	9.2659
HMGB1P1	10357	52.1502	NA
		1	2
TP53	NA	1e3	
TP53	7157	3	-4.5
""",
    Z_SCORES: "Hugo_Symbol\tEntrez_Gene_Id\tTCGA-3C-AAAU-01\nTP53\t7157\t-1.2\n",
    "data_clinical_sample.txt": """\
#Patient Identifier	Sample Identifier	Sample Type	Tumor Purity
#Identifier of the patient	A unique "sample" id.	The type	Fraction
#STRING	STRING	STRING	NUMBER
#1	1	9	1
PATIENT_ID	SAMPLE_ID	SAMPLE_TYPE	PURITY
TCGA-3C-AAAU	TCGA-3C-AAAU-01	Primary	0.50
TCGA-3C-AALI	TCGA-3C-AALI-01	Primary	[Not Available]
""",
    "data_clinical_patient.txt": """\
#Patient Identifier	Overall Survival Status	Overall Survival (Months)	Purity
#Identifier	Overall patient survival status.	In months since diagnosis.	Another
#STRING	STRING	NUMBER	NUMBER
#1	1	1	1
PATIENT_ID	OS_STATUS	OS_MONTHS	PURITY
TCGA-3C-AALI	1:DECEASED	131.6	1
TCGA-3C-AAAU	0:LIVING	[Not Applicable]	
TCGA-ZZ-0000	0:LIVING	007	NA
""",
}
OF_NORMALS = """\
Hugo_Symbol	Entrez_Gene_Id	TCGA-3C-AALI-11
TP53	NA	7
TP53	7157	8
	100130426	9
HMGB1P1	10357	10
"""
SAMPLES = ["TCGA-3C-AAAU-01", "TCGA-3C-AALI-01"]
VALUES = pd.DataFrame(
    [[0, 16.3305, 52.1502, 1000, 3], [0.5, 9.2659, np.nan, np.nan, -4.5]],
    index=SAMPLES,
    columns=["100130426", "UBE2Q2P3", "HMGB1P1", "TP53", "TP53"],
    dtype=np.float32,
)
GENES = pd.DataFrame(
    {
        "Hugo_Symbol": [np.nan, "UBE2Q2P3", "HMGB1P1", "TP53", "TP53"],
        "Entrez_Gene_Id": ["100130426", "100133144", "10357", np.nan, "7157"],
    },
    dtype=object,
)
SHEET = pd.DataFrame(
    {
        "PATIENT_ID": ["TCGA-3C-AAAU", "TCGA-3C-AALI"],
        "SAMPLE_TYPE": ["Primary", "Primary"],
        "PURITY": ["0.50", np.nan],
        "OS_STATUS": ["0:LIVING", "1:DECEASED"],
        "OS_MONTHS": [np.nan, "131.6"],
        "PATIENT_PURITY": [np.nan, "1"],
    },
    index=pd.Index(SAMPLES, name="SAMPLE_ID"),
    dtype=object,
)


def study(folder, changed=None, files=STUDY):
    """A study folder; a file that becomes None is left out."""
    for name, content in (files | (changed or {})).items():
        path = folder / "brca_tcga" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is not None:
            raw = content if isinstance(content, bytes) else content.encode()
            path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    return folder / "brca_tcga"


def expression(path, **declared):
    return read_expression(path, ExpressionTable(path=path.name, **declared), path.parent)


def samples(path, **declared):
    return read_samples(path, SampleTable(**declared), path.parent)


def test_golden(tmp_path):
    folder = study(tmp_path)
    read = expression(folder)
    pd.testing.assert_frame_equal(read.values, VALUES)
    pd.testing.assert_frame_equal(read.genes, GENES)
    pd.testing.assert_frame_equal(samples(folder), SHEET)
    assert read.warnings == ()
    assert read.notes == (
        f"Values of {RSEM}: the only one of expression beside 1 of z-scores or normals.",
        "The study: Breast Invasive Carcinoma (TCGA, PanCancer Atlas)",
        "What the study says of the values: mRNA Expression, RSEM; CONTINUOUS; Batch normalized "
        "from Illumina HiSeq_RNASeqV2",
        f"1 genes of {RSEM} have an Entrez id and no symbol.",
        f"1 rows of {RSEM} without an id of a gene were left out.",
    )
    assert recognize(folder) == {"cbioportal": "it holds meta_study.txt"}


def test_one_of_its_files_stands_for_the_study(tmp_path):
    folder = study(tmp_path)
    pd.testing.assert_frame_equal(expression(folder / RSEM).values, VALUES)
    pd.testing.assert_frame_equal(samples(folder / "data_clinical_sample.txt"), SHEET)
    pd.testing.assert_frame_equal(samples(folder / RSEM), SHEET)
    assert "has the column Hugo_Symbol" in recognize(folder / RSEM)["cbioportal"]
    assert recognize(folder / "data_clinical_sample.txt")


def test_gzipped_files_are_read(tmp_path):
    files = {f"{name}.gz" if "data" in name else name: text for name, text in STUDY.items()}
    folder = study(tmp_path, files=files)
    pd.testing.assert_frame_equal(expression(folder).values, VALUES)
    pd.testing.assert_frame_equal(samples(folder), SHEET)
    assert recognize(folder / f"{RSEM}.gz")


def test_the_adjacent_normals_of_a_study_come_with_it(tmp_path):
    folder = study(tmp_path, {NORMALS: OF_NORMALS})
    read = expression(folder)
    shared = ["100130426", "HMGB1P1", "TP53", "TP53"]
    wanted = pd.concat(
        [
            VALUES.iloc[:, [0, 2, 3, 4]],
            pd.DataFrame([[9, 10, 7, 8]], ["TCGA-3C-AALI-11"], shared, np.float32),
        ]
    )
    pd.testing.assert_frame_equal(read.values, wanted)
    pd.testing.assert_frame_equal(read.genes, GENES.drop(1).reset_index(drop=True))
    assert read.notes[-2:] == (
        "1 adjacent normals were added from data_mrna_seq_v2_rsem_normal_samples.txt.",
        "Genes that the file of the normals lacks were left out: 'UBE2Q2P3' (1 in all).",
    )
    sheet = samples(folder)
    pd.testing.assert_frame_equal(sheet.iloc[:2], SHEET)
    assert sheet.loc["TCGA-3C-AALI-11"].dropna().to_dict() == {
        "PATIENT_ID": "TCGA-3C-AALI",
        "SAMPLE_TYPE": "Adjacent Normal",
        "OS_STATUS": "1:DECEASED",
        "OS_MONTHS": "131.6",
        "PATIENT_PURITY": "1",
    }


def test_normals_of_nobody_in_the_sheet_have_no_patient(tmp_path):
    files = {NORMALS: OF_NORMALS.replace("AALI-11", "XXXX-11")}
    assert pd.isna(samples(study(tmp_path, files)).loc["TCGA-3C-XXXX-11", "PATIENT_ID"])


@pytest.mark.parametrize("present", ["Hugo_Symbol", "Entrez_Gene_Id"])
def test_one_of_the_two_ids_is_enough(present, tmp_path):
    text = f"{present}\tS1\tS2\nA\t1\t2\n9\t3\t4\n"
    read = expression(study(tmp_path, {RSEM: text}))
    assert read.values.columns.tolist() == ["A", "9"]
    assert read.genes[present].tolist() == ["A", "9"]


def test_columns_that_describe_genes_are_no_samples(tmp_path):
    text = "Hugo_Symbol\tEntrez_Gene_Id\tCytoband\tkind\tS1\tS2\nTP53\t7157\t17p13\tx\t1\t2\n"
    folder = study(tmp_path, {RSEM: text})
    read = expression(folder, annotation_columns=["kind"], drop_columns=["S2"])
    assert read.values.to_dict() == {"TP53": {"S1": 1.0}}
    assert read.genes.loc[0].to_dict() == {
        "Hugo_Symbol": "TP53",
        "Entrez_Gene_Id": "7157",
        "Cytoband": "17p13",
        "kind": "x",
    }


def test_names_of_older_downloads_are_known(tmp_path):
    old = {
        "data_RNA_Seq_v2_expression_median.txt": STUDY[RSEM],
        "data_RNA_Seq_v2_mRNA_median_all_sample_Zscores.txt": STUDY[Z_SCORES],
        "data_clinical.txt": "SAMPLE_ID\tPATIENT_ID\tOS_MONTHS\nTCGA-3C-AAAU-01\tTCGA-3C-AAAU\t3\n",
    }
    folder = study(tmp_path, files=old)
    pd.testing.assert_frame_equal(expression(folder).values, VALUES)
    assert samples(folder).loc["TCGA-3C-AAAU-01"].tolist() == ["TCGA-3C-AAAU", "3"]
    assert recognize(folder) == {"cbioportal": "it holds data_clinical.txt"}


def test_comment_lines_may_be_missing(tmp_path):
    bare = {
        name: "".join(line for line in text.splitlines(True) if not line.startswith("#"))
        for name, text in STUDY.items()
        if name.startswith("data_clinical")
    }
    pd.testing.assert_frame_equal(samples(study(tmp_path, bare)), SHEET)


ILLUMINA = "data_mrna_illumina_microarray.txt"


@pytest.mark.parametrize("values", [ILLUMINA, "data_mrna_illumina_microarray"])
def test_one_of_several_files_is_named(values, tmp_path):
    folder = study(tmp_path, {ILLUMINA: "Hugo_Symbol\tMB-0362\nRERE\t8.68\n"})
    with pytest.raises(
        TableError,
        match=r"several files of expression: 'data_mrna_illumina_microarray.txt', "
        r"'data_mrna_seq_v2_rsem.txt' \(2 in all\)\. Set expression\.values",
    ):
        expression(folder)
    read = expression(folder, values=values)
    assert read.values.index.tolist() == ["MB-0362"]
    assert read.notes[0] == f"Values of {ILLUMINA}: expression.values names it."


def test_z_scores_are_refused(tmp_path):
    folder = study(tmp_path)
    message = r"holds z-scores: .* Name the file .*: 'data_mrna_seq_v2_rsem\.txt' \(1 in all\)"
    with pytest.raises(ConfigurationError, match=message):
        expression(folder, values=Z_SCORES)
    with pytest.raises(ConfigurationError, match=message):
        expression(folder / Z_SCORES)
    (folder / RSEM).unlink()
    with pytest.raises(TableError, match=r"no file of expression .*there are 'data_mrna_seq_v2_rs"):
        expression(folder)


def test_z_scores_are_known_by_what_the_study_says_of_them(tmp_path):
    meta = STUDY["meta_mrna_seq_v2_rsem.txt"].replace("CONTINUOUS", "Z-SCORE")
    folder = study(tmp_path, {"meta_mrna_seq_v2_rsem.txt": meta})
    with pytest.raises(ConfigurationError, match="holds z-scores"):
        expression(folder, values=RSEM)


def test_damaged_meta_files_leave_the_values_as_they_are(tmp_path):
    names = ["meta_study.txt", "meta_mrna_seq_v2_rsem.txt"]
    folder = study(tmp_path, dict.fromkeys(names, b"\xff\x00:\n\x1f\x8b"))
    pd.testing.assert_frame_equal(expression(folder).values, VALUES)


BAD_EXPRESSION = [
    (
        {RSEM: None, Z_SCORES: None},
        TableError,
        r"no file of expression .*; there are 'data_clinical_patient\.txt', .*\(4 in all\)",
    ),
    ({RSEM: "gene\tS1\nA\t1\n"}, TableError, "neither a column Hugo_Symbol nor Entrez_Gene_Id"),
    ({RSEM: ""}, TableError, r"is empty\. Fetch it again"),
    ({RSEM: STUDY[RSEM].partition("\n")[0] + "\n"}, TableError, "has a header and no rows"),
    ({RSEM: STUDY[RSEM].replace("\t9.2659", "")}, TableError, "longer or shorter than its header"),
    (
        {RSEM: STUDY[RSEM].replace("16.3305", "high")},
        ExpressionError,
        "gene 'UBE2Q2P3' in sample 'TCGA-3C-AAAU-01': 'high'",
    ),
    (
        {RSEM: STUDY[RSEM].replace("AALI", "AAAU")},
        ExpressionError,
        "sample ids of .* stand twice or more: 'TCGA-3C-AAAU-01'",
    ),
    (
        {NORMALS: OF_NORMALS.replace("AALI-11", "AALI-01")},
        ExpressionError,
        "sample ids of .* stand twice or more: 'TCGA-3C-AALI-01'",
    ),
    ({NORMALS: b"\x1f\x8b\x00"}, TableError, "normal_samples.txt can't be read as tsv"),
]


@pytest.mark.parametrize(("files", "error", "message"), BAD_EXPRESSION)
def test_bad_expression_is_refused(files, error, message, tmp_path):
    with pytest.raises(error, match=message):
        expression(study(tmp_path, files))


def test_a_name_that_is_not_there_is_refused(tmp_path):
    message = r"no file of expression 'data_mrna_seq_rsem' \(did you mean 'data_mrna_seq_v2_rsem'"
    with pytest.raises(TableError, match=message):
        expression(study(tmp_path), values="data_mrna_seq_rsem")


SAMPLE, PATIENT = "data_clinical_sample.txt", "data_clinical_patient.txt"
BAD_SHEETS = [
    ({SAMPLE: None}, TableError, r"has no data_clinical_sample\.txt.*Fetch it, or set samples\.p"),
    (
        {SAMPLE: STUDY[SAMPLE].replace("SAMPLE_ID", "SAMPLES")},
        TableError,
        r"samples\.id_column: 'SAMPLE_ID' \(did you mean 'SAMPLES'",
    ),
    (
        {SAMPLE: STUDY[SAMPLE].replace("PATIENT_ID", "PATIENTS")},
        TableError,
        r"its patients: 'PATIENT_ID' \(did you mean 'PATIENTS'",
    ),
    ({SAMPLE: STUDY[SAMPLE].replace("\t0.50", "")}, TableError, "data_clinical_sample"),
    (
        {PATIENT: STUDY[PATIENT].replace("TCGA-ZZ-0000", "TCGA-3C-AALI")},
        SampleSheetError,
        r"patients of .* stand twice or more: 'TCGA-3C-AALI' \(1 in all\)\. Keep one row a patient",
    ),
    ({SAMPLE: "#a\n#b\n"}, TableError, "data_clinical_sample"),
]


@pytest.mark.parametrize(("files", "error", "message"), BAD_SHEETS)
def test_bad_sheets_are_refused_and_leave_the_values_as_they_are(files, error, message, tmp_path):
    folder = study(tmp_path, files)
    with pytest.raises(error, match=message):
        samples(folder)
    pd.testing.assert_frame_equal(expression(folder).values, VALUES)


def test_a_study_without_a_table_of_patients_has_a_sheet(tmp_path):
    sheet = samples(study(tmp_path, {PATIENT: None}))
    pd.testing.assert_frame_equal(sheet, SHEET.iloc[:, :3])


@pytest.mark.parametrize(
    "files",
    [
        {"data_expression.txt": "gene\tS1\nA\t1\n"},
        {"data_mrna.txt": b"\x1f\x8b\x00", "meta_other.txt": "name: x"},
        {"quant.sf": "Name\tTPM\n"},
        {},
    ],
)
def test_other_folders_and_files_are_not_claimed(files, tmp_path):
    folder = study(tmp_path, files=files)
    assert recognize(folder) == {}
    assert recognize(tmp_path / "absent") == {}
    assert recognize(tmp_path / ("too_long" * 999)) == {}
    for name in files:
        assert recognize(folder / name) == {}


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("name", [RSEM, NORMALS, SAMPLE, PATIENT, "meta_study.txt"])
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_damaged_study_gives_a_cohort_or_an_error_of_ours(name, zipped, data, tmp_path):
    folder = tmp_path / "brca_tcga"
    if not folder.exists():
        study(tmp_path, {NORMALS: OF_NORMALS})
    good = STUDY.get(name, OF_NORMALS).encode()
    bad = damaged(gzip.compress(good) if zipped else good, zipped=zipped)
    (folder / name).write_bytes(data.draw(bad))
    recognize(folder)
    recognize(folder / name)
    read = result_or_our_error(lambda: expression(folder))
    if name in (SAMPLE, PATIENT, "meta_study.txt"):
        pd.testing.assert_frame_equal(read.values.iloc[:2], VALUES.iloc[:, [0, 2, 3, 4]])
    assert read is None or (read.values.dtypes == np.float32).all()
    assert read is None or len(read.genes) == read.values.shape[1]
    result_or_our_error(lambda: samples(folder))


def test_a_slice_of_a_real_cohort_comes_back(real_data, tmp_path):
    matrix = pd.read_parquet(real_data / "metabric" / "expression.parquet").iloc[:, :400]
    text = matrix.T.rename_axis("Hugo_Symbol").to_csv(sep="\t")
    read = expression(study(tmp_path, files={"meta_study.txt": "name: METABRIC\n", ILLUMINA: text}))
    pd.testing.assert_frame_equal(read.values, matrix, check_names=False)
