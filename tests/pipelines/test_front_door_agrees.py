"""From Python and by a run: the same cohort, the same slots, the same numbers."""

import anndata
import numpy as np
import pandas as pd
import pytest

import twinpurify as tp
from twinpurify.evaluation.known_truths.resources import Resources
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.parameters import parameters_model
from twinpurify.pipelines.evaluation.grid import evaluate_methods
from twinpurify.pipelines.evaluation.nodes import summarize_scores
from twinpurify.pipelines.ingestion.nodes import simulate_cohort
from twinpurify.pipelines.normalization.nodes import fit_normalizers
from twinpurify.pipelines.purification.nodes import make_fit, make_fit_final, purify_cohort
from twinpurify.pipelines.scoring.nodes import score_cohort
from twinpurify.serving.settings import ScoringSettings

from .conftest import N_GENES, SETTINGS

STEPS = ["cpm", "log2", {"variable_genes": {"max_genes": N_GENES}}]
SMALL = {"n_dimensions": 4, "n_views": 2, "seed": 3}


def assert_same(found: anndata.AnnData, expected: anndata.AnnData) -> None:
    """Bit by bit, but for the truth, which a run keeps beside the cohort."""
    np.testing.assert_array_equal(found.X, expected.X)
    truth = [column for column in found.obs if column.startswith("true_")]
    obs = found.obs.drop(columns=truth)
    # anndata drops categories that nobody is of when it takes a part.
    pd.testing.assert_frame_equal(obs, expected.obs, check_categorical=False)
    pd.testing.assert_frame_equal(found.var, expected.var, check_names=False)
    for slot in ("obsm", "layers"):
        of_found, of_expected = getattr(found, slot), getattr(expected, slot)
        assert set(of_found) - {"true_profile"} == set(of_expected)
        for key in of_expected:
            np.testing.assert_array_equal(of_found[key], of_expected[key])
    assert found.uns.keys() == expected.uns.keys()
    assert list(found.uns["history"]) == list(expected.uns["history"])


@pytest.fixture(scope="module")
def final(cohort, normalizers, normalizer, splits, tmp_path_factory):
    """The final model of a run."""
    parameters = parameters_model(tp.METHODS["twinpurify"])(**SMALL)
    folder = str(tmp_path_factory.mktemp("checkpoints"))
    fit = make_fit_final("twinpurify", "demo")
    return fit(cohort, normalizers, normalizer, splits, parameters, folder, 1, "")[1]


def test_a_definition_reads_as_a_run_reads_it(cohort, definition):
    found = tp.read({"demo": SETTINGS})
    np.testing.assert_array_equal(found.to_df(), cohort.to_df())
    truth = [column for column in found.obs if column.startswith("true_")]
    pd.testing.assert_frame_equal(found.obs.drop(columns=truth), cohort.obs)
    pure = simulate_cohort(definition)[2]
    tumours = found[list(pure.index)].to_df(layer="true_profile")
    np.testing.assert_array_equal(tumours, pure[tumours.columns])


def test_a_cohort_is_normalised_alike(cohort, normalized):
    adata = cohort.copy()
    assert tp.pp.normalize(adata, STEPS) is None
    assert_same(adata, normalized)


def test_a_cohort_is_purified_alike(normalized, final):
    adata = normalized.copy()
    assert tp.tl.purify(adata, **SMALL) is None
    assert_same(adata, purify_cohort(normalized, final))


def test_new_samples_are_scored_alike(cohort, final, normalizer, tmp_path):
    final.save(tmp_path / "model")
    normalizer.save(tmp_path / "normalizer")
    expected = score_cohort(cohort, ScoringSettings(model=str(tmp_path)))
    adata = cohort.copy()
    assert tp.tl.score(adata, tmp_path) is None
    assert_same(adata, expected)
    method = tp.load(tmp_path)
    assert_same(tp.tl.score(cohort, method, normalizer=normalizer, copy=True), expected)


def test_methods_are_evaluated_alike(cohort, evaluation, splits, tmp_path):
    normalization = NormalizationSettings(steps=STEPS)
    normalizers, _ = fit_normalizers(cohort, splits, normalization)
    settings = evaluation.model_copy(update={"tasks": ["subtype", "retrieval", "stability"]})
    settings = settings.model_copy(update={"stability_seeds": 1})
    names = ["raw", "twinpurify"]
    chosen = {"raw": {}, "twinpurify": SMALL}
    models = [
        make_fit(name, "demo")(
            cohort,
            normalizers,
            splits,
            parameters_model(tp.METHODS[name])(**chosen[name]),
            str(tmp_path),
            1,
            "",
        )
        for name in names
    ]
    parts = evaluate_methods(
        cohort, normalizers, splits, settings, 1, "", Resources(), *models, {}, {}
    )
    scores = pd.concat(parts[::5], ignore_index=True)
    expected = summarize_scores(scores, *parts[1::5])
    methods = ["raw", tp.TwinPurify(**SMALL)]
    found = tp.tl.evaluate(cohort, methods, settings=settings, normalization=normalization)
    pd.testing.assert_frame_equal(found.scores, scores)
    pd.testing.assert_frame_equal(found.summary, expected)
    assert len(found.skipped) == sum(map(len, parts[4::5]))
    given = {"settings": settings.model_dump(), "normalization": {"steps": STEPS}}
    beside = tp.tl.evaluate(cohort, methods, n_jobs=2, **given)
    pd.testing.assert_frame_equal(beside.summary, expected)
