"""GDC downloads: both kinds of counts, manifests, sample sheets, metadata, and what is refused."""

import gzip
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.io.mutations import damaged, result_or_our_error
from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable
from twinpurify.errors import ConfigurationError, ExpressionError, TableError
from twinpurify.io import reading
from twinpurify.io.formats import detect_format
from twinpurify.io.gdc import counts as gdc

A = "006e1522-cf0e-47e5-95e2-5e2de7c69033"
B = "01daeea0-2a6d-450e-b541-5e403e998637"
C = "05730aa5-a492-4526-bdeb-0902250f9330"
GENES = ["ENSG00000000003.13", "ENSG00000000005.5", "ENSGR0000280767.1"]
COUNTS = {A: [2968, 3, 0], B: [1528, 0, 7]}
TAIL = ["__no_feature", "__ambiguous", "__too_low_aQual", "__not_aligned", "__alignment_not_unique"]
HEADER = (
    "gene_id\tgene_name\tgene_type\tunstranded\tstranded_first\tstranded_second\t"
    "tpm_unstranded\tfpkm_unstranded\tfpkm_uq_unstranded"
)


def htseq(counts, genes=GENES):
    rows = [*zip(genes, counts, strict=True), *((name, 99) for name in TAIL)]
    return "".join(f"{gene}\t{count}\n" for gene, count in rows).encode()


def star(counts):
    summary = ["N_unmapped", "N_multimapping", "N_noFeature", "N_ambiguous"]
    genes = [
        ("ENSG00000000003.15", "TSPAN6", "protein_coding"),
        ("ENSG00000002586.20_PAR_Y", "CD99", "protein_coding"),
    ]
    rows = [f"{name}\t\t\t2118186\t2118186\t2118186\t\t\t" for name in summary]
    rows += [
        "\t".join([*gene, str(count), "1", "2", f"{count / 8}", "0.5", "0.75"])
        for gene, count in zip(genes, counts, strict=True)
    ]
    return "\n".join(["# gene-model: GENCODE v36", HEADER, *rows, ""]).encode()


def write(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


def download(folder, contents=None):
    """A folder as gdc-client leaves it, with its log and annotation files."""
    contents = contents or {name: htseq(counts) for name, counts in COUNTS.items()}
    for number, (file_id, content) in enumerate(contents.items()):
        write(folder, f"{file_id}/file{number}.htseq.counts.gz", content)
        write(folder, f"{file_id}/logs/file{number}.htseq.counts.gz.parcel", b"x")
        write(folder, f"{file_id}/annotations.txt", b"id\tsubmitter_id\n1\t2\n")
    return folder


def star_download(folder):
    for number, (file_id, counts) in enumerate({A: [8, 0], B: [16, 4]}.items()):
        name = f"{file_id}/file{number}.rna_seq.augmented_star_gene_counts.tsv"
        write(folder, name, star(counts))
    return folder


def manifest(folder, rows, name="gdc_manifest.2024-05-01.txt"):
    lines = ["id\tfilename\tmd5\tsize\tstate", *("\t".join(map(str, row)) for row in rows)]
    return write(folder, name, ("\n".join(lines) + "\n").encode())


def sample_sheet(folder, rows, last="Sample Type"):
    header = "File ID\tFile Name\tData Category\tData Type\tProject ID\tCase ID\tSample ID\t" + last
    lines = [
        "\t".join([*row[:2], "Transcriptome Profiling", "Gene Expression Quantification", *row[2:]])
        for row in rows
    ]
    text = "\n".join([header, *lines]) + "\n"
    return write(folder, "gdc_sample_sheet.2024-05-01.tsv", text.encode())


SHEET = [
    (A, "file0.htseq.counts.gz", "TCGA-GBM", "TCGA-12-5299", "TCGA-12-5299-01A", "Primary Tumor"),
    (
        B,
        "file1.htseq.counts.gz",
        "TCGA-GBM",
        "TCGA-06-0675, TCGA-06-0675",
        "TCGA-06-0675-11A",
        "Solid Tissue Normal, Solid Tissue Normal",
    ),
]


def metadata(folder, aliquots, **more):
    entries = [
        {
            "file_id": file_id,
            "file_name": f"file{number}.htseq.counts.gz",
            "file_size": 253511,
            "associated_entities": [
                {
                    "entity_submitter_id": aliquot,
                    "entity_type": "aliquot",
                    "case_id": "0d5e232d-5aa2-4f6f-be58-ffd5f15ee0b8",
                }
            ],
            **more,
        }
        for number, (file_id, aliquot) in enumerate(aliquots.items())
    ]
    content = json.dumps(entries).encode()
    return write(folder, "metadata.cart.2024-05-01.json", content)


def expression(folder, **declared):
    table = ExpressionTable(path=folder.name, format="gdc", **declared)
    return gdc.read_expression(folder, table, folder.parent)


def samples(folder, **declared):
    return gdc.read_samples(folder, SampleTable(format="gdc", **declared), folder.parent)


def expected(index, columns=GENES):
    values = np.array(list(COUNTS.values()), dtype=np.float32)
    return pd.DataFrame(values, index=index, columns=columns)


@pytest.mark.parametrize(
    "layout", ["{id}/file{n}", "file{n}", "counts/file{n}", "counts/{id}/file{n}"]
)
@pytest.mark.parametrize("ending", [".htseq.counts.gz", ".htseq.counts", ".htseq_counts.txt.gz"])
def test_htseq_counts_of_any_layout_become_a_matrix(layout, ending, tmp_path):
    for number, (file_id, counts) in enumerate(COUNTS.items()):
        write(tmp_path, layout.format(id=file_id, n=number) + ending, htseq(counts))
    read = expression(tmp_path)
    index = list(COUNTS) if "id" in layout else ["file0", "file1"]
    pd.testing.assert_frame_equal(read.values, expected(index), check_names=False)
    assert read.values.to_numpy().flags.c_contiguous
    assert read.genes.shape == (3, 0)
    assert read.notes[0] == "2 files of HTSeq counts"
    assert "'__no_feature', '__ambiguous'" in read.notes[1]
    assert "(5 in all)" in read.notes[1]
    assert read.warnings == ()


def test_star_counts_come_with_names_and_types_of_genes(tmp_path):
    read = expression(star_download(tmp_path))
    genes = ["ENSG00000000003.15", "ENSG00000002586.20_PAR_Y"]
    values = pd.DataFrame([[8, 0], [16, 4]], index=[A, B], columns=genes, dtype=np.float32)
    pd.testing.assert_frame_equal(read.values, values, check_names=False)
    assert read.genes.to_dict("list") == {
        "gene_name": ["TSPAN6", "CD99"],
        "gene_type": ["protein_coding", "protein_coding"],
    }
    assert "(gene-model: GENCODE v36); of their columns, unstranded was taken" in read.notes[0]
    assert (
        "'N_unmapped', 'N_multimapping', 'N_noFeature', 'N_ambiguous' (4 in all)" in read.notes[1]
    )


def test_another_column_of_star_counts_can_be_chosen(tmp_path):
    read = expression(star_download(tmp_path), values="tpm_unstranded")
    assert read.values.to_numpy().tolist() == [[1, 0], [2, 0.5]]
    assert "tpm_unstranded was taken" in read.notes[0]


def test_a_star_column_that_isnt_there_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match=r"have one of unstranded, .*did you mean 'tpm_un"):
        expression(star_download(tmp_path), values="tpm_unstrand")


def test_htseq_files_have_no_columns_to_choose_from(tmp_path):
    with pytest.raises(ConfigurationError, match="HTSeq counts have nothing else"):
        expression(download(tmp_path), values="tpm_unstranded")


def test_a_download_is_recognised_and_others_arent(tmp_path):
    assert detect_format(download(tmp_path / "gdc"), "expression") == (
        "gdc",
        "it holds gene counts of the GDC, such as file0.htseq.counts.gz",
    )
    write(tmp_path, "salmon/s1/quant.sf", b"Name\n")
    (tmp_path / "empty").mkdir()
    for other in ("salmon", "empty", "absent", f"gdc/{A}/file0.htseq.counts.gz"):
        assert gdc.recognize(tmp_path / other) == {}


def test_a_sample_sheet_names_patients_and_tissues(tmp_path):
    sample_sheet(download(tmp_path), SHEET)
    sheet = samples(tmp_path)
    assert sheet.index.tolist() == ["TCGA-12-5299-01A", "TCGA-06-0675-11A"]
    assert sheet.columns.tolist() == [
        "file_id",
        "file_name",
        "patient",
        "sample",
        "sample_type",
        "tissue_type",
        "project",
        "data_category",
        "data_type",
    ]
    assert sheet["file_id"].tolist() == [A, B]
    assert sheet["patient"].tolist() == ["TCGA-12-5299", "TCGA-06-0675"]
    assert sheet["tissue_type"].tolist() == ["Primary Tumor", "Solid Tissue Normal"]
    read = expression(tmp_path)
    assert read.values.index.tolist() == sheet.index.tolist()
    assert "gdc_sample_sheet.2024-05-01.tsv; samples are called by their sample id" in read.notes[2]


def test_a_sheet_without_the_sample_type_has_it_from_the_barcode(tmp_path):
    rows = [(*row[:5], tissue) for row, tissue in zip(SHEET, ("Tumor", "Normal"), strict=True)]
    sample_sheet(download(tmp_path), rows, last="Tissue Type")
    assert samples(tmp_path)["tissue_type"].tolist() == ["Primary Tumor", "Solid Tissue Normal"]


def test_a_sheet_of_another_programme_keeps_its_tissue_type(tmp_path):
    rows = [
        (A, "file0.htseq.counts.gz", "CPTAC-3", "C3L-00104", "C3L-00104-01", "Tumor"),
        (B, "file1.htseq.counts.gz", "CPTAC-3", "C3L-00104", "C3L-00104-06", "Normal"),
    ]
    sample_sheet(download(tmp_path), rows, last="Tissue Type")
    sheet = samples(tmp_path)
    assert sheet["tissue_type"].tolist() == ["Tumor", "Normal"]
    assert sheet["patient"].tolist() == ["C3L-00104", "C3L-00104"]


def test_samples_that_stand_twice_are_called_by_their_files(tmp_path):
    twice = [(*row[:4], "TCGA-12-5299-01A", row[5]) for row in SHEET]
    sample_sheet(download(tmp_path), twice)
    read = expression(tmp_path)
    assert read.values.index.tolist() == [A, B]
    assert "by their file id, since these are missing or stand twice: sample id" in read.notes[2]


def test_metadata_name_the_aliquot(tmp_path):
    aliquots = {A: "TCGA-12-5299-01A-02R-1849-01", B: "TCGA-06-0675-11A-32R-A36H-07"}
    metadata(download(tmp_path), aliquots)
    sheet = samples(tmp_path)
    assert sheet.index.tolist() == list(aliquots.values())
    assert sheet["patient"].tolist() == ["TCGA-12-5299", "TCGA-06-0675"]
    assert sheet["tissue_type"].tolist() == ["Primary Tumor", "Solid Tissue Normal"]
    assert expression(tmp_path).values.index.tolist() == sheet.index.tolist()


def test_metadata_and_sheet_complete_each_other(tmp_path):
    metadata(
        download(tmp_path), {B: "TCGA-06-0675-11A-32R-A36H-07", A: "TCGA-12-5299-01A-02R-1849-01"}
    )
    sample_sheet(tmp_path, SHEET)
    sheet = samples(tmp_path)
    assert sheet.index.tolist() == ["TCGA-12-5299-01A-02R-1849-01", "TCGA-06-0675-11A-32R-A36H-07"]
    assert sheet["sample"].tolist() == ["TCGA-12-5299-01A", "TCGA-06-0675-11A"]
    assert sheet["project"].tolist() == ["TCGA-GBM", "TCGA-GBM"]


def test_metadata_with_cases_need_no_barcode(tmp_path):
    case = {
        "submitter_id": "C3L-00104",
        "project": {"project_id": "CPTAC-3"},
        "samples": [{"submitter_id": "C3L-00104-01", "sample_type": "Primary Tumor"}],
    }
    metadata(download(tmp_path), {A: "CPT0001", B: "CPT0002"}, cases=[case])
    sheet = samples(tmp_path)
    assert sheet.index.tolist() == ["CPT0001", "CPT0002"]
    assert set(sheet["patient"]) == {"C3L-00104"}
    assert set(sheet["tissue_type"]) == {"Primary Tumor"}
    assert set(sheet["project"]) == {"CPTAC-3"}


def test_the_user_may_call_samples_by_another_column(tmp_path):
    sample_sheet(download(tmp_path), SHEET)
    assert expression(tmp_path, id_column="patient").values.index.tolist() == [
        "TCGA-12-5299",
        "TCGA-06-0675",
    ]
    assert samples(tmp_path, id_column="file_id").index.tolist() == [A, B]
    with pytest.raises(ConfigurationError, match=r"missing: id_column: 'file' .*did you mean"):
        expression(tmp_path, id_column="file")
    with pytest.raises(ExpressionError, match=r"\(the column project of their files\) stand twice"):
        expression(tmp_path, id_column="project")


def test_without_a_sheet_there_are_files_alone(tmp_path):
    sheet = samples(download(tmp_path))
    assert sheet.index.tolist() == [A, B]
    assert sheet.columns.tolist() == ["file_id", "file_name"]
    note = "holds no gdc_sample_sheet*.tsv and no metadata*.json; samples are called by their file"
    assert note in expression(tmp_path).notes[2]


def test_a_messy_sheet_is_left_out_with_a_warning(tmp_path):
    download(tmp_path)
    write(tmp_path, "gdc_sample_sheet.tsv", b"File ID\tName\nx\ty\n")
    write(tmp_path, "metadata.json", b"{not json")
    write(tmp_path, "metadata.cart.json", b'[{"file_id": null}]')
    read = expression(tmp_path)
    assert read.values.index.tolist() == [A, B]
    warnings = " ".join(read.warnings)
    assert "metadata.json was left out" in warnings
    assert "is no JSON" in warnings
    assert "names no file_id" in warnings
    assert "lacks the columns 'File Name' (1 in all) of a sample sheet of the GDC" in warnings


def test_files_that_the_sheet_doesnt_describe_are_named(tmp_path):
    sample_sheet(download(tmp_path), SHEET[:1])
    read = expression(tmp_path)
    assert read.values.index.tolist() == [A, B]
    assert read.warnings == (
        "gdc_sample_sheet.2024-05-01.tsv doesn't describe the files 'file1.htseq.counts.gz' (1 in "
        "all).",
    )


def test_ids_of_files_that_lie_flat_come_from_the_manifest(tmp_path):
    paths = [
        write(tmp_path, f"counts/{number}.htseq.counts.gz", htseq(counts))
        for number, counts in enumerate(COUNTS.values())
    ]
    rows = [
        (file_id, f"{file_id}/{path.name}", "0de4", path.stat().st_size, "validated")
        for file_id, path in zip(COUNTS, paths, strict=True)
    ]
    manifest(tmp_path, rows, "MANIFEST.txt")
    read = expression(tmp_path)
    pd.testing.assert_frame_equal(read.values, expected([A, B]), check_names=False)
    assert read.warnings == ()


def test_listed_files_that_are_missing_are_a_warning(tmp_path):
    download(tmp_path)
    size = (tmp_path / A / "file0.htseq.counts.gz").stat().st_size
    rows = [
        (A, "file0.htseq.counts.gz", "x", size, "released"),
        (C, "file2.htseq.counts.gz", "x", 5, "released"),
        (C, "slide.svs", "x", 5, "released"),
    ]
    manifest(tmp_path, rows)
    (warning,) = expression(tmp_path).warnings
    assert "1 of the 2 count files" in warning
    assert "'file2.htseq.counts.gz' (1 in all)" in warning


def test_none_of_the_listed_files_is_an_error(tmp_path):
    manifest(download(tmp_path), [(C, "file2.htseq.counts.gz", "x", 5, "released")])
    with pytest.raises(TableError, match=r"None of the count files that the manifest of .* lists"):
        expression(tmp_path)


def test_a_file_of_another_size_is_an_error(tmp_path):
    manifest(download(tmp_path), [(A, "file0.htseq.counts.gz", "x", 7, "released")])
    with pytest.raises(TableError, match=r"file0.htseq.counts.gz: \d+ bytes, 7 in the manifest"):
        expression(tmp_path)


def test_unpacked_files_arent_held_against_the_size_of_packed_ones(tmp_path):
    write(tmp_path, f"{A}/file0.htseq.counts", htseq(COUNTS[A]))
    manifest(tmp_path, [(A, "file0.htseq.counts.gz", "x", 7, "released")])
    assert expression(tmp_path).warnings == ()


def test_a_messy_manifest_is_left_out_with_a_warning(tmp_path):
    write(download(tmp_path), "MANIFEST.txt", b"id\tname\tsize\nx\ty\t1\n")
    (warning,) = expression(tmp_path).warnings
    assert "lacks the columns 'filename' (1 in all) of a manifest of the GDC" in warning


def test_two_kinds_of_counts_arent_mixed(tmp_path):
    star_download(download(tmp_path))
    with pytest.raises(TableError, match=r"two kinds of counts.*HTSeq counts .*augmented STAR"):
        expression(tmp_path)


def test_a_folder_without_counts_is_refused(tmp_path):
    write(tmp_path, "MANIFEST.txt", b"id\tfilename\n")
    with pytest.raises(TableError, match=r"no \*.augmented_star_gene_counts.tsv, but 'MANIFEST"):
        expression(tmp_path)


def test_one_file_isnt_a_download(tmp_path):
    path = write(tmp_path, "a.htseq.counts.gz", htseq(COUNTS[A]))
    with pytest.raises(TableError, match="takes the folder of a download"):
        expression(path)


def test_a_folder_that_cant_be_looked_into_is_refused(tmp_path, monkeypatch):
    def refuse(folder):
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr("twinpurify.io.gdc.counts.os.scandir", refuse)
    assert gdc.recognize(tmp_path) == {}
    with pytest.raises(TableError, match=r"can't be looked into: .*Permission denied"):
        expression(tmp_path)


def test_a_file_and_its_unpacked_copy_are_one_sample_too_many(tmp_path):
    write(download(tmp_path), f"{A}/file0.htseq.counts", htseq(COUNTS[A]))
    with pytest.raises(ExpressionError, match=f"names of the samples .* twice or more: '{A}'"):
        expression(tmp_path)


def test_another_order_of_genes_is_put_right(tmp_path):
    shuffled = htseq(COUNTS[B][::-1], GENES[::-1])
    read = expression(download(tmp_path, {A: htseq(COUNTS[A]), B: shuffled}))
    pd.testing.assert_frame_equal(read.values, expected([A, B]), check_names=False)
    assert "1 files have another order of genes" in read.notes[-1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "file1.htseq.counts.gz is empty"),
        (htseq([1], GENES[:1]), r"file1.htseq.counts.gz' \(1 in all\)\. .* lacks 'ENSG00000000005"),
        (htseq([1, 2, 3], [*GENES[:2], "ENSG9"]), "lacks 'ENSGR.*, holds beside them 'ENSG9'"),
        (htseq([1, 2, 3, 4], [*GENES, GENES[0]]), "names more than once 'ENSG00000000003.13'"),
        (htseq([1, 2, 3])[:-4], r"can't be read as a count file of HTSeq: .*Expected 2 columns"),
        (htseq([1, "x", 3]), "can't be read as a count file of HTSeq: .*'x'"),
        (htseq([1, -2, 3]), "missing, negative or infinite, of 'ENSG00000000005.5'"),
        (htseq([1, "", 3]), "missing, negative or infinite, of 'ENSG00000000005.5'"),
        (htseq([], []), "file1.htseq.counts.gz holds no genes"),
    ],
)
def test_a_damaged_file_is_named(content, message, tmp_path):
    with pytest.raises(TableError, match=message):
        expression(download(tmp_path, {A: htseq(COUNTS[A]), B: content}))


def test_a_truncated_gzip_is_named(tmp_path):
    path = download(tmp_path) / B / "file1.htseq.counts.gz"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(TableError, match=r"file1.htseq.counts.gz can't be read as"):
        expression(tmp_path)


def test_a_file_that_doubles_a_gene_is_named(tmp_path):
    doubled = htseq([1, 2, 3], [GENES[0], GENES[0], GENES[1]])
    with pytest.raises(TableError, match="names genes not at all or more than once: 'ENSG00000000"):
        expression(download(tmp_path, {A: doubled}))


def test_star_counts_without_their_column_are_named(tmp_path):
    content = star([1, 2]).replace(b"tpm_unstranded", b"tpm")
    write(tmp_path, "a.augmented_star_gene_counts.tsv", content)
    with pytest.raises(TableError, match=r"lacks the columns 'tpm_unstranded' \(1 in all\)"):
        expression(tmp_path, values="tpm_unstranded")


@settings(max_examples=60, deadline=None)
@given(content=damaged(gzip.compress(htseq(COUNTS[B])), zipped=True))
def test_damaged_htseq_files_never_surprise(content, tmp_path_factory):
    folder = download(tmp_path_factory.mktemp("gdc"), {A: htseq(COUNTS[A])})
    (folder / "b.htseq.counts.gz").write_bytes(content)
    read = result_or_our_error(lambda: expression(folder))
    assert read is None or read.values.shape == (2, 3)


@settings(max_examples=60, deadline=None)
@given(content=damaged(star([8, 0])))
def test_damaged_star_files_never_surprise(content, tmp_path_factory):
    folder = tmp_path_factory.mktemp("gdc")
    write(folder, "a.augmented_star_gene_counts.tsv", content)
    read = result_or_our_error(lambda: expression(folder))
    assert read is None or read.genes.shape[0] == read.values.shape[1]


@pytest.mark.parametrize("kind", ["sheet", "metadata", "manifest"])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_damaged_metadata_never_kill_the_counts(kind, data, tmp_path_factory):
    folder = download(tmp_path_factory.mktemp("gdc"))
    path = {
        "sheet": lambda: sample_sheet(folder, SHEET),
        "metadata": lambda: metadata(folder, {A: "TCGA-12-5299-01A-02R-1849-01", B: "x"}),
        "manifest": lambda: manifest(folder, [(A, "file0.htseq.counts.gz", "x", "", "released")]),
    }[kind]()
    path.write_bytes(data.draw(damaged(path.read_bytes())))
    read = result_or_our_error(lambda: expression(folder))
    sheet = result_or_our_error(lambda: samples(folder))
    if kind != "manifest":
        assert read.values.to_numpy().tolist() == list(COUNTS.values())
        assert sheet.index.tolist() == read.values.index.tolist()


def test_real_download(real_data):
    folder = real_data / "gdc_htseq_gbm"
    read = expression(folder)
    sheet = pd.read_csv(folder / "samples.csv", index_col="file_id")
    assert read.values.shape == (20, 60_483)
    assert sorted(read.values.index) == sorted(sheet.index)
    assert read.warnings == ()
    name = sheet.loc[read.values.index[3], "file_name"]
    with gzip.open(folder / "counts" / name, "rt") as lines:
        rows = [line.split("\t") for line in lines if not line.startswith("__")]
    assert read.values.columns.tolist() == [gene for gene, _ in rows]
    assert read.values.iloc[3].tolist() == [np.float32(count) for _, count in rows]


def test_real_download_with_a_sheet_of_its_own(real_data):
    table = ExpressionTable(path="gdc_htseq_gbm")
    declared = SampleTable(path="gdc_htseq_gbm/samples.csv", id_column="file_id")
    read = reading.read_expression(table, real_data)
    sheet = reading.read_sample_sheet(declared, table, real_data)
    assert sorted(sheet.index) == sorted(read.values.index)
    assert read.notes[0].startswith("gdc_htseq_gbm is read as gdc: it holds gene counts")
