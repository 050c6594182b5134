"""Folders of kallisto: transcripts summed to genes, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from tests.io.mutations import damaged, result_or_our_error
from tests.io.quantified import TABLE, abundance, read, write, write_table
from twinpurify.errors import ConfigurationError, TableError
from twinpurify.io.formats import detect_format
from twinpurify.io.per_sample import kallisto

COUNTS = {"s1": [0, 0.5, 3, 1], "s2": [4, 1.25, 0, 2]}
SUMS = pd.DataFrame(
    [[0.5, 3, 1], [5.25, 0, 2]],
    index=["s1", "s2"],
    columns=["ENSG00000223972", "ENSG00000227232", "ENSG00000278267"],
    dtype=np.float32,
)


def folder_of(folder, name="abundance.tsv"):
    for sample, counts in COUNTS.items():
        write(folder, f"{sample}/{name}", abundance(counts))
        write(folder, f"{sample}/abundance.h5", b"\x89HDF")
        write(folder, f"{sample}/run_info.json", "{}")
    write_table(folder)
    return folder


@pytest.mark.parametrize("name", ["abundance.tsv", "abundance.tsv.gz"])
@pytest.mark.parametrize(("values", "share"), [(None, 1), ("counts", 1), ("tpm", 10)])
def test_transcripts_are_summed_to_genes(name, values, share, tmp_path):
    found = read(kallisto, folder_of(tmp_path, name), transcripts=TABLE, values=values)
    pd.testing.assert_frame_equal(found.values, SUMS / share, check_names=False)
    column = "tpm" if share == 10 else "est_counts"
    assert found.notes[0] == f"2 files of kallisto; of their columns, {column} was taken"


def test_a_folder_is_recognised(tmp_path):
    assert detect_format(folder_of(tmp_path), "expression") == (
        "kallisto",
        "it holds files of kallisto, such as s1/abundance.tsv",
    )


def test_binary_files_alone_are_recognised_and_refused(tmp_path):
    write(folder_of(tmp_path), "s3/abundance.h5", b"\x89HDF")
    with pytest.raises(TableError, match=r"without abundance.tsv: 's3' \(1 in all\).*h5dump"):
        read(kallisto, tmp_path, transcripts=TABLE)
    for sample in COUNTS:
        (tmp_path / sample / "abundance.tsv").unlink()
    assert kallisto.recognize(tmp_path) == {
        "kallisto": "it holds files of kallisto, such as abundance.h5"
    }


def test_transcripts_need_a_table(tmp_path):
    with pytest.raises(ConfigurationError, match="nothing says of which genes"):
        read(kallisto, folder_of(tmp_path))


def test_a_file_of_another_program_is_refused(tmp_path):
    write(folder_of(tmp_path), "s2/abundance.tsv", "Name\tLength\nx\t1\n")
    with pytest.raises(TableError, match=r"s2/abundance.tsv lacks the columns 'target_id', 'est_c"):
        read(kallisto, tmp_path, transcripts=TABLE)


@settings(max_examples=60, deadline=None)
@given(content=damaged(abundance(COUNTS["s2"]).encode()))
def test_damaged_files_never_surprise(content, tmp_path_factory):
    folder = folder_of(tmp_path_factory.mktemp("kallisto"))
    write(folder, "s2/abundance.tsv", content)
    found = result_or_our_error(lambda: read(kallisto, folder, transcripts=TABLE))
    assert found is None or found.values.shape == (2, 3)
