"""What a run leaves in MLflow."""

import logging

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from mlflow.exceptions import MlflowException
from pydantic import BaseModel

from twinpurify.errors import TableError
from twinpurify.serving.tracking import (
    flatten_parameters,
    log_figures,
    log_history,
    log_parameters,
    log_report,
    log_summary,
    valid_name,
)


class Encoder(BaseModel):
    hidden: tuple[int, ...] = (8, 4)
    device: str = "cpu"


class Settings(BaseModel):
    encoder: Encoder = Encoder()
    projector: int | None = None


@pytest.fixture
def history():
    """Two splits of different length, the second without the rank."""
    first = pd.DataFrame(
        {"split": 0, "epoch": [1, 2, 3], "step": [5, 10, 15], "loss": [3.0, 2.0, 1.5]}
    ).assign(effective_rank=[2.0, 3.0, 4.0])
    second = pd.DataFrame({"split": "all", "epoch": [1, 2], "step": [5, 10], "loss": [4.0, 2.5]})
    return pd.concat([first, second], ignore_index=True)


@pytest.fixture
def summary():
    rows = [
        ("tcga", "tcga", "twinpurify", "subtype", "balanced_accuracy", 0.4, 0.81),
        ("tcga", "tcga", "raw", "subtype@labels=0.1", "macro_f1", 1.0, 0.5),
        ("scanb", "tcga", "pca", "survival_os", "c_index", np.nan, 0.6),
        ("tcga", "tcga", "raw", "grade", "macro_f1", 1.0, np.nan),
    ]
    columns = ["cohort", "trained_on", "method", "task", "metric", "fraction", "mean"]
    return pd.DataFrame(rows, columns=columns)


def test_parameters_are_flattened():
    flat = flatten_parameters({"method": Settings(), "split": {"n": 5, "by": {}}, "rate": 1e-3})
    assert flat == {
        "method.encoder.hidden": "[8, 4]",
        "method.encoder.device": "cpu",
        "method.projector": "None",
        "split.n": "5",
        "rate": "0.001",
    }


def test_a_pydantic_model_is_flattened_too():
    assert flatten_parameters(Settings())["encoder.hidden"] == "[8, 4]"
    assert flatten_parameters({"all": [Encoder()]})["all"] == (
        '[{"hidden": [8, 4], "device": "cpu"}]'
    )


def test_long_values_and_odd_names_are_made_to_fit():
    flat = flatten_parameters({"genes@panel": "G" * 7000, "k" * 300: 1})
    assert len(flat["genes_at_panel"]) == 6000
    assert flat["genes_at_panel"].endswith("…")
    assert flat["k" * 250] == "1"


def test_parameters_are_logged_once(store, run_id, caplog):
    parameters = {"n": 1, "method": {"seed": 0}, "long": "x" * 9000}
    with caplog.at_level(logging.WARNING, "twinpurify.serving.tracking"):
        log_parameters(run_id, parameters)
        log_parameters(run_id, {**parameters, "later": True})
    logged = store.get_run(run_id).data.params
    assert {name: logged[name] for name in ("n", "method.seed", "later")} == {
        "n": "1",
        "method.seed": "0",
        "later": "True",
    }
    assert not caplog.text


def test_a_changed_parameter_stays_with_a_warning(store, run_id, caplog):
    log_parameters(run_id, {"n": 1})
    with caplog.at_level(logging.WARNING, "twinpurify.serving.tracking"):
        log_parameters(run_id, {"n": 2, "m": 3})
    assert "other values of the parameters 'n' (1 in all); they stay" in caplog.text
    assert store.get_run(run_id).data.params == {"n": "1", "m": "3"}


def test_more_parameters_than_one_batch_takes(store, run_id):
    log_parameters(run_id, {"x": {f"p{place}": place for place in range(250)}})
    assert len(store.get_run(run_id).data.params) == 250


def test_history_has_a_step_an_epoch(store, run_id, history):
    log_history(run_id, history)
    metrics = store.get_run(run_id).data.metrics
    assert set(metrics) == {
        "twinpurify.split_0.loss",
        "twinpurify.split_0.effective_rank",
        "twinpurify.split_all.loss",
    }
    logged = store.get_metric_history(run_id, "twinpurify.split_0.loss")
    assert [(metric.step, metric.value) for metric in logged] == [(1, 3.0), (2, 2.0), (3, 1.5)]


def test_history_longer_than_a_batch(store, run_id):
    epochs = np.arange(1, 1202)
    log_history(run_id, pd.DataFrame({"split": 1, "epoch": epochs, "loss": 1.0 / epochs}), "pca")
    assert store.get_run(run_id).data.metrics["pca.split_1.loss"] == pytest.approx(1 / 1201)


def test_history_without_split_is_an_error(run_id, history):
    with pytest.raises(TableError, match="the training history lacks the columns 'split'"):
        log_history(run_id, history.drop(columns="split"))


def test_summary_means_are_metrics(store, run_id, summary):
    log_summary(run_id, summary)
    assert store.get_run(run_id).data.metrics == {
        "subtype.balanced_accuracy.fraction_0.4.twinpurify": 0.81,
        "subtype_at_labels_0.1.macro_f1.fraction_1.raw": 0.5,
        "tcga_to_scanb.survival_os.c_index.pca": 0.6,
    }


def test_summary_without_mean_is_an_error(run_id, summary):
    with pytest.raises(TableError, match="the summary lacks the columns 'mean'"):
        log_summary(run_id, summary.drop(columns="mean"))


def test_metrics_whose_names_become_the_same_are_told_apart(store, run_id, summary):
    sources = ("a+b", "a-b", "a=b")
    rows = [summary.iloc[0].to_dict() | {"task": f"purity_left@{source}"} for source in sources]
    values = [0.1, 0.2, 0.3]
    log_summary(run_id, pd.DataFrame(rows).assign(mean=values))
    logged = store.get_run(run_id).data.metrics
    assert sorted(logged.values()) == values
    assert logged["purity_left_at_a-b.balanced_accuracy.fraction_0.4.twinpurify"] == 0.2


@pytest.mark.parametrize(
    ("name", "valid"),
    [
        ("retrieval@foreign: λ=1", "retrieval_at_foreign_ λ_1"),
        ("grade.G1//G2", "grade.G1__G2"),
        ("grade.I/", "grade.I_"),
        ("grade.I/II", "grade.I_II"),
        ("/", "_"),
        ("..", "_"),
        ("../grade", "__grade"),
        ("a/./b", "a_._b"),
        ("a/../b", "a_.._b"),
        ("", "_"),
        ("two\nlines", "two_lines"),
    ],
)
def test_names_that_mlflow_takes(store, run_id, name, valid):
    assert valid_name(name) == valid
    store.log_param(run_id, valid, 1)
    store.log_metric(run_id, valid, 1.0)


def test_no_value_of_a_cohort_is_lost_to_the_names_of_its_labels(store, run_id):
    """What MLflow can't tell apart in a user's own words gets a mark."""
    values = {"G1//G2": "1", "G1/": "2", "G1_": "3", "G3?": "4", "G3!": "5", "x" * 300: "6"}
    values |= {"x" * 299: "7", "plain": "8"}
    log_parameters(run_id, {"mine": {"label_values": {"grade": values}}})
    logged = store.get_run(run_id).data.params
    assert sorted(logged.values()) == [*"12345678"]
    assert logged["mine.label_values.grade.plain"] == "8"
    assert logged["mine.label_values.grade.G1__G2"] == "1"
    marked = [name for name in logged if name.startswith("mine.label_values.grade.G3__")]
    assert len(marked) == 2
    # The same in another run, whatever else stands beside them.
    again = flatten_parameters({"mine": {"label_values": {"grade": {"G3!": "5", "G3?": "4"}}}})
    assert set(marked) == set(again)


def test_a_dot_in_a_key_is_no_level():
    flat = flatten_parameters({"a": {"b": 1}, "a.b": 2})
    assert sorted(flat.values()) == ["1", "2"]
    assert all(name.startswith("a.b_") for name in flat)


def test_figures_are_pages(store, run_id):
    log_figures(run_id, {"loss": go.Figure(), "map": go.Figure()})
    files = [file.path for file in store.list_artifacts(run_id, "figures")]
    assert files == ["figures/loss.html", "figures/map.html"]


def test_report_from_text_and_from_a_file(store, run_id, tmp_path):
    log_report(run_id, "<h1>Report</h1>")
    (tmp_path / "demo.html").write_text("<h1>Demo</h1>")
    log_report(run_id, tmp_path / "demo.html")
    assert {file.path for file in store.list_artifacts(run_id)} == {"report.html", "demo.html"}


def test_a_missing_report_is_an_error(run_id, tmp_path):
    with pytest.raises(TableError, match=r"there is no report at .*gone\.html"):
        log_report(run_id, tmp_path / "gone.html")


def test_an_unknown_run_is_an_error(store, history):
    with pytest.raises(MlflowException, match="not found"):
        log_history("0" * 32, history)
