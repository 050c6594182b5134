"""Collections of gene sets: GMT files, tables with or without weights, plain lists of genes."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from twinpurify.errors import TableError, listed
from twinpurify.extras import naming_extras
from twinpurify.io.files.streams import UNREADABLE, open_text
from twinpurify.io.tables.tabular import read_columns

if TYPE_CHECKING:
    from twinpurify.cohort.declaration.gene_sets import GeneSetCollection

COLUMNS = ["collection", "source", "target", "weight"]
# Name and description of a set, before its genes.
GMT_LEAD = 2
HALLMARK_PREFIX = "HALLMARK_"
logger = logging.getLogger(__name__)


def read_gene_sets(collections: Mapping[str, GeneSetCollection], folder: Path) -> pd.DataFrame:
    """Read the collections whose files are there; those that aren't are logged, once.

    Most questions need no gene sets, and most users have none: an absent file is no error, and
    the questions that need it are skipped. A file that is there and can't be read is one.

    Parameters
    ----------
    collections : mapping of str to GeneSetCollection
        What is declared of each, by its name.
    folder : Path
        The run's `raw` folder.

    Returns
    -------
    DataFrame
        Text columns ``collection``, ``source`` and ``target``, and ``weight``; a gene stands once
        in a set.

    Raises
    ------
    TableError
        A file is damaged, lacks a column, holds no sets or a weight that is no number, or a
        download failed.
    """
    parts, absent = [], []
    for name, collection in collections.items():
        path = Path(folder) / collection.path
        if path.exists():
            read = (
                _read_gmt(path, name) if collection.is_gmt else _read_table(path, collection, name)
            )
        elif collection.download:
            read = _download(name, path)
        else:
            absent.append(f"gene_sets.{name}.path ({collection.path})")
            continue
        parts.append(_tidy(read, collection.top).assign(collection=name))
    if absent:
        logger.info(
            "no such gene sets in %s: %s; questions on them are skipped", folder, listed(absent)
        )
    if not parts:
        return pd.DataFrame(columns=COLUMNS).astype({"weight": float})
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def _read_gmt(path: Path, name: str) -> pd.DataFrame:
    """Read a line a set: its name, a description, its genes, parted by tabs."""
    try:
        with open_text(path) as file:
            lines = [line.strip("\r\n").split("\t") for line in file if line.strip()]
    except UNREADABLE as error:
        raise TableError(
            f"{path} can't be read ({error}). Fetch it again, or correct gene_sets.{name}.path."
        ) from error
    short = [
        f"line {at}: {line[0]:.40}" for at, line in enumerate(lines, 1) if len(line) <= GMT_LEAD
    ]
    if short or not lines:
        raise TableError(
            f"{path} is no GMT file, whose lines hold a name, a description and genes, parted by "
            f"tabs; too short are {listed(short)}. Correct gene_sets.{name}.path or its format."
        )
    names = pd.Series([line[0] for line in lines])
    if names.duplicated().any():
        raise TableError(
            f"{path} holds sets of one name: {listed(names[names.duplicated()])}. Rename them."
        )
    return pd.DataFrame(
        [(line[0], gene, 1.0) for line in lines for gene in line[GMT_LEAD:]],
        columns=COLUMNS[1:],
    )


def _read_table(path: Path, collection: GeneSetCollection, name: str) -> pd.DataFrame:
    """Read the columns that the settings name."""
    keys = {"target_column": "target", "source_column": "source", "weight_column": "weight"}
    named = {key: getattr(collection, key) for key in keys if getattr(collection, key) is not None}
    setting = f"gene_sets.{name}"
    asked = {f"{setting}.{key}": column for key, column in named.items()}
    read = read_columns(path, "auto", asked, setting).set_axis([keys[key] for key in named], axis=1)
    if "source" not in read:
        read["source"] = collection.name
    if "weight" not in read:
        return read.assign(weight=1.0)
    weights = pd.to_numeric(read["weight"], errors="coerce")
    if not np.isfinite(weights).all():
        raise TableError(
            f"{path} holds weights that are no numbers in the column "
            f"{collection.weight_column!r}: {listed(read.loc[~np.isfinite(weights), 'weight'])}. "
            f"Correct them, or {setting}.weight_column."
        )
    return read.assign(weight=weights.astype(float))


def _download(name: str, path: Path) -> pd.DataFrame:
    """Let decoupler fetch a collection."""
    with naming_extras():
        import decoupler
    try:
        fetched = getattr(decoupler.op, name)(organism="human")
    # Whatever stands between here and the server raises errors of its own kind.
    except Exception as error:
        raise TableError(
            f"The gene sets {name} couldn't be downloaded ({error}). Place the file by hand as "
            f"{path}, or set gene_sets.{name}.download to false to do without."
        ) from error
    if name == "hallmark":
        fetched["source"] = HALLMARK_PREFIX + fetched["source"].astype(str)
    return fetched.reindex(columns=COLUMNS[1:]).fillna({"weight": 1.0})


def _tidy(read: pd.DataFrame, top: int | None) -> pd.DataFrame:
    """Keep a gene once in a set, by its largest weight, and the genes of the largest weights."""
    read = read.assign(source=read["source"].str.strip(), target=read["target"].str.strip())
    read = read[read["source"].fillna("").ne("") & read["target"].fillna("").ne("")]
    strongest = read["weight"].abs().sort_values(ascending=False, kind="stable").index
    read = read.loc[strongest].drop_duplicates(["source", "target"])
    if top is not None:
        read = read.groupby("source", sort=False).head(top)
    return read.sort_index()
