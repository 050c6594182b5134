"""The files of a cBioPortal study: which hold expression, and what the study says of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from twinpurify.cohort.hints import closest
from twinpurify.errors import ConfigurationError, TableError, listed
from twinpurify.io.files.streams import head_of

# The names of today, and those of downloads from before 2021.
EXPRESSION = re.compile(r"data_(mrna|expression|rna_seq)\w*([-.]\w+)*\.txt(\.gz)?", re.IGNORECASE)
Z_SCORES = re.compile(r"z-?_?scores?", re.IGNORECASE)
NORMALS = re.compile(r"(normal_samples|normals)\.txt(\.gz)?$", re.IGNORECASE)
NORMALS_FOLDER = "normals"
STUDY = "meta_study.txt"


@dataclass(frozen=True)
class ExpressionFile:
    """A file of expression.

    Attributes
    ----------
    path : Path
        The file.
    meta : dict
        What its meta file says: ``profile_name``, ``datatype`` and so on.
    """

    path: Path
    meta: dict[str, str]

    @property
    def is_z_scores(self) -> bool:
        """Whether the values are relative to other samples of the study."""
        named_so = Z_SCORES.search(self.path.name) is not None
        return named_so or self.meta.get("datatype", "").casefold() == "z-score"

    @property
    def is_of_normals(self) -> bool:
        """Whether its samples are the adjacent normals, which have a file of their own."""
        return NORMALS.search(self.path.name) is not None


def expression_files(folder: Path) -> list[ExpressionFile]:
    """List the files of expression of a study, those of its normals included.

    Parameters
    ----------
    folder : Path
        The study.

    Returns
    -------
    list of ExpressionFile
        By name.
    """
    places = [folder, folder / NORMALS_FOLDER]
    return [
        ExpressionFile(path, meta_of(path))
        for place in places
        if place.is_dir()
        for path in sorted(place.iterdir())
        if EXPRESSION.fullmatch(path.name) and path.is_file()
    ]


def meta_of(path: Path) -> dict[str, str]:
    """Read what the study says of one of its files; nothing where it can't be read."""
    name = path.name.removesuffix(".gz")
    for meta in sorted(path.parent.glob("meta_*.txt")):
        told = read_meta(meta)
        if told.get("data_filename") == name:
            return told
    return {}


def read_meta(path: Path) -> dict[str, str]:
    """Read the lines ``key: value`` of a meta file, whatever state it is in."""
    lines = head_of(path).decode("utf-8", errors="replace").splitlines()
    pairs = (line.partition(":") for line in lines)
    return {key.strip(): value.strip() for key, colon, value in pairs if colon}


def choose_file(folder: Path, values: str | None) -> tuple[ExpressionFile, str]:
    """Choose the file whose values are taken; never one of z-scores, which are in no unit.

    Parameters
    ----------
    folder : Path
        The study.
    values : str, optional
        ``expression.values`` of the cohort's definition: name of the file, its ending may miss.

    Returns
    -------
    ExpressionFile
        The file.
    str
        Why this one, for the log.

    Raises
    ------
    TableError
        There is none, or none of that name, or several and none is named.
    ConfigurationError
        The one that is named holds z-scores.
    """
    files = expression_files(folder)
    usable = [file for file in files if not file.is_z_scores and not file.is_of_normals]
    if values is not None:
        return _named(folder, files, values), "expression.values names it"
    if len(usable) == 1:
        others = len(files) - 1
        return usable[0], f"the only one of expression beside {others} of z-scores or normals"
    names = listed([file.path.name for file in usable or files] or _content(folder))
    if not usable:
        raise TableError(
            f"The cBioPortal study {folder} has no file of expression (data_mrna_….txt) that isn't "
            f"of z-scores or of normals; there are {names}. Z-scores are relative to the other "
            "samples and in no unit: fetch the file that they were computed from, or correct "
            "expression.path."
        )
    raise TableError(
        f"The cBioPortal study {folder} has several files of expression: {names}. Set "
        "expression.values to one of these names."
    )


def _content(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _named(folder: Path, files: list[ExpressionFile], values: str) -> ExpressionFile:
    by_name = {file.path.name.partition(".txt")[0]: file for file in files}
    stem = Path(values).name.partition(".txt")[0]
    if stem not in by_name:
        raise TableError(
            f"The cBioPortal study {folder} has no file of expression "
            f"{values!r}{closest(stem, by_name)}; there are "
            f"{listed([file.path.name for file in files] or _content(folder))}. Correct "
            "expression.values."
        )
    if by_name[stem].is_z_scores:
        raise ConfigurationError(
            f"expression.values names {values!r}, which holds z-scores: they are relative to the "
            "other samples and in no unit. Name the file that they were computed from: "
            f"{listed([file.path.name for file in files if not file.is_z_scores])}."
        )
    return by_name[stem]


def normals_of(folder: Path, file: ExpressionFile) -> ExpressionFile | None:
    """Find the file in which the adjacent normals of a file of tumours are.

    Parameters
    ----------
    folder : Path
        The study.
    file : ExpressionFile
        Its file of tumours.

    Returns
    -------
    ExpressionFile or None
        ``<name>_normal_samples.txt``, in the study or in its folder ``normals``.
    """
    stem = file.path.name.partition(".txt")[0].casefold()
    wanted = f"{stem}_normal_samples"
    for other in expression_files(folder):
        if other.path.name.partition(".txt")[0].casefold() == wanted:
            return other
    return None
