"""Tools on an AnnData; that they agree with a run is for tests/pipelines to say."""

import anndata
import numpy as np
import pandas as pd
import pytest

import twinpurify as tp
from twinpurify.errors import BackgroundError, ConfigurationError, SampleSheetError

SMALL = {"n_dimensions": 4, "n_views": 2}
FEW = {
    "n_splits": 2,
    "n_bootstrap": 5,
    "fractions": [1.0, 0.4],
    "min_class_patients": 3,
    "tasks": ["retrieval", "purified_profile", "pathway_purity"],
}


@pytest.fixture(scope="module")
def cohort():
    return tp.datasets.simulated(n_tumours=40, n_normals=12, n_matched_normals=8, n_genes=100)


@pytest.fixture
def normalized(cohort):
    return tp.pp.normalize(cohort, ["cpm", "log2"], copy=True)


def test_a_copy_leaves_what_was_handed_in(normalized):
    purified = tp.tl.purify(normalized, copy=True, **SMALL)
    assert set(purified.layers) == {"true_profile", "purified", "undiluted"}
    assert list(normalized.layers) == ["true_profile"]
    assert not normalized.obsm
    assert "purity_estimate" not in normalized.obs
    assert tp.tl.purify(normalized, **SMALL) is None
    np.testing.assert_array_equal(normalized.layers["purified"], purified.layers["purified"])
    assert "reliability" in normalized.var


def test_an_estimator_is_fitted_and_can_be_stored(normalized, tmp_path):
    model = tp.TwinPurify(**SMALL)
    tp.tl.purify(normalized, model)
    model.save(tmp_path / "model")
    loaded = tp.load(tmp_path / "model")
    np.testing.assert_array_equal(
        loaded.transform(normalized.to_df()), normalized.obsm["X_twinpurify"]
    )


def test_methods_stand_beside_each_other(normalized):
    tp.tl.purify(normalized, "pca", n_dimensions=3)
    tp.tl.purify(normalized, **SMALL)
    assert set(normalized.obsm) == {"X_pca", "X_twinpurify"}
    assert normalized.obsm["X_pca"].shape == (52, 3)


def test_a_view_becomes_an_anndata_of_its_own(normalized):
    part = normalized[:, :60]
    tp.tl.purify(part, **SMALL)
    assert not part.is_view
    assert part.layers["purified"].shape == (52, 60)
    assert "purified" not in normalized.layers


def test_an_anndata_without_a_unit_is_taken_at_its_word(normalized):
    plain = anndata.AnnData(normalized.X, obs=normalized.obs[["tissue"]], var=normalized.var[[]])
    tp.tl.purify(plain, **SMALL)
    expected = tp.tl.purify(normalized, copy=True, **SMALL)
    np.testing.assert_array_equal(plain.layers["purified"], expected.layers["purified"])


def test_numbers_that_are_no_logarithms_are_refused(cohort):
    linear = cohort.copy()
    linear.uns["unit"] = {"quantity": "tpm", "scale": "linear"}
    with pytest.raises(ConfigurationError, match=r"in linear TPM.*tp\.pp\.normalize\(adata\)"):
        tp.tl.purify(linear)


def test_normals_are_asked_for(normalized):
    tumours = normalized[normalized.obs["tissue"] == "tumour"].copy()
    with pytest.raises(BackgroundError, match="twinpurify needs adjacent normals"):
        tp.tl.purify(tumours)
    assert not tumours.obsm


def test_parameters_belong_to_a_name(normalized):
    message = r"n_views can't be changed of a method.*TwinPurify\(…\)"
    with pytest.raises(ConfigurationError, match=message):
        tp.tl.purify(normalized, tp.TwinPurify(), n_views=3)
    with pytest.raises(ConfigurationError, match="n_vews"):
        tp.tl.purify(normalized, n_vews=3)
    with pytest.raises(ConfigurationError, match="unknown method 'twin_purify'"):
        tp.tl.purify(normalized, "twin_purify")


def test_new_samples_are_scored_in_place_or_in_a_copy(cohort, normalized):
    model = tp.TwinPurify(**SMALL)
    tp.tl.purify(normalized, model)
    few = cohort[:3, 10:].copy()
    scored = tp.tl.score(few, model, missing_genes="training_mean", copy=True)
    assert few.shape == (3, 90)
    assert scored.shape == (3, 100)
    assert scored.uns["missing_gene_share"] == pytest.approx(0.1)
    assert tp.tl.score(few, model, missing_genes="training_mean") is None
    np.testing.assert_array_equal(few.obsm["X_twinpurify"], scored.obsm["X_twinpurify"])
    assert (~few.var["measured"]).sum() == 10


def test_samples_without_a_unit_are_not_scored(normalized):
    model = tp.METHODS["pca"](n_dimensions=2).fit(normalized)
    del normalized.uns["unit"]
    with pytest.raises(ConfigurationError, match=r"uns\['unit'\] is missing"):
        tp.tl.score(normalized, model)


@pytest.fixture(scope="module")
def evaluated(cohort):
    methods = ["raw", tp.TwinPurify(**SMALL)]
    return tp.tl.evaluate(cohort, methods, settings=FEW, normalization={"steps": ["cpm", "log2"]})


def test_an_evaluation_is_tidy(evaluated):
    assert list(evaluated.scores) == [
        *("cohort", "trained_on", "method", "task", "metric", "fraction", "split", "seed", "value")
    ]
    assert set(evaluated.scores["method"]) == {"raw", "twinpurify"}
    assert set(evaluated.scores["split"]) == {0, 1}
    assert {"mean", "low", "high", "difference"} <= set(evaluated.summary)
    scores, summary, *_ = evaluated
    means = scores.groupby(["method", "task", "metric", "fraction"], dropna=False)["value"].mean()
    found = summary.set_index(["method", "task", "metric", "fraction"])["mean"]
    pd.testing.assert_series_equal(
        found.sort_index(), means.sort_index(), check_names=False, rtol=1e-9
    )


def test_a_known_truth_is_used(evaluated):
    assert "purified_profile@truth" in set(evaluated.summary["task"])


def test_what_was_not_asked_is_listed(evaluated):
    skipped = evaluated.skipped
    assert set(skipped["method"]) == {"raw", "twinpurify"}
    assert skipped["reason"].str.contains("at least 20 are needed").all()


def test_an_evaluation_leaves_the_cohort(cohort, evaluated):
    assert not cohort.obsm
    assert cohort.n_vars == 100


def test_a_cohort_normalised_by_all_patients_is_refused(normalized):
    message = r"fitted on all of its patients \(normalization: .*normalization=\{'steps': …\}"
    with pytest.raises(ConfigurationError, match=message):
        tp.tl.evaluate(normalized)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"settings": {"n_split": 3}}, "settings.n_split: Extra inputs"),
        ({"normalization": {"steps": ["sqrt"]}}, r"normalization\.steps: .*sqrt"),
        ({"methods": []}, r"methods are \[\]; at least one is needed"),
        ({"methods": ["raw", "pca", "raw"]}, r"methods are \['raw', 'pca', 'raw'\]"),
        ({"methods": ["row"]}, "unknown method 'row'"),
    ],
)
def test_wrong_settings_are_named(cohort, given, message):
    with pytest.raises(ConfigurationError, match=message):
        tp.tl.evaluate(cohort, **given)


def test_patients_are_asked_for(cohort):
    nameless = cohort.copy()
    del nameless.obs["patient_id"]
    with pytest.raises(SampleSheetError, match=r"adata\.obs lacks 'patient_id'"):
        tp.tl.evaluate(nameless)
