"""Samples among those of their tissue."""

import numpy as np
import pandas as pd
import pytest

from twinpurify.errors import TableError
from twinpurify.plots.quality.sample_quality import sample_quality


@pytest.fixture
def samples():
    rng = np.random.default_rng(1)
    sheet = pd.DataFrame(
        {
            "tissue": ["tumour"] * 30 + ["normal"] * 8,
            "outlier": "",
            "library_size": rng.uniform(1e6, 2e6, 38),
            "median_correlation": rng.uniform(0.8, 1, 38),
            "pca_distance": rng.uniform(0, 5, 38),
        },
        index=[f"s{i}" for i in range(38)],
    )
    sheet.loc["s3", "outlier"] = "library size 12, below <20>"
    return sheet


def test_every_sample_is_in_every_panel(samples):
    figure = sample_quality(samples)
    assert sum(len(trace.x) for trace in figure.data) == 3 * 38
    titles = [note.text for note in figure.layout.annotations]
    assert titles == [
        "Library size",
        "Correlation with the median profile",
        "Distance in robust PCA",
    ]
    assert figure.layout.yaxis.type == "log"
    assert figure.layout.yaxis2.type is None


def test_flagged_samples_are_crosses_with_their_reason(samples):
    flagged = [trace for trace in sample_quality(samples).data if trace.name == "flagged"]
    assert [trace.marker.symbol for trace in flagged] == ["x"] * 3
    assert flagged[0].text == ("s3: library size 12, below &lt;20&gt;",)
    assert flagged[0].y[0] == samples.loc["s3", "library_size"]


def test_tissues_stand_apart(samples):
    tumours, normals, _ = sample_quality(samples).data[:3]
    assert max(tumours.x) < 0.5 < min(normals.x)


def test_a_measure_without_values_is_left_out(samples):
    figure = sample_quality(samples.assign(library_size=np.nan))
    assert next(note.text for note in figure.layout.annotations).startswith("Correlation")
    assert len(figure.layout.annotations) == 2


def test_without_any_measure_there_is_a_reason(samples):
    nothing = dict.fromkeys(("library_size", "median_correlation", "pca_distance"), np.nan)
    with pytest.raises(TableError, match="too few samples of one tissue"):
        sample_quality(samples.assign(**nothing))


def test_a_sheet_without_measures_is_refused(samples):
    with pytest.raises(TableError, match="the sample sheet lacks the columns 'pca_distance'"):
        sample_quality(samples.drop(columns="pca_distance"))
