"""The study of restored anchors as a pipeline: tables, figure, page."""

import pytest

from tests.pipelines.toy_study import prepared, stand_in
from tests.studies.restored_anchors.test_design import SETTINGS
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.imputation.settings import ImputersSettings
from twinpurify.pipelines.method_parameters import method_parameters
from twinpurify.pipelines.reporting.figures import or_reason
from twinpurify.pipelines.studies.restored_anchors import (
    STUDY,
    create_pipeline,
    draw_anchor_forest,
)
from twinpurify.pipelines.studies.split_study import make_build_page, make_measure
from twinpurify.run_selection import RunSelection

FEW = SETTINGS.model_copy(update={"imputers": ["mean"], "min_train_events": 25})
NAMES = ("scores", "summary", "differences", "anchors", "replicates", "skipped")


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoints")
    with stand_in():
        given = (*prepared(), FEW, method_parameters()(), ImputersSettings(), EvaluationSettings())
        return dict(zip(NAMES, make_measure(STUDY)(*given, str(folder), 1, ""), strict=True))


def test_both_splits_were_measured(tables):
    assert set(tables["scores"]["split"]) == {0, 1}
    assert set(tables["anchors"]["split"]) == {0, 1}


def page_of(tables):
    figure = or_reason(draw_anchor_forest)(tables["differences"])
    shown = {name: tables[name] for name in STUDY.shown}
    return make_build_page(STUDY)(**shown, anchor_forest=figure)


def test_the_page_shows_figure_and_tables(tables):
    page = page_of(tables | {"skipped": ["LGG: 3 events"]})
    for words in ("Survival by restored genes", "All together", "True anchors", "LGG: 3 events"):
        assert words in page
    assert page.count('class="plotly-graph-div"') == 1


def test_without_the_transformer_the_page_says_so(tables):
    nothing = tables["differences"][:0]
    page = page_of(tables | {"differences": nothing, "skipped": []})
    assert "was compared with nobody" in page


def test_the_pipeline_writes_its_tables():
    outputs = create_pipeline(RunSelection(cohort="scanb")).all_outputs()
    tables = ("scores", "summary", "differences", "anchors")
    assert {f"scanb__masked_genes__restored_anchors__{name}" for name in tables} <= outputs
