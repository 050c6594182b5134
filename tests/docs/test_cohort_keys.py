"""docs/add_your_cohort.md and the README's example against the definition of a cohort."""

import re
from typing import Any, get_args

import pytest
import yaml

from twinpurify.cohort.declaration.definition import CohortDefinition, parse_definition
from twinpurify.cohort.declaration.samples import Contrast
from twinpurify.cohort.declaration.sources import ExpressionFormat, IdTable, JoinedTable
from twinpurify.cohort.units.unit import ARRAY_QUANTITIES, Quantity, Unit
from twinpurify.command.keys import allowed
from twinpurify.errors import ConfigurationError
from twinpurify.io.formats import READERS

from .tables import (
    CODE,
    DOCS,
    PAGES,
    PROJECT_ROOT,
    differences,
    documented,
    rows,
    stated,
)

PAGE = (DOCS / "add_your_cohort.md").read_text(encoding="utf-8")
README = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
LONGEST_EXAMPLE = 25
# Tables of one shape, whose keys are explained once, and the name that they have there.
ID_TABLES, ID_TABLE = ("expression.transcripts", "genes.map", "genes.aliases"), "<table>."


def cohorts(page: str) -> list[str]:
    """YAML blocks of a page that define a cohort."""
    return [block for block in BLOCK.findall(page) if "platform:" in block]


def parse(block: str) -> CohortDefinition:
    ((name, settings),) = yaml.safe_load(block).items()
    return parse_definition(name, settings)


def keys() -> dict[str, tuple[str, Any]]:
    """Dotted name of every key of a cohort's file, as the page writes them."""
    found = stated(CohortDefinition) | stated(JoinedTable, "samples.join[].")
    found |= stated(Contrast, "contrasts[].")
    for name in ID_TABLES:
        found = {key: value for key, value in found.items() if not key.startswith(f"{name}.")}
        found[name] = (allowed(IdTable | None), None)
    return found | stated(IdTable, ID_TABLE)


def test_every_key_is_documented_with_type_range_and_default():
    assert differences(documented(PAGE, "Key"), keys()) == []


def test_every_format_has_its_row_and_page():
    index = DOCS / "formats" / "README.md"
    named = [CODE.findall(row["Format"])[0] for row in rows(index.read_text("utf-8"), "Format")]
    assert sorted(named) == sorted(READERS)
    assert {*named, "auto"} == set(get_args(ExpressionFormat))


@pytest.mark.parametrize(
    "page", [p for p in PAGES if cohorts(p.read_text("utf-8"))], ids=lambda page: page.name
)
def test_every_example_of_a_cohort_is_one(page):
    for block in cohorts(page.read_text(encoding="utf-8")):
        assert parse(block).title


def test_a_missing_key_is_noticed():
    without = PAGE.replace("| `samples.id_column` |", "| `samples.idcolumn` |")
    assert differences(documented(without, "Key"), keys()) == [
        "samples.id_column isn't documented: ('text, or `null`', None)",
        "samples.idcolumn is documented and doesn't exist",
    ]


def test_the_example_of_the_readme_is_a_cohort_and_short():
    (block,) = cohorts(README)
    assert parse(block).require_normals
    assert len(block.splitlines()) <= LONGEST_EXAMPLE


def test_the_example_of_the_page_is_a_cohort_with_everything():
    (block,) = cohorts(PAGE)
    left_out = {"patient_id_pattern", "reference_normals", "require_normals", "synthetic"}
    assert parse(block).model_fields_set == set(CohortDefinition.model_fields) - left_out


def test_a_broken_example_is_noticed():
    (block,) = cohorts(README)
    with pytest.raises(ConfigurationError, match=r"mine\.samples\.id_colum: unknown key"):
        parse(block.replace("id_column", "id_colum"))


def test_the_units_of_the_page_are_units():
    for row in rows(PAGE, "Your numbers"):
        platform, unit = CODE.findall(row["`platform`"])[0], CODE.findall(row["`unit`"])[0]
        is_array = Unit(**yaml.safe_load(unit)).quantity in ARRAY_QUANTITIES
        assert is_array == (platform == "microarray")


def test_names_of_columns_and_endpoints_are_documented():
    names = {CODE.findall(row["Our name"])[0] for row in rows(PAGE, "Our name")}
    allowed = stated(CohortDefinition)["columns"][0]
    assert names == set(CODE.findall(allowed))
    assert Quantity.__args__ == tuple(CODE.findall(stated(Unit)["quantity"][0]))
