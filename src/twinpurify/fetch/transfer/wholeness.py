"""Whether a file that has come is the file that was asked for, and all of it."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from pathlib import Path

from twinpurify.fetch.transfer.remote_file import RemoteFile
from twinpurify.io.files.contents import is_web_page

CHUNK_BYTES = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"


def fault_of(path: Path, file: RemoteFile) -> str | None:
    """Look for what is wrong with a file, so that no damaged one enters a cohort.

    Parameters
    ----------
    path : Path
        The file at hand.
    file : RemoteFile
        What its source says of it.

    Returns
    -------
    str or None
        What is wrong, as the end of a sentence that begins with "it"; None when nothing is.
    """
    size = path.stat().st_size
    if size == 0:
        return "is empty"
    if not file.web_page and is_web_page(path):
        return (
            "is a web page in the place of the file: a login page of your network, or a notice of "
            "the source"
        )
    if file.size is not None and size != file.size:
        return f"has {size} bytes, where the source states {file.size}"
    if file.md5 is not None and (found := checksum(path, "md5")) != file.md5:
        return f"has the MD5 checksum {found}, where the source states {file.md5}"
    return _fault_of_gzip(path) if file.path.endswith(".gz") else None


def checksum(path: Path, algorithm: str) -> str:
    """Compute the checksum of a file.

    Parameters
    ----------
    path : Path
        The file.
    algorithm : {'md5', 'sha256'}
        Which checksum.

    Returns
    -------
    str
        Hexadecimal.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, algorithm).hexdigest()


def _fault_of_gzip(path: Path) -> str | None:
    with path.open("rb") as stream:
        if stream.read(2) != GZIP_MAGIC:
            return "isn't gzipped, although its name ends in .gz"
    try:
        with gzip.open(path) as stream:
            while stream.read(CHUNK_BYTES):
                pass
    except (OSError, EOFError, zlib.error) as error:
        return f"is damaged or cut off: {error}"
    return None
