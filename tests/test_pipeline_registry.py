"""The pipelines of a run: which nodes there are, what they join, and what they are given."""

import pytest

from twinpurify import pipeline_registry
from twinpurify.run_selection import RunSelection

STAGES = ["ingestion", "normalization", "purification", "evaluation", "reporting"]
ALONE = ["scoring", "mixtures", "compare", "imputation", "gene_panels", "restored_anchors"]
ALONE += ["gene_attribution", "label_efficiency"]
METHODS = ["raw", "pca", "twinpurify"]
# The selection of the run checks these; they are single words or numbers.
UNCHECKED = ("checkpoints", "n_jobs", "cluster", "final_method")


@pytest.fixture
def registered(monkeypatch):
    """Pipelines for a selection, as the hook would have them built."""

    def build(simulated=("demo",), reference=None, **selection):
        chosen = RunSelection(**{"methods_to_run": METHODS, **selection}).with_reference(reference)
        monkeypatch.setattr(pipeline_registry, "selection", chosen)
        monkeypatch.setattr(pipeline_registry, "simulated_cohorts", frozenset(simulated))
        return pipeline_registry.register_pipelines()

    return build


def names(pipeline):
    return [node.name for node in pipeline.nodes]


def functions(pipeline):
    return [node.func.__name__ for node in pipeline.nodes]


def test_there_is_one_pipeline_a_stage_and_the_whole(registered):
    pipelines = registered()
    assert list(pipelines) == [*STAGES, "__default__", *ALONE]
    total = sum(len(pipelines[stage].nodes) for stage in STAGES)
    assert len(pipelines["__default__"].nodes) == total


def test_the_whole_needs_nothing_but_parameters_for_a_simulated_cohort(registered):
    free = registered()["__default__"].inputs()
    assert {name for name in free if not name.startswith(("params:", "parameters"))} == {
        "demo__gene_tables",
        "gene_sets",
    }


def test_the_whole_needs_the_raw_tables_of_a_user_s_cohort(registered):
    free = registered(simulated=(), cohort="tcga_brca", transfer=["scanb"])["__default__"].inputs()
    assert {name for name in free if not name.startswith(("params:", "parameters"))} == {
        "tcga_brca__raw_expression",
        "tcga_brca__raw_samples",
        "tcga_brca__gene_tables",
        "scanb__raw_expression",
        "scanb__raw_samples",
        "scanb__gene_tables",
        "gene_sets",
    }


def test_foreign_cohorts_are_read_as_tissue_and_mixed_in(registered):
    pipelines = registered(simulated=(), cohort="tcga_brca", foreign=["tcga_dlbc", "tcga_gbm"])
    assert {"tcga_dlbc__raw_expression", "tcga_gbm__raw_samples"} <= set(
        pipelines["__default__"].inputs()
    )
    (collect,) = [
        node for node in pipelines["evaluation"].nodes if node.name.endswith("collect_resources")
    ]
    assert collect.inputs[2:] == ["tcga_dlbc__normalized", "tcga_gbm__normalized"]
    assert "tcga_dlbc__splits" not in pipelines["normalization"].all_outputs()
    assert not [name for name in pipelines["reporting"].inputs() if "tcga_dlbc" in name]


def test_normals_of_another_cohort_reach_every_fit_and_the_questions(registered):
    pipelines = registered(simulated=(), reference="tcga_brca", cohort="scanb")
    assert {"tcga_brca__raw_expression", "scanb__raw_expression"} <= set(
        pipelines["__default__"].inputs()
    )
    readers = {
        node.name.split(".")[-1]
        for node in pipelines["__default__"].nodes
        if "scanb__reference_normals" in node.inputs
    }
    assert readers == {
        "fit_on_splits",
        "fit_on_splits_and_all",
        "fit_again",
        "collect_resources",
    }
    assert not [name for name in pipelines["normalization"].all_outputs() if "tcga" in name]
    assert "tcga_brca__ingestion_log" in pipelines["reporting"].inputs()


def test_a_cohort_with_its_own_normals_asks_for_no_others(registered):
    assert not [name for name in registered()["__default__"].all_outputs() if "reference" in name]


def test_a_cohort_that_gives_normals_may_be_transferred_to(registered):
    pipelines = registered(simulated=(), reference="tcga", cohort="scanb", transfer=["tcga"])
    assert "evaluation.transfer_to_tcga" in names(pipelines["evaluation"])


def test_the_truth_is_for_simulated_cohorts_alone(registered):
    def outputs(**selection):
        return registered(**selection)["__default__"].all_outputs()

    assert "demo__normalized_truth" in outputs()
    assert not [name for name in outputs(simulated=()) if "truth" in name]


def test_every_method_is_fitted_and_evaluated_once_a_cohort(registered):
    pipelines = registered(transfer=["scanb", "metabric"])
    fits = [name for name in functions(pipelines["purification"]) if name.startswith("fit")]
    again = ["fit_again"] * len(METHODS)
    assert sorted(fits) == [*again, "fit_on_splits", "fit_on_splits", "fit_on_splits_and_all"]
    evaluation = pipelines["evaluation"]
    asked = functions(evaluation)
    assert (asked.count("evaluate_methods"), asked.count("evaluate_transfers")) == (1, 2)
    for name in METHODS:
        made = evaluation.all_outputs()
        assert {f"demo__{name}__scores", f"demo__to__scanb__{name}__scores"} <= made


def test_evidence_is_that_of_the_method_whose_name_it_bears(registered):
    (node,) = [n for n in registered()["evaluation"].nodes if n.name.endswith("evaluate_methods")]
    models = [name for name in node.inputs if name.endswith("__split_models")]
    refits = [name for name in node.inputs if name.endswith("__refits")]
    assert node.inputs[7:] == [*models, *refits]
    for position, name in enumerate(METHODS):
        assert models[position] == f"demo__{name}__split_models"
        assert refits[position] == f"demo__{name}__refits"
        assert {
            out.rpartition("__")[0] for out in node.outputs[5 * position : 5 * position + 5]
        } == {f"demo__{name}"}


def test_only_the_purified_cohort_is_split(registered):
    outputs = registered(transfer=["scanb"])["normalization"].all_outputs()
    assert {"demo__normalized", "scanb__normalized", "demo__splits"} <= outputs
    assert "scanb__splits" not in outputs


def test_fits_take_their_patients_from_the_splits_and_know_no_truth(registered):
    for node in registered()["purification"].nodes:
        if node.func.__name__.startswith("fit"):
            assert "demo__splits" in node.inputs
            assert "demo__normalized_truth" not in node.inputs


def test_nothing_but_the_evaluation_reads_the_truth(registered):
    readers = {
        node.func.__name__
        for node in registered()["__default__"].nodes
        if any("truth" in name for name in node.inputs)
    }
    assert readers == {"normalize_truth", "collect_resources"}


def test_scoring_stands_alone(registered):
    scoring = registered(simulated=(), cohort="scanb")["scoring"]
    assert scoring.inputs() == {
        "scanb__raw_expression",
        "scanb__raw_samples",
        "scanb__gene_tables",
        "params:scanb",
        "params:scoring",
    }
    assert "scanb__scored" in scoring.outputs()


def test_the_study_of_few_labels_reads_the_cohorts_that_it_needs_and_no_others(registered):
    alone = registered(simulated=(), cohort="scanb", reference="tcga_brca", transfer=["metabric"])
    free = alone["label_efficiency"].inputs()
    assert {name for name in free if not name.startswith("params:")} == {
        f"{cohort}__{raw}"
        for cohort in ("scanb", "tcga_brca")
        for raw in ("raw_expression", "raw_samples", "gene_tables")
    }


def test_names_begin_with_the_stage_and_are_unique(registered):
    whole = registered(transfer=["scanb"])["__default__"]
    assert len(set(names(whole))) == len(whole.nodes)
    assert "purification.twinpurify" in {node.namespace for node in whole.nodes}
    assert "evaluation" in {node.namespace for node in whole.nodes}


def test_another_final_method_is_stored(registered):
    purification = registered(methods_to_run=["raw", "twinpurify"])["purification"]
    (final,) = [node for node in purification.nodes if "demo__model" in node.outputs]
    assert "params:methods.twinpurify" in final.inputs


def test_every_parameter_that_has_a_model_is_hinted(registered):
    """Kedro checks a parameter before the first node where the node's hint is a model."""
    from pydantic import BaseModel

    unchecked = {f"params:{name}" for name in UNCHECKED}
    for pipeline in registered().values():
        for node in pipeline.nodes:
            hints = {
                name: hint
                for name, hint in zip(node.inputs, node.func.__annotations__.values(), strict=False)
                if name.startswith("params:") and name not in unchecked
            }
            assert all(issubclass(hint, BaseModel) for hint in hints.values()), node.name
