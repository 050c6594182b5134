"""The study of gene panels as a pipeline: tables, figure, page, and what an interruption leaves."""

import pandas as pd
import pytest

from tests.pipelines.toy_study import prepared, stand_in
from tests.studies.gene_panels.test_study import PARAMETERS, SETTINGS
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.imputation.settings import ImputersSettings
from twinpurify.pipelines.method_parameters import method_parameters
from twinpurify.pipelines.reporting.figures import or_reason
from twinpurify.pipelines.studies.gene_panels import STUDY, create_pipeline, draw_panel_curves
from twinpurify.pipelines.studies.split_study import as_run_summary, make_build_page, make_measure
from twinpurify.run_selection import RunSelection
from twinpurify.studies.gene_panels import cells

FEW = SETTINGS.model_copy(update={"panel_sizes": [4, 99], "n_draws": 2, "imputers": []})


@pytest.fixture(scope="module", autouse=True)
def model():
    with stand_in():
        yield


def run(folder, settings=FEW, cohort=None, cluster=""):
    given, normalizers, splits = prepared()
    methods = method_parameters()(untrained=PARAMETERS["untrained"])
    return make_measure(STUDY)(
        given if cohort is None else cohort,
        normalizers,
        splits,
        settings,
        methods,
        ImputersSettings(),
        EvaluationSettings(),
        str(folder),
        1,
        cluster,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("checkpoints")


@pytest.fixture(scope="module")
def tables(folder):
    names = ("scores", "summary", "differences", "replicates", "skipped")
    return dict(zip(names, run(folder), strict=True))


def test_both_splits_were_measured(tables):
    assert set(tables["scores"]["split"]) == {0, 1}
    assert (tables["summary"]["n_splits"] == 2).all()
    assert tables["skipped"] == ["no panels of 99 genes: the cohort has 40"]


def page_of(tables):
    figure = or_reason(draw_panel_curves)(tables["summary"])
    shown = {name: tables[name] for name in STUDY.shown}
    return make_build_page(STUDY)(**shown, panel_curves=figure)


def test_the_page_shows_figure_and_tables(tables):
    page = page_of(tables)
    for words in ("cancer from gene panels", "Masked transformer", "no panels of 99 genes", "toy"):
        assert words in page
    assert page.count('class="plotly-graph-div"') == 1


def test_a_study_without_scores_says_so(tables):
    empty = tables["summary"].assign(mean=float("nan"))
    page = page_of(tables | {"summary": empty, "skipped": []})
    assert "has measured nothing" in page


def test_an_interrupted_study_goes_on(folder, tables, monkeypatch):
    computed = []
    ask = cells.ask
    monkeypatch.setattr(cells, "ask", lambda *given: computed.append(given) or ask(*given))
    pd.testing.assert_frame_equal(run(folder)[0], tables["scores"])
    assert computed == []
    changed, _, _ = prepared()
    changed.X[0, 0] += 1.0
    run(folder, FEW.model_copy(update={"n_splits": 1}), changed)
    assert len(computed) == 6


def test_scores_are_named_for_mlflow(tables):
    assert "cancer@panel=4" in set(as_run_summary(tables["summary"])["task"])


def test_the_pipeline_reads_what_normalisation_leaves():
    pipeline = create_pipeline(RunSelection(cohort="scanb"))
    assert {"scanb__cohort", "scanb__normalizers", "scanb__splits"} <= pipeline.inputs()
    assert "scanb__masked_genes__gene_panels__summary" in pipeline.all_outputs()
    assert "scanb__study_page__gene_panels" in pipeline.all_outputs()
