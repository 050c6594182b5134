"""Profiles in a file: read, trained on and embedded as those in memory, some at a time."""

import threading

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import torch
from scipy.sparse import csr_matrix

from twinpurify.errors import ExpressionError, GeneMismatchError
from twinpurify.interface import stored_profiles
from twinpurify.interface.stored_profiles import (
    StoredProfiles,
    gene_moments,
    is_stored,
    read_ahead,
)
from twinpurify.representation.registry import create_method
from twinpurify.training import profile_source
from twinpurify.training.profile_source import ResidentProfiles, ShuffledBlocks

N_TUMOURS, N_GENES = 53, 12
RNG = np.random.default_rng(0)
VALUES = RNG.gamma(4.0, 1.5, (N_TUMOURS, N_GENES)).astype(np.float32)
VALUES[VALUES < 3.0] = 0.0
NORMALS = pd.DataFrame(RNG.gamma(4.0, 1.5, (6, N_GENES)).astype(np.float32))
NORMALS.columns = [f"g{i}" for i in range(N_GENES)]
SMALL = {
    "n_dimensions": 3,
    "hidden": (8,),
    "n_steps": 12,
    "batch_size": 8,
    "device": "cpu",
    "precision": "float32",
}


def cohort(values=VALUES) -> ad.AnnData:
    return ad.AnnData(
        values,
        obs=pd.DataFrame(index=[f"s{i}" for i in range(values.shape[0])]),
        var=pd.DataFrame(index=[f"g{i}" for i in range(values.shape[1])]),
    )


@pytest.fixture(autouse=True)
def small_reads(monkeypatch):
    """As a small file is to these numbers, a large one is to those of the code."""
    monkeypatch.setattr(stored_profiles, "VALUES_PER_READ", 10 * N_GENES)
    monkeypatch.setattr(profile_source, "SHUFFLED_VALUES", 16 * N_GENES)
    monkeypatch.setattr(profile_source, "ROWS_PER_READ", 4)
    monkeypatch.setattr(stored_profiles, "SAMPLE_ROWS", 40)


def from_lazy_array() -> ad.AnnData:
    array = pytest.importorskip("dask.array")
    return cohort(array.from_array(VALUES, chunks=(7, N_GENES)))


def from_zarr(folder) -> ad.AnnData:
    zarr = pytest.importorskip("zarr")
    stored = zarr.open_array(str(folder / "x.zarr"), mode="w", shape=VALUES.shape, dtype="f4")
    stored[:] = VALUES
    return cohort(stored)


@pytest.fixture(params=["h5ad", "sparse", "view", "dask", "zarr"])
def stored(request, tmp_path) -> ad.AnnData:
    """The same profiles in all kinds of files."""
    if request.param == "dask":
        return from_lazy_array()
    if request.param == "zarr":
        return from_zarr(tmp_path)
    path, values = tmp_path / "x.h5ad", VALUES
    if request.param == "sparse":
        values = csr_matrix(VALUES)
    if request.param == "view":
        values = np.repeat(VALUES, 2, axis=0)
    cohort(values).write_h5ad(path)
    opened = ad.read_h5ad(path, backed="r")
    return opened[::2] if request.param == "view" else opened


@pytest.fixture
def backed(tmp_path) -> ad.AnnData:
    cohort().write_h5ad(tmp_path / "x.h5ad")
    return ad.read_h5ad(tmp_path / "x.h5ad", backed="r")


# --- Reading


def test_what_is_in_a_file_is_told_from_what_is_in_memory(stored):
    assert is_stored(stored)
    for resident in (cohort(), cohort()[:3], cohort(csr_matrix(VALUES)), NORMALS, VALUES):
        assert not is_stored(resident)


def test_blocks_are_the_profiles_in_order(stored):
    blocks = list(StoredProfiles(stored).blocks())
    assert [len(block) for block in blocks] == [10, 10, 10, 10, 10, 3]
    np.testing.assert_array_equal(np.concatenate(blocks), VALUES)
    assert blocks[0].dtype == np.float32


def test_rows_by_number_come_as_asked_for(stored):
    chosen = [5, 6, 7, 40, 0, 52]
    np.testing.assert_array_equal(StoredProfiles(stored).rows(chosen), VALUES[chosen])


def test_genes_come_as_wanted_and_a_missing_one_is_an_error(backed):
    wanted = np.array(["g3", "g0"], dtype=object)
    assert StoredProfiles(backed, wanted).shape == (N_TUMOURS, 2)
    np.testing.assert_array_equal(StoredProfiles(backed, wanted).rows([1]), VALUES[[1]][:, [3, 0]])
    with pytest.raises(GeneMismatchError, match="1 of the model's 1 genes are not in the matrix"):
        StoredProfiles(backed, np.array(["other"], dtype=object)).read(slice(0, 2))


@pytest.mark.parametrize(("value", "match"), [(np.nan, "s50/g4"), (900.0, "log2")])
def test_a_bad_value_is_found_where_it_is_read(tmp_path, value, match):
    values = VALUES.copy()
    values[50, 4] = value
    cohort(values).write_h5ad(tmp_path / "bad.h5ad")
    opened = ad.read_h5ad(tmp_path / "bad.h5ad", backed="r")
    with pytest.raises(ExpressionError, match=match):
        create_method("vae", SMALL).fit(opened)


def test_doubled_genes_are_an_error(tmp_path):
    doubled = cohort()
    doubled.var_names = ["g0", *doubled.var_names[:-1]]
    doubled.write_h5ad(tmp_path / "doubled.h5ad")
    with pytest.raises(ExpressionError, match="doubled genes 'g0'"):
        StoredProfiles(ad.read_h5ad(tmp_path / "doubled.h5ad", backed="r"))


def test_reading_is_one_ahead_and_an_error_comes_through():
    asked, second = [], threading.Event()

    def read(place: int) -> int:
        asked.append(place)
        if place == 1:
            second.set()
        if place == 3:
            raise ValueError("no such place")
        return 10 * place

    found = read_ahead(read, range(5))
    assert next(found) == 0
    assert second.wait(timeout=10)
    assert 2 not in asked
    assert [next(found), next(found)] == [10, 20]
    with pytest.raises(ValueError, match="no such place"):
        next(found)


@pytest.mark.parametrize("n_blocks", [1, 7])
def test_moments_of_blocks_are_numpys(n_blocks):
    values = VALUES + np.float32(1000.0)
    mean, scale = gene_moments(np.array_split(values, n_blocks))
    np.testing.assert_allclose(mean, values.mean(axis=0, dtype=np.float64), rtol=1e-12)
    np.testing.assert_allclose(scale, values.std(axis=0, dtype=np.float64), rtol=1e-9)


def test_a_lazy_array_is_read_without_the_cluster_of_the_process():
    dask = pytest.importorskip("dask")
    with dask.config.set(scheduler="dask.distributed"):
        np.testing.assert_array_equal(StoredProfiles(from_lazy_array()).rows([1]), VALUES[[1]])


# --- Shuffling


def numbers(source: ShuffledBlocks, n_batches: int = 6, seed: int = 0) -> list[list[int]]:
    """Numbers of the samples in each batch."""
    generator = torch.Generator().manual_seed(seed)
    batches = source.batches(8, n_batches, generator)
    place = {row.tobytes(): number for number, row in enumerate(VALUES)}
    return [[place[row.tobytes()] for row in batch.numpy()] for batch in batches]


def test_a_batch_holds_samples_of_many_places_and_an_epoch_each_once(backed):
    batches = numbers(ShuffledBlocks(StoredProfiles(backed)))
    assert [len(batch) for batch in batches] == [8] * 6
    assert len({row for batch in batches for row in batch}) == 48
    # Sixteen samples in runs of four are shuffled together.
    for first, second in zip(batches[::2], batches[1::2], strict=True):
        together = sorted(first + second)
        assert len({row // 4 for row in together}) <= 6
        assert first != sorted(first)
    assert numbers(ShuffledBlocks(StoredProfiles(backed)), seed=1) != batches


def test_all_draws_are_made_before_the_first_batch(backed):
    generator = torch.Generator().manual_seed(0)
    batches = ShuffledBlocks(StoredProfiles(backed)).batches(8, 6, generator)
    next(batches)
    before = generator.get_state()
    list(batches)
    assert torch.equal(generator.get_state(), before)


def test_samples_of_a_file_that_are_set_aside_are_in_no_batch(backed):
    source = ShuffledBlocks(StoredProfiles(backed))
    rest, aside = source.divided(torch.tensor([3, 4, 20, 52]))
    np.testing.assert_array_equal(aside.numpy(), VALUES[[3, 4, 20, 52]])
    assert rest.shape == (N_TUMOURS - 4, N_GENES)
    batches = numbers(rest)
    assert [len(batch) for batch in batches] == [8] * 6
    rows = {row for batch in batches for row in batch}
    assert len(rows) == 48 and not rows & {3, 4, 20, 52}
    assert source.shape == (N_TUMOURS, N_GENES)


def test_a_sample_is_of_all_the_file_and_in_memory_it_is_everything(backed):
    sample = ShuffledBlocks(StoredProfiles(backed)).sample(seed=1)
    place = {row.tobytes(): number for number, row in enumerate(VALUES)}
    rows = [place[row.tobytes()] for row in sample]
    assert rows == sorted(set(rows))
    assert len(rows) == 40
    assert ResidentProfiles(VALUES).sample(seed=1) is VALUES


# --- Methods


class InOrder:
    """The source of a file with the order of a source in memory."""

    def batches(self, batch_size, n_batches, generator):
        source = ResidentProfiles(VALUES)
        source.rows = self.rows
        return source.batches(batch_size, n_batches, generator)


NETWORKS = ["autoencoder", "vae", "contrastive_vae", "barlow_generic", "scarf", "untrained"]


@pytest.mark.parametrize("name", NETWORKS)
def test_but_for_the_order_of_the_batches_a_fit_is_that_of_memory(name, stored, monkeypatch):
    monkeypatch.setattr(ShuffledBlocks, "batches", InOrder.batches)
    settings = SMALL if name != "untrained" else {"n_dimensions": 3, "hidden": (8,)}
    expected = create_method(name, settings).fit(cohort(), background=NORMALS)
    found = create_method(name, settings).fit(stored, background=NORMALS)
    for key, value in expected._state().items():
        np.testing.assert_allclose(found._state()[key], value, rtol=1e-4, atol=1e-5, err_msg=key)
    assert found.genes_.tolist() == expected.genes_.tolist()


@pytest.mark.parametrize("name", [*NETWORKS[:4], "twin_network"])
def test_networks_train_on_a_file(name, backed):
    method = create_method(name, {**SMALL, "n_steps": 60, "learning_rate": 0.01})
    method.fit(backed, background=NORMALS)
    history = method.history_
    assert history["step"].iloc[-1] == 60
    assert history["loss"].tail(3).mean() < 0.9 * history["loss"].head(3).mean()
    assert np.isfinite(method.transform(VALUES)).all()


def test_a_fit_on_a_file_resumes_to_the_same_bits(backed, tmp_path, monkeypatch):
    from twinpurify.training.trainer import Trainer

    whole = create_method("barlow_generic", SMALL).fit(backed)
    take_step = Trainer.take_step

    def cut(trainer, batch):
        if trainer.step == 8:
            raise KeyboardInterrupt
        return take_step(trainer, batch)

    with monkeypatch.context() as cutting, pytest.raises(KeyboardInterrupt):
        cutting.setattr(Trainer, "take_step", cut)
        create_method("barlow_generic", SMALL).with_checkpoints(tmp_path / "c").fit(backed)
    resumed = create_method("barlow_generic", SMALL).with_checkpoints(tmp_path / "c").fit(backed)
    for key, value in whole._state().items():
        np.testing.assert_array_equal(resumed._state()[key], value)


@pytest.mark.parametrize("name", ["vae", "pca", "twinpurify"])
def test_every_method_embeds_a_file(name, stored):
    method = create_method(name, SMALL if name == "vae" else {"n_dimensions": 3})
    method.fit(cohort(), background=NORMALS)
    found = method.transform(stored)
    np.testing.assert_allclose(found, method.transform(cohort()), rtol=1e-4, atol=1e-4)


def test_twinpurify_is_fitted_on_a_file_as_in_memory(backed, monkeypatch):
    monkeypatch.setattr(stored_profiles, "SAMPLE_ROWS", N_TUMOURS)
    chosen = {"n_dimensions": 3, "n_views": 4}
    found = create_method("twinpurify", chosen).fit(backed, background=NORMALS).transform(VALUES)
    memory = create_method("twinpurify", chosen).fit(cohort(), background=NORMALS)
    np.testing.assert_allclose(found, memory.transform(VALUES), rtol=1e-2, atol=1e-2)


def test_twinpurify_takes_the_scale_of_all_and_the_rest_of_a_sample(backed, monkeypatch):
    monkeypatch.setattr(stored_profiles, "SAMPLE_ROWS", 20)
    method = create_method("twinpurify", {"n_views": 4}).fit(backed, background=NORMALS)
    np.testing.assert_allclose(method.gene_mean_, VALUES.mean(axis=0), rtol=1e-5)
    assert method.n_dimensions_ == 10
    assert np.isfinite(method.transform(VALUES)).all()


def test_a_method_that_needs_memory_says_so(backed):
    match = r"pca needs its training tumours in memory: pass X.to_memory\(\); twinpurify and"
    with pytest.raises(ExpressionError, match=match):
        create_method("pca", {}).fit(backed)


def test_a_file_without_samples_is_refused_as_a_table_is(tmp_path):
    ad.AnnData(np.zeros((0, 3), np.float32)).write_h5ad(tmp_path / "empty.h5ad")
    with pytest.raises(ExpressionError, match=r"found an empty table \(0, 3\)"):
        StoredProfiles(ad.read_h5ad(tmp_path / "empty.h5ad", backed="r"))
