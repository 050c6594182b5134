"""The registry: every step by name, with what its place among the others needs."""

import inspect
import re
from pathlib import Path

import pytest
from sklearn.base import clone

from twinpurify.errors import ConfigurationError
from twinpurify.normalization.steps.registry import STEPS, create_step, parse_steps

SOURCES = Path(__file__).resolve().parents[3] / "src" / "twinpurify" / "normalization" / "steps"


@pytest.mark.parametrize("name", STEPS)
def test_a_step_says_what_it_takes_and_gives(name):
    assert STEPS[name].takes in ("counts", "linear", "log2")
    assert STEPS[name].gives in ("counts", "linear", "log2")
    assert isinstance(STEPS[name].bends, bool)


@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_an_estimator_that_can_be_cloned(name):
    step = STEPS[name]()
    assert clone(step).get_params() == step.get_params()
    assert "X" in inspect.signature(step.fit).parameters


def test_all_steps_are_in_the_registry():
    classes = {step.__name__ for step in STEPS.values()}
    found = set()
    for path in SOURCES.glob("*.py"):
        found |= set(
            re.findall(
                r"^class (\w+)\((?:\w+, )*(?:Step|LibraryScaling|GeneFilter|PerLength)\)",
                path.read_text(encoding="utf-8"),
                re.MULTILINE,
            )
        )
    abstract = {"LibraryScaling", "GeneFilter", "PerLength"}
    assert found - abstract == classes


def test_steps_are_names_mappings_or_pairs():
    steps = ["cpm", {"log2": None}, ("variable_genes", {"max_genes": 9})]
    expected = [("cpm", {}), ("log2", {}), ("variable_genes", {"max_genes": 9})]
    assert parse_steps(steps) == expected
    assert parse_steps([list(pair) for pair in expected]) == expected


@pytest.mark.parametrize(
    ("steps", "match"),
    [
        ([3], "holds 3; a step is a name, such as `log2`"),
        ([("cpm", {}, 1)], "a step is a name"),
        ([(1, {})], "a step is a name"),
        ([{"variable_genes": 80}], "variable_genes has 80 for parameters; write `variable_genes:"),
        (["log2", {"variable_genes": {5: 80}}], "has no parameter '5'; it has max_genes"),
        ([{"log2": {"base": 2}}], "log2 has no parameter 'base'; it has none"),
        (["upper_quartil", "log2"], r"\(did you mean 'upper_quartile'\?\)"),
        (["cpm", "tmm", "log2"], "tmm works on counts: put it before cpm"),
        (["log2", "quantile", "tpm"], "tpm works on counts: put it before log2"),
        (["cpm", "quantile", "log2"], r"quantile works on log2\(x \+ 1\): put it after log2"),
        ([{"tmm": {"ratio_trim": 0.5}}, "log2"], "ratio_trim = 0.5: .*less than 0.5"),
        ([{"vst": {"overdispersion": 0}}, "log2"], "overdispersion.* = 0: .*greater than or equal"),
        (["log2", {"standardize": {"spread": "iqr"}}], "'sd', 'mad' or 'quantile_range'"),
        (["log2", {"expression_filter": {"min_share": 0}}], "min_share = 0: .*greater than 0"),
        (["log2", {"expression_filter": {"min_value": -1}}], "min_value = -1"),
        (["log2", {"variance_filter": {"min_variance": -1}}], "min_variance = -1"),
        ([{"count_filter": {"min_share": 1.5}}, "cpm", "log2"], "min_share = 1.5: .*less than or"),
    ],
)
def test_what_does_not_fit_is_named(steps, match):
    with pytest.raises(ConfigurationError, match=match):
        parse_steps(steps)


def test_protected_genes_reach_the_filters_alone():
    step = create_step("variance_filter", {"protected_genes": ["A", "B"]}, ["B", "C"])
    assert step.protected_genes == ["A", "B", "C"]
    assert not hasattr(create_step("quantile", {}, ["A"]), "protected_genes")
