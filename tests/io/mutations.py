"""Damaged copies of good files: what a broken download or a spreadsheet leaves behind."""

import gzip
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from twinpurify.errors import TwinPurifyError

JUNK = (
    b"\x00",
    b"\xff\xfe",
    b'"',
    b"\t",
    b",",
    b"\n",
    b"\r\n",
    b"NA",
    b"-1e999",
    b"nan",
    b"\xe9",
    b"#",
)


@st.composite
def damaged(draw: Any, content: bytes, zipped: bool = False) -> bytes:
    """Damage the content of a file once to three times; `zipped` content is damaged inside."""
    body = gzip.decompress(content) if zipped else content
    for _ in range(draw(st.integers(1, 3))):
        body = draw(st.sampled_from(DAMAGES))(draw, body)
    if not zipped:
        return body
    packed = gzip.compress(body)
    return packed[: draw(st.integers(0, len(packed)))] if draw(st.booleans()) else packed


def _cut(draw: Any, body: bytes) -> bytes:
    return body[: draw(st.integers(0, len(body)))]


def _insert(draw: Any, body: bytes) -> bytes:
    place = draw(st.integers(0, len(body)))
    return body[:place] + draw(st.sampled_from(JUNK)) + body[place:]


def _overwrite(draw: Any, body: bytes) -> bytes:
    place = draw(st.integers(0, len(body)))
    return body[:place] + draw(st.binary(min_size=1, max_size=4)) + body[place + 4 :]


def _drop_line(draw: Any, body: bytes) -> bytes:
    lines = body.split(b"\n")
    del lines[draw(st.integers(0, len(lines) - 1))]
    return b"\n".join(lines)


def _repeat_line(draw: Any, body: bytes) -> bytes:
    lines = body.split(b"\n")
    place = draw(st.integers(0, len(lines) - 1))
    return b"\n".join([*lines[: place + 1], *lines[place:]])


def _drop_field(draw: Any, body: bytes) -> bytes:
    lines = body.split(b"\n")
    place = draw(st.integers(0, len(lines) - 1))
    lines[place] = lines[place].rpartition(b"\t")[0]
    return b"\n".join(lines)


DAMAGES = (_cut, _insert, _overwrite, _drop_line, _repeat_line, _drop_field)


def result_or_our_error(read: Callable[[], Any]) -> Any:
    """Return what a reader gives, or None when it refuses with an error of ours.

    Any other error goes through, and fails the test.
    """
    try:
        return read()
    except TwinPurifyError as error:
        if not str(error):
            raise RuntimeError("an error without a message") from error
        return None
