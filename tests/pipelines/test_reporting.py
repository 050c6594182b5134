"""Nodes of the reporting pipeline."""

import logging

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from twinpurify.cohort.declaration.definition import parse_definition
from twinpurify.cohort.declaration.sources import MarkerGenes
from twinpurify.errors import ConfigurationError, TableError
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.parameters import parameters_model
from twinpurify.pipelines.reporting.figures import (
    absent_reason,
    draw_loss_curve,
    draw_marker_genes,
    draw_purity_scatter,
    draw_quality_map,
    draw_sample_quality,
    draw_survival_forest,
    make_draw_kaplan_meier,
    or_reason,
)
from twinpurify.pipelines.reporting.page import (
    make_build_report,
    measure_cohorts,
    note_reference,
    note_transfer,
)
from twinpurify.pipelines.reporting.record import (
    champion_score,
    make_log_evidence,
    plain_parameters,
    register_model,
)
from twinpurify.purification.twinpurify.twinpurify import TwinPurify
from twinpurify.serving.registration import RegisteredVersion
from twinpurify.serving.settings import RegistrationSettings

KEYS = ["cohort", "trained_on", "method", "task", "metric", "fraction", "mean"]


@pytest.fixture
def summary():
    rows = [
        ("demo", "demo", "twinpurify", "subtype", "balanced_accuracy", 0.4, 0.81),
        ("demo", "demo", "raw", "subtype", "balanced_accuracy", 0.4, 0.37),
        ("scanb", "demo", "twinpurify", "subtype", "balanced_accuracy", 0.4, 0.5),
        ("demo", "demo", "twinpurify", "retrieval", "top1_cosine", 0.2, 0.9),
    ]
    return pd.DataFrame(rows, columns=KEYS)


class Model:
    name = "twinpurify"


def test_the_first_metric_that_was_measured_decides(summary):
    settings = RegistrationSettings()
    choice, value = champion_score(summary, "demo", "twinpurify", settings)
    assert (choice.name, value) == ("subtype.balanced_accuracy.fraction_0.4", 0.81)
    without = summary[summary["task"] != "subtype"]
    choice, value = champion_score(without, "demo", "twinpurify", settings)
    assert (choice.name, value) == ("retrieval.top1_cosine.fraction_0.2", 0.9)


@pytest.mark.parametrize(
    ("task", "metric", "greater"),
    [("retrieval", "top1_cosine", True), ("purity_left@cpe", "r2_rbf", False)],
)
def test_a_model_is_registered_in_the_direction_of_its_score(
    summary, normalized, monkeypatch, task, metric, greater
):
    """By what is left of purity, the lower of two scores is the champion's."""
    handed = {}

    def log_model(model, **settings):
        handed.update(settings)
        return RegisteredVersion("twinpurify", "1", "champion", True, "")

    monkeypatch.setattr("twinpurify.serving.registration.log_model", log_model)
    monkeypatch.setattr("twinpurify.pipelines.reporting.record.active_run_id", lambda: "a run")
    summary.loc[len(summary)] = [
        "demo",
        "demo",
        "twinpurify",
        "purity_left@cpe",
        "r2_rbf",
        0.2,
        0.1,
    ]
    settings = RegistrationSettings(metrics=[{"task": task, "metric": metric, "fraction": 0.2}])
    register_model(normalized, Model(), None, summary, settings)
    assert handed["metric_name"] == f"{task}.{metric}.fraction_0.2"
    assert handed["greater_is_better"] is greater


def test_no_measured_metric_is_an_error_that_names_the_setting(summary):
    with pytest.raises(ConfigurationError, match=r"none of the scores subtype.*metrics"):
        champion_score(summary.iloc[:0], "demo", "twinpurify", RegistrationSettings())


def test_the_note_counts_the_genes_that_a_target_lacks(normalized):
    other = normalized[:, 30:].copy()
    other.uns["cohort"] = "elsewhere"
    (note,) = note_transfer(normalized, NormalizationSettings(), target_other=other)
    assert note.startswith("elsewhere lacks 30 of the 60 genes that demo was trained on (50%)")
    assert note_transfer(normalized, NormalizationSettings()) == []
    assert note_transfer(normalized, NormalizationSettings(), target_same=normalized) == []


def test_a_note_tells_whose_normals_serve_and_on_how_many_genes(cohort, normalized):
    lender = normalized[:, 20:].copy()
    lender.uns["cohort"] = "elsewhere"
    (note,) = note_reference(normalized, NormalizationSettings(), cohort, lender)
    assert note.startswith("the normals are 12 of elsewhere, aligned by location_scale")
    assert "of the 120 genes of demo the 40 that elsewhere has were used, 60 after" in note
    both = note_reference(normalized, NormalizationSettings(), cohort, lender, target_one=lender)
    assert both == [note, *note_transfer(normalized, NormalizationSettings(), target_one=lender)]


def test_a_warning_tells_of_too_few_tumours_to_align(normalized):
    few = normalized[normalized.obs_names[:4]].copy()
    few.uns["cohort"] = "trial"
    (warning,) = note_transfer(normalized, NormalizationSettings(), target_few=few)
    assert warning.startswith("trial has 4 tumours, on which location_scale can hardly be fitted")
    alone = NormalizationSettings(transfer_alignment="quantile")
    assert note_transfer(normalized, alone, target_few=few) == []


def test_parameters_are_plain_and_without_other_cohorts(definition):
    other = parse_definition("scanb", definition.model_dump())
    parameters = {
        "cohort": "demo",
        "demo": definition,
        "scanb": other,
        "metabric": other.model_dump(),
        "evaluation": EvaluationSettings(n_splits=2),
        "methods": {"twinpurify": parameters_model(TwinPurify)(n_views=3)},
        "n_jobs": 1,
    }
    plain = plain_parameters(parameters, "demo")
    assert list(plain) == ["cohort", "demo", "evaluation", "methods", "n_jobs"]
    assert plain["methods"]["twinpurify"]["n_views"] == 3
    assert plain["evaluation"]["n_splits"] == 2
    assert plain["demo"]["synthetic"]["n_tumours"] == 40


def test_without_a_run_in_mlflow_nothing_is_logged(normalized, summary, caplog):
    with caplog.at_level(logging.WARNING, logger="twinpurify"):
        registered = register_model(normalized, Model(), None, summary, RegistrationSettings())
        make_log_evidence([])(normalized, summary, summary, {}, "<html>")
    assert registered == {"registered": False, "reason": "kedro-mlflow is off"}
    assert caplog.text.count("no MLflow run is open") == 2


def test_a_figure_that_cannot_be_drawn_says_why():
    @or_reason
    def draw(table):
        raise TableError("the cohort has no survival times")

    figure = draw(None)
    assert absent_reason(figure) == "the cohort has no survival times"
    assert figure.layout.title.text == "the cohort has no survival times"


def test_a_figure_that_was_drawn_has_no_reason():
    @or_reason
    def draw(table):
        return go.Figure(layout={"meta": {"columns": 2}})

    assert absent_reason(draw(None)) is None
    assert absent_reason(go.Figure()) is None


def test_a_mistake_in_drawing_is_no_reason():
    @or_reason
    def draw(table):
        return table["no such column"]

    with pytest.raises(KeyError, match="no such column"):
        draw({})


def test_the_reason_survives_storage():
    figure = draw_loss_curve(pd.DataFrame({"split": [], "epoch": [], "loss": []}))
    stored = go.Figure(go.Figure(figure).to_dict())
    assert absent_reason(stored) == absent_reason(figure)


@pytest.fixture
def purified(normalized):
    made = normalized.copy()
    made.obsm["X_twinpurify"] = np.asarray(normalized.X[:, :3])
    return made


def tertiles(**changed):
    """Thirty patients, each held out in two splits."""
    run = {"cohort": "demo", "trained_on": "demo", "method": "twinpurify", "task": "survival_os"}
    patients = pd.DataFrame(
        {
            "sample_id": [f"S{number:02d}" for number in range(30)],
            "tertile": np.repeat([1, 2, 3], 10),
            "risk_quantile": np.linspace(0.0, 1.0, 30),
            "time": np.linspace(3000.0, 100.0, 30),
            "event": np.tile([1, 0, 1], 10),
            "stratum": np.nan,
        }
    )
    splits = [patients.assign(split=split) for split in range(2)]
    return {"tertiles": pd.concat(splits).assign(**{**run, **changed})}


def test_survival_is_drawn_for_the_final_method():
    figure = make_draw_kaplan_meier("os")(tertiles(), "twinpurify")
    assert absent_reason(figure) is None
    assert "Survival (overall), TwinPurify" in figure.layout.title.text
    assert "30 patients, 20 events; log-rank p < 0.001" in figure.layout.title.text


def test_survival_is_compared_within_the_strata_of_the_table():
    cancers = ["brca", "gbm", "luad"] * 20
    figure = make_draw_kaplan_meier("os")(tertiles(stratum=cancers), "twinpurify")
    assert "log-rank p within 3 strata" in figure.layout.title.text


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"method": "raw"}, "no row of method 'twinpurify'"),
        ({"task": "survival_pfi"}, "survival_os"),
    ],
)
def test_without_predicted_survival_there_is_a_reason(changed, reason):
    figure = make_draw_kaplan_meier("os")(tertiles(**changed), "twinpurify")
    assert reason in absent_reason(figure)
    assert "no table 'tertiles'" in absent_reason(make_draw_kaplan_meier("os")({}, "twinpurify"))


def test_without_scores_of_survival_there_is_no_forest(summary):
    intervals = ["low", "high", "difference", "difference_low", "difference_high"]
    drawn = draw_survival_forest(summary.assign(**dict.fromkeys(intervals, 0.1)))
    assert "no endpoint has enough events" in absent_reason(drawn)


class Estimating:
    def estimate_purity(self, profiles):
        return np.linspace(0.1, 0.9, len(profiles))


def test_purity_is_drawn_for_held_out_tumours(cohort, normalizers, splits):
    models = {f"split_{split['split']}": Estimating() for split in splits}
    figure = draw_purity_scatter(cohort, normalizers, splits, models)
    assert absent_reason(figure) is None
    tumours = [trace for trace in figure.data if trace.mode == "markers"][:-1]
    drawn = sum(len(trace.x) for trace in tumours)
    tested = set().union(*(split["test"] for split in splits))
    rows = cohort.obs["patient_id"].isin(tested) & (cohort.obs["tissue"] == "tumour")
    assert drawn == cohort.obs.loc[rows, "purity_absolute"].notna().sum()


def test_without_published_purity_there_is_a_reason(cohort, normalizers, splits):
    without = cohort.copy()
    without.uns["purity_sources"] = np.array([], dtype=object)
    assert "no published purity" in absent_reason(
        draw_purity_scatter(without, normalizers, splits, {})
    )


def test_the_page_tells_what_was_skipped_once(purified, definition, assembled):
    columns = [*KEYS, "n_splits", "low", "high", "sd_splits"]
    columns += ["difference", "difference_low", "difference_high"]
    skip = {"cohort": "demo", "task": "grade", "reason": "too few of each"}
    skipped = [{**skip, "method": m, "split": s} for m in ("raw", "pca") for s in range(2)]
    page = make_build_report(["loss_curve", "kaplan_meier"], ["demo"])(
        definition,
        purified,
        pd.DataFrame(columns=columns),
        {},
        skipped,
        ["elsewhere has 3 of the 4 genes"],
        measure_cohorts(assembled[0]),
        {"cohort": "demo", "n_jobs": 1},
        figure_loss_curve=go.Figure(go.Scatter(x=[1], y=[1])),
        figure_kaplan_meier=go.Figure(layout={"meta": {"absent": "no survival times"}}),
        log_of_demo=assembled[1],
    )
    assert page.count("demo, grade (raw, pca): too few of each") == 1
    assert "elsewhere has 3 of the 4 genes" in page
    assert "no survival times" in page
    assert "Models were trained on Simulated (demo; rna seq," in page


def test_the_quality_of_a_cohort_is_drawn(cohort, definition):
    samples = draw_sample_quality(cohort)
    assert absent_reason(samples) is None
    assert sum(len(trace.x) for trace in samples.data) >= 2 * cohort.n_obs - 12
    components = draw_quality_map(cohort)
    assert components.data[0].marker.symbol == "diamond-open"
    assert "no marker genes to show: none is named" in absent_reason(
        draw_marker_genes(cohort, definition)
    )


def test_marker_genes_are_drawn_for_both_tissues(cohort, definition):
    gene = cohort.var_names[0]
    named = definition.model_copy(update={"markers": MarkerGenes(tumour=[gene, "ABSENT"])})
    figure = draw_marker_genes(cohort, named)
    assert [trace.name for trace in figure.data] == ["tumours", "normals"]
    assert [len(trace.y) for trace in figure.data] == [40, 12]
