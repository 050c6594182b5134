"""The study of few labels as `make labels` runs it."""

import pandas as pd
from mlflow import MlflowClient


def test_the_study_runs_on_its_own_and_leaves_its_page(make_project):
    project = make_project()
    project.run("label_efficiency", label_efficiency={"label": "grade"})
    files = project.files()
    folder = "08_reporting/demo/label_efficiency/"
    names = {name.removeprefix(folder) for name in files if name.startswith(folder)}
    assert names == {
        "grade.csv",
        "grade.html",
        *(f"grade_{table}.csv" for table in ("summary", "differences", "labels_saved", "spectra")),
        "grade_skipped.json",
    }
    assert not [name for name in files if "checkpoints" in name]
    assert "03_primary/demo/normalized.h5ad" not in files
    path = project.folder / "data" / folder / "grade_summary.csv"
    assert {"twinpurify", "pca", "raw", "scratch"} <= set(pd.read_csv(path)["method"])
    client = MlflowClient(project.store())
    (run,) = client.search_runs([client.get_experiment_by_name("twinpurify").experiment_id])
    assert "grade_at_labels_0.1.balanced_accuracy.fraction_1.twinpurify_frozen" in {
        name.replace("=", "_") for name in run.data.metrics
    }
    assert run.data.params["label_efficiency.label"] == "grade"
    assert {one.path for one in client.list_artifacts(run.info.run_id)} >= {"report.html"}
