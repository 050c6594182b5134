"""HGNC's table of genes: approved symbols, what they were called before, Ensembl and Entrez ids."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from twinpurify.errors import TableError
from twinpurify.fetch.definitions.draft import Draft, flow
from twinpurify.fetch.definitions.gene_lines import ALIASES, ALIASES_PATH
from twinpurify.fetch.sources import addresses
from twinpurify.fetch.transfer.fetcher import Fetcher
from twinpurify.fetch.transfer.remote_file import RemoteFile
from twinpurify.io.tables.tabular import read_columns
from twinpurify.persistence import replacing

NAME = "hgnc_complete_set.txt"
PATH = f"annotation/{NAME}"
OUTDATED = ("prev_symbol", "alias_symbol")
SEPARATOR = "|"


def fetch(fetcher: Fetcher, bases: tuple[str, ...]) -> list[Draft]:
    """Fetch the table, and write its outdated symbols as a table of pairs.

    Parameters
    ----------
    fetcher : Fetcher
        Brings the file.
    bases : tuple of str
        Address of HGNC's downloads.

    Returns
    -------
    list of Draft
        None: it is no cohort.
    """
    file = RemoteFile(addresses(bases, NAME), PATH)
    fetcher.get([file])
    write_aliases(fetcher.path_of(file), fetcher.raw / ALIASES_PATH)
    fetcher.say(f"In the definition of a cohort: genes: {{aliases: {flow(ALIASES)}}}")
    for column in ("ensembl_gene_id", "entrez_id"):
        table = {"path": PATH, "format": "tsv", "from_column": column, "to_column": "symbol"}
        fetcher.say(f"or, for genes by {column}: genes: {{map: {flow(table)}}}")
    return []


def write_aliases(hgnc: Path, target: Path) -> None:
    """Write former and alias symbols with the approved ones, a row a pair.

    A symbol that is approved itself means its own gene, whatever it was an alias of.

    Parameters
    ----------
    hgnc : Path
        HGNC's complete set.
    target : Path
        The table.

    Raises
    ------
    TableError
        The file lacks a column, or names no former symbol.
    """
    columns = {f"a column of {NAME}": "symbol"}
    tables = [
        read_columns(hgnc, "tsv", columns | {f"a further column of {NAME}": kind}, "annotation")
        .set_axis(["symbol", "alias"], axis=1)
        .assign(kind=kind)
        for kind in OUTDATED
    ]
    pairs = pd.concat(tables)
    approved = set(pairs["symbol"].dropna())
    pairs["alias"] = pairs["alias"].str.strip('"').str.split(SEPARATOR, regex=False)
    pairs = pairs.explode("alias").dropna()
    pairs["alias"] = pairs["alias"].str.strip()
    pairs = pairs[pairs["alias"].ne("") & ~pairs["alias"].isin(approved)]
    if pairs.empty:
        raise TableError(
            f"{hgnc} names no former symbol of any gene. Remove it, and run the same command again."
        )
    pairs = pairs.drop_duplicates(["symbol", "alias"])[["alias", "symbol", "kind"]]
    with replacing(target) as unfinished:
        pairs.to_csv(unfinished, sep="\t", index=False, lineterminator="\n")
