"""Logging and registration of a model, and the aliases that follow."""

import logging
import math
from pathlib import Path

import mlflow
import pytest
from mlflow import MlflowClient
from sklearn.exceptions import NotFittedError

from twinpurify.errors import ConfigurationError
from twinpurify.representation.linear.pca import PrincipalComponents
from twinpurify.serving.registration import RegisteredVersion, log_model, pip_requirements


@pytest.fixture
def register(pca_model, run_id):
    def register(value, cohort="tcga_brca", **more) -> RegisteredVersion:
        settings = {"metric_name": "subtype", "greater_is_better": True, "run_id": run_id, **more}
        return log_model(pca_model, cohort=cohort, metric_value=value, **settings)

    return register


def aliases() -> dict[str, str]:
    return {
        alias: str(version)
        for alias, version in MlflowClient().get_registered_model("twinpurify").aliases.items()
    }


def test_first_version_becomes_champion(register):
    found = register(0.7)
    assert found == RegisteredVersion(
        "twinpurify",
        "1",
        "champion",
        True,
        "Version 1 (subtype = 0.7) is the first of tcga_brca.",
    )
    assert aliases() == {"champion": "1", "champion_tcga_brca": "1"}


def test_worse_challenges_and_better_or_equal_takes_over(register):
    register(0.7)
    assert register(0.6).alias == "challenger"
    assert aliases() == {"champion": "1", "champion_tcga_brca": "1", "challenger": "2"}
    assert register(0.7).alias == "champion"
    assert aliases() == {"champion": "3", "champion_tcga_brca": "3", "challenger": "2"}


def test_champions_of_several_cohorts(register, caplog):
    register(0.9)
    with caplog.at_level(logging.WARNING, "twinpurify.serving.registration"):
        register(0.5, cohort="scanb")
    assert "trained on tcga_brca, to version 2, trained on scanb" in caplog.text
    assert aliases() == {"champion": "2", "champion_tcga_brca": "1", "champion_scanb": "2"}
    # Worse than its own cohort's champion, so it gets neither title.
    assert not register(0.8).leads_cohort
    assert aliases()["champion"] == "2"
    register(0.95)
    assert aliases() == {
        "champion": "4",
        "champion_tcga_brca": "4",
        "champion_scanb": "2",
        "challenger": "3",
    }


def test_leader_of_its_cohort_that_the_champion_beats(register):
    """A champion set by hand stays champion of all while it has the better score."""
    register(0.7)
    register(0.6)
    client = MlflowClient()
    client.set_registered_model_alias("twinpurify", "champion_tcga_brca", "2")
    found = register(0.65)
    assert (found.alias, found.leads_cohort) == ("challenger", True)
    assert aliases() == {"champion": "1", "champion_tcga_brca": "3", "challenger": "3"}


def test_smaller_can_be_better(register):
    register(0.2)
    assert register(0.1, greater_is_better=False).alias == "champion"


def test_version_carries_tags_and_its_run(register, run_id):
    register(1 / 3, tags={"preset": "fast", "cohort": "overridden"})
    version = MlflowClient().get_model_version("twinpurify", "1")
    assert version.tags == {
        "preset": "fast",
        "cohort": "tcga_brca",
        "metric_name": "subtype",
        "metric_value": repr(1 / 3),
        "method": "pca",
    }
    assert version.run_id == run_id
    experiment = MlflowClient().get_run(run_id).info.experiment_id
    logged = MlflowClient().search_logged_models([experiment])
    assert [(model.name, model.source_run_id) for model in logged] == [("twinpurify", run_id)]


def test_the_active_run_is_the_default(register, run_id):
    with mlflow.start_run(run_id):
        register(0.5, run_id=None)
    assert MlflowClient().get_model_version("twinpurify", "1").run_id == run_id


def test_a_model_can_be_logged_without_a_run(register, store, tmp_path, monkeypatch):
    home = store.create_experiment("no run", (tmp_path / "no_run").as_uri())
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", home)
    assert register(0.5, run_id=None).alias == "champion"
    assert mlflow.active_run() is None


def test_a_score_that_is_no_number_registers_nothing(register):
    with pytest.raises(
        ConfigurationError, match="subtype of the model trained on tcga_brca is nan"
    ):
        register(math.nan)
    assert not MlflowClient().search_registered_models()


def test_an_unfitted_method_registers_nothing(run_id):
    with pytest.raises(NotFittedError, match="not fitted yet"):
        log_model(
            PrincipalComponents(),
            cohort="demo",
            metric_name="subtype",
            metric_value=0.5,
            greater_is_better=True,
            run_id=run_id,
        )
    assert not MlflowClient().search_registered_models()


def test_requirements_are_versions_and_no_paths(register):
    register(0.5)
    folder = mlflow.artifacts.download_artifacts(artifact_uri="models:/twinpurify/1")
    written = (Path(folder) / "requirements.txt").read_text().split()
    assert written == pip_requirements()
    assert {line.split("==")[0] for line in written} >= {"twinpurify", "numpy", "torch", "mlflow"}
    assert not any("/" in line or "+" in line for line in written)
