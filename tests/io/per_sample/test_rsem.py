"""Results of RSEM: genes, isoforms with the genes that they name, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.io.mutations import damaged, result_or_our_error
from tests.io.quantified import (
    TABLE,
    TRANSCRIPTS,
    genes_results,
    isoforms,
    read,
    write,
    write_table,
)
from twinpurify.errors import ConfigurationError, ExpressionError, TableError
from twinpurify.io.formats import detect_format
from twinpurify.io.per_sample import rsem

GENES = ["ENSG00000223972.5", "ENSG00000227232.5"]
COUNTS = {"s1": [0.5, 3], "s2": [5.25, 0]}
VALUES = pd.DataFrame([[0.5, 3], [5.25, 0]], index=["s1", "s2"], columns=GENES, dtype=np.float32)


def folder_of(folder, name="{}.genes.results"):
    for sample, counts in COUNTS.items():
        write(folder, name.format(sample), genes_results(counts, GENES))
    return folder


@pytest.mark.parametrize(
    "name",
    ["{}.genes.results", "{}.genes.results.gz", "{0}/{0}.genes.results", "{}/rsem.genes.results"],
)
@pytest.mark.parametrize(("values", "share"), [(None, 1), ("tpm", 10), ("fpkm", 5)])
def test_genes_of_all_samples_become_a_matrix(name, values, share, tmp_path):
    found = read(rsem, folder_of(tmp_path, name), values=values)
    pd.testing.assert_frame_equal(found.values, VALUES / share, check_names=False)
    assert found.genes.shape == (2, 0)
    assert found.notes[1] == "every sample has a file of genes, so these were read"


def test_isoforms_are_summed_to_the_genes_that_they_name(tmp_path):
    write(tmp_path, "s1.isoforms.results", isoforms([0, 0.5, 3, 1]))
    found = read(rsem, tmp_path)
    assert found.values.to_dict("index") == {
        "s1": {"ENSG00000223972": 0.5, "ENSG00000227232": 3, "ENSG00000278267": 1}
    }
    assert found.notes[2] == "4 transcripts are summed to 3 genes by s1.isoforms.results itself"


def test_isoforms_may_be_summed_by_a_table(tmp_path):
    write(tmp_path, "s1.isoforms.results", isoforms([0, 0.5, 3, 1]))
    write_table(tmp_path, TRANSCRIPTS, ["A", "A", "B", "B"])
    found = read(rsem, tmp_path, transcripts=TABLE)
    assert found.values.to_dict("index") == {"s1": {"A": 0.5, "B": 4}}


def test_a_folder_is_recognised(tmp_path):
    assert detect_format(folder_of(tmp_path), "expression") == (
        "rsem",
        "it holds files of rsem, such as s1.genes.results",
    )


def test_unknown_values_are_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="but rsem gives one of counts, tpm, fpkm"):
        read(rsem, folder_of(tmp_path), values="rpkm")


def test_a_sample_in_two_folders_is_refused(tmp_path):
    folder_of(folder_of(tmp_path), "{0}/{0}.genes.results")
    with pytest.raises(ExpressionError, match=r"samples of .* stand twice or more: 's1', 's2'"):
        read(rsem, tmp_path)


def test_a_damaged_file_is_named(tmp_path):
    write(folder_of(tmp_path), "s2.genes.results", genes_results([1], GENES[:1]))
    with pytest.raises(TableError, match=r"'s2.genes.results' .* lacks 'ENSG00000227232.5'"):
        read(rsem, tmp_path)


@pytest.mark.parametrize("level", ["genes", "isoforms"])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_damaged_files_never_surprise(level, data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("rsem")
    content = genes_results([1, 2], GENES) if level == "genes" else isoforms([0, 0.5, 3, 1])
    write(folder, f"s1.{level}.results", data.draw(damaged(content.encode())))
    found = result_or_our_error(lambda: read(rsem, folder))
    assert found is None or found.values.shape[0] == 1
