"""docs/parameters.md against conf/base and the models that check it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from twinpurify.cohort.declaration.gene_sets import GeneSetCollection
from twinpurify.command.keys import keys_of
from twinpurify.command.parameters_page import SECTIONS, written
from twinpurify.errors import TableError
from twinpurify.normalization.alignment.registry import ALIGNMENTS
from twinpurify.normalization.steps.registry import STEPS
from twinpurify.parameters import parameters_model

from .tables import CODE, DOCS, PROJECT_ROOT, differences, documented, flattened, rows

PAGE = (DOCS / "parameters.md").read_text(encoding="utf-8")
CONF = PROJECT_ROOT / "conf" / "base"
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


def test_every_parameter_is_documented_with_its_default():
    said = {name: default for name, (_, default) in documented(PAGE, "Parameter").items()}
    assert differences(said, defaults()) == []


def test_the_tables_are_those_of_the_models():
    assert written(PAGE) == PAGE, "run python -m twinpurify.command.parameters_page <page>"


@pytest.mark.parametrize(
    ("row", "first"),
    [
        ("| `cohort` | text | `demo` |", "Parameter"),
        ("| `n_views` | integer ≥ 2 | `128` |", "Parameter"),
        ("| `min_share` |", "Of a step"),
        ("| `path` | text | required |", "Of a collection"),
    ],
)
def test_a_changed_table_is_written_anew(row, first):
    row = row if row in PAGE else row.replace("min_share", "count_filter.min_share")
    line = next(line for line in PAGE.split("\n") if line.startswith(row))
    assert written(PAGE.replace(line + "\n", "")) == PAGE
    assert written(PAGE.replace(line, f"| `invented` | {first} | `1` | Something. |")) == PAGE


def test_prose_stays_as_it_is():
    page = PAGE.replace("Every parameter stands in", "All stand in")
    assert written(page) == page != PAGE


def test_a_page_without_a_table_is_an_error():
    page = PAGE.replace("| Of a step |", "| Of what |")
    with pytest.raises(TableError, match=r"section 'normalization'.*first column 'Of a step'"):
        written(page)
    with pytest.raises(TableError, match="section 'The run' of the page has no table"):
        written("")


def test_every_parameter_has_a_meaning():
    models = [*SECTIONS.values(), *map(parameters_model, STEPS.values()), GeneSetCollection]
    found = [
        f"{model.__name__}: {name}"
        for model in models
        for name, key in keys_of(model).items()
        if not key.meaning
    ]
    assert found == []


def test_defaults_in_the_code_are_those_of_conf():
    in_code = {
        name: key.default
        for section, model in SECTIONS.items()
        for name, key in keys_of(model, f"{section}." if section else "").items()
    }
    # In Python the shortest useful list stands; a run compares all methods.
    del in_code["methods_to_run"]
    in_conf = {name: value for name, value in defaults().items() if name != "methods_to_run"}
    assert differences(in_conf, in_code) == []


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
