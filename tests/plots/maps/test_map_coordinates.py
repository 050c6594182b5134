"""Maps are reproducible and keep what belongs together."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from twinpurify.errors import TableError
from twinpurify.plots.maps.map_coordinates import map_coordinates


@pytest.fixture
def embedding():
    """Two groups of 30 samples, far apart."""
    values = np.random.default_rng(0).normal(size=(60, 8))
    values[30:] += 20
    return values


def test_same_seed_same_map(embedding):
    maps = [map_coordinates({"pca": embedding}, seed=3) for _ in range(2)]
    assert_frame_equal(*maps)


def test_groups_stay_apart(embedding):
    maps = map_coordinates({"pca": embedding}, seed=0)
    plane = maps.loc[maps["layout"] == "t-SNE", ["x", "y"]].to_numpy()
    nearest = np.linalg.norm(plane[:, None] - plane[None], axis=2) + np.diag([np.inf] * 60)
    assert ((nearest.argmin(axis=1) < 30) == (np.arange(60) < 30)).all()


def test_few_samples_are_laid_out_by_principal_components(embedding):
    few = embedding[20:40]
    maps = map_coordinates({"pca": few}, seed=0)
    assert list(maps["layout"].unique()) == ["principal components"]
    plane = maps[["x", "y"]].to_numpy()
    centred = few - few.mean(axis=0)
    left, singular, _ = np.linalg.svd(centred, full_matrices=False)
    np.testing.assert_allclose(
        np.abs(plane), np.abs(left[:, :2] * singular[:2]), rtol=1e-3, atol=1e-4
    )


def test_many_samples_are_laid_out_both_ways(embedding):
    maps = map_coordinates({"pca": embedding}, seed=0)
    assert list(maps["layout"]) == ["t-SNE"] * 60 + ["principal components"] * 60


def test_a_single_dimension_is_a_line():
    plane = map_coordinates({"pca": np.arange(40.0)[:, None]}, seed=0)
    assert (plane["y"] == 0).all()


def test_sample_sheet_is_passed_on_for_each_method(embedding):
    sheet = pd.DataFrame({"tissue": ["tumour"] * 60}, index=[f"s{i}" for i in range(60)])
    coordinates = map_coordinates({"raw": embedding, "twinpurify": embedding}, 0, sheet)
    assert list(coordinates["method"].unique()) == ["raw", "twinpurify"]
    assert list(coordinates["sample_id"]) == list(sheet.index) * 4
    assert (coordinates["tissue"] == "tumour").all()


def test_large_cohorts_are_drawn_in_part_the_same_for_each_method(embedding):
    coordinates = map_coordinates({"a": embedding, "b": embedding}, seed=0, max_samples=20)
    drawn = [set(rows["sample_id"]) for _, rows in coordinates.groupby("method")]
    assert len(drawn[0]) == 20
    assert drawn[0] == drawn[1]


def test_different_numbers_of_samples_are_refused(embedding):
    with pytest.raises(TableError, match="the same samples, at least 2"):
        map_coordinates({"a": embedding, "b": embedding[:-1]}, seed=0)


def test_no_embedding_is_refused():
    with pytest.raises(TableError, match="the same samples, at least 2"):
        map_coordinates({}, seed=0)
