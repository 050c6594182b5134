"""From identifiers to symbols: by a table, or by what the source says of its genes."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from twinpurify.cohort import codes
from twinpurify.cohort.genes.parsed_ids import WORDS, parse_ids
from twinpurify.cohort.notes import Notes, Told
from twinpurify.errors import ExpressionError, listed

# A table that knows fewer of the identifiers is not the table of this matrix.
MINIMUM_MAPPED = 0.2
SEPARATORS = r"\s*(?:///|;|,|\|)\s*"


def would_map(ids: pd.Series, table: pd.DataFrame) -> bool:
    """Tell whether a table knows a fifth of these identifiers or more.

    Parameters
    ----------
    ids : Series of str
        Identifiers of the matrix.
    table : DataFrame
        Text columns `from` and `to`.
    """
    return ids.isin(_bare(table["from"])).mean() >= MINIMUM_MAPPED


def map_ids(ids: pd.Series, table: pd.DataFrame, approved: frozenset[str]) -> Told[pd.Series]:
    """Translate identifiers by the user's table; those that are lost are left out and noted.

    An identifier that isn't in the table, but is one of its symbols, is a symbol already.

    Parameters
    ----------
    ids : Series of str
        Identifiers without versions.
    table : DataFrame
        Text columns `from` and `to`, a row a pair.
    approved : frozenset of str
        Approved symbols, where they are known: they decide between several.

    Raises
    ------
    ExpressionError
        Fewer than a fifth of the identifiers are in the table.
    """
    pairs = pd.DataFrame({"id": _bare(table["from"]), "symbol": codes.symbols(table["to"])})
    known = int(ids.isin(pairs["id"]).sum())
    if known < MINIMUM_MAPPED * len(ids):
        raise ExpressionError(
            f"Only {known} of the {len(ids)} identifiers are in genes.map. The matrix has "
            f"{listed(ids)}; the table has {listed(pairs['id'].unique())}. "
            f"{_likely_cause(ids, pairs)}"
        )
    names, several = _one_symbol_each(pairs[pairs["id"].isin(ids)], approved)
    is_ambiguous = ids.isin(several)
    named = ids.map(names)
    is_symbol = named.isna() & ~is_ambiguous & ids.isin(table["to"])
    found = f"translated by genes.map, which knows {known} of {len(ids)}"
    return _without_lost(ids, named.mask(is_symbol, ids), is_ambiguous, found)


def symbols_of_annotation(
    ids: pd.Series, cells: pd.Series, column: str, approved: frozenset[str]
) -> Told[pd.Series]:
    """Take symbols from a column of the source's own annotation, as `map_ids` does from a table.

    Parameters
    ----------
    ids, approved
        As for `map_ids`.
    cells : Series of str
        The column, with the index of `ids`; several symbols in a cell are separated by ``///``,
        ``;``, ``,`` or ``|``.
    column : str
        Its name, for messages.

    Raises
    ------
    ExpressionError
        Fewer than a fifth of the cells hold a symbol.
    """
    filled = codes.symbols(cells.astype(object).fillna(""))
    if filled.notna().sum() < MINIMUM_MAPPED * len(ids):
        holds = f"It holds {listed(filled.dropna().unique())}. " if filled.notna().any() else ""
        raise ExpressionError(
            f"genes.symbol_column names {column!r}, which is empty for "
            f"{int(filled.isna().sum())} of the {len(ids)} identifiers. {holds}Name another "
            "column, or set genes.map."
        )
    parts = filled.dropna().str.split(SEPARATORS, regex=True).explode()
    # A row is told by its position here: an identifier may repeat beside another symbol.
    pairs = pd.DataFrame({"id": parts.index, "symbol": codes.symbols(parts)})
    names, several = _one_symbol_each(pairs, approved)
    rows = pd.Series(ids.index, index=ids.index)
    found = f"symbols taken from the source's column {column!r}"
    return _without_lost(ids, rows.map(names), rows.isin(several), found)


def _bare(ids: pd.Series) -> pd.Series:
    return parse_ids(ids.str.strip())["bare"]


def _one_symbol_each(
    pairs: pd.DataFrame, approved: frozenset[str]
) -> tuple[dict[object, str], set[object]]:
    """Symbols of the ids that have one, or one only that is approved or the id itself."""
    pairs = pairs.dropna().drop_duplicates()
    in_doubt = pairs["id"].duplicated(keep=False)
    names = dict(pairs[~in_doubt].itertuples(index=False, name=None))
    several = set()
    for identifier, symbols in pairs[in_doubt].groupby("id")["symbol"]:
        likely = [name for name in symbols if name == identifier]
        likely = likely or [name for name in symbols if name in approved]
        if len(likely) == 1:
            names[identifier] = likely[0]
        else:
            several.add(identifier)
    return names, several


def _without_lost(
    ids: pd.Series, names: pd.Series, is_ambiguous: pd.Series, found: str
) -> Told[pd.Series]:
    notes, is_unmapped = Notes(), names.isna() & ~is_ambiguous
    notes.add("gene_ids", found)
    notes.lose("genes", "unmapped", list(ids[is_unmapped]), "identifiers without a symbol")
    notes.lose("genes", "ambiguous", list(ids[is_ambiguous]), "identifiers of several genes")
    # Of no names at all, pandas makes numbers.
    return names.dropna().astype(object), notes


def _likely_cause(ids: pd.Series, pairs: pd.DataFrame) -> str:
    in_matrix, in_table = _usual(ids), _usual(pairs["id"])
    species = {name: _species(names) for name, names in (("m", ids), ("t", pairs["id"]))}
    if species["m"] != species["t"] and in_matrix == in_table:
        return (
            f"The ids of the matrix begin with {species['m']}, those of the table with "
            f"{species['t']}: these are two species (ENSMUSG is mouse). Take the table of the "
            "matrix's species."
        )
    if _usual(pairs["symbol"].dropna()) == in_matrix != in_table:
        return "The two columns are likely exchanged: swap genes.map.from_column and to_column."
    if in_matrix != in_table:
        return (
            f"The matrix has {WORDS[in_matrix]}, the table {WORDS[in_table]}: set "
            "genes.map.from_column to the column with the identifiers of the matrix."
        )
    if ids.str.casefold().isin(pairs["id"].str.casefold()).mean() >= MINIMUM_MAPPED:
        return "They meet when upper and lower case are taken for the same: correct the table."
    return "Take the table of this platform, or correct genes.map.from_column."


def _usual(ids: Iterable[str]) -> str:
    kinds = parse_ids(pd.Series(list(ids), dtype=object))["kind"]
    return str(kinds.value_counts().index[0]) if len(kinds) else "symbol"


def _species(ids: pd.Series) -> str:
    prefixes = ids.str.extract(r"^(ENS[A-Z]*?[GT])R?\d", expand=False).dropna()
    return str(prefixes.value_counts().index[0]) if len(prefixes) else ""
