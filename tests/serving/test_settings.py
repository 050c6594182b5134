"""Which scores may decide on the champion, and which way."""

import pytest
from pydantic import ValidationError

from twinpurify.serving.settings import ChampionMetric, RegistrationSettings


@pytest.mark.parametrize(
    ("task", "metric", "greater"),
    [
        ("subtype", "balanced_accuracy", True),
        ("subtype", "macro_f1", True),
        ("subtype", "brier", False),
        ("subtype@labels=0.1", "balanced_accuracy", True),
        ("purity_left@cpe", "r2_rbf", False),
        ("purity_left@cpe_within_subtype", "r2_linear", False),
        ("purity_estimate@absolute", "level_error", False),
        ("purified_profile@diluted", "rmse", False),
        ("purified_profile@diluted", "gene_correlation", True),
        ("purified_profile@truth", "rmse_removed", True),
        ("purified_profile@truth", "rmse", False),
        ("survival_os", "auc_2.5y", True),
        ("survival_os", "integrated_brier", False),
        ("survival_os_increment", "delta_c_index", True),
        ("true_neighbours", "overlap20", True),
        ("pathway_purity@hallmark", "mean_abs_spearman", False),
    ],
)
def test_the_direction_of_a_score_is_known(task, metric, greater):
    assert ChampionMetric(task=task, metric=metric).greater_is_better is greater


@pytest.mark.parametrize("task", ["subtipe", "horoscope@cpe", "control_permuted", "stability"])
def test_a_task_that_nobody_wins_is_refused(task):
    message = f"no champion is decided by the task '{task}'; one is by subtype, .*purity_left"
    with pytest.raises(ValidationError, match=message):
        ChampionMetric(task=task, metric="balanced_accuracy")


@pytest.mark.parametrize(
    ("task", "metric", "allowed"),
    [
        ("subtype", "balanced_acuracy", "balanced_accuracy, macro_f1, brier, calibration_error"),
        ("purity_left@cpe", "balanced_accuracy", "r2_linear, r2_rbf"),
        ("survival_os", "auc_5", r"c_index, c_uno, auc_<years>y, integrated_brier, brier_skill"),
    ],
)
def test_a_metric_that_the_task_has_not_is_refused(task, metric, allowed):
    with pytest.raises(
        ValidationError, match=f"the task '{task}' isn't scored by '{metric}'; it is by {allowed}"
    ):
        RegistrationSettings.model_validate({"metrics": [{"task": task, "metric": metric}]})
