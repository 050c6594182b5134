"""A cohort as an h5ad file."""

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import pytest

from twinpurify.kedro_datasets.anndata_dataset import AnnDataDataset


@pytest.fixture
def cohort():
    obs = pd.DataFrame(
        {"tissue": ["tumour", "normal"], "subtype": ["LumA", np.nan], "purity": [0.4, np.nan]},
        index=pd.Index(["s1", "s2"], name="sample_id"),
    )
    made = ad.AnnData(np.eye(2, 3, dtype=np.float32), obs=obs)
    made.var_names = ["TP53", "ESR1", "GATA3"]
    made.uns["unit"] = {"quantity": "tpm", "scale": "log2", "offset": 1.0}
    made.uns["purity_sources"] = []
    made.obsm["X_twinpurify"] = np.ones((2, 4), np.float32)
    made.layers["purified"] = np.full((2, 3), 2.0, np.float32)
    return made


def test_everything_that_a_cohort_carries_comes_back(cohort, tmp_path):
    dataset = AnnDataDataset(filepath=str(tmp_path / "cohort.h5ad"))
    dataset.save(cohort)
    loaded = dataset.load()
    np.testing.assert_array_equal(loaded.X, cohort.X)
    assert loaded.obs_names.name == "sample_id"
    assert loaded.obs["subtype"].isna().tolist() == [False, True]
    assert loaded.uns["unit"] == cohort.uns["unit"]
    assert list(loaded.uns["purity_sources"]) == []
    np.testing.assert_array_equal(loaded.obsm["X_twinpurify"], cohort.obsm["X_twinpurify"])
    np.testing.assert_array_equal(loaded.layers["purified"], cohort.layers["purified"])


def test_the_matrix_is_not_compressed(cohort, tmp_path):
    AnnDataDataset(filepath=str(tmp_path / "cohort.h5ad")).save(cohort)
    with h5py.File(tmp_path / "cohort.h5ad") as file:
        assert file["X"].compression is None
        assert file["X"].dtype == np.float32


def test_the_layer_of_the_catalogue_is_kept(tmp_path):
    metadata = {"kedro-viz": {"layer": "primary"}}
    dataset = AnnDataDataset(filepath=str(tmp_path / "cohort.h5ad"), metadata=metadata)
    assert dataset.metadata == metadata
