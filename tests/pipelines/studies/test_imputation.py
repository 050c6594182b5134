"""The imputation pipeline: every imputer on every split, and the control on one."""

import numpy as np
import pytest

from tests.studies.imputation.test_study import cohort_of
from twinpurify.cohort.units.unit import Unit
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.imputation.settings import ImputersSettings
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.pipelines.normalization.nodes import fit_normalizers, split_patients
from twinpurify.pipelines.studies.imputation import create_pipeline
from twinpurify.pipelines.studies.imputation.nodes import (
    _able,
    draw_imputation,
    measure_imputation,
    write_imputation_page,
)
from twinpurify.run_selection import RunSelection
from twinpurify.studies.imputation.settings import ImputationSettings

UNIT = Unit(quantity="tpm", scale="log2", offset=1.0).model_dump()


def ready(n: int, seed: int, name: str):
    cohort = cohort_of(n, seed)
    cohort.uns.update(cohort=name, unit=UNIT)
    return cohort


@pytest.fixture(scope="module")
def table():
    cohort, target = ready(100, 1, "here"), ready(60, 3, "there")
    evaluation = EvaluationSettings(n_splits=3, n_bootstrap=5)
    normalization = NormalizationSettings(steps=["log2"])
    splits = split_patients(cohort, evaluation)
    normalizers, _ = fit_normalizers(cohort, splits, normalization)
    settings = ImputationSettings(
        imputers=["mean", "principal_components"], rates=[0.5], n_bootstrap=10
    )
    return measure_imputation(
        cohort,
        normalizers,
        splits,
        settings,
        ImputersSettings(),
        evaluation,
        normalization,
        1,
        "",
        target_there=target,
    )


def test_every_imputer_is_asked_on_every_split_and_once_in_vain(table):
    # Too few tumours for a correlation.
    errors = table[table["metric"] == "rmse"]
    counted = errors.groupby("pattern")["n_splits"].unique().map(np.ndarray.tolist).to_dict()
    assert counted == {
        "at_random": [2],
        "low_expression": [2],
        "gene_block": [2],
        "platform": [2],
        "control_permuted": [1],
    }
    assert set(table["cohort"]) == {"here", "there"}


def test_figure_and_page_follow(table):
    page = write_imputation_page(table, draw_imputation(table))
    assert "Another cohort: there" in page


def test_it_needs_what_normalisation_gives():
    pipeline = create_pipeline(RunSelection(cohort="here", transfer=["there"]))
    free = {name for name in pipeline.inputs() if not name.startswith("params:")}
    assert free == {"here__cohort", "here__normalizers", "here__splits", "there__normalized"}
    assert pipeline.outputs() == {"here__imputation_page"}


def test_an_imputer_that_refuses_so_many_genes_is_left_out_before_all_others(caplog):
    names = ["mean", "iterative"]
    assert _able(names, ImputersSettings(), 2000) == names
    with caplog.at_level("WARNING"):
        assert _able(names, ImputersSettings(), 2001) == ["mean"]
    assert "iterative is left out: the cohort has 2001 genes" in caplog.text
