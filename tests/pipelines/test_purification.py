"""Nodes of the purification pipeline."""

import inspect
from pathlib import Path

import numpy as np
import pytest

from twinpurify.cohort.splits import PatientSplit
from twinpurify.errors import BackgroundError
from twinpurify.evaluation.splits.data import split_data
from twinpurify.evaluation.splits.refits import Variant, fit_variant
from twinpurify.kedro_datasets.models import ModelsDataset
from twinpurify.normalization.cohorts import normalize
from twinpurify.parameters import parameters_model
from twinpurify.pipelines.purification.nodes import (
    collect_history,
    make_fit,
    make_fit_again,
    make_fit_final,
    purify_cohort,
)
from twinpurify.representation.linear.linear_twin import LinearTwin
from twinpurify.representation.registry import METHODS

N_GENES = 60


def parameters(name, **values):
    return parameters_model(METHODS[name])(**values)


SMALL = {"n_dimensions": 5, "hidden": (8,), "n_steps": 4, "batch_size": 8, "device": "cpu"}


@pytest.fixture(scope="module")
def fitted(cohort, normalizers, normalizer, splits, tmp_path_factory):
    """The twin network on both splits and on all."""
    folder = tmp_path_factory.mktemp("checkpoints")
    fit = make_fit_final("twin_network", "demo")
    chosen = parameters("twin_network", **SMALL)
    return fit(cohort, normalizers, normalizer, splits, chosen, str(folder), 1, ""), folder


def test_a_method_is_fitted_on_the_training_tumours_of_each_split(
    cohort, normalizers, splits, tmp_path
):
    chosen = parameters("pca", n_dimensions=4)
    models = make_fit("pca", "demo")(cohort, normalizers, splits, chosen, str(tmp_path), 1, "")
    assert list(models) == ["split_0", "split_1"]
    for split in splits:
        key, obs = f"split_{split['split']}", cohort.obs
        model, normalized = models[key], normalize(cohort, normalizers[key])
        rows = (obs["patient_id"].isin(split["train"]) & (obs["tissue"] == "tumour")).to_numpy()
        training = normalized.to_df().loc[rows, model.genes_]
        np.testing.assert_allclose(model.gene_mean_, training.mean(), rtol=1e-5)
        assert len(model.genes_) == N_GENES


def test_the_final_model_is_fitted_on_everybody(fitted, normalized):
    (models, final), _ = fitted
    assert list(models) == ["split_0", "split_1"]
    tumours = normalized[normalized.obs["tissue"] == "tumour", list(final.genes_)]
    np.testing.assert_allclose(final.gene_mean_, tumours.X.mean(axis=0), rtol=1e-5)


def test_checkpoints_lie_in_a_folder_of_the_cohort(fitted):
    _, folder = fitted
    assert [path.name for path in folder.iterdir()] == ["demo"]
    assert len(list((folder / "demo").glob("*.pt"))) == 3


def test_a_method_without_training_keeps_no_checkpoint(cohort, normalizers, splits, tmp_path):
    make_fit("raw", "demo")(cohort, normalizers, splits, parameters("raw"), str(tmp_path), 1, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("make", [make_fit, make_fit_final])
@pytest.mark.parametrize("name", METHODS)
def test_kedro_finds_the_parameters_of_each_method_in_the_hint(make, name):
    hints = inspect.signature(make(name, "demo")).parameters
    assert hints["parameters"].annotation is parameters_model(METHODS[name])


def test_a_cohort_without_normals_is_told_which_setting_gives_them(
    cohort, normalizers, splits, tmp_path
):
    tumours = cohort[cohort.obs["tissue"] == "tumour"]
    fit = make_fit("twin_network", "demo")
    with pytest.raises(BackgroundError, match=r"needs adjacent normals.*tissue_values\.normal"):
        fit(tumours, normalizers, splits, parameters("twin_network", **SMALL), str(tmp_path), 1, "")


def test_a_method_that_uses_no_normals_needs_none(cohort, normalizers, splits, tmp_path):
    tumours = cohort[cohort.obs["tissue"] == "tumour"]
    chosen = parameters("pca", n_dimensions=2)
    models = make_fit("pca", "demo")(tumours, normalizers, splits, chosen, str(tmp_path), 1, "")
    assert len(models) == 2


def test_the_purified_cohort_has_embedding_profile_and_purity(fitted, normalized):
    (_, final), _ = fitted
    purified = purify_cohort(normalized, final)
    assert purified.shape == (52, N_GENES)
    assert list(purified.var_names) == list(final.genes_)
    np.testing.assert_array_equal(
        purified.obsm["X_twin_network"], final.transform(normalized.to_df())
    )
    assert purified.layers["purified"].shape == purified.shape
    assert purified.obs["purity_estimate"].between(0, 1).all()
    assert purified.uns["history"][-1] == "purification: twin_network fitted on demo"
    assert "purity_estimate" not in normalized.obs


def test_the_history_names_split_and_epoch(fitted):
    history = collect_history(*fitted[0])
    assert list(history["split"].unique()) == ["split_0", "split_1", "final"]
    assert {"epoch", "loss"} <= set(history.columns)
    assert (history.groupby("split")["epoch"].min() == 1).all()


def test_a_method_without_training_has_an_empty_history(fitted, normalized):
    class Untrained:
        history_ = None

    history = collect_history({"split_0": Untrained()}, Untrained())
    assert list(history.columns) == ["split", "epoch", "loss"]
    assert history.empty


def test_no_file_is_written_but_checkpoints(fitted):
    assert {path.suffix for path in Path(fitted[1]).rglob("*") if path.is_file()} == {".pt"}


@pytest.fixture
def fit_again(cohort, normalizers, splits, evaluation):
    """Fit a method again, with two numbers of normals and two further seeds."""

    def fit(name, n_jobs=1, cluster="", **changes):
        asked = {"tasks": ["few_normals", "stability"], "normal_counts": [2, 3], **changes}
        chosen = evaluation.model_copy(update=asked)
        small = {
            "linear_twin": {"n_dimensions": 3, "n_views": 2},
            "twinpurify": {"n_dimensions": 5, "n_views": 2},
        }
        values = parameters(name, **small.get(name, {}))
        node = make_fit_again(name)
        return node(cohort, normalizers, splits, values, chosen, n_jobs, cluster)

    return fit


def test_variants_are_fitted_in_the_first_splits_as_the_evaluation_would(
    fit_again, cohort, normalizers, splits, evaluation
):
    fitted = fit_again("linear_twin")
    assert list(fitted) == [
        f"split_0__{key}" for key in ("normals_2", "normals_3", "seed_1", "seed_2")
    ]
    assert len(fit_again("linear_twin", refit_splits=2)) == 8
    normalized = normalize(cohort, normalizers["split_0"])
    data = split_data(normalized, PatientSplit(**splits[0]), None, evaluation.seed)
    method = LinearTwin(n_dimensions=3, n_views=2)
    expected = fit_variant(method, data, Variant(n_normals=2))
    np.testing.assert_array_equal(fitted["split_0__normals_2"].components_, expected.components_)


def test_methods_that_were_not_chosen_are_not_fitted_again(fit_again):
    assert fit_again("pca") == fit_again("linear_twin", refit_methods=[]) == {}
    assert fit_again("linear_twin", refit_splits=0) == {}
    assert fit_again("linear_twin", tasks=["subtype"]) == {}


def test_variants_come_back_from_their_files(fit_again, tmp_path):
    fitted = fit_again("twinpurify", normal_counts=[3], stability_seeds=1)
    dataset = ModelsDataset(filepath=str(tmp_path / "refits"))
    dataset.save(fitted)
    found = dataset.load()
    assert list(found) == ["split_0__normals_3", "split_0__seed_1"]
    for key, method in found.items():
        for name, array in method._state().items():
            np.testing.assert_array_equal(array, fitted[key]._state()[name])
    dataset.save({})
    assert dataset.load() == {}


def test_trainings_on_a_cluster_leave_no_checkpoints(
    cohort, normalizers, splits, tmp_path, monkeypatch
):
    monkeypatch.setattr(
        "twinpurify.parallel.cluster.run_on_cluster",
        lambda function, calls, *_: [function(*arguments) for arguments in calls],
    )
    chosen, folder = parameters("twin_network", **SMALL), str(tmp_path / "checkpoints")
    fit = make_fit("twin_network", "demo")
    assert len(fit(cohort, normalizers, splits, chosen, folder, 1, "tcp://host:8786")) == 2
    assert not list(tmp_path.iterdir())


def test_the_number_of_processes_does_not_change_a_bit(cohort, normalizers, splits, tmp_path):
    chosen = parameters_model(METHODS["twin_network"])(
        n_dimensions=6, hidden=(12,), n_steps=6, batch_size=8, device="cpu"
    )
    fitted = {}
    for n_jobs in (1, 2):
        models = make_fit("twin_network", "demo")(
            cohort,
            normalizers,
            splits,
            chosen,
            str(tmp_path / str(n_jobs)),
            n_jobs,
            "",
        )
        fitted[n_jobs] = {key: model._state() for key, model in models.items()}
    assert list(fitted[1]) == list(fitted[2]) == ["split_0", "split_1"]
    for key, arrays in fitted[1].items():
        for name, array in arrays.items():
            np.testing.assert_array_equal(array, fitted[2][key][name], err_msg=f"{key} {name}")
