"""A figure and its preview in Kedro-Viz."""

import inspect
import json

import plotly.graph_objects as go

from twinpurify.kedro_datasets.figure import FigureDataset


def saved(path):
    dataset = FigureDataset(filepath=str(path))
    dataset.save(go.Figure(go.Bar(x=["raw", "twinpurify"], y=[0.3, 0.8])))
    return dataset


def test_the_preview_is_the_figure_as_plain_json(tmp_path):
    preview = saved(tmp_path / "scores.json").preview()
    assert json.loads(json.dumps(preview)) == preview
    assert preview["data"][0]["type"] == "bar"
    assert preview["data"][0]["x"] == ["raw", "twinpurify"]


def test_kedro_viz_knows_the_kind_of_preview():
    # Kedro-Viz reads the name off the annotation, so that it must not be a string.
    annotation = inspect.signature(FigureDataset.preview).return_annotation
    assert annotation.__name__ == "PlotlyPreview"
