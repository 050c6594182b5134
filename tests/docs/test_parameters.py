"""docs/parameters.md against conf/base and the models that check it."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from twinpurify.cohort.declaration.gene_sets import GeneSetCollection
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.imputation.settings import ImputersSettings
from twinpurify.normalization.alignment.registry import ALIGNMENTS
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.normalization.steps.registry import STEPS
from twinpurify.parameters import parameters_model
from twinpurify.representation.registry import METHODS
from twinpurify.run_selection import RunSelection
from twinpurify.serving.settings import RegistrationSettings, ScoringSettings
from twinpurify.studies.gene_attribution.settings import GeneAttributionSettings
from twinpurify.studies.gene_panels.settings import GenePanelSettings
from twinpurify.studies.imputation.settings import ImputationSettings
from twinpurify.studies.label_efficiency.settings import LabelEfficiencySettings
from twinpurify.studies.restored_anchors.settings import RestoredAnchorSettings

from .tables import CODE, DOCS, PROJECT_ROOT, differences, documented, flattened, keys_of, rows

PAGE = (DOCS / "parameters.md").read_text(encoding="utf-8")
CONF = PROJECT_ROOT / "conf" / "base"
SECTIONS: dict[str, type[BaseModel]] = {
    "normalization": NormalizationSettings,
    "evaluation": EvaluationSettings,
    "registration": RegistrationSettings,
    "scoring": ScoringSettings,
    "imputation": ImputationSettings,
    "imputers": ImputersSettings,
    "gene_panels": GenePanelSettings,
    "gene_attribution": GeneAttributionSettings,
    "restored_anchors": RestoredAnchorSettings,
    "label_efficiency": LabelEfficiencySettings,
} | {f"methods.{name}": parameters_model(method) for name, method in METHODS.items()}


GENE_SETS = "gene_sets."


def read(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def defaults() -> dict[str, Any]:
    """Dotted name -> default of every parameter of conf/base."""
    return {
        name: value
        for path in sorted(CONF.glob("parameters*.yml"))
        for name, value in flattened(read(path))
        # A user's collections have any names: their keys are documented instead.
        if not name.startswith(GENE_SETS)
    }


def of_models() -> dict[str, tuple[str, Any]]:
    """Dotted name -> allowed values and default, as the code has them."""
    keys = keys_of(RunSelection)
    for section, model in SECTIONS.items():
        keys |= keys_of(model, f"{section}.")
    return keys


def test_every_parameter_is_documented_with_its_default():
    said = {name: default for name, (_, default) in documented(PAGE, "Parameter").items()}
    assert differences(said, defaults()) == []


def test_every_type_and_range_is_documented():
    said = {name: allowed for name, (allowed, _) in documented(PAGE, "Parameter").items()}
    assert differences(said, {name: allowed for name, (allowed, _) in of_models().items()}) == []


def test_defaults_in_the_code_are_those_of_conf():
    in_code = {name: default for name, (_, default) in of_models().items()}
    # In Python the shortest useful list stands; a run compares all methods.
    del in_code["methods_to_run"]
    in_conf = {name: value for name, value in defaults().items() if name != "methods_to_run"}
    assert differences(in_conf, in_code) == []


def test_every_parameter_of_every_step_is_documented():
    true = {}
    for name, step in STEPS.items():
        true |= keys_of(parameters_model(step), f"{name}.")
    assert differences(documented(PAGE, "Of a step"), true) == []


def test_every_key_of_a_collection_of_gene_sets_is_documented():
    said = documented(PAGE, "Of a collection")
    assert differences(said, keys_of(GeneSetCollection, GENE_SETS)) == []


def test_every_collection_that_is_shipped_is_named_with_its_file():
    said = {
        CODE.findall(row["Collection"])[0]: CODE.findall(row["File"])[0]
        for row in rows(PAGE, "Collection")
    }
    shipped = read(CONF / "parameters_gene_sets.yml")["gene_sets"]
    assert said == {name: collection["path"] for name, collection in shipped.items()}


def test_every_step_is_explained():
    page = (DOCS / "normalization.md").read_text(encoding="utf-8")
    assert [CODE.findall(row["Step"])[0] for row in rows(page, "Step")] == list(STEPS)


def test_every_alignment_is_explained():
    page = (DOCS / "platforms.md").read_text(encoding="utf-8")
    named = [
        CODE.findall(row["`transfer_alignment`"])[0] for row in rows(page, "`transfer_alignment`")
    ]
    assert sorted(named) == sorted(ALIGNMENTS)


def test_every_setting_of_mlflow_is_documented():
    said = {
        CODE.findall(row["Setting"])[0]: yaml.safe_load(CODE.findall(row["Default"])[0])
        for row in rows(PAGE, "Setting")
    }
    assert differences(said, dict(flattened(read(CONF / "mlflow.yml")))) == []


TABLE = """
### Section `pca`

| Parameter | Allowed | Default | Meaning |
|---|---|---|---|
| `n_dimensions` | integer ≥ 1 | `{default}` | Width. |
"""


@pytest.mark.parametrize(
    ("page", "true", "expected"),
    [
        (TABLE.format(default=64), {"pca.n_dimensions": 64}, []),
        (
            TABLE.format(default=32),
            {"pca.n_dimensions": 64},
            ["pca.n_dimensions: 32 documented, 64 in truth"],
        ),
        (TABLE.format(default=64), {}, ["pca.n_dimensions is documented and doesn't exist"]),
        ("", {"pca.n_dimensions": 64}, ["pca.n_dimensions isn't documented: 64"]),
    ],
)
def test_a_difference_is_noticed(page, true, expected):
    said = {name: default for name, (_, default) in documented(page, "Parameter").items()}
    assert differences(said, true) == expected
