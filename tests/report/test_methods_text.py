"""The methods text tells the settings of the run, and cites what was used in the order of use."""

import re
from dataclasses import replace

import pytest

from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.normalization.steps.registry import STEPS as KNOWN_STEPS
from twinpurify.report.citations import REFERENCES, STEPS
from twinpurify.report.methods_text import CohortSize, methods_text

OWN = CohortSize("demo", "Demo cohort", "rna_seq", "log2(TPM + 1)", 400, 60, 420, 2000)
LENT = replace(OWN, n_normals=0, reference="tcga_brca")
OTHER = CohortSize("elsewhere", "", "microarray", "log2", 1500, 0, 1500, 10000)


@pytest.fixture
def settings():
    """Settings as the page gets them."""
    return {
        "methods_to_run": ["raw", "linear_twin", "twinpurify"],
        "methods": {
            "raw": {},
            "twinpurify": {"hidden": [1024, 512], "projector": None, "device": "auto"},
            "pca": {"n_dimensions": 64},
        },
        "normalization": {
            "steps": ["tmm", "log2", {"variable_genes": {"max_genes": 5000}}],
            "transfer_alignment": "location_scale",
        },
        "evaluation": EvaluationSettings(n_splits=7, n_bootstrap=300).model_dump(mode="json"),
    }


@pytest.fixture
def text(settings):
    """All parts."""
    return methods_text([OWN, OTHER], ["subtype", "purity_left@cpe"], settings, {"torch": "2.13"})


def test_cohorts_are_told_with_their_sizes(text):
    assert text["Cohorts"] == [
        "Models were trained on Demo cohort (demo; rna seq, log2(TPM + 1)): 400 tumours and 60 "
        "normal samples of 420 patients, 2,000 genes. Without further training they were tested "
        "on elsewhere (microarray, log2): 1,500 tumours of 1,500 patients, 10,000 genes."
    ]


def test_whose_normals_served_is_told(settings):
    (told,) = methods_text([LENT], [], settings, {})["Cohorts"]
    assert "given the normals of tcga_brca, brought to the platform" in told
    assert "given the normals" not in methods_text([OWN], [], settings, {})["Cohorts"][0]


def test_steps_stand_in_their_order_with_their_parameters(text):
    (told,) = text["Normalisation"]
    assert told.startswith(
        "In this order, counts were scaled by trimmed means of M-values [1]; values were "
        "transformed by log2(x + 1); the most variable genes were kept (max genes 5000)."
    )
    assert "location scale alignment" in told


def test_one_cohort_needs_no_alignment(settings):
    text = methods_text([OWN], [], settings, {})
    assert "alignment" not in text["Normalisation"][0]
    assert "tested" not in text["Cohorts"][0]


def test_methods_that_ran_are_told_with_what_changes_a_result(text):
    ours, raw, twin = text["Methods"]
    assert ours.endswith("[2, 3, 4] (hidden 1024/512, projector none).")
    assert raw == "Raw expression: expression itself, all genes standardised."
    assert twin.startswith("Linear twin: canonical correlation")


def test_protocol_and_statistics_are_those_of_the_run(text):
    assert "divided 7 times at random" in text["Evaluation"][0]
    assert "(30% for testing)" in text["Evaluation"][0]
    assert text["Evaluation"][1] == "Questions asked: Subtype; Purity left in the embedding."
    assert "300 bootstrap replicates" in text["Statistics"][0]
    assert "Holm" in text["Statistics"][0]
    assert text["Software"] == ["Computed with torch 2.13."]


def test_references_are_numbered_as_they_are_cited(text):
    cited = re.findall(r"\[([\d, ]+)\]", " ".join(text["Methods"] + text["Statistics"]))
    numbers = {int(number) for group in cited for number in group.split(",")}
    assert max(numbers) == len(text["References"])
    assert text["References"][0].startswith("1. Robinson MD")


def test_what_is_not_known_is_left_out():
    assert methods_text([], [], {}, {}) == {}


def test_every_step_has_its_words():
    assert set(KNOWN_STEPS) == set(STEPS)
    assert {key for _, keys in STEPS.values() for key in keys} <= set(REFERENCES)


def test_an_unknown_method_or_step_is_named(settings):
    settings["methods_to_run"] = ["homemade"]
    settings["normalization"]["steps"] = ["polish"]
    text = methods_text([OWN], [], settings, {})
    assert text["Methods"] == ["homemade: see the documentation."]
    assert "the step polish was applied" in text["Normalisation"][0]
