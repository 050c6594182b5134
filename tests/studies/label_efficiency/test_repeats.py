"""One repeat: patients stay on their side, labels are nested, a transfer knows no test patient."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from twinpurify.errors import CohortError, ConfigurationError
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.studies.label_efficiency.corpus import Corpus
from twinpurify.studies.label_efficiency.fitting import drawn_labels
from twinpurify.studies.label_efficiency.repeats import (
    divide,
    fewer,
    prepare_repeat,
    transferred,
)

from .toy import GENES, NORMALIZATION, settings, toy_cohort


@pytest.fixture(scope="module")
def cohort():
    return toy_cohort()


@pytest.fixture(scope="module")
def other():
    """Another cohort, of which half of the patients are also in the first."""
    found = toy_cohort("other", n_tumours=80, n_normals=20, seed=5)
    found.obs["patient_id"] = [
        patient if int(patient[1:]) % 2 else f"Q{patient[1:]}"
        for patient in found.obs["patient_id"]
    ]
    return found[:, GENES[10:][::-1]].copy()


def made(cohort, others=None, **changes):
    chosen = settings(**changes)
    return prepare_repeat(
        cohort, divide(cohort, chosen)[0], chosen, NORMALIZATION, **(others or {})
    )


def patients_of(cohort, profiles):
    return set(cohort.obs.loc[profiles.index, "patient_id"])


def test_no_patient_is_on_both_sides(cohort):
    for flag in (False, True):
        repeat = made(cohort, include_normals=flag)
        tested = set(repeat.test.patients)
        assert tested and tested.isdisjoint(repeat.train.patients)
        for part in (repeat.material.tumours, repeat.material.normals, repeat.material.samples):
            assert patients_of(cohort, part).isdisjoint(tested)
        assert ("normal" in repeat.classes) == flag
        assert set(repeat.test.labels) == set(repeat.classes)


def test_unlabelled_tumours_are_pretrained_on_if_wanted(cohort):
    whole, labelled = (made(cohort, pretrain_on_unlabelled=flag) for flag in (True, False))
    known = cohort.obs["subtype"].notna()
    assert not known[whole.material.tumours.index].all()
    assert known[labelled.material.tumours.index].all()


def test_normals_are_pretrained_on_where_they_are_a_class(cohort):
    repeat = made(cohort, include_normals=True)
    tissue = cohort.obs["tissue"]
    assert set(tissue[repeat.material.samples.index]) == {"tumour", "normal"}
    assert set(tissue[repeat.material.tumours.index]) == {"tumour"}
    assert set(tissue[repeat.material.normals.index]) == {"normal"}


def test_test_patients_change_nothing_that_is_fitted(cohort):
    before = made(cohort)
    changed = cohort.copy()
    tested = changed.obs["patient_id"].isin(set(before.test.patients)).to_numpy()
    changed.X[tested] = 1.0
    steps = NormalizationSettings(steps=["log2", {"variable_genes": {"max_genes": 50}}])
    chosen = settings()
    first, second = (
        prepare_repeat(each, divide(each, chosen)[0], chosen, steps) for each in (cohort, changed)
    )
    pd.testing.assert_frame_equal(first.train.profiles, second.train.profiles)
    assert not first.test.profiles.equals(second.test.profiles)


def test_labels_are_nested_by_patient_and_class(cohort):
    repeat = made(cohort, include_normals=True)
    drawn = [drawn_labels(repeat, fraction) for fraction in (0.01, 0.1, 0.5, 1.0)]
    for fewer_rows, more in pairwise(drawn):
        assert not (fewer_rows & ~more).any() and fewer_rows.sum() < more.sum()
    assert (drawn[-1] == (repeat.train.labels != "")).all()
    smallest = repeat.train.take(drawn[0])
    counts = pd.Series(smallest.patients).groupby(smallest.labels).nunique()
    assert counts.to_dict() == {"a": 2, "b": 2, "c": 2, "normal": 2}


def test_a_smaller_pretraining_is_among_the_larger(cohort):
    repeat = made(cohort)
    parts = [set(fewer(repeat, share).material.samples.index) for share in (0.1, 0.5, 1.0)]
    assert parts[0] < parts[1] < parts[2] == set(repeat.material.samples.index)
    assert len(parts[1]) == pytest.approx(len(parts[2]) / 2, abs=1)
    pd.testing.assert_frame_equal(fewer(repeat, 0.1).material.normals, repeat.material.normals)


def test_lent_normals_are_of_no_test_patient(other):
    cohort = toy_cohort()
    without = cohort[(cohort.obs["tissue"] == "tumour").to_numpy()].copy()
    reference = other.copy()
    repeat = made(without, {"reference": reference})
    names = {sample.removeprefix("other:") for sample in repeat.material.normals.index}
    lenders = set(reference.obs.loc[sorted(names), "patient_id"])
    assert lenders and lenders.isdisjoint(repeat.test.patients)
    everyone = set(reference.obs.loc[reference.obs["tissue"] == "normal", "patient_id"])
    assert everyone & set(repeat.test.patients)


@pytest.mark.parametrize("stored", [False, True])
def test_test_patients_are_not_pretrained_on_elsewhere(cohort, other, stored, tmp_path):
    corpus = Corpus.of_cohort(other)
    if stored:
        corpus.profiles.write_h5ad(tmp_path / "other.h5ad")
        corpus = Corpus.of_file(tmp_path / "other.h5ad")
    here = made(cohort, {"corpus": corpus})
    there = transferred(here, corpus, NORMALIZATION)
    pretrained = set(there.material.tumours.obs["patient_id"])
    # Whoever isn't in training, with a class or without.
    tested = set(cohort.obs["patient_id"]) - set(here.train.patients)
    assert tested > set(here.test.patients)
    assert tested & set(other.obs["patient_id"])
    assert pretrained.isdisjoint(tested)
    assert pretrained & set(here.train.patients)
    kept = other.obs[~other.obs["patient_id"].isin(tested)]
    assert there.material.tumours.n_obs == (kept["tissue"] == "tumour").sum()
    assert len(there.material.normals) == (kept["tissue"] == "normal").sum()
    assert list(there.train.profiles.columns) == GENES[10:]
    assert list(there.material.tumours.var_names) == GENES[10:]


def test_no_sample_of_a_test_patient_is_pretrained_on_where_samples_are_all_that_is_named(cohort):
    found = cohort.copy()
    found.uns["cohort"] = "accessions"
    found.obs["patient_id"] = found.obs_names
    corpus = Corpus.of_cohort(found)
    here = made(cohort, {"corpus": corpus})
    there = transferred(here, corpus, NORMALIZATION)
    pretrained = [*there.material.tumours.obs_names, *there.material.normals.index]
    assert set(cohort.obs.loc[pretrained, "patient_id"]).isdisjoint(here.test.patients)


def test_own_samples_meet_the_platform_that_was_pretrained_on(cohort, other):
    shifted = other.copy()
    shifted.X = shifted.X + 3.0
    corpus = Corpus.of_cohort(shifted)
    here = made(cohort, {"corpus": corpus})
    there = transferred(here, corpus, NORMALIZATION)
    pretrained = there.material.tumours.to_df()
    own = there.train.profiles.loc[here.material.tumours.index]
    np.testing.assert_allclose(own.mean(), pretrained.mean(), atol=1e-3)
    assert not np.allclose(here.train.profiles.mean(), pretrained.mean(), atol=1.0)


def test_too_few_genes_in_common(cohort, other):
    with pytest.raises(CohortError, match=r"other shares 20 of the cohort's 120 genes"):
        made(cohort, {"corpus": Corpus.of_cohort(other[:, :20].copy())})


def test_a_corpus_needs_another_name_than_the_cohort(cohort, other):
    corpus = Corpus("toy", Corpus.of_cohort(other).profiles)
    with pytest.raises(ConfigurationError, match=r"toy, which .* is called as the cohort"):
        made(cohort, {"corpus": corpus})


def test_a_file_has_to_be_there_and_to_say_whose_its_samples_are(other, tmp_path):
    with pytest.raises(ConfigurationError, match=r"pretraining_file: there is no file .*none.h5ad"):
        Corpus.of_file(tmp_path / "none.h5ad")
    nameless = other.copy()
    del nameless.obs["patient_id"]
    nameless.write_h5ad(tmp_path / "nameless.h5ad")
    with pytest.raises(ConfigurationError, match=r"no column patient_id.*'tissue'"):
        Corpus.of_file(tmp_path / "nameless.h5ad")
    gaps = other.copy()
    gaps.obs.iloc[:2, gaps.obs.columns.get_loc("patient_id")] = None
    gaps.write_h5ad(tmp_path / "gaps.h5ad")
    with pytest.raises(ConfigurationError, match=r"2 of the 100 samples .* have no patient_id"):
        Corpus.of_file(tmp_path / "gaps.h5ad")


def test_a_file_without_tissue_holds_tumours(other, tmp_path):
    plain = other.copy()
    del plain.obs["tissue"]
    plain.write_h5ad(tmp_path / "plain.h5ad")
    corpus = Corpus.of_file(tmp_path / "plain.h5ad")
    assert corpus.name == "plain"
    assert corpus.take(pd.Index(GENES[10:]), "tumour", []).n_obs == other.n_obs
