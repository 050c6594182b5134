"""Study folders of cBioPortal: expression by gene, with clinical tables beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from twinpurify.cohort.checks import check_unique
from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable
from twinpurify.errors import ExpressionError, TableError, listed
from twinpurify.io.cbioportal.clinical import PATIENT_FILE, SAMPLE_FILES, read_clinical
from twinpurify.io.cbioportal.study import (
    EXPRESSION,
    STUDY,
    ExpressionFile,
    choose_file,
    expression_files,
    normals_of,
    read_meta,
)
from twinpurify.io.files.streams import head_of
from twinpurify.io.raw_expression import RawExpression
from twinpurify.io.tables.columns import choose_columns
from twinpurify.io.tables.number_texts import parse_texts
from twinpurify.io.tables.opening import open_declared

IDS = SYMBOL, ENTREZ = "Hugo_Symbol", "Entrez_Gene_Id"
# Columns of some older studies that describe the genes.
DESCRIPTIONS = ("Cytoband", "Gene_Name", "Composite.Element.REF")
OWN_FILES = (STUDY, *SAMPLE_FILES, PATIENT_FILE)


def recognize(path: Path) -> dict[str, str]:
    """Tell a study by the files that it holds, and one of its files by name and header.

    Parameters
    ----------
    path : Path
        A file or folder.

    Returns
    -------
    dict
        ``cbioportal`` and the reason; empty for anything else.
    """
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
    path : Path
        The study, or one of its files of expression.
    table : ExpressionTable
        ``values`` names the file where there are several; ``drop_columns`` and
        ``annotation_columns`` are those of a table.
    folder : Path
        Without effect.

    Returns
    -------
    RawExpression
        Under gene symbols, or Entrez ids where the symbol is blank; both are in `genes`.

    Raises
    ------
    TableError
        There is no file of expression, several and none is named, or it is damaged.
    ExpressionError
        A value is text, or a sample is doubled.
    ConfigurationError
        The named file holds z-scores.
    """
    if path.is_file() and not EXPRESSION.fullmatch(path.name):
        raise TableError(
            f"{path} is no file of a cBioPortal study (data_mrna_….txt). Set expression.path to "
            "the folder of the study, or expression.format to the format of the file."
        )
    study = path if path.is_dir() else path.parent
    values = table.values if path.is_dir() else table.values or path.name
    file, reason = choose_file(study, values)
    read = _read(file, table)
    normals = normals_of(study, file)
    if normals is not None:
        read = _with_normals(read, _read(normals, table), normals.path.name)
    check_unique(
        read.values.index,
        f"sample ids of {file.path}",
        ExpressionError,
        f"Keep one of each, or average them, in {file.path}.",
    )
    notes = (f"Values of {file.path.name}: {reason}.", *_described(study, file), *read.notes)
    return RawExpression(read.values, read.genes, notes)


def read_samples(path: Path, table: SampleTable, folder: Path) -> pd.DataFrame:
    """Read the clinical tables of a study, joined by patient.

    Parameters
    ----------
    path : Path
        The study, or one of its files.
    table : SampleTable
        ``id_column`` names the samples, by default ``SAMPLE_ID``.
    folder : Path
        Without effect.

    Returns
    -------
    DataFrame
        Text, NaN where missing or coded so, indexed by sample.

    Raises
    ------
    TableError
        There is no table of samples, or one of the tables is damaged or lacks its ids.
    SampleSheetError
        A patient is doubled.
    """
    study = path if path.is_dir() else path.parent
    normals = [
        name
        for file in expression_files(study)
        if file.is_of_normals and not file.is_z_scores
        for name in open_declared(file.path, "tsv", "expression").names
        if name not in (*IDS, *DESCRIPTIONS)
    ]
    return read_clinical(study, table.id_column, normals)


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
    annotation = dict.fromkeys([*ids[1:], *described, *table.annotation_columns])
    others = [name for name in annotation if name not in (ids[0], *table.drop_columns)]
    columns = choose_columns(opened, ids[0], table.drop_columns, others)
    read = opened.read_numbers([columns.ids, *columns.annotation], columns.values, turned=True)
    genes, values = read or parse_texts(opened, columns, turned=True)
    samples = [opened.names[position] for position in columns.values]
    return _under_gene_ids(genes, values, samples, file.path.name)


def _under_gene_ids(
    genes: pd.DataFrame, values: np.ndarray, samples: list[str], name: str
) -> RawExpression:
    notes = []
    names = genes.iloc[:, 0]
    if SYMBOL in genes and ENTREZ in genes:
        filled = names.isna() & genes[ENTREZ].notna()
        names = names.fillna(genes[ENTREZ])
        if filled.any():
            notes.append(f"{int(filled.sum())} genes of {name} have an Entrez id and no symbol.")
    unnamed = names.isna().to_numpy()
    if unnamed.any():
        notes.append(f"{int(unnamed.sum())} rows of {name} without an id of a gene were left out.")
    matrix = pd.DataFrame(
        values[:, ~unnamed] if unnamed.any() else values,
        index=pd.Index(samples, dtype=object),
        columns=pd.Index(names[~unnamed].to_numpy(), dtype=object),
        copy=False,
    )
    return RawExpression(matrix, genes[~unnamed].reset_index(drop=True), tuple(notes))


def _with_normals(tumours: RawExpression, normals: RawExpression, name: str) -> RawExpression:
    """Put the normals below the tumours; rows of one gene are told apart by their order."""
    ours, theirs = _keys(tumours), _keys(normals)
    shared = ours.isin(theirs)
    joined = normals.values.set_axis(theirs, axis=1).reindex(columns=ours[shared])
    kept = tumours.values.loc[:, shared]
    values = pd.concat([kept, joined.set_axis(kept.columns, axis=1)])
    notes = [f"{len(joined)} adjacent normals were added from {name}."]
    if not shared.all():
        left_out = listed(tumours.values.columns[~shared])
        notes.append(f"Genes that the file of the normals lacks were left out: {left_out}.")
    genes = tumours.genes[shared].reset_index(drop=True)
    return RawExpression(values, genes, (*tumours.notes, *normals.notes, *notes))


def _keys(read: RawExpression) -> pd.MultiIndex:
    names = pd.Series(read.values.columns)
    return pd.MultiIndex.from_arrays([names, names.groupby(names).cumcount()])


def _described(study: Path, file: ExpressionFile) -> tuple[str, ...]:
    title = read_meta(study / STUDY).get("name")
    keys = ("profile_name", "datatype", "profile_description")
    about = "; ".join(file.meta[key] for key in keys if file.meta.get(key))
    told = {"The study": title, "What the study says of the values": about}
    return tuple(f"{what}: {text}" for what, text in told.items() if text)
