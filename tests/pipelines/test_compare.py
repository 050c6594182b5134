"""The comparison of finished runs, and what it says where one isn't finished."""

import pandas as pd
import pytest
from kedro.io import DataCatalog, MemoryDataset

from twinpurify import hooks
from twinpurify.errors import ConfigurationError
from twinpurify.pipelines.compare import create_pipeline
from twinpurify.pipelines.compare.nodes import make_compare_cohorts
from twinpurify.run_selection import RunSelection


@pytest.fixture
def summary():
    row = {"method": "raw", "task": "subtype", "metric": "balanced_accuracy", "fraction": 1.0}
    row |= dict.fromkeys(("mean", "low", "high"), 0.9)
    row |= dict.fromkeys(("difference", "difference_low", "difference_high"), float("nan"))
    return pd.DataFrame([row])


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Hooks of a project in which two runs are finished."""
    for cohort in ("first", "second"):
        folder = tmp_path / "data" / "08_reporting" / cohort
        folder.mkdir(parents=True)
        (folder / "summary.csv").touch()

    def of(*compared):
        run = hooks.RunHooks()
        run._project, run._selection = tmp_path, RunSelection(compare=list(compared))
        return run

    return of


def catalog(*finished):
    return DataCatalog({f"{name}__summary": MemoryDataset(1) for name in finished})


def test_page_and_table_of_the_cohorts(summary):
    summaries = [summary.assign(cohort=name, trained_on=name) for name in ("first", "second")]
    page, table = make_compare_cohorts(["first", "second"])(*summaries)
    assert "2 cohorts compared" in page
    assert table["n_cohorts"].tolist() == [2]


def test_the_pipeline_reads_summaries_and_is_empty_without_cohorts():
    pipeline = create_pipeline(["first", "second"])
    assert pipeline.inputs() == {"first__summary", "second__summary"}
    assert pipeline.outputs() == {"first+second__comparison", "first+second__pattern"}
    assert not create_pipeline([]).nodes


def test_all_cohorts_without_a_finished_run_are_named(project):
    compared = create_pipeline(["first", "third", "fourth"])
    with pytest.raises(
        ConfigurationError,
        match=r"compare names 'third', 'fourth' \(2 in all\) without a finished run.*"
        r"Finished are 'first', 'second' \(2 in all\)",
    ):
        project("first", "third", "fourth").before_pipeline_run(compared, catalog("first"))


def test_finished_runs_and_other_pipelines_pass(project):
    run = project("first", "second")
    run.before_pipeline_run(create_pipeline(["first", "second"]), catalog("first", "second"))
    run.before_pipeline_run(create_pipeline([]), catalog())
