"""docs/errors.md against the messages in the code."""

import ast
import re
from collections.abc import Iterator

import click
import pytest

import twinpurify.evaluation.measurement
import twinpurify.fetch.transfer.remote_file
from twinpurify import errors
from twinpurify.command.errors_page import GAP, HEAD, Raised, holds, kinds_of, text_of, written
from twinpurify.command.errors_page import raised as raised_with_kind

from .tables import CODE, DOCS, PROJECT_ROOT, rows

PAGE = (DOCS / "errors.md").read_text(encoding="utf-8")
LIBRARY = PROJECT_ROOT / "src" / "twinpurify"
# What a user's files and settings can bring about; other packages check what they are handed.
USER_FACING = (
    "command",
    "extras",
    "cohort",
    "io",
    "normalization",
    "fetch",
    "run_selection.py",
    "parallel",
    "training",
    "representation",
    "fine_tuning",
    "imputation",
    "studies",
    "serving/loading",
    "serving/pyfunc_input",
    "evaluation/cohort_evaluation",
    "pp.py",
    "tl.py",
    "pl.py",
)
# A message that is filled in where it is raised begins with the file.
TEMPLATE, FIELD = re.compile(r"\{path\} "), re.compile(r"\{\w+\}")
# A message that is put together from sentences of other functions has few words of its own.
FEWEST_LETTERS = 18


def strings(source: str) -> Iterator[str]:
    """All strings of a module."""
    return filter(None, map(text_of, ast.walk(ast.parse(source))))


def raised(source: str) -> Iterator[str]:
    """Messages of the errors that a module raises, and those that wait in its tables."""
    yield from (FIELD.sub(GAP, text) for text in strings(source) if TEMPLATE.match(text))
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)):
            continue
        message = text_of(node.exc.args[0]) if node.exc.args else None
        kind = getattr(node.exc.func, "id", "")
        if message and kind != "NotImplementedError" and letters(message) >= FEWEST_LETTERS:
            yield message


def letters(message: str) -> int:
    return sum(character.isalpha() for character in message)


def modules(*below: str) -> list[str]:
    """Sources of all modules, or of those below some folders."""
    paths = sorted(LIBRARY.rglob("*.py"))
    return [
        path.read_text(encoding="utf-8")
        for path in paths
        if not below or path.relative_to(LIBRARY).as_posix().startswith(below)
    ]


def documented_messages(page: str) -> list[str]:
    return [CODE.findall(row["Message"])[0] for row in rows(page, "Message")]


def invented(messages: list[str], sources: list[str]) -> list[str]:
    """Documented messages that no module holds."""
    known = [text for source in sources for text in strings(source)]
    return [said for said in messages if not any(holds(text, said) for text in known)]


def undocumented(messages: list[str], sources: list[str]) -> list[str]:
    """Messages of the code that the page doesn't explain."""
    known = [text for source in sources for text in raised(source)]
    return [text for text in known if not any(holds(text, said) for said in messages)]


def test_every_documented_message_is_one_of_the_code():
    assert invented(documented_messages(PAGE), modules()) == []


def test_every_message_that_a_user_can_bring_about_is_documented():
    assert undocumented(documented_messages(PAGE), modules(*USER_FACING)) == []


SOURCE = 'raise TableError(f"{path} holds {count} rows. Correct {setting}.path, or fetch it.")'


def test_a_wrong_message_is_noticed():
    assert invented(["… holds … rows"], [SOURCE]) == []
    assert invented(["… holds … lines"], [SOURCE]) == ["… holds … lines"]


def test_a_message_without_a_row_is_noticed():
    assert undocumented(["… holds … rows"], [SOURCE]) == []
    assert undocumented(["… is empty"], [SOURCE]) == [
        "… holds … rows. Correct ….path, or fetch it."
    ]
    table = 'FOREIGN = {b"PK": "{path} is a ZIP archive. Unpack {setting}.path."}'
    assert undocumented(["… is a ZIP archive"], [table]) == []
    assert undocumented(["… is empty"], [table]) == ["… is a ZIP archive. Unpack ….path."]


def test_the_kinds_are_those_of_the_code():
    assert written(PAGE) == PAGE, "run python -m twinpurify.command.errors_page docs/errors.md"


def test_a_wrong_kind_is_written_anew():
    row = "| `Each sample stands alone` | {} | A `reason`. | A mend. |"
    page = "\n".join([HEAD, "|---|---|---|---|", row])
    # What no module says as it stands keeps its kind, and so does what isn't in such a table.
    assert written(page.format("`TableError`")) == page.format("`TableError`")
    line = next(line for line in PAGE.split("\n") if line.startswith("| `… has a header and no"))
    assert "`TableError`" in line
    wrong = line.replace("TableError", "KeyError")
    assert written(f"{HEAD}\n{wrong}\n\n{wrong}") == f"{HEAD}\n{line}\n\n{wrong}"


def test_every_kind_is_a_class_that_a_program_can_catch():
    places = (errors, twinpurify.evaluation.measurement, twinpurify.fetch.transfer.remote_file)
    named = {kind for row in rows(PAGE, "Message") for kind in CODE.findall(row["Kind"])}
    for kind in named - {"UsageError"}:
        found = [vars(place)[kind] for place in places if kind in vars(place)]
        assert found, kind
        assert issubclass(found[0], errors.TwinPurifyError)
    assert issubclass(click.BadParameter, click.UsageError)
    assert all(CODE.findall(row["Kind"]) for row in rows(PAGE, "Message"))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (SOURCE, [Raised("… holds … rows. Correct ….path, or fetch it.", "TableError")]),
        ('raise click.UsageError("name them")', [Raised("name them", "UsageError")]),
        ("raise error(message)", []),
        ('raise error("a kind that is handed in")', []),
        ("raise", []),
    ],
)
def test_what_is_raised_is_found_with_its_kind(source, expected):
    assert list(raised_with_kind(source)) == expected


def test_a_check_within_settings_arrives_as_an_error_of_the_configuration():
    assert kinds_of("1.0 must be among the fractions") == ["ConfigurationError"]
    assert kinds_of("nobody says this") == []
