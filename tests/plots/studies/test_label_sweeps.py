"""Accuracy against the size of the pretraining and the depth of the encoder."""

import pytest

from tests.plots.study_tables import study_summary
from twinpurify.errors import TableError
from twinpurify.plots.studies.label_sweeps import label_sweeps


def test_a_row_a_comparison_and_a_column_an_encoder():
    figure = label_sweeps(study_summary())
    assert [note.text for note in figure.layout.annotations] == [
        "Tumours in the pretraining, frozen",
        "Tumours in the pretraining, unfrozen",
        "Depth of the encoder, frozen",
        "Depth of the encoder, unfrozen",
    ]
    assert list(figure.layout.xaxis.ticktext) == ["0.5", "1"]
    # Ten layers are more than four.
    assert list(figure.layout.xaxis3.ticktext) == ["4", "10"]
    assert [trace.showlegend for trace in figure.data] == [True, False, False, False]


def test_without_a_comparison_there_is_no_figure():
    summary = study_summary()
    with pytest.raises(TableError, match=r"label_efficiency\.sweep_repeats"):
        label_sweeps(summary[~summary["task"].str.contains("@")])
