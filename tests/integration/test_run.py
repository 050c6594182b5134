"""A whole run: what it writes, what MLflow keeps, and what becomes of new samples."""

import json
import subprocess
import sys
from html.parser import HTMLParser

import anndata as ad
import mlflow
import numpy as np
import pandas as pd
import pytest

COHORT, TARGET = "demo", "clinic"
METHODS = {"raw", "pca", "twinpurify"}
KEYS = ["cohort", "trained_on", "method", "task", "metric", "fraction"]
SCORE_COLUMNS = [*KEYS, "split", "seed", "value"]
DIFFERENCE = ["difference", "difference_low", "difference_high"]
TESTED = ["effect_size", "p_value", "p_adjusted"]
SUMMARY_COLUMNS = [*KEYS, "n_splits", "mean", "low", "high", "sd_splits", *DIFFERENCE, *TESTED]
METRICS = {
    "retrieval": {"top1_cosine", "top1_euclidean"},
    "retrieval_random": {"top1_cosine", "top1_euclidean"},
    "true_neighbours": {"overlap10", "overlap3"},
    "subtype": {"balanced_accuracy", "macro_f1", "brier", "calibration_error"},
    "grade": {"balanced_accuracy", "macro_f1", "brier", "calibration_error"},
    "purity_stratified": {"balanced_accuracy", "macro_f1"},
    "control_permuted": {"balanced_accuracy", "macro_f1"},
    "control_random": {"balanced_accuracy", "macro_f1"},
    **{f"subtype@labels={share}": {"balanced_accuracy"} for share in (0.05, 0.1, 0.2, 0.5)},
    "control_normals": {"balanced_accuracy", "macro_f1"},
    "survival_os": {"c_index", "c_uno", "auc_1y", "auc_3y", "auc_5y"}
    | {"integrated_brier", "brier_skill"},
    "survival_os_increment": {"delta_c_index"},
    "purity_left@absolute": {"r2_linear", "r2_rbf"},
    "purity_left@absolute_within_subtype": {"r2_linear", "r2_rbf"},
    "purity_left@fraction": {"r2_linear", "r2_rbf"},
    **{
        f"purity_estimate@{source}": {"spearman", "level_error"} for source in ("absolute", "truth")
    },
    "purity_estimate@fraction": {"spearman"},
    "purified_profile@truth": {"rmse", "gene_correlation", "rmse_removed"},
    "purified_profile@diluted": {"rmse", "gene_correlation"},
    "subtype@normals=3": {"balanced_accuracy"},
    "retrieval@normals=3": {"top1_cosine"},
    "stability": {"jaccard3", "sd_subtype", "sd_retrieval"},
}


@pytest.fixture(scope="module")
def reporting(finished):
    return finished.folder / "data" / "08_reporting" / COHORT


@pytest.fixture(scope="module")
def purified(finished):
    return ad.read_h5ad(finished.folder / "data" / "07_model_output" / COHORT / "purified.h5ad")


@pytest.fixture(scope="module")
def scores(reporting):
    return pd.read_csv(reporting / "scores.csv")


@pytest.fixture(scope="module")
def summary(reporting):
    return pd.read_csv(reporting / "summary.csv")


@pytest.fixture
def client(finished):
    former = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(finished.store())
    yield mlflow.MlflowClient()
    mlflow.set_tracking_uri(former)


@pytest.fixture
def run(client):
    """The MLflow run of the finished run, and there is only one."""
    experiment = client.get_experiment_by_name("twinpurify")
    (run,) = client.search_runs([experiment.experiment_id])
    return run


def test_scores_keep_their_contract(scores):
    assert list(scores.columns) == SCORE_COLUMNS
    assert set(scores["cohort"]) == {COHORT, TARGET}
    assert set(scores["trained_on"]) == {COHORT}
    assert set(scores["method"]) == METHODS
    assert set(scores["split"]) == {0, 1}
    assert scores["fraction"].dropna().between(0, 1, inclusive="right").all()
    assert np.isfinite(scores["value"]).all()
    assert not scores.duplicated(SCORE_COLUMNS[:-1]).any()


def test_tasks_and_metrics_have_the_names_of_the_contract(scores):
    found = scores.groupby("task")["metric"].unique()
    assert set(found.index) <= set(METRICS)
    assert all(set(metrics) <= METRICS[task] for task, metrics in found.items())
    expected = {"subtype", "retrieval", "purity_left@fraction", "survival_os", "true_neighbours"}
    assert expected <= set(found.index)


def test_summary_keeps_its_contract(summary):
    assert list(summary.columns) == SUMMARY_COLUMNS
    assert summary["n_splits"].isin([1, 2]).all()
    assert (summary["low"] <= summary["high"]).all()
    raw = summary[summary["method"] == "raw"]
    assert (raw[DIFFERENCE].fillna(0) == 0).all().all()


def test_summary_is_the_mean_over_the_splits(scores, summary):
    means = scores.groupby(KEYS, dropna=False)["value"].mean().rename("expected").reset_index()
    both = summary.merge(means, on=KEYS, how="outer")
    np.testing.assert_allclose(both["mean"], both["expected"], rtol=1e-9)


def test_purified_file_opens_with_embedding_profile_and_purity(purified):
    assert purified.shape == (120, 120)
    assert purified.obsm["X_twinpurify"].shape == (120, 8)
    assert np.isfinite(purified.layers["purified"]).all()
    assert (purified.layers["purified"] >= 0).all()
    assert purified.obs["purity_estimate"].between(0, 1).all()
    assert purified.uns["cohort"] == COHORT
    assert [step.split(":")[0] for step in purified.uns["history"]] == [
        "assembled",
        "normalization",
        "purification",
    ]


def test_nothing_unfinished_is_left(finished):
    assert not [name for name in finished.files() if ".unfinished" in name or ".former" in name]


def test_checkpoints_are_gone_after_a_whole_run(finished):
    assert not (finished.folder / "data" / "06_models" / "checkpoints" / COHORT).exists()


def test_a_simulated_cohort_is_not_written_to_the_users_folder(finished):
    assert [path.name for path in finished.raw.iterdir()] == [TARGET]
    assert (finished.folder / "data" / "01_raw" / COHORT / "samples.csv").is_file()


def test_the_users_cohort_is_read_as_its_file_says(finished, clinic):
    cohort = ad.read_h5ad(finished.folder / "data" / "02_intermediate" / TARGET / "cohort.h5ad")
    assert cohort.shape == (46, 130)
    assert cohort.uns["unit"] == {"quantity": "tpm", "scale": "linear", "offset": 0.0}
    sheet = clinic.sheet.set_index("profile").loc[cohort.obs_names]
    in_days = sheet["months"].to_numpy() * 365.25 / 12
    np.testing.assert_allclose(cohort.obs["os_time"], in_days, rtol=1e-6)
    assert set(cohort.obs["subtype"].dropna()) == {"LumA", "LumB", "Basal"}


def test_ingestion_log_tells_which_labels_became_missing(finished):
    path = finished.folder / "data" / "02_intermediate" / TARGET / "ingestion_log.json"
    log = json.loads(path.read_text())
    assert log["cohort"] == TARGET
    assert "her2" in json.dumps(log)


def test_transfer_notes_count_the_genes_that_the_target_lacks(reporting):
    (note,) = json.loads((reporting / "transfer_notes.json").read_text())
    assert note.startswith("clinic lacks 16 of the 120 genes that demo was trained on (13%)")


class _Loaded(HTMLParser):
    """Collects whatever a page would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag, attributes):
        loads = {"script": "src", "link": "href", "img": "src", "iframe": "src"}
        address = dict(attributes).get(loads.get(tag, ""))
        if address and not address.startswith("data:"):
            self.addresses.append(address)


def test_report_is_one_self_contained_page(reporting):
    page = (reporting / "report.html").read_text(encoding="utf-8")
    loaded = _Loaded()
    loaded.feed(page)
    assert loaded.addresses == []
    assert "Simulated breast cancer cohort" in page
    assert page.count("Plotly.newPlot") >= 4


def test_report_shows_no_settings_of_other_cohorts(reporting):
    page = (reporting / "report.html").read_text(encoding="utf-8")
    assert "n_matched_normals" in page
    assert "gse42568" not in page


def test_run_has_flattened_parameters(run):
    parameters = run.data.params
    assert parameters["methods.twinpurify.n_views"] == "3"
    assert parameters["evaluation.n_splits"] == "2"
    assert parameters["demo.synthetic.n_tumours"] == "100"
    others = ("metabric", "elsewhere", "parameters.")
    assert not [name for name in parameters if name.startswith(others)]


def test_run_of_a_method_without_training_has_no_loss(run):
    assert not [name for name in run.data.metrics if name.endswith(".loss")]


def test_run_has_the_scores(run, summary):
    row = summary[
        (summary["cohort"] == COHORT)
        & (summary["method"] == "twinpurify")
        & (summary["task"] == "retrieval")
        & (summary["metric"] == "top1_cosine")
        & (summary["fraction"] == 0.2)
    ]
    logged = run.data.metrics["retrieval.top1_cosine.fraction_0.2.twinpurify"]
    assert logged == pytest.approx(row["mean"].item())
    assert any(name.startswith("demo_to_clinic.subtype") for name in run.data.metrics)


def test_run_has_figures_and_report(client, run):
    top = {file.path for file in client.list_artifacts(run.info.run_id)}
    assert {"figures", "report.html"} <= top
    figures = {file.path for file in client.list_artifacts(run.info.run_id, "figures")}
    assert {"figures/dilution_curves.html", "figures/embedding_map.html"} <= figures
    assert "figures/loss_curve.html" not in figures


def test_report_says_why_a_method_without_training_has_no_losses(reporting):
    page = (reporting / "report.html").read_text(encoding="utf-8")
    section = page.split('<section id="loss_curve">')[1].split("</section>")[0]
    assert "There is no figure here: the final method is computed at once" in section
    assert "<figure" not in section


def test_model_is_registered_as_champion(client, run, reporting):
    version = client.get_model_version_by_alias("twinpurify", "champion")
    assert version.run_id == run.info.run_id
    assert version.tags["cohort"] == COHORT
    registered = json.loads((reporting / "registered_version.json").read_text())
    assert registered["registered"] is True
    assert registered["version"] == str(version.version)
    assert registered["alias"] == "champion"


IN_A_FRESH_PROCESS = """
import sys
import anndata, mlflow, numpy as np
store, source, target = sys.argv[1:]
mlflow.set_tracking_uri(store)
model = mlflow.pyfunc.load_model("models:/twinpurify@champion")
cohort = anndata.read_h5ad(source)
genes = list(cohort.var_names)[::-1]
matrix = cohort[:, genes].to_df().to_numpy(np.float32)
np.save(target, model.predict(matrix, params={"genes": genes}))
"""


def test_a_fresh_process_reproduces_the_embedding(finished, purified, tmp_path):
    data = finished.folder / "data"
    normalized = data / "03_primary" / COHORT / "normalized.h5ad"
    target = tmp_path / "embedding.npy"
    command = [sys.executable, "-c", IN_A_FRESH_PROCESS, finished.store(), normalized, target]
    subprocess.run(command, check=True, cwd=tmp_path, timeout=300)
    difference = np.abs(np.load(target) - purified.obsm["X_twinpurify"])
    assert difference.max() < 1e-5


def test_new_samples_that_lack_genes_are_refused_by_default(finished):
    with pytest.raises(Exception, match=r"genes are not in the matrix.*missing_genes"):
        finished.run("scoring", cohort=TARGET, raw=str(finished.raw))
    assert f"07_model_output/{TARGET}/scored.h5ad" not in finished.files()


def test_new_samples_are_scored_by_the_champion(finished):
    finished.run(
        "scoring",
        cohort=TARGET,
        raw=str(finished.raw),
        scoring={"missing_genes": "training_mean"},
    )
    scored = ad.read_h5ad(finished.folder / "data" / "07_model_output" / TARGET / "scored.h5ad")
    assert scored.obsm["X_twinpurify"].shape == (46, 8)
    assert scored.obs["purity_estimate"].between(0, 1).all()
    assert scored.layers["purified"].shape == scored.shape
    lacking = ~scored.var["measured"]
    assert 0 < lacking.sum() == np.isnan(scored.to_df()).all().sum()
    assert scored.uns["missing_gene_share"] == pytest.approx(lacking.mean())
