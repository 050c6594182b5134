"""Study folders of cBioPortal: expression by gene, with clinical tables beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from twinpurify.cohort.checks import check_unique
from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable
from twinpurify.cohort.hints import closest
from twinpurify.errors import ConfigurationError, ExpressionError, TableError, listed
from twinpurify.io.cbioportal.clinical import PATIENT_FILE, SAMPLE_FILES, read_clinical
from twinpurify.io.files.locations import content_of
from twinpurify.io.files.streams import head_of
from twinpurify.io.raw_expression import RawExpression
from twinpurify.io.tables.matrix import matrix_of
from twinpurify.io.tables.opening import open_declared

# The names of today, and those of downloads from before 2021.
EXPRESSION = re.compile(r"data_(mrna|expression|rna_seq)\w*([-.]\w+)*\.txt(\.gz)?", re.IGNORECASE)
Z_SCORES = re.compile(r"z-?_?scores?", re.IGNORECASE)
NORMALS = re.compile(r"(normal_samples|normals)\.txt(\.gz)?$", re.IGNORECASE)
STUDY = "meta_study.txt"
OWN_FILES = (STUDY, *SAMPLE_FILES, PATIENT_FILE)
IDS = SYMBOL, ENTREZ = "Hugo_Symbol", "Entrez_Gene_Id"
# Columns of some older studies that describe the genes.
DESCRIPTIONS = ("Cytoband", "Gene_Name", "Composite.Element.REF")


@dataclass(frozen=True)
class ExpressionFile:
    """A file of expression, and what its meta file says: ``profile_name``, ``datatype`` …."""

    path: Path
    meta: dict[str, str]

    @property
    def stem(self) -> str:
        """Its name without endings."""
        return self.path.name.partition(".txt")[0]

    @property
    def is_z_scores(self) -> bool:
        """Whether the values are relative to other samples of the study."""
        named_so = Z_SCORES.search(self.path.name) is not None
        return named_so or self.meta.get("datatype", "").casefold() == "z-score"

    @property
    def is_of_normals(self) -> bool:
        """Whether its samples are the adjacent normals, which have a file of their own."""
        return NORMALS.search(self.path.name) is not None


def recognize(path: Path) -> dict[str, str]:
    """Tell the study `path` by the files that it holds, and one of its files by name and header."""
    try:
        own = [name for name in OWN_FILES if (path / name).is_file()]
        is_folder, is_file = path.is_dir(), path.is_file()
    except OSError:
        return {}
    if is_folder and own:
        return {"cbioportal": f"it holds {own[0]}"}
    if is_file and path.name.removesuffix(".gz") in SAMPLE_FILES:
        return {"cbioportal": f"a clinical table of a study is called {path.name}"}
    if is_file and EXPRESSION.fullmatch(path.name):
        header = head_of(path).partition(b"\n")[0].decode("utf-8", errors="replace")
        ids = [cell for cell in header.strip().split("\t")[:2] if cell in IDS]
        if ids:
            return {"cbioportal": f"it is called {path.name} and has the column {ids[0]}"}
    return {}


def read_expression(path: Path, table: ExpressionTable, folder: Path) -> RawExpression:
    """Read the expression of a study, with that of its adjacent normals where it has them.

    Parameters
    ----------
    path, table, folder
        As of `Reader`; `path` is the study or one of its files of expression, ``values`` names the
        file where there are several.

    Returns
    -------
    RawExpression
        Under gene symbols, or Entrez ids where the symbol is blank; both are in `genes`.
    """
    if path.is_file() and not EXPRESSION.fullmatch(path.name):
        raise TableError(
            f"{path} is no file of a cBioPortal study (data_mrna_….txt). Set expression.path to "
            "the folder of the study, or expression.format to the format of the file."
        )
    study = path if path.is_dir() else path.parent
    file, reason = _choose_file(study, table.values or (None if path.is_dir() else path.name))
    read = _read(file, table)
    for other in _expression_files(study):
        if other.stem.casefold() == f"{file.stem.casefold()}_normal_samples":
            read = _with_normals(read, _read(other, table), other.path.name)
    remedy = f"Keep one of each, or average them, in {file.path}."
    check_unique(read.values.index, f"sample ids of {file.path}", ExpressionError, remedy)
    notes = (f"Values of {file.path.name}: {reason}.", *_described(study, file), *read.notes)
    return replace(read, notes=notes)


def read_samples(path: Path, table: SampleTable, folder: Path) -> pd.DataFrame:
    """Read the clinical tables of a study, joined by patient.

    Parameters
    ----------
    path, table, folder
        As of `Reader`; `path` is the study or one of its files, ``id_column`` by default
        ``SAMPLE_ID``.
    """
    study = path if path.is_dir() else path.parent
    normals = [
        name
        for file in _expression_files(study)
        if file.is_of_normals and not file.is_z_scores
        for name in open_declared(file.path, "tsv", "expression").names
        if name not in (*IDS, *DESCRIPTIONS)
    ]
    return read_clinical(study, table.id_column, normals)


def _expression_files(study: Path) -> list[ExpressionFile]:
    """List the files of expression of a study by name, those of its normals included."""
    places = [place for place in (study, study / "normals") if place.is_dir()]
    paths = [path for place in places for path in sorted(place.iterdir())]
    return [
        ExpressionFile(path, _meta_of(path))
        for path in paths
        if EXPRESSION.fullmatch(path.name) and path.is_file()
    ]


def _meta_of(path: Path) -> dict[str, str]:
    """Read what the study says of one of its files; nothing where it can't be read."""
    name = path.name.removesuffix(".gz")
    said = (_read_meta(meta) for meta in sorted(path.parent.glob("meta_*.txt")))
    return next((told for told in said if told.get("data_filename") == name), {})


def _read_meta(path: Path) -> dict[str, str]:
    """Read the lines ``key: value`` of a meta file, whatever state it is in."""
    lines = head_of(path).decode("utf-8", errors="replace").splitlines()
    pairs = (line.partition(":") for line in lines)
    return {key.strip(): value.strip() for key, colon, value in pairs if colon}


def _choose_file(study: Path, values: str | None) -> tuple[ExpressionFile, str]:
    """Choose the file whose values are taken, and say why; never one of z-scores."""
    files = _expression_files(study)
    if values is not None:
        return _named(study, files, values), "expression.values names it"
    usable = [file for file in files if not file.is_z_scores and not file.is_of_normals]
    if len(usable) == 1:
        others = len(files) - 1
        return usable[0], f"the only one of expression beside {others} of z-scores or normals"
    if not usable:
        raise TableError(
            f"The cBioPortal study {study} has no file of expression (data_mrna_….txt) that isn't "
            f"of z-scores or of normals; there are {_names(files) or content_of(study)}. Z-scores "
            "are relative to the other samples and in no unit: fetch the file that they were "
            "computed from, or correct expression.path."
        )
    raise TableError(
        f"The cBioPortal study {study} has several files of expression: {_names(usable)}. Set "
        "expression.values to one of these names."
    )


def _named(study: Path, files: list[ExpressionFile], values: str) -> ExpressionFile:
    by_name = {file.stem: file for file in files}
    stem = Path(values).name.partition(".txt")[0]
    if stem not in by_name:
        raise TableError(
            f"The cBioPortal study {study} has no file of expression "
            f"{values!r}{closest(stem, by_name)}; there are {_names(files) or content_of(study)}. "
            "Correct expression.values."
        )
    if by_name[stem].is_z_scores:
        raise ConfigurationError(
            f"expression.values names {values!r}, which holds z-scores: they are relative to the "
            "other samples and in no unit. Name the file that they were computed from: "
            f"{_names([file for file in files if not file.is_z_scores])}."
        )
    return by_name[stem]


def _names(files: list[ExpressionFile]) -> str:
    return listed(file.path.name for file in files) if files else ""


def _read(file: ExpressionFile, table: ExpressionTable) -> RawExpression:
    opened = open_declared(file.path, "tsv", "expression")
    ids = [name for name in IDS if name in opened.names and name not in table.drop_columns]
    if not ids:
        raise TableError(
            f"{file.path} has neither a column {SYMBOL} nor {ENTREZ}; its columns are "
            f"{listed(opened.names)}. The file is damaged, or of another format: fetch it again, "
            "or set expression.format."
        )
    described = [name for name in DESCRIPTIONS if name in opened.names]
    about = dict.fromkeys([*ids, *described, *table.annotation_columns])
    declared = {
        "orientation": "genes_in_rows",
        "id_column": ids[0],
        "annotation_columns": [name for name in about if name not in table.drop_columns],
    }
    read = matrix_of(opened, table.model_copy(update=declared), else_named_by=ids[-1])
    without_symbol = int(read.genes[ids[0]].isna().sum())
    if not without_symbol:
        return read
    note = f"{without_symbol} genes of {file.path.name} have an Entrez id and no symbol."
    return replace(read, notes=(note, *read.notes))


def _with_normals(tumours: RawExpression, normals: RawExpression, name: str) -> RawExpression:
    """Put the normals below the tumours; rows of one gene are told apart by their order."""
    ours, theirs = _keys(tumours), _keys(normals)
    shared = ours.isin(theirs)
    kept = tumours if shared.all() else tumours.with_genes(shared)
    joined = normals.values.set_axis(theirs, axis=1).reindex(columns=ours[shared])
    values = pd.concat([kept.values, joined.set_axis(kept.values.columns, axis=1)])
    notes = [*normals.notes, f"{len(joined)} adjacent normals were added from {name}."]
    if not shared.all():
        left_out = listed(tumours.values.columns[~shared])
        notes.append(f"Genes that the file of the normals lacks were left out: {left_out}.")
    return replace(kept, values=values).noted(notes)


def _keys(read: RawExpression) -> pd.MultiIndex:
    names = pd.Series(read.values.columns)
    return pd.MultiIndex.from_arrays([names, names.groupby(names).cumcount()])


def _described(study: Path, file: ExpressionFile) -> list[str]:
    keys = ("profile_name", "datatype", "profile_description")
    told = {
        "The study": _read_meta(study / STUDY).get("name"),
        "What the study says of the values": "; ".join(filter(None, map(file.meta.get, keys))),
    }
    return [f"{what}: {text}" for what, text in told.items() if text]
