"""Matrices of counts in HDF5 with both their names: layouts, orientation, and what is refused."""

import h5py
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.io.mutations import damaged, result_or_our_error
from twinpurify.cohort.declaration.sources import ExpressionTable
from twinpurify.errors import ConfigurationError, ExpressionError, TableError
from twinpurify.io.formats import detect_format
from twinpurify.io.hdf5 import archs4, recount3

SAMPLES = ["SRR1", "SRR2", "SRR3"]
GENES = ["ENSG00000278704.1", "ENSG00000277400.1"]
COUNTS = np.array([[550, 0, 75], [10, 90000, 3]], dtype=np.int64)
VALUES = pd.DataFrame(COUNTS.T, index=SAMPLES, columns=GENES, dtype=np.float32)


def write(
    path, counts=COUNTS, matrix="counts", genes="gene_id", samples="sample_id", names=SAMPLES
):
    with h5py.File(path, "w") as file:
        file.create_dataset(matrix, data=counts, chunks=True, compression="gzip")
        file[genes] = GENES
        file[samples] = names
    return path


def expression(path, **declared):
    table = ExpressionTable(path=path.name, format="recount3", **declared)
    return recount3.read_expression(path, table, path.parent)


@pytest.mark.parametrize("matrix", recount3.MATRICES)
@pytest.mark.parametrize("transposed", [False, True])
def test_either_way_round_gives_samples_by_genes(matrix, transposed, tmp_path):
    path = write(tmp_path / "breast.h5", COUNTS.T if transposed else COUNTS, matrix)
    read = expression(path)
    pd.testing.assert_frame_equal(read.values, VALUES, check_names=False)
    assert read.genes.shape == (2, 0)
    rows = "samples" if transposed else "genes"
    assert read.notes[0] == (
        f"3 of the 3 samples of breast.h5 were read, from the dataset {matrix}, which has {rows} "
        "in rows"
    )


@pytest.mark.parametrize("genes", recount3.GENE_IDS)
@pytest.mark.parametrize("samples", recount3.SAMPLE_IDS)
def test_names_may_be_called_as_r_calls_them(genes, samples, tmp_path):
    read = expression(write(tmp_path / "breast.h5", genes=genes, samples=samples))
    pd.testing.assert_frame_equal(read.values, VALUES, check_names=False)


def test_samples_can_be_selected(tmp_path):
    (tmp_path / "wanted.txt").write_text("SRR3\r\nSRR1\r\n")
    read = expression(write(tmp_path / "breast.h5"), samples="wanted.txt")
    pd.testing.assert_frame_equal(read.values, VALUES.loc[["SRR3", "SRR1"]], check_names=False)


def test_the_format_is_told_by_its_datasets(tmp_path):
    path = write(tmp_path / "breast.h5")
    assert detect_format(path, "expression") == (
        "recount3",
        "it is HDF5 with counts, gene_id, sample_id",
    )
    assert archs4.recognize(path) == {}
    with h5py.File(path, "a") as file:
        del file["gene_id"]
    assert recount3.recognize(path) == {}


@pytest.mark.parametrize("where", ["file", "matrix", "name"])
def test_sums_of_coverage_are_noted(where, tmp_path):
    path = write(tmp_path / "breast.h5", matrix="raw_counts" if where == "name" else "counts")
    with h5py.File(path, "a") as file:
        holder = {"file": file, "matrix": file.get("counts"), "name": None}[where]
        if holder is not None:
            holder.attrs["quantity"] = b"base-pair Coverage sum"
    assert "coverage summed over the bases of each gene" in expression(path).notes[1]


def test_a_square_matrix_needs_its_orientation(tmp_path):
    path = write(tmp_path / "breast.h5", COUNTS[:, :2], names=SAMPLES[:2])
    with pytest.raises(
        ConfigurationError, match=r"as many genes as samples \(2\).*expression.orie"
    ):
        expression(path)
    read = expression(path, orientation="genes_in_rows")
    np.testing.assert_array_equal(read.values, COUNTS[:, :2].T)
    read = expression(path, orientation="samples_in_rows")
    np.testing.assert_array_equal(read.values, COUNTS[:, :2])


def test_a_file_without_names_is_refused(tmp_path):
    path = write(tmp_path / "breast.h5", genes="genes_of_the_matrix")
    with pytest.raises(
        TableError, match=r"no vector of names called gene_id, gene_ids, rownames; o"
    ):
        expression(path)


def test_a_file_without_a_matrix_is_refused(tmp_path):
    path = write(tmp_path / "breast.h5", matrix="coverage")
    with pytest.raises(ConfigurationError, match="has no dataset counts or raw_counts or assay or"):
        expression(path)
    pd.testing.assert_frame_equal(
        expression(path, values="coverage").values, VALUES, check_names=False
    )


def test_a_sample_that_stands_twice_is_refused(tmp_path):
    path = write(tmp_path / "breast.h5", names=["SRR1", "SRR2", "SRR1"])
    with pytest.raises(ExpressionError, match=r"breast.h5 stand twice or more: 'SRR1'"):
        expression(path)


def test_a_text_file_is_refused(tmp_path):
    path = tmp_path / "breast.h5"
    path.write_text("gene_id\tSRR1\n")
    with pytest.raises(TableError, match=r"breast.h5 can't be read as HDF5: .*expression.format"):
        expression(path)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_damaged_files_never_surprise(data, tmp_path_factory):
    path = write(tmp_path_factory.mktemp("recount3") / "breast.h5")
    path.write_bytes(data.draw(damaged(path.read_bytes())))
    read = result_or_our_error(lambda: expression(path))
    assert read is None or read.values.shape[1] == len(read.genes)
    recount3.recognize(path)
