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
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def packing_of(path: Path) -> str | None:
    """Tell by a file's first bytes, whatever its name, how it is compressed.

    Parameters
    ----------
    path : Path
        An existing file.

    Returns
    -------
    {'gzip', 'zstd', None}
        The codec.
    """
    with path.open("rb") as file:
        magic = file.read(4)
    return next((codec for mark, codec in PACKED.items() if magic.startswith(mark)), None)


def open_bytes(path: Path) -> pa.NativeFile:
    """Open a file for reading once from the start, unpacked as it is read.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    pyarrow.NativeFile
        The stream of its content.
    """
    codec = packing_of(path)
    file = pa.OSFile(str(path))
    return pa.CompressedInputStream(file, codec) if codec else file


def encoding_of(head: bytes) -> str:
    """Tell UTF-16, which spreadsheets write as "Unicode text", from UTF-8 by its mark.

    Parameters
    ----------
    head : bytes
        The first bytes, unpacked.

    Returns
    -------
    str
        Name of the codec that leaves the mark out.
    """
    return "utf-16" if head.startswith(UTF16_MARKS) else "utf-8-sig"


def open_text(path: Path) -> io.TextIOWrapper:
    """Open a file as text with its line ends as they are, which the csv module wants.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    TextIOWrapper
        The stream of its text.
    """
    return io.TextIOWrapper(open_bytes(path), encoding=encoding_of(head_of(path, 4)), newline="")


def head_of(path: Path, size: int = HEAD_BYTES) -> bytes:
    """Read the first bytes of a file, unpacked, for a look at what it is.

    Parameters
    ----------
    path : Path
        Any file or folder.
    size : int
        The most bytes.

    Returns
    -------
    bytes
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


def unpacked_name(path: Path) -> str:
    """Return a file's name in lower case, without the ending of its compression.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        For example ``m.tsv`` of ``M.tsv.gz``.
    """
    name = path.name.lower()
    ending = next((ending for ending in PACKED_ENDINGS if name.endswith(ending)), "")
    return name.removesuffix(ending)
