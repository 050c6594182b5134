"""Classes from panels: where the answer is known, and nothing of a test patient in any fit."""

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from tests.studies.stand_in import GENES, ConditionalGaussian, toy_split
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.uncertainty.bootstrap import PatientBootstrap
from twinpurify.studies.completion import TRANSFORMER
from twinpurify.studies.gene_panels.cells import PERMUTED, run_contestant
from twinpurify.studies.gene_panels.contestants import contestant_names, create_contestant
from twinpurify.studies.gene_panels.settings import GenePanelSettings
from twinpurify.studies.gene_panels.study import put_together

pytestmark = pytest.mark.usefixtures("stand_in")
SETTINGS = GenePanelSettings(
    panel_sizes=[4, 16, 99],
    n_draws=3,
    imputers=["principal_components"],
    n_completion_folds=2,
    n_components=3,
    n_inner_folds=2,
    n_bootstrap=40,
)
PARAMETERS = {
    "principal_components": {"n_components": 2, "max_rounds": 5},
    "untrained": {"hidden": (8,), "n_dimensions": 4},
}


def measured(name, data=None, settings=SETTINGS):
    data = toy_split() if data is None else data
    patients = pd.concat([data.train_obs, data.test_obs])["patient_id"]
    bootstrap = PatientBootstrap(patients, settings.n_bootstrap, 0)
    return run_contestant(name, data, settings, PARAMETERS, "toy", bootstrap)


@pytest.fixture(scope="module")
def tables(stand_in):
    return put_together([measured(name) for name in contestant_names(SETTINGS)])


def test_the_tables_hold_everyone_and_every_size(tables):
    summary = tables.summary
    assert set(summary["method"]) == set(contestant_names(SETTINGS))
    assert set(summary["panel_size"]) == {4, 16}
    assert set(summary["metric"]) == {"balanced_accuracy", "macro_f1"}
    assert tables.skipped == ["no panels of 99 genes: the cohort has 40"]
    told = summary[summary["task"].str.startswith("cancer@")]
    assert (told["low"] <= told["mean"]).all() and (told["mean"] <= told["high"]).all()


def test_the_summary_is_the_mean_of_the_draws(tables):
    draws = tables.scores
    assert set(draws["draw"]) == {0, 1, 2}
    means = draws[draws["task"] == "cancer"].groupby(["method", "metric", "panel_size"])["value"]
    told = tables.summary[tables.summary["task"].str.startswith("cancer@")]
    keyed = told.set_index(["method", "metric", "panel_size"])["mean"].sort_index()
    pd.testing.assert_series_equal(keyed, means.mean(), check_names=False)


def test_more_genes_tell_more_and_permuted_labels_nothing(tables):
    summary = tables.summary[tables.summary["metric"] == "balanced_accuracy"]
    for method, rows in summary[~summary["task"].str.startswith(PERMUTED)].groupby("method"):
        means = rows.set_index("panel_size")["mean"]
        assert means[16] > means[4] > 0.6, method
        assert means[16] > 0.75, method
    permuted = summary[summary["task"].str.startswith(PERMUTED)]
    assert set(permuted["method"]) == {TRANSFORMER, "raw"}
    assert (np.abs(permuted["mean"] - 0.5) < 0.2).all()


def test_nothing_is_told_where_nothing_differs():
    found = measured("raw", toy_split(told=False))["scores"]
    told = found[found["task"].str.startswith("cancer") & (found["metric"] == "balanced_accuracy")]
    assert (np.abs(told["value"] - 0.5) < 0.15).all()


def test_a_class_that_only_other_genes_tell_is_found_by_knowing_how_genes_go_together():
    """Few genes are too noisy; what full profiles taught of them without labels helps."""
    data = toy_split(n=400, seed=1)
    few = SETTINGS.model_copy(update={"panel_sizes": [16]})
    scores = {
        name: measured(name, data, few)["scores"].set_index(["task", "metric"])["value"]
        for name in (TRANSFORMER, "raw")
    }
    key = ("cancer@panel=16", "balanced_accuracy")
    assert scores[TRANSFORMER][key] > scores["raw"][key] - 0.02


def test_differences_are_of_the_transformer_to_each_rival(tables):
    differences = tables.differences
    assert set(differences["method"]) == {TRANSFORMER}
    told = differences[differences["task"].str.startswith("cancer@")]
    assert set(told["rival"]) == set(contestant_names(SETTINGS)) - {TRANSFORMER}
    means = tables.summary.set_index(["method", "task", "metric"])["mean"]
    for row in told.itertuples():
        expected = means[TRANSFORMER, row.task, row.metric] - means[row.rival, row.task, row.metric]
        assert row.difference == pytest.approx(expected)


def test_the_same_seed_gives_the_same_bits():
    for name in (TRANSFORMER, "untrained"):
        first, second = measured(name), measured(name)
        for table in first:
            pd.testing.assert_frame_equal(first[table], second[table])


@pytest.mark.parametrize("name", contestant_names(SETTINGS))
def test_only_the_panel_is_seen(name):
    """Genes outside of the panel, changed in test patients, change nothing."""
    data, panel = toy_split(), GENES[:6]
    contestant = create_contestant(name, data, SETTINGS, PARAMETERS)
    changed = data.test_tumours.copy()
    changed[GENES[6:]] = 1.0
    seen = [
        contestant.features(data.train_tumours[panel], tumours[panel])
        for tumours in (data.test_tumours, changed)
    ]
    for one, other in zip(*seen, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("name", contestant_names(SETTINGS))
def test_nothing_is_fitted_on_test_patients(name):
    """The training features are the same to the last bit, whoever is tested."""
    data, panel = toy_split(), GENES[:6]
    contestant = create_contestant(name, data, SETTINGS, PARAMETERS)
    ours, _ = contestant.features(data.train_tumours[panel], data.test_tumours[panel])
    again, _ = contestant.features(data.train_tumours[panel], data.test_tumours[panel] + 2.0)
    np.testing.assert_array_equal(ours, again)


def test_the_transformer_is_fitted_on_full_training_profiles_and_on_parts_of_them(monkeypatch):
    seen = []
    fit = ConditionalGaussian.fit
    monkeypatch.setattr(ConditionalGaussian, "fit", lambda self, X: seen.append(X) or fit(self, X))
    measured(TRANSFORMER)
    assert len(seen) == 1 + SETTINGS.n_completion_folds
    pd.testing.assert_frame_equal(seen[0], toy_split().train_tumours)
    assert sum(map(len, seen[1:])) == len(seen[0])


def test_a_label_that_nobody_has():
    with pytest.raises(UnanswerableError, match="shoe_size: no class has 10 training patients"):
        measured("raw", settings=SETTINGS.model_copy(update={"label": "shoe_size"}))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"panel_sizes": [8, 8]}, "named more than once"),
        ({"panel_sizes": []}, "at least 1 item"),
        ({"n_draw": 3}, "Extra inputs"),
        ({"imputers": ["median"]}, "nearest_neighbours"),
        # It takes part anyway, and would be measured twice.
        ({"imputers": ["masked_transformer"]}, "nearest_neighbours"),
    ],
)
def test_settings_are_checked(changes, message):
    with pytest.raises(ValidationError, match=message):
        GenePanelSettings(**changes)
