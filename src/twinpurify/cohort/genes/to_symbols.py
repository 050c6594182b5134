"""From the identifiers of a source to approved gene symbols, each of them once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from twinpurify.cohort.declaration.sources import GeneSettings
from twinpurify.cohort.genes.collapse import collapse_genes, collapse_rule
from twinpurify.cohort.genes.mapping import map_ids, symbols_of_annotation, would_map
from twinpurify.cohort.genes.parsed_ids import parse_ids, tell_kind
from twinpurify.cohort.genes.symbols import approve_symbols, restore_symbols
from twinpurify.cohort.hints import absent_columns
from twinpurify.cohort.notes import Notes, Told
from twinpurify.cohort.units.unit import Unit
from twinpurify.errors import ConfigurationError, ExpressionError, listed


@dataclass(frozen=True)
class GeneTables:
    """What the user's own tables say of genes.

    Attributes
    ----------
    map : DataFrame or None
        Text columns `from` and `to`: identifier and symbol, a row a pair.
    aliases : DataFrame or None
        Text columns `from` and `to`: outdated or alias symbol, and the approved one.
    """

    map: pd.DataFrame | None
    aliases: pd.DataFrame | None


def approve_genes(
    expression: pd.DataFrame,
    annotation: pd.DataFrame,
    tables: GeneTables,
    settings: GeneSettings,
    unit: Unit,
) -> Told[tuple[pd.DataFrame, pd.DataFrame]]:
    """Name the genes by approved symbols, so that cohorts of different sources meet.

    Parameters
    ----------
    expression : DataFrame, samples × identifiers
        float32, in `unit`; identifiers may repeat.
    annotation : DataFrame
        What the source says of its genes, as text: a row for each column of `expression`.
    tables : GeneTables
        The user's tables of identifiers and aliases.
    settings : GeneSettings
        What the identifiers are and what becomes of doubled genes.
    unit : Unit
        In which space rows of one gene add up.

    Returns
    -------
    DataFrame, samples × genes
        float32, sorted by symbol, each once. Where nothing translates the identifiers, they stay
        as they are.
    DataFrame
        A row a gene: `source_id` (several joined by ``;``) and `n_collapsed`, how many rows of
        the source the gene had.
    Notes
        What was detected, and which genes were lost at each step, and why.

    Raises
    ------
    ConfigurationError
        A setting contradicts the identifiers, the annotation or the unit.
    ExpressionError
        There is no gene, or none is left; hardly any is found in the table; or a gene is doubled
        where that is an error.
    """
    if not expression.shape[1]:
        raise ExpressionError("The matrix has no genes. Check expression.path.")
    notes, rule = Notes(), collapse_rule(settings.collapse, unit)
    sources = pd.Series(expression.columns.astype(str), dtype=object).str.strip()
    parsed = parse_ids(sources)
    kind = notes.of(tell_kind(sources, parsed["kind"], settings.id_type))
    copies = _copies_on_y(parsed)
    what = "copies on Y of genes that X has, too"
    if settings.par_y == "sum" and len(copies):
        expression, what = _with_sums(expression, copies, unit), "added to their copy on X"
    notes.lose("genes", "par_y", list(sources[copies.index]), what)
    sources, ids = sources.drop(copies.index), parsed["bare"].drop(copies.index)
    names = notes.of(_name(ids, kind, annotation, tables, settings))
    if names.empty:
        raise ExpressionError(
            f"None of the {len(ids)} identifiers could be told for a gene: {listed(sources)}. Set "
            "genes.map or genes.symbol_column."
        )
    return notes.of(collapse_genes(expression, sources, names, rule, unit)), notes


def _copies_on_y(parsed: pd.DataFrame) -> pd.Series:
    """Position of each copy on Y -> that of its gene on X; a copy without one stays a gene."""
    on_x = parsed["bare"][~parsed["on_y"]].drop_duplicates()
    partners = pd.Series(on_x.index, index=on_x)
    return parsed["bare"][parsed["on_y"]].map(partners).dropna().astype(int)


def _with_sums(expression: pd.DataFrame, copies: pd.Series, unit: Unit) -> pd.DataFrame:
    values = expression.to_numpy(copy=True)
    for copy, partner in copies.items():
        pair = unit.to_linear(values[:, [partner, copy]].astype(np.float64))
        values[:, partner] = unit.from_linear(pair.sum(axis=1))
    return pd.DataFrame(values, index=expression.index, columns=expression.columns, copy=False)


def _name(
    ids: pd.Series, kind: str, annotation: pd.DataFrame, tables: GeneTables, settings: GeneSettings
) -> Told[pd.Series]:
    """Symbols of the columns, by position; those that are lost are left out."""
    notes, names, column = Notes(), ids, settings.symbol_column
    approved = frozenset() if tables.aliases is None else frozenset(tables.aliases["to"])
    if column is not None:
        cells = _symbol_cells(annotation, column).loc[ids.index]
        names = notes.of(symbols_of_annotation(ids, cells, column, approved))
    elif tables.map is not None and _needs_map(ids, kind, tables.map, settings):
        names = notes.of(map_ids(ids, tables.map, approved))
    elif kind != "symbol":
        return ids, _untranslated(kind, ids, annotation)
    elif tables.map is not None:
        notes.add("gene_ids", "genes.map wasn't used: the identifiers are symbols already")
    names = notes.of(restore_symbols(names))
    return notes.of(approve_symbols(names, tables.aliases)), notes


def _symbol_cells(annotation: pd.DataFrame, column: str) -> pd.Series:
    if column not in annotation.columns:
        missing = absent_columns({"genes.symbol_column": column}, annotation.columns)
        raise ConfigurationError(f"What the source says of its genes has no such column: {missing}")
    return annotation[column].reset_index(drop=True)


def _needs_map(ids: pd.Series, kind: str, table: pd.DataFrame, settings: GeneSettings) -> bool:
    """Symbols need no table, unless they are probes of a maker that isn't known here."""
    return kind != "symbol" or (settings.id_type == "auto" and would_map(ids, table))


def _untranslated(kind: str, ids: pd.Series, annotation: pd.DataFrame) -> Notes:
    notes, columns = Notes(), f", or genes.symbol_column to one of {listed(annotation.columns)}"
    notes.warn(
        f"The genes stay named by their identifiers, such as {listed(ids)}, and won't meet "
        f"symbols of other cohorts, gene sets or models. Set genes.map (a table with a column of "
        f"identifiers and one of symbols){columns if len(annotation.columns) else ''}."
    )
    notes.add("gene_ids", f"kept as they are: nothing says the symbols ({kind})")
    return notes
