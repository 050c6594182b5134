"""The whole study on toy cohorts whose answer is known."""

from dataclasses import replace

import numpy as np
import pytest

from twinpurify.errors import CohortError, ModelError
from twinpurify.evaluation.uncertainty.bootstrap import PatientBootstrap
from twinpurify.representation.registry import METHODS, create_method
from twinpurify.studies.label_efficiency.cells import Cell
from twinpurify.studies.label_efficiency.corpus import Corpus
from twinpurify.studies.label_efficiency.fitting import classifier, pretrain, run_cell
from twinpurify.studies.label_efficiency.labels_saved import COLUMNS
from twinpurify.studies.label_efficiency.repeats import (
    divide,
    fewer,
    prepare_repeat,
    transferred,
)
from twinpurify.studies.label_efficiency.spectra import SPECTRA
from twinpurify.studies.label_efficiency.study import put_together
from twinpurify.studies.label_efficiency.tables import DIFFERENCES, SCORES, SUMMARY

from .toy import NORMALIZATION, Blind, Contrasting, Telling, settings, toy_cohort

PARAMETERS = {"telling": {}, "blind": {}, "contrasting": {}}
FRACTIONS = (0.05, 0.3, 1.0)
SETTINGS = settings(
    methods=["linear_twin"], label_fractions=list(FRACTIONS), sweep_label_fraction=0.3
)


@pytest.fixture(autouse=True)
def toy_methods(monkeypatch):
    for method in (Telling, Blind, Contrasting):
        monkeypatch.setitem(METHODS, method.name, method)


@pytest.fixture(scope="module")
def cohort():
    return toy_cohort()


@pytest.fixture(scope="module")
def repeats(cohort):
    return [
        prepare_repeat(cohort, split, SETTINGS, NORMALIZATION) for split in divide(cohort, SETTINGS)
    ]


def run(repeat, name, cohort, **changes):
    bootstrap = PatientBootstrap(cohort.obs["patient_id"], 30, 0)
    given = {"parameters": {}, "encoders": ("frozen",), "fractions": FRACTIONS} | changes
    cell = Cell(name, name, repeat=repeat.number, **given)
    return run_cell(cell, repeat, SETTINGS, bootstrap.weights(repeat.test.patients))


@pytest.fixture(scope="module")
def tables(cohort, repeats):
    with pytest.MonkeyPatch.context() as patched:
        for method in (Telling, Blind):
            patched.setitem(METHODS, method.name, method)
        results = [
            run(repeat, name, cohort, **changes)
            for repeat in repeats
            for name, changes in (
                ("telling", {}),
                ("blind", {}),
                ("raw", {}),
                ("pca", {"parameters": {"n_dimensions": 20}, "n_permutations": 5}),
            )
        ]
    parameters = {"linear_twin": {}}
    return put_together(results, SETTINGS, parameters)


def test_columns(tables):
    assert list(tables.scores.columns) == SCORES
    assert list(tables.summary.columns) == SUMMARY
    assert list(tables.differences.columns) == DIFFERENCES
    assert list(tables.labels_saved.columns) == COLUMNS
    assert list(tables.spectra.columns) == SPECTRA


def mean(tables, method, fraction, task="subtype"):
    rows = tables.summary.set_index(["method", "task", "metric", "label_fraction"])
    return rows.loc[(method, task, "balanced_accuracy", fraction), "mean"]


def test_an_embedding_that_holds_the_label_needs_fewer(tables):
    assert mean(tables, "telling", 0.05) > mean(tables, "raw", 0.05) + 0.15
    assert mean(tables, "telling", 1.0) > 0.75
    saved = tables.labels_saved.set_index(["method", "control", "metric", "label_fraction"])
    row = saved.loc[("telling", "raw", "balanced_accuracy", 1.0)]
    assert row["saved"] > 0.3 and row["low"] > 0.0
    blind = saved.loc[("blind", "raw", "balanced_accuracy", 1.0)]
    assert blind["reached"] == "never" and blind["saved"] <= 0.0
    assert blind["share_never"] > 0.9


def test_an_embedding_that_does_not_is_at_chance(tables):
    assert mean(tables, "blind", 1.0) == pytest.approx(1 / 3, abs=0.12)


def test_permuted_labels_are_at_chance(tables):
    permuted = [mean(tables, "pca", fraction, "control_permuted") for fraction in FRACTIONS]
    assert np.mean(permuted) == pytest.approx(1 / 3, abs=0.08)
    assert mean(tables, "pca", 1.0) > 0.5


def test_differences_are_paired_and_above_zero_where_the_method_is_better(tables):
    rows = tables.differences[tables.differences["metric"] == "balanced_accuracy"]
    assert set(rows["control"]) == {"raw", "pca"} and set(rows["method"]) == {"telling", "blind"}
    found = rows.set_index(["method", "control", "label_fraction"])
    one = found.loc[("telling", "raw", 0.3)]
    expected = mean(tables, "telling", 0.3) - mean(tables, "raw", 0.3)
    assert one["difference"] == pytest.approx(expected)
    assert one["low"] < one["difference"] < one["high"]
    assert found.loc[("blind", "raw", 1.0), "high"] < 0.0
    assert (rows["p_adjusted"] >= rows["p_value"]).all()


def test_numbers_of_labels_are_those_that_were_drawn(tables, repeats):
    counts = tables.scores.groupby("label_fraction")["n_labels"].unique()
    assert counts[0.05].tolist() == [6]
    assert counts[1.0][0] == (repeats[0].train.labels != "").sum()


def test_spectra_are_of_the_embedding_without_its_scale(tables):
    rows = tables.spectra[tables.spectra["method"] == "telling"]
    values = rows[(rows["quantity"] == "singular_value") & (rows["repeat"] == 0)]
    assert values["component"].tolist() == [1, 2, 3] and values["value"].iloc[0] == 1.0
    assert {"effective_rank", "dead_dimensions", "mean_correlation"} <= set(rows["quantity"])


def test_the_same_seed_gives_the_same_scores(cohort, repeats):
    first, second = (run(repeats[0], "telling", cohort) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        assert one.equals(other)


def test_a_method_that_needs_normals_is_fitted_on_those_of_training_patients(cohort, repeats):
    repeat = repeats[0]
    cell = Cell("contrasting", "contrasting", {}, 0, ("frozen",), FRACTIONS)
    fitted = pretrain(cell, repeat)
    assert fitted.seen_ == (len(repeat.material.tumours), len(repeat.material.normals))


def test_without_normals_it_is_skipped_with_the_reason():
    cohort = toy_cohort(n_normals=0)
    repeat = prepare_repeat(cohort, divide(cohort, SETTINGS)[0], SETTINGS, NORMALIZATION)
    result = run(repeat, "contrasting", cohort)
    assert result.scores.empty
    assert result.skipped["reason"].tolist() == [
        "contrasting needs normals, and toy has none for training patients"
    ]
    with pytest.raises(CohortError, match="has measured nothing: contrasting needs normals"):
        put_together([result], SETTINGS, {"linear_twin": {}})


def test_with_one_normal_it_is_skipped_too(cohort, repeats):
    material = repeats[0].material
    single = replace(material, normals=material.normals.iloc[:1])
    result = run(replace(repeats[0], material=single), "contrasting", cohort)
    assert result.skipped["reason"].tolist() == [
        "contrasting needs normals, and toy has 1 for training patients"
    ]


def test_a_pretraining_that_fails_costs_its_method_alone(cohort, repeats, monkeypatch):
    def diverging(self, *arguments, **named):
        raise ModelError("the loss became nan at step 3 of blind")

    monkeypatch.setattr(Blind, "fit", diverging)
    result = run(repeats[0], "blind", cohort)
    assert result.scores.empty
    assert result.skipped["reason"].tolist() == ["the loss became nan at step 3 of blind"]


def test_a_method_that_can_not_be_trained_on_is_skipped_unfrozen(cohort, repeats):
    both = ("frozen", "unfrozen")
    result = run(repeats[0], "nmf", cohort, encoders=both, parameters={"n_dimensions": 3})
    assert set(result.scores["method"]) == {"nmf|frozen|toy"}
    assert result.skipped["encoder"].tolist() == ["unfrozen"]


def test_a_pretraining_elsewhere_is_named_and_paired_with_the_controls(cohort, tmp_path):
    other = toy_cohort("other", n_tumours=60, seed=3, prefix="Q")
    Corpus.of_cohort(other).profiles.write_h5ad(tmp_path / "big.h5ad")
    corpus = Corpus.of_file(tmp_path / "big.h5ad")
    here = prepare_repeat(
        cohort, divide(cohort, SETTINGS)[0], SETTINGS, NORMALIZATION, corpus=corpus
    )
    there = transferred(here, corpus, NORMALIZATION)
    network = {"parameters": {"hidden": (8,), "n_dimensions": 4, "n_steps": 2, "device": "cpu"}}
    results = [
        run(there, "autoencoder", cohort, **network),
        run(here, "raw", cohort),
        run(there, "telling", cohort),
    ]
    assert results[2].skipped["reason"].iloc[0] == (
        "telling can't be fitted on a matrix in its file"
    )
    tables = put_together(results, SETTINGS, {"linear_twin": {}})
    assert set(tables.scores["pretrained_on"]) == {"big", "toy"}
    assert set(tables.differences["pretrained_on"]) == {"big"}
    assert set(tables.labels_saved["pretrained_on"]) == {"big"}


def test_comparisons_hold_the_whole_method_too(cohort, repeats):
    chosen = SETTINGS.model_copy(update={"methods": ["telling"]})
    whole = run(repeats[0], "telling", cohort)
    part = run(
        fewer(repeats[0], 0.5),
        "telling",
        cohort,
        fractions=(0.3,),
        given="pretraining",
        amount=0.5,
        share=0.5,
    )
    other = run(repeats[1], "telling", cohort)
    tables = put_together([whole, part, other], chosen, PARAMETERS)
    rows = tables.scores[tables.scores["metric"] == "balanced_accuracy"]
    compared = rows[rows["task"].str.contains("@")]
    assert compared["task"].tolist() == ["subtype@pretraining=0.5", "subtype@pretraining=1"]
    assert set(compared["repeat"]) == {0}
    same = rows[(rows["task"] == "subtype") & (rows["label_fraction"] == 0.3)]
    assert compared["value"].iloc[1] == same.loc[same["repeat"] == 0, "value"].iloc[0]
    assert part.spectra.empty


def test_every_repeat_has_another_initialisation(repeats):
    cell = Cell("untrained", "untrained", {"hidden": (4,), "n_dimensions": 2}, 0, ("frozen",), ())
    one, other = (pretrain(cell, repeat) for repeat in repeats)
    assert (one.seed, other.seed) == (0, 1)


def test_an_untrained_encoder_is_trained_as_one_from_scratch(repeats):
    cell = Cell("untrained", "untrained", {"hidden": (4,), "n_dimensions": 2}, 0, ("frozen",), ())
    learner = classifier(pretrain(cell, repeats[0]), "unfrozen", SETTINGS, repeats[0])
    assert learner.encoder_statistics == "batch"
    profile = pretrain(Cell("raw", "raw", {}, 0, (), ()), repeats[0])
    assert classifier(profile, "frozen", SETTINGS, repeats[0]).encoder_statistics == "frozen"


def test_no_control_learns_from_the_profile_beside_its_embedding(repeats):
    beside = SETTINGS.model_copy(update={"profile_share": 0.5})
    shares = {}
    for name in ("pca", "raw", "untrained", "subspace_removal"):
        method = create_method(name)
        shares[name] = classifier(method, "frozen", beside, repeats[0]).profile_share
    assert shares == {"pca": 0.0, "raw": 0.0, "untrained": 0.0, "subspace_removal": 0.5}
