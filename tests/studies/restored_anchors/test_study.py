"""Survival by restored genes: between the mean, which tells nothing, and the true anchors."""

import numpy as np
import pandas as pd
import pytest

from tests.studies.restored_anchors.test_design import SETTINGS
from tests.studies.stand_in import toy_split
from twinpurify.errors import ModelError
from twinpurify.evaluation.uncertainty.bootstrap import PatientBootstrap
from twinpurify.studies.completion import TRANSFORMER
from twinpurify.studies.restored_anchors import cells
from twinpurify.studies.restored_anchors.cells import run_contestant
from twinpurify.studies.restored_anchors.risks import BEST, TRUE, contestant_names, risk_of
from twinpurify.studies.restored_anchors.study import put_together

pytestmark = pytest.mark.usefixtures("stand_in")
FEW = SETTINGS.model_copy(update={"imputers": ["mean", "nearest_neighbours"], "n_components": 5})


def measured(name, data=None):
    data = toy_split(n=240) if data is None else data
    patients = pd.concat([data.train_obs, data.test_obs])["patient_id"]
    bootstrap = PatientBootstrap(patients, FEW.n_bootstrap, 0)
    return run_contestant(name, data, FEW, {}, "toy", bootstrap)


@pytest.fixture(scope="module")
def tables(stand_in):
    return put_together([measured(name) for name in contestant_names(FEW)])


def test_every_contestant_is_scored_in_every_stratum(tables):
    assert set(tables.summary["task"]) == {"survival_os", "survival_os@one", "survival_os@two"}
    assert len(tables.summary) == 3 * len(contestant_names(FEW))
    assert len(tables.anchors) == 2 * FEW.n_anchors
    assert tables.skipped == []


def test_the_mean_tells_nothing_and_the_true_anchors_much(tables):
    scores = tables.summary.set_index(["method", "task"])["mean"]
    assert scores["mean", "survival_os"] == 0.5
    assert scores[TRUE, "survival_os"] > 0.7
    for name in (TRANSFORMER, "nearest_neighbours", BEST, "pca"):
        assert scores[name, "survival_os"] > 0.62, name


def test_the_mean_s_interval_is_a_point(tables):
    rows = tables.summary[tables.summary["method"] == "mean"]
    assert (rows[["low", "high"]] == 0.5).all(axis=None)


def test_differences_are_of_the_transformer_to_each_rival(tables):
    means = tables.summary.set_index(["method", "task"])["mean"]
    assert set(tables.differences["rival"]) == set(contestant_names(FEW)) - {TRANSFORMER}
    for row in tables.differences.itertuples():
        expected = means[TRANSFORMER, row.task] - means[row.rival, row.task]
        assert row.difference == pytest.approx(expected, abs=1e-9)


def test_patients_of_two_strata_are_never_compared():
    """A risk that only tells the strata apart is of no use."""
    data = toy_split(n=240)
    strata, _ = cells.design(data, FEW)
    risk = np.full(len(data.test_obs), np.nan)
    for place, stratum in enumerate(strata):
        risk[stratum.test] = float(place)
    bootstrap = PatientBootstrap(data.test_obs["patient_id"], 5, 0)
    whole, *_ = cells._measure(risk, strata, data, FEW, bootstrap)
    assert whole.value == 0.5


@pytest.mark.parametrize("name", [n for n in contestant_names(FEW) if n != TRUE])
def test_hidden_anchors_are_not_looked_at(name):
    data = toy_split()
    strata, _ = cells.design(data, FEW)
    before = risk_of(name, data, FEW, {})(strata[0])
    hidden = data.test_tumours.columns.difference(strata[0].observed)
    data.test_tumours.loc[:, hidden] = 3.0
    np.testing.assert_array_equal(risk_of(name, data, FEW, {})(strata[0]), before)


def test_the_true_anchors_are():
    data = toy_split()
    strata, _ = cells.design(data, FEW)
    before = risk_of(TRUE, data, FEW, {})(strata[0])
    data.test_tumours.loc[:, strata[0].anchors] += 1.0
    assert (risk_of(TRUE, data, FEW, {})(strata[0]) != before).all()


def test_the_same_seed_gives_the_same_bits():
    for table, again in zip(measured("pca").values(), measured("pca").values(), strict=True):
        pd.testing.assert_frame_equal(table, again)


def test_a_regression_that_does_not_converge_is_noted(monkeypatch):
    def fail(*given):
        raise ModelError("converges at no penalty")

    monkeypatch.setattr(cells, "risk_of", lambda *given: fail)
    found = measured(BEST)
    assert found["scores"].empty
    assert found["notes"]["note"].tolist() == [
        f"{BEST}, one: converges at no penalty",
        f"{BEST}, two: converges at no penalty",
    ]
