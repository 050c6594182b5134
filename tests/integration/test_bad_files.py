"""Bad files and settings from end to end: each has an error that says what mends it."""

import re

import pytest

from twinpurify.errors import TwinPurifyError

from . import bad_files, bad_places, bad_settings, bad_sheets, bad_sources, bad_values
from .small_cohort import declared, ingest, write_good

TABLES = tuple(
    module.CASES
    for module in (bad_files, bad_places, bad_sources, bad_values, bad_sheets, bad_settings)
)
BAD = {name: case for table in TABLES for name, case in table.items()}
FEWEST_CASES, SHORTEST_MESSAGE = 60, 60
# What a message tells its reader to do.
REMEDY = re.compile(
    r"\b(Set|Correct|Fetch|Save|Remove|Rename|Name|Keep|Take|Make|Put|Write|Unpack|Check|Close|"
    r"Add|Say|Divide|Fill|Run|Map|Leave|Load|Columns that)\b|"
    r"[:,] (set|fetch|save|swap|remove|put)\b|"
    r"[;:,] (correct|map|leave|make|If the values) |are missing: [a-z]|mine\.?\S*: "
)


@pytest.mark.parametrize("name", BAD)
def test_what_is_bad_is_refused_by_an_error_that_helps(name, tmp_path):
    case = BAD[name]
    write_good(tmp_path)
    if case.change is not None:
        case.change(tmp_path)
    with pytest.raises(TwinPurifyError, match=f"(?s){case.message}") as raised:
        ingest(tmp_path, declared(case.settings))
    message = str(raised.value)
    assert type(raised.value) is case.error
    assert len(message) >= SHORTEST_MESSAGE
    assert message.endswith(".")
    assert REMEDY.search(message)


def test_the_table_is_long_and_its_cases_differ():
    assert len(BAD) >= FEWEST_CASES
    assert len(BAD) == sum(map(len, TABLES))
    assert len({case.message for case in BAD.values()}) == len(BAD)
    assert all(len(case.message) > 20 for case in BAD.values())


def test_the_good_cohort_is_good(tmp_path):
    cohort, log = ingest(write_good(tmp_path), declared({}))
    assert cohort.shape == (26, 24)
    assert (cohort.obs["tissue"] == "tumour").sum() == 22
    assert log["warnings"] == []
