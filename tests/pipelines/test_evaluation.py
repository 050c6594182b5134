"""Nodes of the evaluation pipeline."""

import json
from copy import copy

import numpy as np
import pandas as pd
import pytest

from twinpurify.errors import GeneMismatchError
from twinpurify.evaluation.known_truths.resources import Resources, no_gene_sets
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.parameters import parameters_model
from twinpurify.pipelines.evaluation.grid import make_evaluate_methods, make_evaluate_transfers
from twinpurify.pipelines.evaluation.nodes import (
    collect_resources,
    combine_lists,
    combine_tables,
    gather_tables,
    make_summarize_differences,
    summarize_scores,
)
from twinpurify.pipelines.normalization.nodes import normalize_truth
from twinpurify.pipelines.purification.nodes import make_fit
from twinpurify.representation.registry import METHODS

NORMALIZATION = NormalizationSettings()


def evaluate_method(cohort, normalizers, splits, models, evaluation, n_jobs, resources):
    """Evidence of a single method."""
    return evaluate_methods(
        cohort, normalizers, splits, evaluation, n_jobs, "", resources, {"one": models}, {}
    )


def evaluate_methods(*given):
    """Evidence of methods by name, from the fits on the splits and those on variants of them."""
    *shared, models, refits = given
    fitted = {f"models_of_{name}": of_method for name, of_method in models.items()}
    again = {f"refits_of_{name}": refits.get(name, {}) for name in models}
    return make_evaluate_methods(list(models))(*shared, **fitted, **again)


def evaluate_transfer(
    cohort, normalizers, target, splits, models, evaluation, n_jobs, normalization, resources
):
    """Evidence of a single method on another cohort."""
    where = (n_jobs, "", normalization, resources)
    ask = make_evaluate_transfers(["one"])
    return ask(cohort, normalizers, target, splits, evaluation, *where, models_of_one=models)


@pytest.fixture(scope="module")
def models(cohort, normalizers, splits, tmp_path_factory):
    fitted = {}
    for name, values in {"raw": {}, "pca": {"n_dimensions": 4}}.items():
        chosen = parameters_model(METHODS[name])(**values)
        folder = str(tmp_path_factory.mktemp("checkpoints"))
        fitted[name] = make_fit(name, "demo")(cohort, normalizers, splits, chosen, folder, 1, "")
    return fitted


@pytest.fixture(scope="module")
def evidence(cohort, normalizers, splits, models, evaluation):
    return {
        name: evaluate_method(cohort, normalizers, splits, fitted, evaluation, 1, Resources())
        for name, fitted in models.items()
    }


@pytest.fixture(scope="module")
def target(normalized):
    """The same cohort under other names, on another scale, without ten of the genes."""
    other = normalized[:, 10:].copy()
    other.obs["patient_id"] = "other " + other.obs["patient_id"].astype(str)
    other.uns["cohort"] = "elsewhere"
    other.X = other.X * 0.5 + 1.0
    return other


def test_the_tables_say_whose_they_are(evidence, evaluation):
    scores, replicates, predictions, tables, skipped = evidence["pca"]
    assert set(scores["method"]) == {"pca"}
    assert set(scores["cohort"]) == set(scores["trained_on"]) == {"demo"}
    assert set(scores["split"]) == {0, 1}
    assert {"cohort", "trained_on", "method"} <= set(predictions.columns)
    assert not replicates.empty
    assert tables
    for table in tables.values():
        assert set(table["method"]) == {"pca"}
        assert set(table["split"]) == {0, 1}
    assert json.loads(json.dumps(skipped)) == skipped


def test_evidence_comes_method_by_method_whatever_computes_it(
    cohort, normalizers, splits, models, evaluation, evidence
):
    """In one process, in two, or on the workers of a cluster: the same to the bit."""
    for n_jobs, cluster in ((1, ""), (2, ""), (2, "local")):
        found = evaluate_methods(
            *(cohort, normalizers, splits, evaluation, n_jobs, cluster, Resources()),
            models,
            {},
        )
        for position, expected in enumerate(evidence.values()):
            of_method = found[5 * position : 5 * position + 5]
            for table, wanted in zip(of_method[:3], expected[:3], strict=True):
                pd.testing.assert_frame_equal(table, wanted, check_exact=True)
            assert of_method[4] == expected[4]


def test_methods_fitted_again_are_found_by_their_split(
    cohort, normalizers, splits, models, evaluation
):
    """Two components stand in for the fit on few normals: what was handed in is what is asked."""
    asked = evaluation.model_copy(
        update={"tasks": ["few_normals"], "normal_counts": [3], "refit_methods": ["pca"]}
    )
    fitted = {key: clone_as_user_of_normals(method) for key, method in models["pca"].items()}
    refits = {"split_0__normals_3": models["raw"]["split_0"], "split_1__normals_3": None}
    scores, *_ = evaluate_methods(
        *(cohort, normalizers, splits, asked, 1, "", Resources()),
        {"pca": fitted},
        {"pca": refits},
    )
    asked = evaluation.model_copy(update={"tasks": ["retrieval"]})
    raw, *_ = evaluate_method(cohort, normalizers, splits, models["raw"], asked, 1, Resources())
    chosen = raw[(raw["split"] == 0) & (raw["metric"] == "top1_cosine") & (raw["fraction"] == 0.4)]
    found = scores[scores["task"] == "retrieval@normals=3"]
    assert found["value"].tolist() == chosen["value"].tolist()


def clone_as_user_of_normals(method):
    """The same fitted method, which says that it uses normals."""
    other = copy(method)
    other.uses_background = True
    return other


def test_a_split_is_prepared_once_for_all_methods(
    cohort, normalizers, splits, models, evaluation, monkeypatch
):
    from twinpurify.evaluation.splits import normalized

    seen, normalize = [], normalized.normalize

    def note(cohort, normalizer):
        seen.append(normalizer)
        return normalize(cohort, normalizer)

    monkeypatch.setattr(normalized, "normalize", note)
    evaluate_methods(cohort, normalizers, splits, evaluation, 1, "", Resources(), models, {})
    assert len(seen) == len(splits)


def test_what_cannot_be_answered_is_listed_with_its_reason(
    cohort, normalizers, splits, models, evaluation
):
    asked = evaluation.model_copy(update={"tasks": ["purity_estimate"]})
    *_, skipped = evaluate_method(cohort, normalizers, splits, models["raw"], asked, 1, Resources())
    assert [skip["split"] for skip in skipped] == [0, 1]
    assert {skip["reason"] for skip in skipped} == {"raw estimates no purity"}


def test_the_truth_lets_its_question_be_asked(
    cohort, normalizers, splits, models, evaluation, simulated, definition
):
    asked = evaluation.model_copy(update={"tasks": ["true_neighbours"], "n_neighbours": 3})
    without = evaluate_method(cohort, normalizers, splits, models["raw"], asked, 1, Resources())
    assert without[0].empty
    truth = normalize_truth(simulated[2], definition)
    resources = collect_resources(cohort, no_gene_sets(), truth, simulated[3])
    assert resources.true_purity.equals(simulated[3]["purity"])
    with_truth = evaluate_method(cohort, normalizers, splits, models["raw"], asked, 1, resources)
    assert set(with_truth[0]["task"]) == {"true_neighbours"}


def test_foreign_tissue_lets_its_questions_be_asked(
    cohort, normalizers, target, splits, models, evaluation
):
    asked = evaluation.model_copy(update={"tasks": ["foreign_background"]})
    resources = collect_resources(cohort, no_gene_sets(), tissue_of_elsewhere=target)
    assert resources.truth is None and list(resources.foreign) == ["elsewhere"]
    scores, *_ = evaluate_method(cohort, normalizers, splits, models["raw"], asked, 1, resources)
    assert {"retrieval@foreign", "subtype@foreign"} <= set(scores["task"])


def test_a_transfer_is_scored_on_the_other_cohort(
    cohort, normalizers, target, splits, models, evaluation
):
    scores, _, predictions, *_ = evaluate_transfer(
        cohort,
        normalizers,
        target,
        splits,
        models["pca"],
        evaluation,
        1,
        NORMALIZATION,
        Resources(),
    )
    assert set(scores["cohort"]) == {"elsewhere"}
    assert set(scores["trained_on"]) == {"demo"}
    assert set(predictions["sample_id"]) <= set(target.obs_names)


def test_genes_that_a_transfer_cohort_lacks_can_be_refused(
    cohort, normalizers, target, splits, models, evaluation
):
    strict = NORMALIZATION.model_copy(update={"missing_genes": "error"})
    with pytest.raises(GeneMismatchError, match=r"1[0-9] of the model's 60 genes are not in"):
        evaluate_transfer(
            cohort, normalizers, target, splits, models["pca"], evaluation, 1, strict, Resources()
        )


def test_genes_that_a_transfer_cohort_lacks_can_be_imputed(
    cohort, normalizers, target, splits, models, evaluation
):
    found = {}
    for policy in ("training_mean", "principal_components"):
        settings = NORMALIZATION.model_copy(update={"missing_genes": policy})
        found[policy], *_ = evaluate_transfer(
            cohort, normalizers, target, splits, models["pca"], evaluation, 1, settings, Resources()
        )
    keys = ["task", "metric", "split"]
    assert found["training_mean"][keys].equals(found["principal_components"][keys])
    assert not found["training_mean"]["value"].equals(found["principal_components"]["value"])


def test_alignment_undoes_a_platform_and_can_be_left_out(
    cohort, normalizers, target, splits, models, evaluation
):
    asked = evaluation.model_copy(update={"tasks": ["subtype"]})
    found = {}
    for alignment in ("location_scale", "none"):
        settings = NORMALIZATION.model_copy(update={"transfer_alignment": alignment})
        scores, *_ = evaluate_transfer(
            cohort, normalizers, target, splits, models["raw"], asked, 1, settings, Resources()
        )
        found[alignment] = scores["value"].mean()
    assert found["location_scale"] > found["none"]


def test_evidence_of_all_methods_is_put_together(evidence):
    scores = combine_tables(*(tables[0] for tables in evidence.values()))
    assert list(scores.index) == list(range(len(scores)))
    assert set(scores["method"]) == {"raw", "pca"}
    assert combine_lists([1], [], [2, 3]) == [1, 2, 3]


def test_tables_of_one_name_are_put_together():
    one, two = (pd.DataFrame({"method": [name]}) for name in ("raw", "pca"))
    gathered = gather_tables({"confusion": one}, {}, {"confusion": two, "loadings": one})
    assert gathered["confusion"]["method"].tolist() == ["raw", "pca"]
    assert list(gathered["loadings"].index) == [0]
    assert combine_lists() == []


def test_the_summary_compares_with_raw(evidence):
    scores = combine_tables(*(tables[0] for tables in evidence.values()))
    summary = summarize_scores(scores, *(tables[1] for tables in evidence.values()))
    keys = ["task", "metric", "fraction"]
    means = summary.set_index(["method", *keys])["mean"]
    differences = summary[summary["method"] == "pca"].set_index(keys)["difference"]
    expected = means["pca"] - means["raw"]
    np.testing.assert_allclose(differences.loc[expected.index], expected, atol=1e-9)


def test_the_final_method_is_compared_with_every_other(evidence):
    scores = combine_tables(*(tables[0] for tables in evidence.values()))
    compare = make_summarize_differences("pca")
    table = compare(scores, *(tables[1] for tables in evidence.values()))
    assert set(table["method"]) == {"pca"} and set(table["other"]) == {"raw"}
    assert len(table) == len(scores.drop_duplicates(["task", "metric", "fraction"]))
