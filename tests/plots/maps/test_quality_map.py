"""The first two components of a cohort as it came in."""

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA

from twinpurify.errors import TableError
from twinpurify.plots.maps import quality_map as module
from twinpurify.plots.maps.quality_map import quality_map


@pytest.fixture
def cohort():
    rng = np.random.default_rng(2)
    values = rng.normal(size=(40, 60))
    values[:10, :20] += 4
    sheet = pd.DataFrame(
        {
            "tissue": ["normal"] * 10 + ["tumour"] * 30,
            "batch": ["a", "b"] * 20,
            "purity": rng.uniform(size=40),
        },
        index=[f"s{i}" for i in range(40)],
    )
    return values, sheet


def planes_of(figure):
    """Coordinates of the normals and then of the tumours."""
    return np.concatenate([np.array([trace.x, trace.y]).T for trace in figure.data])


def test_the_points_are_the_first_two_components(cohort):
    values, sheet = cohort
    figure = quality_map(values, sheet)
    expected = PCA(2, svd_solver="full").fit(values)
    planes = expected.transform(values)
    drawn = np.abs(planes_of(figure)) / 10_000
    np.testing.assert_allclose(drawn, np.abs(planes) / np.abs(planes).max(), atol=1e-3)
    assert f"{expected.explained_variance_ratio_[0]:.0%}" in figure.layout.xaxis.title.text


def test_the_colour_can_be_tissue_batch_or_purity(cohort):
    (menu,) = quality_map(*cohort).layout.updatemenus
    assert [button.label for button in menu.buttons] == [
        "colour: tissue",
        "colour: purity",
        "colour: batch",
    ]


def test_the_same_cohort_gives_the_same_map(cohort):
    assert quality_map(*cohort).to_json() == quality_map(*cohort).to_json()


def test_a_large_cohort_is_drawn_in_part(cohort, monkeypatch):
    monkeypatch.setattr(module, "MAX_SAMPLES", 12)
    assert len(planes_of(quality_map(*cohort))) == 12


def test_the_most_variable_genes_decide(cohort, monkeypatch):
    values, sheet = cohort
    monkeypatch.setattr(module, "MOST_VARIABLE", 20)
    quiet = values.copy()
    quiet[:, 20:] *= 1e-3
    drawn = planes_of(quality_map(quiet, sheet))
    np.testing.assert_array_equal(drawn, planes_of(quality_map(quiet[:, :20], sheet)))


def test_two_samples_are_too_few(cohort):
    with pytest.raises(TableError, match="there are 2 samples; principal components need 3"):
        quality_map(cohort[0][:2], cohort[1].iloc[:2])
