"""ARCHS4: selected samples, read by chunks alone, with what the file says of them."""

import tracemalloc

import h5py
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.io.mutations import damaged, result_or_our_error
from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable
from twinpurify.errors import ConfigurationError, ExpressionError, TableError
from twinpurify.io.formats import detect_format
from twinpurify.io.hdf5 import archs4, recount3, selection
from twinpurify.io.reading import read_sample_sheet

SAMPLES = ["GSM1", "GSM2", "GSM3", "GSM4"]
COUNTS = np.array([[5, 0, 7, 1], [2, 900, 3, 4], [0, 0, 1, 8]], dtype=np.uint32)


def write(path, counts=COUNTS, samples=SAMPLES, chunks=(2, 2), genes_field="symbol"):
    """A file as the releases since 2.1 lay it out; genes × samples."""
    with h5py.File(path, "w") as file:
        file.create_dataset("data/expression", data=counts, chunks=chunks, compression="gzip")
        genes = [b"TP53", b"A1BG", b"TP53"][: len(counts)]
        genes += [f"G{number}".encode() for number in range(len(counts) - 3)]
        file["meta/genes/" + genes_field] = genes
        file["meta/genes/ensembl_gene"] = [f"ENSG{n}" for n in range(len(counts))]
        file["meta/samples/geo_accession"] = [name.encode() for name in samples]
        file["meta/samples/title"] = [f"titl\u00e9 {name}" for name in samples]
        file["meta/samples/characteristics_ch1"] = [b"tissue: breast", b""] * (len(samples) // 2)
        file["meta/samples/singlecellprobability"] = [0.25, np.nan] * (len(samples) // 2)
        file["meta/info/version"] = "2.4"
    return path


def choose(folder, *names):
    (folder / "wanted.txt").write_text("\n".join(names) + "\n\n", encoding="utf-8")
    return "wanted.txt"


def expression(path, **declared):
    table = ExpressionTable(path=path.name, format="archs4", **declared)
    return archs4.read_expression(path, table, path.parent)


def sheet_of(path, **declared):
    return archs4.read_samples(path, SampleTable(format="archs4", **declared), path.parent)


@pytest.mark.parametrize("chunks", [(2, 2), (1, 4), (3, 1), None])
def test_selected_samples_come_in_the_order_asked_for(chunks, tmp_path):
    path = write(tmp_path / "human.h5")
    if chunks is None:
        with h5py.File(path, "a") as file:
            del file["data/expression"]
            file["data/expression"] = COUNTS
    else:
        write(path, chunks=chunks)
    read = expression(path, samples=choose(tmp_path, "GSM4", "GSM1"))
    expected = pd.DataFrame(
        [[1, 4, 8], [5, 2, 0]],
        index=["GSM4", "GSM1"],
        columns=["TP53", "A1BG", "TP53"],
        dtype=np.float32,
    )
    pd.testing.assert_frame_equal(read.values, expected, check_names=False)
    assert read.genes.to_dict("list") == {"ensembl_gene": ["ENSG0", "ENSG1", "ENSG2"]}
    assert read.notes == (
        "2 of the 4 samples of human.h5 were read",
        "genes are named by meta/genes/symbol",
    )


def test_a_small_file_is_read_whole(tmp_path):
    read = expression(write(tmp_path / "human.h5"))
    np.testing.assert_array_equal(read.values, COUNTS.T)
    assert read.values.index.tolist() == SAMPLES


def test_an_older_release_calls_the_symbols_otherwise(tmp_path):
    path = write(tmp_path / "human.h5", genes_field="genes")
    assert expression(path).values.columns.tolist() == ["TP53", "A1BG", "TP53"]


def test_genes_may_be_named_by_another_field(tmp_path):
    path = write(tmp_path / "human.h5")
    read = expression(path, id_column="ensembl_gene")
    assert read.values.columns.tolist() == ["ENSG0", "ENSG1", "ENSG2"]
    assert read.genes["symbol"].tolist() == ["TP53", "A1BG", "TP53"]
    with pytest.raises(
        ConfigurationError, match=r"missing: expression.id_column: 'ensembl' .*did y"
    ):
        expression(path, id_column="ensembl")


def test_what_the_file_says_of_the_selected_samples(tmp_path):
    sheet = sheet_of(write(tmp_path / "h.h5"), samples=choose(tmp_path, "GSM4", "GSM1"))
    expected = pd.DataFrame(
        {
            "characteristics_ch1": [np.nan, "tissue: breast"],
            "geo_accession": ["GSM4", "GSM1"],
            "singlecellprobability": [np.nan, "0.25"],
            "title": ["titlé GSM4", "titlé GSM1"],
        },
        index=["GSM4", "GSM1"],
        dtype=object,
    )
    pd.testing.assert_frame_equal(sheet, expected, check_names=False)


def test_the_format_is_told_by_its_groups(tmp_path):
    path = write(tmp_path / "human.h5")
    assert detect_format(path, "expression") == (
        "archs4",
        "it is HDF5 with data/expression, meta/genes and meta/samples",
    )
    (tmp_path / "text.h5").write_text("GSM1")
    for other in (tmp_path / "text.h5", tmp_path, tmp_path / "absent"):
        assert archs4.recognize(other) == recount3.recognize(other) == {}
    assert recount3.recognize(path) == {}


def test_many_samples_have_to_be_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(selection, "MAXIMUM_SAMPLES", 3)
    path = write(tmp_path / "human.h5")
    for read in (expression, sheet_of):
        with pytest.raises(
            ConfigurationError, match=r"holds 4 samples, more than the 3 .*samples to"
        ):
            read(path)


def test_the_setting_of_the_list_is_that_of_the_sheet_when_it_stands_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(selection, "MAXIMUM_SAMPLES", 3)
    path = write(tmp_path / "human.h5")
    table = SampleTable(path="human.h5", format="archs4")
    with pytest.raises(ConfigurationError, match=r"Set samples\.samples to a text file"):
        archs4.read_samples(path, table, tmp_path)
    listing = table.model_copy(update={"samples": choose(tmp_path, "GSM9")})
    with pytest.raises(TableError, match=r"lacks 1 of the 1 samples of samples\.samples: 'GSM9'"):
        archs4.read_samples(path, listing, tmp_path)


def test_the_list_serves_the_sheet_of_the_same_file_also_where_its_path_is_repeated(tmp_path):
    write(tmp_path / "human.h5")
    source = ExpressionTable(path="human.h5", samples=choose(tmp_path, "GSM3", "GSM1"))
    for samples in (SampleTable(), SampleTable(path="human.h5")):
        assert list(read_sample_sheet(samples, source, tmp_path).index) == ["GSM3", "GSM1"]


@pytest.mark.parametrize(
    ("names", "error", "message"),
    [
        (["GSM1", "GSM9", "GSM8"], TableError, r"lacks 2 of the 3 .*'GSM9', 'GSM8' \(2 in all\)"),
        (["GSM1", "GSM1"], TableError, r"wanted.txt stand twice or more: 'GSM1'"),
        ([""], TableError, "names no samples"),
    ],
)
def test_a_wrong_list_of_samples_is_refused(names, error, message, tmp_path):
    path = write(tmp_path / "human.h5")
    with pytest.raises(error, match=message):
        expression(path, samples=choose(tmp_path, *names))


def test_a_list_that_isnt_text_is_refused(tmp_path):
    path = write(tmp_path / "human.h5")
    (tmp_path / "wanted.txt").write_bytes(b"\xff\xfe\xd8G")
    with pytest.raises(TableError, match=r"wanted.txt can't be read as text"):
        expression(path, samples="wanted.txt")


def test_a_sample_that_stands_twice_is_refused_only_when_it_is_taken(tmp_path):
    path = write(tmp_path / "human.h5", samples=["GSM1", "GSM2", "GSM1", "GSM4"])
    assert expression(path, samples=choose(tmp_path, "GSM4")).values.index.tolist() == ["GSM4"]
    with pytest.raises(ExpressionError, match=r"samples of .*human.h5 stand twice or more: 'GSM1'"):
        expression(path, samples=choose(tmp_path, "GSM4", "GSM1"))


def test_a_file_without_samples_is_refused(tmp_path):
    path = tmp_path / "human.h5"
    with h5py.File(path, "w") as file:
        file["data/expression"] = np.zeros((3, 0), dtype=np.uint32)
        file["meta/genes/symbol"] = [b"A", b"B", b"C"]
        file["meta/samples/geo_accession"] = np.array([], dtype="S4")
    with pytest.raises(TableError, match="holds no samples"):
        expression(path)


def test_another_layout_is_refused(tmp_path):
    path = write(tmp_path / "human.h5")
    with h5py.File(path, "a") as file:
        del file["meta/samples/geo_accession"]
    with pytest.raises(TableError, match="has none of the fields geo_accession, but 'char"):
        expression(path)


def test_another_dataset_can_be_named(tmp_path):
    path = write(tmp_path / "human.h5")
    with h5py.File(path, "a") as file:
        file["data/tpm"] = COUNTS / 2
        file["data/words"] = np.full(COUNTS.shape, b"x")
    np.testing.assert_array_equal(expression(path, values="data/tpm").values, COUNTS.T / 2)
    with pytest.raises(ConfigurationError, match="has no dataset data/fpkm; on top it has 'data'"):
        expression(path, values="data/fpkm")
    with pytest.raises(TableError, match="is no matrix of numbers"):
        expression(path, values="data/words")
    with pytest.raises(TableError, match="is no matrix of numbers: it has shape"):
        expression(path, values="meta/samples/title")


def test_a_matrix_of_another_shape_is_refused(tmp_path):
    path = write(tmp_path / "human.h5", COUNTS[:, :3])
    with pytest.raises(
        TableError, match=r"has shape \(3, 3\), but there are 3 genes and 4 samples"
    ):
        expression(path)


def test_a_truncated_file_is_refused(tmp_path):
    path = write(tmp_path / "human.h5")
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(TableError, match=r"human.h5 can't be read as HDF5"):
        expression(path)


def test_only_the_chunks_of_the_selected_samples_are_read(tmp_path, monkeypatch):
    n_genes, n_samples = 4000, 6000
    counts = np.random.default_rng(0).poisson(3, (n_genes, n_samples)).astype(np.uint32)
    samples = [f"GSM{number}" for number in range(n_samples)]
    path = write(tmp_path / "human.h5", counts, samples, chunks=(500, 100))
    wanted = [samples[number] for number in (5999, 17, 18, 3050)]
    monkeypatch.setattr(selection, "BLOCK_BYTES", 1 << 18)
    asked = []
    read_one = h5py.Dataset.__getitem__

    def spy(dataset, place, *rest):
        if dataset.ndim == 2:
            asked.append(place)
        return read_one(dataset, place, *rest)

    monkeypatch.setattr(h5py.Dataset, "__getitem__", spy)
    tracemalloc.start()
    read = expression(path, samples=choose(tmp_path, *wanted))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    np.testing.assert_array_equal(read.values, counts[:, [5999, 17, 18, 3050]].T)
    columns = {(columns.start, columns.stop) for _, columns in asked}
    assert columns == {(17, 19), (3050, 3051), (5999, 6000)}
    # The file's matrix has 96 MB; texts of samples and genes are most of what is held.
    assert peak < counts.nbytes / 20


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_damaged_files_never_surprise(data, tmp_path_factory):
    path = write(tmp_path_factory.mktemp("archs4") / "human.h5")
    content = path.read_bytes()
    path.write_bytes(data.draw(damaged(content)))
    result_or_our_error(lambda: sheet_of(path))
    read = result_or_our_error(lambda: expression(path))
    assert read is None or read.values.shape[1] == len(read.genes)
    archs4.recognize(path)


@settings(max_examples=60, deadline=None)
@given(content=damaged(b"GSM1\nGSM3\n"))
def test_damaged_lists_of_samples_never_surprise(content, tmp_path_factory):
    path = write(tmp_path_factory.mktemp("archs4") / "human.h5")
    (path.parent / "wanted.txt").write_bytes(content)
    read = result_or_our_error(lambda: expression(path, samples="wanted.txt"))
    assert read is None or set(read.values.index) <= set(SAMPLES)
