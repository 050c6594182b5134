"""Keys of settings in the words of the documentation."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from twinpurify.command.keys import Key, allowed, as_code, as_markdown, keys_of, meanings_of


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (Annotated[int, Field(ge=1)] | None, "integer ≥ 1, or `null`"),
        (Annotated[float, Field(gt=0, le=1)], "number > 0 and ≤ 1"),
        (Literal["a", "b", "c"], "`a`, `b` or `c`"),
        (Sequence[Annotated[int, Field(ge=2)]], "list of: integer ≥ 2"),
        (Annotated[list[str], Field(min_length=1)], "list of: text, one at least"),
        (dict[str, Any], "mapping: text → anything"),
        (bool, "`true` or `false`"),
        (Path, "folder"),
    ],
)
def test_types_and_ranges_are_put_into_words(annotation, words):
    assert allowed(annotation) == words


@pytest.mark.parametrize(
    ("default", "code"),
    [
        (64, "`64`"),
        (None, "`null`"),
        (True, "`true`"),
        (0.0001, "`0.0001`"),
        ("", "`''`"),
        ("demo", "`demo`"),
        (["a", {"b": {"c": 1}}], "`[a, {b: {c: 1}}]`"),
    ],
)
def test_defaults_are_written_as_in_yaml(default, code):
    assert as_code(default) == code


def test_the_text_of_a_docstring_becomes_markdown():
    text = "``None`` for none (docs/few_labels.md#a-part); see docs/scaling.md."
    expected = "`null` for none ([few labels](few_labels.md#a-part)); see [scaling](scaling.md)."
    assert as_markdown(text) == expected


class Inner(BaseModel):
    """Lies within.

    Parameters
    ----------
    width : int
        How wide,
        in genes.
    """

    width: int = 3


class Outer(BaseModel):
    """Holds another.

    Parameters
    ----------
    path : str
        Where.
    a, b : float
        Both.
    batch_size
        As in ``TwinNetwork``.

    Raises
    ------
    ValueError
        Never.
    """

    path: str
    a: float = 1.0
    b: float = 2.0
    batch_size: int = 4
    inner: Inner = Inner()


def test_keys_have_what_is_allowed_the_default_and_the_meaning():
    keys = keys_of(Outer, "outer.")
    assert keys["outer.path"] == Key("text", "required", "Where.")
    assert keys["outer.b"] == Key("number", 2.0, "Both.")
    assert keys["outer.inner.width"] == Key("integer", 3, "How wide, in genes.")
    assert as_code(keys["outer.path"].default) == "required"


def test_what_points_to_another_class_says_what_that_says():
    assert meanings_of(Outer)["batch_size"].startswith("Tumours in a batch")


def test_a_class_without_a_section_says_nothing():
    assert meanings_of(BaseModel) == {}
