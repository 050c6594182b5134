"""Folders of salmon: genes, transcripts summed to genes, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from tests.io.mutations import damaged, result_or_our_error
from tests.io.quantified import GENES, TABLE, TRANSCRIPTS, quant_sf, read, write, write_table
from twinpurify.errors import ConfigurationError, ExpressionError, TableError
from twinpurify.io.formats import detect_format
from twinpurify.io.per_sample import kallisto, rsem, salmon

COUNTS = {"normal_2": [0, 0.5, 3, 1], "tumour_1": [4, 1.25, 0, 2]}
SUMS = pd.DataFrame(
    [[0.5, 3, 1], [5.25, 0, 2]],
    index=["normal_2", "tumour_1"],
    columns=["ENSG00000223972", "ENSG00000227232", "ENSG00000278267"],
    dtype=np.float32,
)


def folder_of(folder, name="quant.sf", names=TRANSCRIPTS):
    for sample, counts in COUNTS.items():
        write(folder, f"{sample}/{name}", quant_sf(counts, names))
        write(folder, f"{sample}/aux_info/meta_info.json", "{}")
    return folder


@pytest.mark.parametrize("name", ["quant.sf", "quant.sf.gz"])
def test_transcripts_are_summed_to_genes(name, tmp_path):
    write_table(folder_of(tmp_path, name))
    found = read(salmon, tmp_path, transcripts=TABLE)
    pd.testing.assert_frame_equal(found.values, SUMS, check_names=False)
    assert found.genes.shape == (3, 0)
    assert found.notes == (
        "2 files of salmon; of their columns, NumReads was taken",
        "the files of transcripts were read",
        "4 transcripts are summed to 3 genes by tx2gene.tsv",
    )


def test_tpm_can_be_chosen(tmp_path):
    write_table(folder_of(tmp_path))
    found = read(salmon, tmp_path, transcripts=TABLE, values="tpm")
    pd.testing.assert_frame_equal(found.values, SUMS / 10, check_names=False)


def test_versions_are_left_out_when_they_keep_transcripts_and_table_apart(tmp_path):
    write_table(folder_of(tmp_path), [name.partition(".")[0] for name in TRANSCRIPTS])
    found = read(salmon, tmp_path, transcripts=TABLE)
    pd.testing.assert_frame_equal(found.values, SUMS, check_names=False)
    assert found.notes[2] == ("versions of transcripts were left out to meet those of tx2gene.tsv")


def test_identifiers_of_gencode_are_cut_and_name_their_genes(tmp_path):
    names = [f"{tx}|{gene}.5|OTTHUMG1|-" for tx, gene in zip(TRANSCRIPTS, GENES, strict=True)]
    write_table(folder_of(tmp_path, names=names))
    pd.testing.assert_frame_equal(
        read(salmon, tmp_path, transcripts=TABLE).values, SUMS, check_names=False
    )
    found = read(salmon, tmp_path)
    assert found.values.columns.tolist() == [f"{gene}.5" for gene in SUMS.columns]
    assert found.values.to_numpy().tolist() == SUMS.to_numpy().tolist()
    assert "by quant.sf itself" in found.notes[2]


def test_transcripts_without_a_gene_or_of_several_are_left_out_and_noted(tmp_path):
    several = [*TRANSCRIPTS[:3], TRANSCRIPTS[2]]
    write_table(folder_of(tmp_path), several, [*GENES[:3], "ENSG9"])
    found = read(salmon, tmp_path, transcripts=TABLE)
    assert found.values.columns.tolist() == ["ENSG00000223972"]
    assert found.notes[2:] == (
        "2 transcripts are summed to 1 genes by tx2gene.tsv",
        "transcripts with no gene in tx2gene.tsv were left out: 'ENST00000619216.1' (1 in all)",
        "transcripts with several genes in tx2gene.tsv were left out: 'ENST00000488147.1' (1 in "
        "all)",
    )


def test_a_table_of_another_annotation_is_refused(tmp_path):
    write_table(folder_of(tmp_path), TRANSCRIPTS[:1], GENES[:1])
    with pytest.raises(
        TableError, match=r"3 of the 4 transcripts have no gene in tx2gene.tsv: 'EN"
    ):
        read(salmon, tmp_path, transcripts=TABLE)


def test_transcripts_need_a_table(tmp_path):
    with pytest.raises(ConfigurationError, match=r"nothing says of which genes. Set expression.tr"):
        read(salmon, folder_of(tmp_path))


def test_files_of_genes_are_read_when_every_sample_has_one(tmp_path):
    folder_of(folder_of(tmp_path), "quant.genes.sf", [*GENES[1:], "ENSG9"])
    found = read(salmon, tmp_path)
    assert found.values.columns.tolist() == [*GENES[1:], "ENSG9"]
    assert found.values.to_numpy().tolist() == list(COUNTS.values())
    assert found.notes[1] == "every sample has a file of genes, so these were read"


def test_a_declared_table_goes_before_files_of_genes(tmp_path):
    write_table(folder_of(folder_of(tmp_path), "quant.genes.sf", [*GENES[1:], "ENSG9"]))
    found = read(salmon, tmp_path, transcripts=TABLE)
    pd.testing.assert_frame_equal(found.values, SUMS, check_names=False)


def test_files_of_genes_of_some_samples_arent_mixed_in(tmp_path):
    write(folder_of(tmp_path), "third/quant.genes.sf", quant_sf([1], GENES[:1]))
    with pytest.raises(TableError, match=r"files of genes alone: 'third' .* alone: 'normal_2', 't"):
        read(salmon, tmp_path)


def test_a_permuted_file_is_put_in_order(tmp_path):
    write_table(folder_of(tmp_path))
    write(tmp_path, "tumour_1/quant.sf", quant_sf(COUNTS["tumour_1"][::-1], TRANSCRIPTS[::-1]))
    found = read(salmon, tmp_path, transcripts=TABLE)
    pd.testing.assert_frame_equal(found.values, SUMS, check_names=False)
    assert "1 files have another order" in found.notes[-1]


def test_a_folder_without_a_file_is_a_warning(tmp_path):
    write_table(folder_of(tmp_path))
    write(tmp_path, "failed/logs/salmon_quant.log", "Killed")
    (warning,) = read(salmon, tmp_path, transcripts=TABLE).warnings
    assert "hold no such file, and give no sample: 'failed' (1 in all)" in warning


def test_folders_of_quantifiers_are_told_apart(tmp_path):
    folder_of(tmp_path)
    assert detect_format(tmp_path, "expression") == (
        "salmon",
        "it holds files of salmon, such as normal_2/quant.sf",
    )
    for path in (tmp_path / "normal_2", tmp_path / "normal_2" / "quant.sf", tmp_path / "no"):
        assert [reader.recognize(path) for reader in (salmon, kallisto, rsem)] == [{}, {}, {}]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"tumour_1/quant.sf is empty"),
        (quant_sf([1, 2, 3], TRANSCRIPTS[:3]), r"'tumour_1/quant.sf' \(1 in all\)"),
        (quant_sf([1, 2, 3, 4]).replace("NumReads", "Reads"), "lacks the columns 'NumReads'"),
        (quant_sf([], []), "holds no genes"),
        (quant_sf([1, 2, 3, 4]).replace("\t4\n", "\tx\n"), "can't be read as a file of salmon"),
        (quant_sf([1, 2, 3, -4]), "negative or infinite, of 'ENST00000619216.1'"),
    ],
)
def test_a_damaged_file_is_named(content, message, tmp_path):
    write_table(folder_of(tmp_path))
    write(tmp_path, "tumour_1/quant.sf", content)
    with pytest.raises(TableError, match=message):
        read(salmon, tmp_path, transcripts=TABLE)


def test_a_packed_file_beside_the_unpacked_one_is_refused(tmp_path):
    write_table(folder_of(folder_of(tmp_path), "quant.sf.gz"))
    with pytest.raises(ExpressionError, match=r"stand twice or more: 'normal_2', 'tumour_1' \(2"):
        read(salmon, tmp_path, transcripts=TABLE)


def test_unknown_values_are_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="is 'fpkm', but salmon gives one of counts, tpm"):
        read(salmon, folder_of(tmp_path), values="fpkm")


def test_the_folder_of_one_sample_isnt_that_of_all(tmp_path):
    sample = folder_of(tmp_path) / "tumour_1"
    with pytest.raises(
        TableError, match=r"holds no \*/quant.genes.sf or \*/quant.sf, but 'aux_info"
    ):
        read(salmon, sample)
    with pytest.raises(TableError, match="takes the folder of all samples"):
        read(salmon, sample / "quant.sf")


@settings(max_examples=60, deadline=None)
@given(content=damaged(quant_sf(COUNTS["tumour_1"]).encode()))
def test_damaged_files_never_surprise(content, tmp_path_factory):
    folder = folder_of(tmp_path_factory.mktemp("salmon"))
    write_table(folder)
    write(folder, "tumour_1/quant.sf", content)
    found = result_or_our_error(lambda: read(salmon, folder, transcripts=TABLE))
    assert found is None or found.values.shape == (2, 3)


@settings(max_examples=60, deadline=None)
@given(
    content=damaged(
        b"tx\tgene\n" + "\n".join(map("\t".join, zip(TRANSCRIPTS, GENES, strict=True))).encode()
    )
)
def test_damaged_tables_of_transcripts_never_surprise(content, tmp_path_factory):
    folder = folder_of(tmp_path_factory.mktemp("salmon"))
    write(folder, "tx2gene.tsv", content)
    found = result_or_our_error(lambda: read(salmon, folder, transcripts=TABLE))
    assert found is None or found.values.shape[0] == 2
