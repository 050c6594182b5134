"""From file to file: the same as in memory, and nothing half-written."""

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from twinpurify.cohort.units.unit import Unit
from twinpurify.errors import ExpressionError, TableError
from twinpurify.normalization.chunks import fit_normalizer_on_file, normalize_file
from twinpurify.normalization.cohorts import fit_normalizer, normalize
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.normalization.steps import blocks

STEPS = ["count_filter", "tmm", "log2", "combat", "quantile", {"variable_genes": {"max_genes": 30}}]
SETTINGS = NormalizationSettings(steps=STEPS, protected_genes=["G7"])


@pytest.fixture
def cohort():
    rng = np.random.default_rng(0)
    values = rng.negative_binomial(2, 0.02, (50, 60)).astype(np.float32)
    obs = pd.DataFrame(index=[f"s{i}" for i in range(50)])
    obs["tissue"] = ["tumour", "tumour", "normal"] * 16 + ["tumour"] * 2
    obs["batch"] = ["a", "b"] * 25
    made = ad.AnnData(values, obs, pd.DataFrame({"length": 10.0}, [f"G{i}" for i in range(60)]))
    unit = Unit(quantity="counts", scale="linear").model_dump()
    made.uns.update(unit=unit, history=["assembled"], cohort="example")
    made.obsm["X_map"] = rng.normal(size=(50, 2))
    return made


@pytest.fixture
def source(cohort, tmp_path):
    cohort.write_h5ad(tmp_path / "cohort.h5ad")
    return tmp_path / "cohort.h5ad"


@pytest.mark.parametrize("held", [0, blocks.HELD_VALUES])
@pytest.mark.parametrize("rows", [None, 1, 7, 1000])
def test_the_result_is_that_of_memory(cohort, source, tmp_path, rows, held, monkeypatch):
    expected = normalize(cohort, fit_normalizer(cohort, SETTINGS))
    monkeypatch.setattr(blocks, "HELD_VALUES", held)
    normalizer = fit_normalizer_on_file(source, SETTINGS)
    target = tmp_path / "new" / "normalized.h5ad"
    normalize_file(source, target, normalizer, rows)
    found = ad.read_h5ad(target)
    np.testing.assert_array_equal(found.X, expected.X)
    assert found.X.dtype == np.float32
    pd.testing.assert_frame_equal(found.var, expected.var)
    assert found.obs["batch"].tolist() == expected.obs["batch"].tolist()
    assert found.uns["unit"] == expected.uns["unit"]
    assert [*found.uns["history"]] == expected.uns["history"]
    np.testing.assert_array_equal(found.obsm["X_map"], cohort.obsm["X_map"])
    assert [path.name for path in target.parent.iterdir()] == ["normalized.h5ad"]


def test_a_sparse_file_gives_the_same(cohort, source, tmp_path):
    normalizer = fit_normalizer(cohort, SETTINGS)
    expected = normalize(cohort, normalizer).X
    cohort.X = sparse.csr_matrix(cohort.X)
    cohort.write_h5ad(tmp_path / "sparse.h5ad")
    normalize_file(tmp_path / "sparse.h5ad", tmp_path / "dense.h5ad", normalizer)
    np.testing.assert_array_equal(ad.read_h5ad(tmp_path / "dense.h5ad").X, expected)


def test_a_target_that_is_there_is_replaced_by_a_whole_one_only(cohort, source, tmp_path):
    normalizer = fit_normalizer(cohort, SETTINGS)
    target = tmp_path / "normalized.h5ad"
    target.write_text("former")
    broken = cohort.copy()
    broken.X[40, 3] = np.nan
    broken.write_h5ad(tmp_path / "broken.h5ad")
    with pytest.raises(ExpressionError, match="missing or infinite"):
        normalize_file(tmp_path / "broken.h5ad", target, normalizer, 10)
    assert target.read_text() == "former"
    assert not list(tmp_path.glob(".*"))
    normalize_file(source, target, normalizer)
    assert ad.read_h5ad(target).n_obs == 50


def test_the_source_is_not_written_over(cohort, source):
    with pytest.raises(TableError, match="is read and can't be written over"):
        normalize_file(source, source, fit_normalizer(cohort, SETTINGS))


@pytest.mark.parametrize("content", [None, b"", b"no h5ad at all"])
def test_a_file_that_is_none_is_told(tmp_path, content):
    path = tmp_path / "cohort.h5ad"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TableError, match=r"cohort.h5ad can't be read as h5ad"):
        fit_normalizer_on_file(path, SETTINGS)


def test_a_file_cut_off_is_told(source):
    source.write_bytes(source.read_bytes()[:9000])
    with pytest.raises(TableError, match="can't be read as h5ad"):
        fit_normalizer_on_file(source, SETTINGS)


def test_another_h5ad_is_told(tmp_path):
    ad.AnnData(np.ones((3, 2), np.float32)).write_h5ad(tmp_path / "other.h5ad")
    with pytest.raises(TableError, match=r"is no cohort of TwinPurify: it lacks uns\['unit'\]"):
        fit_normalizer_on_file(tmp_path / "other.h5ad", SETTINGS)
