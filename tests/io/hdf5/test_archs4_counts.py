"""All counts of an ARCHS4 file, in bands that the chunks and memory set."""

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.io.mutations import damaged, result_or_our_error
from twinpurify.errors import ExpressionError, TableError
from twinpurify.io.hdf5 import archs4_counts
from twinpurify.io.hdf5.archs4_counts import Archs4Counts

SETTING = "label_efficiency.pretraining_file"
COUNTS = np.random.default_rng(0).poisson(2.0, (5, 11)).astype(np.uint32)
SAMPLES = [f"GSM{number}" for number in range(11)]


def write(path, counts=COUNTS, samples=SAMPLES, chunks=(2, 3), **fields):
    with h5py.File(path, "w") as file:
        file.create_dataset("data/expression", data=counts, chunks=chunks)
        file["meta/genes/symbol"] = [b"A", b"B", b"A", b"C", b"D"]
        file["meta/samples/geo_accession"] = [name.encode() for name in samples]
        for name, values in fields.items():
            file[f"meta/samples/{name}"] = values
    return path


def bands(path, kept=None):
    counts = Archs4Counts(path, SETTING)
    return list(counts.bands(np.ones(len(counts.samples), bool) if kept is None else kept))


@pytest.mark.parametrize(
    ("values", "chunks", "sizes"),
    [
        (5 * 7, (2, 3), [6, 5]),
        (5 * 2, (2, 3), [2, 2, 2, 2, 2, 1]),
        (1, (2, 3), [1] * 11),
        (5 * 4, None, [4, 4, 3]),
        (10**6, (2, 3), [11]),
    ],
)
def test_bands_are_whole_chunks_where_memory_holds_them(
    values, chunks, sizes, tmp_path, monkeypatch
):
    monkeypatch.setattr(archs4_counts, "BAND_VALUES", values)
    found = bands(write(tmp_path / "h.h5", chunks=chunks))
    assert [len(band) for band in found] == sizes
    np.testing.assert_array_equal(np.vstack(found), COUNTS.T)
    assert [name for band in found for name in band.index] == SAMPLES
    assert list(found[0].columns) == ["A", "B", "A", "C", "D"]


def test_bands_without_a_wanted_sample_are_passed_by(tmp_path, monkeypatch):
    monkeypatch.setattr(archs4_counts, "BAND_VALUES", 5 * 3)
    kept = np.isin(np.arange(11), [1, 2, 9])
    found = bands(write(tmp_path / "h.h5"), kept)
    assert [list(band.index) for band in found] == [["GSM1", "GSM2"], ["GSM9"]]
    np.testing.assert_array_equal(np.vstack(found), COUNTS.T[kept])


def test_probabilities_of_single_cells(tmp_path):
    path = tmp_path / "h.h5"
    given_ones = [0.5, np.nan, *[0.9] * 9]
    found = Archs4Counts(write(path, singlecellprobability=given_ones), SETTING).single_cell
    np.testing.assert_array_equal(found, given_ones)
    assert Archs4Counts(write(path), SETTING).single_cell is None
    assert Archs4Counts(write(path, singlecellprobability=[0.1]), SETTING).single_cell is None


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        (COUNTS / 2.0, r"type float64"),
        (COUNTS.T, r"has shape \(11, 5\) .*genes × samples \(5, 11\)"),
        (COUNTS[:4], r"has shape \(4, 11\)"),
    ],
)
def test_a_matrix_that_holds_no_counts_of_these_genes_is_refused(counts, found, tmp_path):
    path = write(tmp_path / "h.h5", counts)
    with pytest.raises(TableError, match=rf"data/expression of .*{found}.*{SETTING}"):
        Archs4Counts(path, SETTING)


def test_counts_below_zero_are_refused(tmp_path):
    counts = COUNTS.astype(np.int32)
    counts[3, 7] = -1
    with pytest.raises(ExpressionError, match=rf"below 0, first in sample 'GSM7'.*{SETTING}"):
        bands(write(tmp_path / "h.h5", counts))


def test_doubled_samples_and_other_layouts_are_refused(tmp_path):
    path = write(tmp_path / "h.h5", samples=["GSM1"] * 11)
    with pytest.raises(ExpressionError, match=rf"stand twice or more: 'GSM1'.*{SETTING}"):
        Archs4Counts(path, SETTING)
    with h5py.File(path, "a") as file:
        del file["meta/samples/geo_accession"]
    with pytest.raises(TableError, match=rf"none of the fields geo_accession.*correct {SETTING}"):
        Archs4Counts(path, SETTING)
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(TableError, match=rf"can't be read as HDF5.*correct {SETTING}"):
        Archs4Counts(path, SETTING)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_damaged_files_never_surprise(data, tmp_path_factory):
    path = write(tmp_path_factory.mktemp("archs4") / "h.h5")
    path.write_bytes(data.draw(damaged(path.read_bytes())))
    found = result_or_our_error(lambda: bands(path))
    assert found is None or sum(map(len, found)) == len(Archs4Counts(path, SETTING).samples)
