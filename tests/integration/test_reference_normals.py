"""A cohort without normals that is purified with those of another, from split to scores."""

import re

import anndata
import numpy as np
import pandas as pd
import pytest

from twinpurify.cohort.declaration.definition import parse_definition
from twinpurify.cohort.genes.to_symbols import GeneTables
from twinpurify.evaluation.known_truths.resources import no_gene_sets
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.io.raw_expression import RawExpression
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.parameters import parameters_model
from twinpurify.pipelines.evaluation.grid import make_evaluate_methods
from twinpurify.pipelines.evaluation.nodes import collect_resources
from twinpurify.pipelines.ingestion.nodes import make_assemble_cohort, simulate_cohort
from twinpurify.pipelines.normalization.nodes import (
    align_reference_normals,
    fit_normalizers,
    split_patients,
)
from twinpurify.pipelines.purification.nodes import make_fit, make_fit_again, make_fit_final
from twinpurify.representation.registry import METHODS

from .conftest import CLINIC, simulate_clinic
from .test_leakage import DEFINITION

EVALUATION = EvaluationSettings(
    n_splits=2,
    n_bootstrap=5,
    n_inner_folds=2,
    fractions=[1.0, 0.4],
    min_class_patients=3,
    normal_counts=[3],
    tasks=["subtype", "retrieval", "few_normals", "control_normals"],
)
NORMALIZATION = NormalizationSettings(steps=["cpm", "log2", {"variable_genes": {"max_genes": 80}}])
N_OWN, N_LACKING = 30, 20
LINEAR = parameters_model(METHODS["linear_twin"])(n_dimensions=6, n_views=2)


def assembled(expression, samples, name):
    definition = parse_definition("demo", {**DEFINITION, "require_normals": False})
    read = RawExpression(expression)
    return make_assemble_cohort(name)(read, samples, GeneTables(None, None), definition)[0]


@pytest.fixture(scope="module")
def tables():
    """Of one simulation, tumours become the cohort, and the others, elsewhere, its reference."""
    expression, samples, _, _ = simulate_cohort(parse_definition("demo", DEFINITION))
    columns = ["patient_id", "tissue", "subtype", "os_time", "os_event"]
    samples = samples.set_index("sample")[columns].astype(object)
    samples = samples.map(str).where(samples.notna())
    with_normal = samples.loc[samples["tissue"] == "normal", "patient_id"]
    alone = samples.index[~samples["patient_id"].isin(with_normal)][:N_OWN]
    others = samples.index.difference(alone, sort=False)
    lender = expression.loc[others].iloc[:, N_LACKING:] * 0.8 + 0.5
    return (expression.loc[alone], samples.loc[alone]), (lender, samples.loc[others])


@pytest.fixture(scope="module")
def own(tables):
    return assembled(*tables[0], "own")


@pytest.fixture(scope="module")
def lender(tables):
    return assembled(*tables[1], "lender")


@pytest.fixture(scope="module")
def splits(own, lender):
    return split_patients(own, EVALUATION, lender)


def prepared(own, lender, splits):
    """Normalisers, the final one, and the aligned normals."""
    normalizers, normalizer = fit_normalizers(own, splits, NORMALIZATION, lender)
    fitted = (normalizers, normalizer)
    return *fitted, align_reference_normals(own, *fitted, splits, NORMALIZATION, lender)


def changed(cohort, patients):
    """A cohort with other values of some patients."""
    other, rows = cohort.copy(), cohort.obs["patient_id"].isin(patients).to_numpy()
    drawn = np.random.default_rng(5).uniform(0, 12, (rows.sum(), cohort.n_vars))
    other.X[rows] = drawn.astype(np.float32)
    return other


def fitted_values(own, lender, splits, folder):
    """All that is fitted on the first split, but for that of the final model."""
    normalizers, _, lent = prepared(own, lender, splits[:1])
    arguments = (own, normalizers, splits[:1], LINEAR)
    models = make_fit("linear_twin", "own")(*arguments, str(folder), 1, "", lent)
    again = make_fit_again("linear_twin")(*arguments, EVALUATION, 1, "", lent)
    return [method._state() for method in [*models.values(), *again.values()]]


def same(first, second):
    return all(
        np.array_equal(one[name], other[name])
        for one, other in zip(first, second, strict=True)
        for name in one
    )


def test_the_patients_of_the_normals_are_divided_too(own, lender, splits):
    normal_patients = set(lender.obs.loc[lender.obs["tissue"] == "normal", "patient_id"])
    for split in splits:
        assert normal_patients & set(split["train"]) and normal_patients & set(split["test"])
        assert {*split["train"], *split["test"]} == {*own.obs["patient_id"], *normal_patients}
        assert not set(split["train"]) & set(split["test"])


def test_only_genes_that_both_have_are_chosen_from(own, lender, splits):
    normalizers, _, lent = prepared(own, lender, splits)
    for key, normalizer in normalizers.items():
        assert len(normalizer.genes_) == 80
        assert set(normalizer.genes_) <= set(lender.var_names)
        assert list(lent[key].columns) == list(normalizer.genes_)


def test_nothing_of_test_patients_of_either_cohort_reaches_a_fit(own, lender, splits, tmp_path):
    test = splits[0]["test"]
    before = fitted_values(own, lender, splits, tmp_path)
    assert same(before, fitted_values(changed(own, test), lender, splits, tmp_path))
    assert same(before, fitted_values(own, changed(lender, test), splits, tmp_path))


def test_training_patients_of_both_cohorts_are_seen(own, lender, splits, tmp_path):
    train = splits[0]["train"]
    before = fitted_values(own, lender, splits, tmp_path)
    assert not same(before, fitted_values(changed(own, train), lender, splits, tmp_path))
    assert not same(before, fitted_values(own, changed(lender, train), splits, tmp_path))


def test_questions_with_normals_are_answered_with_those_of_the_other_cohort(
    own, lender, splits, tmp_path
):
    normalizers, normalizer, lent = prepared(own, lender, splits)
    resources = collect_resources(own, no_gene_sets(), reference_normals=lent)
    given = (own, normalizers, normalizer, splits, LINEAR, str(tmp_path), 1, "", lent)
    models, final = make_fit_final("linear_twin", "own")(*given)
    assert list(final.genes_) == list(normalizer.genes_)
    shared = (own, normalizers, splits, EVALUATION, 1, "", resources)
    ask = make_evaluate_methods(["linear_twin"])
    scores, *_, skipped = ask(*shared, models_of_linear_twin=models, refits_of_linear_twin={})
    assert {"retrieval", "control_normals", "retrieval@normals=3"} <= set(scores["task"])
    assert [skip for skip in skipped if skip["task"] in ("retrieval", "control_normals")] == []


def test_without_them_the_remedy_is_named(own, splits, tmp_path):
    normalizers, _ = fit_normalizers(own, splits, NORMALIZATION)
    with pytest.raises(Exception, match=r"needs adjacent normals.*reference_normals\.cohort"):
        make_fit("linear_twin", "own")(own, normalizers, splits, LINEAR, str(tmp_path), 1, "")


@pytest.fixture(scope="module")
def purified(make_project):
    """A project after a whole run on the clinic's tumours, with the normals of the demo cohort."""
    project = make_project()
    lent = {"reference_normals": {"cohort": "demo"}, "tissue_values": {"tumour": ["T"]}}
    project.define("clinic", {**CLINIC, **lent})
    simulate_clinic().write(project.raw)
    asked = {"tasks": ["subtype", "retrieval", "control_normals"]}
    project.run(cohort="clinic", raw=str(project.raw), evaluation=asked)
    return project.folder / "data"


def test_a_whole_run_ends_with_a_page_that_says_whose_normals_served(purified):
    folder = purified / "08_reporting" / "clinic"
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert re.search(r"the normals are \d+ of demo, aligned by location_scale", page)
    assert "given the normals of demo" in page
    scores = pd.read_csv(folder / "scores.csv")
    assert {"retrieval", "control_normals"} <= set(scores["task"])
    assert set(scores["method"]) == {"raw", "pca", "twinpurify"}


def test_the_purified_file_holds_the_cohort_s_own_samples(purified):
    model_output = anndata.read_h5ad(purified / "07_model_output" / "clinic" / "purified.h5ad")
    assert (model_output.obs["tissue"] == "tumour").all()
    assert "X_twinpurify" in model_output.obsm
    normals = pd.read_parquet(purified / "06_models" / "clinic" / "reference_normals/all.parquet")
    assert list(normals.columns) == list(model_output.var_names)
