"""A corpus of counts is brought to log2(CPM + 1) block by block, once, and trained from."""

import logging

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import pytest

from twinpurify.errors import CohortError, ConfigurationError, ExpressionError
from twinpurify.interface.stored_profiles import is_stored
from twinpurify.io.hdf5 import archs4_counts
from twinpurify.normalization.steps import blocks
from twinpurify.representation.registry import create_method
from twinpurify.studies.label_efficiency import counts_corpus
from twinpurify.studies.label_efficiency.corpus import Corpus
from twinpurify.studies.label_efficiency.counts_corpus import trainable_file
from twinpurify.studies.label_efficiency.repeats import divide, prepare_repeat, transferred

from .toy import GENES, NORMALIZATION, settings, toy_cohort

N_SAMPLES = 90
SAMPLES = [f"GSM{number}" for number in range(N_SAMPLES)]
# Some genes of the cohort twice, some not at all, and others that it lacks.
SYMBOLS = ["OTHER", *GENES[:110], *GENES[3:6], "", "OTHER", GENES[4]]
WANTED = pd.Index(GENES[::-1])
EMPTY, CELLS = [5, 40, 41], [0, 7, 88]


def written(path, counts=None, **fields):
    """A file in the layout of ARCHS4, some samples without reads and some single cells."""
    if counts is None:
        counts = np.random.default_rng(0).poisson(20.0, (len(SYMBOLS), N_SAMPLES))
        counts[:, EMPTY] = 0
    cells = np.full(N_SAMPLES, 0.5)
    cells[CELLS], cells[9] = 0.51, np.nan
    with h5py.File(path, "w") as file:
        data = counts.astype(np.uint32)
        file.create_dataset("data/expression", data=data, chunks=(50, 8), compression="gzip")
        file["meta/genes/symbol"] = [name.encode() for name in SYMBOLS]
        file["meta/samples/geo_accession"] = [name.encode() for name in SAMPLES]
        for name, values in ({"singlecellprobability": cells} | fields).items():
            if values is not None:
                file[f"meta/samples/{name}"] = values
    return path


@pytest.fixture
def source(tmp_path):
    return written(tmp_path / "human_gene.h5")


@pytest.fixture
def few_rows(monkeypatch):
    """Bands of 16 samples, computed 3 at a time."""
    monkeypatch.setattr(archs4_counts, "BAND_VALUES", 20 * len(SYMBOLS))
    monkeypatch.setattr(blocks, "MOST_ROWS", 3)


def slow(path):
    """The same, a value at a time."""
    with h5py.File(path) as file:
        counts = file["data/expression"][:]
    rows = {}
    for number, sample in enumerate(SAMPLES):
        depth = sum(int(count) for count in counts[:, number])
        if number in CELLS or depth == 0:
            continue
        rows[sample] = {
            gene: np.log2(
                1e6
                * sum(int(counts[row, number]) for row, name in enumerate(SYMBOLS) if name == gene)
                / depth
                + 1.0
            )
            for gene in WANTED
            if gene in SYMBOLS
        }
    return pd.DataFrame.from_dict(rows, orient="index")


@pytest.mark.usefixtures("few_rows")
def test_values_are_those_of_a_slow_computation(source, tmp_path):
    found = ad.read_h5ad(trainable_file(source, WANTED, tmp_path / "kept"))
    expected = slow(source)
    assert found.X.dtype == np.float32
    assert len(expected) == N_SAMPLES - len(EMPTY) - len(CELLS)
    pd.testing.assert_frame_equal(
        found.to_df().astype(float), expected, check_names=False, rtol=1e-6
    )
    assert list(found.obs["patient_id"]) == list(expected.index)
    assert set(found.obs["tissue"]) == {"tumour"}
    assert found.uns["unit"] == {"quantity": "cpm", "scale": "log2", "offset": 1.0}


def test_blocks_change_nothing(source, tmp_path, monkeypatch):
    whole = ad.read_h5ad(trainable_file(source, WANTED, tmp_path / "whole"))
    monkeypatch.setattr(archs4_counts, "BAND_VALUES", 1)
    single = ad.read_h5ad(trainable_file(source, WANTED, tmp_path / "single"))
    np.testing.assert_array_equal(whole.X, single.X)


def test_what_is_left_out_is_said(source, tmp_path, caplog):
    caplog.set_level(logging.INFO)
    found = ad.read_h5ad(trainable_file(source, WANTED, tmp_path / "kept"))
    said = (
        "84 of the 90 samples of human_gene.h5 were taken: 3 left out with singlecellprobability "
        "above 0.5, 3 without counts"
    )
    assert said in caplog.text
    assert found.uns["history"][0] == said
    unsaid = written(tmp_path / "plain.h5", singlecellprobability=None)
    found = ad.read_h5ad(trainable_file(unsaid, WANTED, tmp_path / "kept"))
    assert found.n_obs == N_SAMPLES - len(EMPTY)
    assert "none left out as single cells" in found.uns["history"][0]


def test_it_is_converted_once(source, tmp_path, monkeypatch):
    kept = tmp_path / "kept"
    first = trainable_file(source, WANTED, kept)
    assert first.name == "human_gene.h5ad"
    other_genes = trainable_file(source, WANTED[1:], kept)
    converted = []
    convert = counts_corpus._convert
    monkeypatch.setattr(
        counts_corpus, "_convert", lambda *given: converted.append(given) or convert(*given)
    )
    # Genes that the corpus lacks make no other file.
    assert trainable_file(source, WANTED.append(pd.Index(["UNKNOWN"])), kept) == first
    assert converted == [] and other_genes == first
    assert trainable_file(source, WANTED[:-1], kept) != first
    written(source, np.ones((len(SYMBOLS), N_SAMPLES)))
    assert trainable_file(source, WANTED, kept) != first
    assert len(converted) == 2


@pytest.mark.usefixtures("few_rows")
def test_a_cut_conversion_leaves_nothing_half_written(source, tmp_path, monkeypatch):
    kept = tmp_path / "kept"
    read = archs4_counts.Archs4Counts._checked

    def cut(counts, values, samples):
        if "GSM50" in samples:
            raise KeyboardInterrupt
        return read(counts, values, samples)

    with monkeypatch.context() as patch:
        patch.setattr(archs4_counts.Archs4Counts, "_checked", cut)
        with pytest.raises(KeyboardInterrupt):
            trainable_file(source, WANTED, kept)
    assert [path for path in kept.rglob("*") if path.is_file()] == []
    assert ad.read_h5ad(trainable_file(source, WANTED, kept)).n_obs == 84


def test_an_h5ad_file_is_taken_as_it_is(tmp_path):
    toy_cohort().write_h5ad(tmp_path / "corpus.h5ad")
    found = trainable_file(tmp_path / "corpus.h5ad", WANTED, tmp_path / "kept")
    assert found == tmp_path / "corpus.h5ad"
    assert not (tmp_path / "kept").exists()


@pytest.mark.usefixtures("few_rows")
@pytest.mark.parametrize("name", ["autoencoder", "scarf"])
def test_methods_are_pretrained_from_it(name, source, tmp_path):
    cohort = toy_cohort()
    cohort.obs_names = [*SAMPLES, *cohort.obs_names[N_SAMPLES:]]
    corpus = Corpus.of_file(trainable_file(source, cohort.var_names, tmp_path / "kept"))
    assert corpus.name == "human_gene"
    chosen = settings()
    split = divide(cohort, chosen)[0]
    here = prepare_repeat(cohort, split, chosen, NORMALIZATION, corpus=corpus)
    there = transferred(here, corpus, NORMALIZATION)
    tumours = there.material.tumours
    assert is_stored(tumours)
    # Accessions of the test's samples are all that tells them in a file without patients.
    tested = set(cohort.obs_names[cohort.obs["patient_id"].isin(split.test)])
    assert tested > set(here.test.profiles.index)
    assert tested & set(corpus.profiles.obs_names)
    assert set(tumours.obs_names) == set(corpus.profiles.obs_names) - tested
    small = {"hidden": (8,), "n_dimensions": 4, "n_steps": 3, "batch_size": 16, "device": "cpu"}
    method = create_method(name, small).fit(tumours)
    embedding = np.asarray(method.transform(there.test.profiles))
    assert embedding.shape == (len(there.test.profiles), 4)
    assert np.isfinite(embedding).all()


def test_files_that_nothing_can_be_learnt_from_are_refused(source, tmp_path):
    kept = tmp_path / "kept"
    with pytest.raises(ConfigurationError, match=r"pretraining_file: there is no file .*none\.h5"):
        trainable_file(tmp_path / "none.h5", WANTED, kept)
    with h5py.File(tmp_path / "else.h5", "w") as file:
        file["values"] = [1]
    with pytest.raises(ConfigurationError, match=r"else\.h5 is neither an h5ad file nor laid out"):
        trainable_file(tmp_path / "else.h5", WANTED, kept)
    with pytest.raises(CohortError, match=r"human_gene shares 0 of the cohort's 100 genes"):
        trainable_file(source, pd.Index([f"ENSG{n}" for n in range(100)]), kept)
    empty = written(tmp_path / "empty.h5", np.zeros((len(SYMBOLS), N_SAMPLES)))
    with pytest.raises(
        ExpressionError, match=r"pretraining_file: no sample .* is left; 0 of the 90 .*87 without"
    ):
        trainable_file(empty, WANTED, kept)
    assert not [path for path in kept.rglob("*") if path.is_file()]
