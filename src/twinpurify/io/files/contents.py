"""What a file is by its first bytes: which table, or none at all."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from twinpurify.errors import TableError
from twinpurify.io.files.streams import UTF8_MARK, encoding_of, head_of, unpacked_name

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
# What commonly stands in the place of a data file: its beginning, and what to say of it. A stream
# that was packed by gzip may have been so twice; R writes one object (.rds) or several (.RData).
FOREIGN = {
    rb".{257}ustar": "{path} is a tar archive, which holds files. Unpack it, and set "
    "{setting}.path to the file or folder that is meant.",
    rb"BZh[1-9]1AY&SY": "{path} is packed by bzip2, which isn't read. Unpack it, or pack it "
    "by gzip or zstd, and set {setting}.path to that file.",
    rb"\xfd7zXZ\0": "{path} is packed by xz, which isn't read. Unpack it, or pack it "
    "by gzip or zstd, and set {setting}.path to that file.",
    rb"7z\xbc\xaf\x27\x1c": "{path} is a 7-Zip archive, which isn't read. Unpack it, or pack "
    "it by gzip or zstd, and set {setting}.path to that file.",
    rb"\x1f\x8b\x08": "{path} is packed twice, which isn't read. Unpack it, or pack it "
    "by gzip or zstd, and set {setting}.path to that file.",
    rb"X\n\0\0\0|RDX[23]\n": "{path} is a file of R. Load it there, save the matrix or the table "
    "with write.csv, and set {setting}.path to that file.",
    HTML.pattern: "{path} is a web page, not data: a page to log in, or one that says that there "
    "is no such file. Fetch {setting}.path again, and look at it before.",
    rb"PK\x03\x04.*(\[Content_Types\]\.xml|xl/|_rels/)": "{path} is an Excel workbook, whatever "
    "its name. Save its sheet as CSV, and set {setting}.path to that file.",
    rb"PK\x03\x04": "{path} is a ZIP archive, whatever its name. Unpack it, and set {setting}.path "
    "to that file.",
    rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "{path} is an old Excel workbook (.xls). Save its sheet "
    "as CSV, and set {setting}.path to that file.",
    rb"version https://git-lfs": "{path} is a pointer of Git LFS, not the file that it stands for. "
    "Run `git lfs pull` where it comes from, and copy it again to {setting}.path.",
}


def refuse_foreign(path: Path, setting: str) -> None:
    """Refuse what commonly stands in the place of a data file, such as a web page: say what it is.

    Parameters
    ----------
    path : Path
        Any file or folder.
    setting : str
        Section of the cohort's definition that names it, for messages.
    """
    head = head_of(path).removeprefix(UTF8_MARK)
    for pattern, message in FOREIGN.items():
        if re.match(pattern, head, re.I | re.S):
            raise TableError(message.format(path=path, setting=setting))


def is_web_page(path: Path) -> bool:
    """Tell whether `path` is HTML, or the XML in which stores of files report an error."""
    return HTML.match(head_of(path).removeprefix(UTF8_MARK)) is not None


def table_kind(path: Path) -> dict[str, str]:
    """Tell which table `path` is: by its content first, then by the ending of its name.

    Returns
    -------
    dict
        Format -> the reason; empty when it is none.
    """
    ending = Path(unpacked_name(path)).suffix
    by_name = {ENDINGS[ending]: f"its name ends with {ending}"} if ending in ENDINGS else {}
    return kind_by_content(path) or (by_name if path.is_file() else {})


def kind_by_content(path: Path) -> dict[str, str]:
    """Tell which table `path` is by its content alone: format -> the reason, as `table_kind`."""
    head = head_of(path)
    for magic, kind in MAGIC.items():
        if head.startswith(magic):
            return {kind: f"it begins with {magic.decode()}"}
    delimiter = delimiter_of(text_of(head))
    if delimiter in FORMATS:
        return {FORMATS[delimiter]: f"its fields are separated by {WORDS[delimiter]}"}
    return {}


def text_of(head: bytes) -> str:
    """Decode the first bytes of a file as far as they are text; empty where they are none."""
    text = head.decode(encoding_of(head), errors="ignore")
    return "" if "\0" in text else text


def delimiter_of(text: str) -> str | None:
    """Tell what separates the fields of `text`, the top of a file, by what its first lines share.

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
