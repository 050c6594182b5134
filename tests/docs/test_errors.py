"""docs/errors.md against the messages in the code."""

import ast
import re
from collections.abc import Iterator

from .tables import CODE, DOCS, PROJECT_ROOT, rows

PAGE = (DOCS / "errors.md").read_text(encoding="utf-8")
LIBRARY = PROJECT_ROOT / "src" / "twinpurify"
# What a user's files and settings can bring about; other packages check what they are handed.
USER_FACING = (
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
GAP = "…"
# A message that is put together from sentences of other functions has few words of its own.
FEWEST_LETTERS = 18


def text_of(node: ast.AST) -> str | None:
    """A string of the code with a gap for each value; None for anything else."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part) or GAP for part in node.values)
    return None


def strings(source: str) -> Iterator[str]:
    """All strings of a module."""
    return filter(None, map(text_of, ast.walk(ast.parse(source))))


def raised(source: str) -> Iterator[str]:
    """Messages of the errors that a module raises."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)):
            continue
        message = text_of(node.exc.args[0]) if node.exc.args else None
        kind = getattr(node.exc.func, "id", "")
        if message and kind != "NotImplementedError" and letters(message) >= FEWEST_LETTERS:
            yield message


def letters(message: str) -> int:
    return sum(character.isalpha() for character in message)


def holds(text: str, said: str) -> bool:
    """Whether a string of the code is the documented message, whatever stands in its gaps."""
    pieces = said.split(GAP)
    if not all(piece in text for piece in pieces):
        return False
    return re.search(".*?".join(map(re.escape, pieces)), text, re.DOTALL) is not None


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
