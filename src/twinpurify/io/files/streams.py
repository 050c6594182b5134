"""Files as bytes and as text, unpacked on the way when they are gzipped or of zstd."""

from __future__ import annotations

import csv
import io
import zlib
from pathlib import Path

import pyarrow as pa

# What the readers raise over a truncated, foreign or otherwise unreadable file.
UNREADABLE = (OSError, EOFError, zlib.error, UnicodeError, csv.Error, pa.ArrowException)
PACKED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
PACKED_ENDINGS = (".gz", ".zst", ".zstd")
HEAD_BYTES = 1 << 16
UTF8_MARK, UTF16_MARKS = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")


def packing_of(path: Path) -> str | None:
    """Tell by the first bytes of the file `path`, whatever its name, its codec: gzip or zstd."""
    with path.open("rb") as file:
        magic = file.read(4)
    return next((codec for mark, codec in PACKED.items() if magic.startswith(mark)), None)


def open_bytes(path: Path) -> pa.NativeFile:
    """Open the file `path` for reading once from the start, unpacked as it is read."""
    codec = packing_of(path)
    file = pa.OSFile(str(path))
    return pa.CompressedInputStream(file, codec) if codec else file


def encoding_of(head: bytes) -> str:
    """Tell by the first bytes the codec that leaves the mark out: spreadsheets write UTF-16."""
    return "utf-16" if head.startswith(UTF16_MARKS) else "utf-8-sig"


def open_text(path: Path) -> io.TextIOWrapper:
    """Open the file `path` as text with its line ends as they are, which the csv module wants."""
    return io.TextIOWrapper(open_bytes(path), encoding=encoding_of(head_of(path, 4)), newline="")


def head_of(path: Path, size: int = HEAD_BYTES) -> bytes:
    """Read at most `size` bytes of the beginning of `path`, unpacked, for a look at what it is.

    Empty for a folder, and for what can't be read.
    """
    try:
        if packing_of(path) == "gzip":
            # Unlike a whole stream, this gives what there is of a truncated one.
            with path.open("rb") as file:
                return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(file.read(size), size)
        with open_bytes(path) as stream:
            return stream.read(size)
    except UNREADABLE:
        return b""


def beginning_of(path: Path) -> bytes:
    """Read the first 4,096 bytes of the text `path` behind blanks and the mark of UTF-8."""
    return head_of(path, 4096).removeprefix(UTF8_MARK).lstrip()


def decoded(raw: bytes) -> tuple[str, bool]:
    """Decode a line of which nobody says the encoding.

    Parameters
    ----------
    raw : bytes
        The line, with its end.

    Returns
    -------
    str
        Its text, without the end and the mark of UTF-8.
    bool
        Whether it is UTF-8; else it is read as Latin-1, which any bytes are.
    """
    line = raw.rstrip(b"\r\n")
    try:
        return line.decode("utf-8").removeprefix("\ufeff"), True
    except UnicodeDecodeError:
        return line.decode("latin-1"), False


def unpacked_name(path: Path) -> str:
    """Return the name of `path` in lower case, without the ending of its compression."""
    name = path.name.lower()
    ending = next((ending for ending in PACKED_ENDINGS if name.endswith(ending)), "")
    return name.removesuffix(ending)
