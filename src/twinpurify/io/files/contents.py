"""What a file is by its first bytes: which table, or none at all."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from twinpurify.errors import TableError
from twinpurify.io.files.streams import encoding_of, head_of, unpacked_name

MAGIC = {b"PAR1": "parquet", b"ARROW1": "feather", b"FEA1": "feather"}
ENDINGS = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".feather": "feather",
    ".arrow": "feather",
    ".csv": "csv",
    ".tsv": "tsv",
    ".txt": "tsv",
    ".tab": "tsv",
}
WORDS = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "vertical bars", " ": "blanks"}
FORMATS = {",": "csv", "\t": "tsv"}
# Tabs hardly ever stand within fields, commas and blanks often do.
PREFERENCE = ("\t", ",;", "| ")
LINE_ENDS = re.compile(r"\r\n|\r|\n")
HTML = re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype html|html|head|body|\?xml)", re.I | re.S)
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What R writes, of one object (.rds) or of several (.RData).
R_FILES = (b"X\n\x00\x00\x00", b"RDX2\n", b"RDX3\n")
TAR, TAR_PLACE = b"ustar", 257
# A stream that was packed by gzip already may have been so twice.
PACKED = {
    re.compile(rb"BZh[1-9]1AY&SY"): "is packed by bzip2",
    re.compile(rb"\xfd7zXZ\0"): "is packed by xz",
    re.compile(rb"7z\xbc\xaf\x27\x1c"): "is a 7-Zip archive",
    re.compile(rb"\x1f\x8b\x08"): "is packed twice",
}
# What a workbook keeps among its first entries.
WORKBOOK = (b"[Content_Types].xml", b"xl/", b"_rels/")


def refuse_foreign(path: Path, setting: str) -> None:
    """Refuse what commonly stands in the place of a data file, and say what it is.

    Parameters
    ----------
    path : Path
        Any file or folder.
    setting : str
        Section of the cohort's definition that names it, for messages.

    Raises
    ------
    TableError
        It is a web page, a workbook, an archive, a file of R or a pointer of Git LFS.
    """
    head = head_of(path)
    _refuse_packed(path, head, setting)
    if is_web_page(path):
        raise TableError(
            f"{path} is a web page, not data: a page to log in, or one that says that there is no "
            f"such file. Fetch {setting}.path again, and look at it before."
        )
    if head.startswith(b"PK\x03\x04"):
        is_workbook = any(mark in head for mark in WORKBOOK)
        raise TableError(
            f"{path} is {'an Excel workbook' if is_workbook else 'a ZIP archive'}, whatever its "
            f"name. {'Save its sheet as CSV' if is_workbook else 'Unpack it'}, and set "
            f"{setting}.path to that file."
        )
    if head.startswith(OLD_OFFICE):
        raise TableError(
            f"{path} is an old Excel workbook (.xls). Save its sheet as CSV, and set "
            f"{setting}.path to that file."
        )
    if head.startswith(b"version https://git-lfs"):
        raise TableError(
            f"{path} is a pointer of Git LFS, not the file that it stands for. Run `git lfs pull` "
            f"where it comes from, and copy it again to {setting}.path."
        )


def is_web_page(path: Path) -> bool:
    """Tell a web page, which networks and servers give in the place of a file.

    Parameters
    ----------
    path : Path
        Any file or folder.

    Returns
    -------
    bool
        True for HTML, and for the XML in which stores of files report an error.
    """
    return HTML.match(head_of(path).removeprefix(b"\xef\xbb\xbf")) is not None


def _refuse_packed(path: Path, head: bytes, setting: str) -> None:
    if head[TAR_PLACE:].startswith(TAR):
        raise TableError(
            f"{path} is a tar archive, which holds files. Unpack it, and set {setting}.path to the "
            "file or folder that is meant."
        )
    for pattern, what in PACKED.items():
        if pattern.match(head):
            raise TableError(
                f"{path} {what}, which isn't read. Unpack it, or pack it by gzip or zstd, and set "
                f"{setting}.path to that file."
            )
    if head.startswith(R_FILES):
        raise TableError(
            f"{path} is a file of R. Load it there, save the matrix or the table with write.csv, "
            f"and set {setting}.path to that file."
        )


def table_kind(path: Path) -> dict[str, str]:
    """Tell which table a file is: by its content first, then by the ending of its name.

    Parameters
    ----------
    path : Path
        Any file or folder.

    Returns
    -------
    dict
        Format -> the reason; empty when it is none.
    """
    found = _by_content(path)
    if found:
        return found
    kind = ENDINGS.get(Path(unpacked_name(path)).suffix)
    if kind and path.is_file():
        return {kind: f"its name ends with {Path(unpacked_name(path)).suffix}"}
    return {}


def _by_content(path: Path) -> dict[str, str]:
    head = head_of(path)
    for magic, kind in MAGIC.items():
        if head.startswith(magic):
            return {kind: f"it begins with {magic.decode()}"}
    text = text_of(head)
    delimiter = delimiter_of(text) if text else None
    if delimiter in FORMATS:
        return {FORMATS[delimiter]: f"its fields are separated by {WORDS[delimiter]}"}
    return {}


def refuse_other_kind(path: Path, declared: str, setting: str) -> None:
    """Refuse a text that is declared Parquet or Feather, and the reverse.

    Parameters
    ----------
    path : Path
        The file.
    declared : {'parquet', 'feather', 'csv', 'tsv'}
        Its format.
    setting : str
        Section of the cohort's definition that names it, for messages.

    Raises
    ------
    TableError
        By its content it is of another kind. What separates a text is looked at elsewhere.
    """
    for found, reason in _by_content(path).items():
        both_text = {found, declared} <= set(FORMATS.values())
        if found != declared and not both_text:
            raise TableError(
                f"{path} is declared {declared}, but it is {found}: {reason}. Set "
                f"{setting}.format: {found}."
            )


def text_of(head: bytes) -> str:
    """Decode the top of a file as far as it is text.

    Parameters
    ----------
    head : bytes
        Its first bytes, unpacked.

    Returns
    -------
    str
        Empty where the bytes are no text.
    """
    text = head.decode(encoding_of(head), errors="ignore")
    return "" if "\0" in text else text


def delimiter_of(text: str) -> str | None:
    """Tell what separates the fields of a text by what its first lines share.

    Parameters
    ----------
    text : str
        The top of a file.

    Returns
    -------
    str or None
        The delimiter that gives the first two lines as many fields.
    """
    # The last of many lines may be cut off.
    lines = LINE_ENDS.split(text)
    lines = lines[:-1] or lines
    lines = [line for line in lines if line and not line.startswith("#")][:2]
    for delimiters in PREFERENCE:
        found = {delimiter: _fields(lines, delimiter) for delimiter in delimiters}
        best = max(found, key=found.__getitem__)
        if found[best] > 1:
            return best
    return None


def _fields(lines: list[str], delimiter: str) -> int:
    """Number of fields of the first line; 0 where the second has another number of them."""
    try:
        counts = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
    except csv.Error:
        return 0
    # The header that R writes has a field less, and rows may end with a delimiter.
    fits = len(counts) == len(lines) > 0 and counts[-1] - counts[0] in (0, 1)
    return counts[0] if fits else 0
