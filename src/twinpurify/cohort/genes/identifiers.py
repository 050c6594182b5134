"""From the identifiers of a source to approved gene symbols, each of them once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from twinpurify.cohort.declaration.sources import GeneSettings
from twinpurify.cohort.genes.aliases import approve_symbols
from twinpurify.cohort.genes.collapse import collapse_genes, collapse_rule
from twinpurify.cohort.genes.id_types import are_par_y, bare_ids, kinds_of, tell_kind
from twinpurify.cohort.genes.mangled_symbols import restore_symbols
from twinpurify.cohort.genes.mapping import map_ids, symbols_of_annotation, would_map
from twinpurify.cohort.hints import absent_columns
from twinpurify.cohort.ingestion_log import IngestionLog
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
    log: IngestionLog,
) -> tuple[pd.DataFrame, pd.DataFrame]:
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
    log : IngestionLog
        Is told what was detected, and which genes were lost at each step, and why.

    Returns
    -------
    DataFrame, samples × genes
        float32, sorted by symbol, each once. Where nothing translates the identifiers, they stay
        as they are.
    DataFrame
        A row a gene: `source_id` (several joined by ``;``) and `n_collapsed`, how many rows of
        the source the gene had.

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
    rule = collapse_rule(settings.collapse, unit)
    sources = pd.Series(expression.columns.astype(str), dtype=object).str.strip()
    kinds = kinds_of(sources)
    kind = tell_kind(sources, kinds, settings.id_type, log)
    ids = bare_ids(sources, kinds)
    expression, sources = _without_par_y(expression, sources, ids, settings.par_y, unit, log)
    ids = ids.loc[sources.index]
    names = _name(ids, kind, annotation, tables, settings, log)
    if names.empty:
        raise ExpressionError(
            f"None of the {len(ids)} identifiers could be told for a gene: {listed(sources)}. Set "
            "genes.map or genes.symbol_column."
        )
    return collapse_genes(expression, sources, names, rule, unit, log)


def _without_par_y(
    expression: pd.DataFrame,
    sources: pd.Series,
    ids: pd.Series,
    rule: str,
    unit: Unit,
    log: IngestionLog,
) -> tuple[pd.DataFrame, pd.Series]:
    """Leave the Y copies out, after their values were added to the X copies where that is wanted.

    A copy stays when the matrix has no other row of its gene.
    """
    on_y = are_par_y(sources)
    first = pd.Series(ids.index[~on_y], index=ids[~on_y]).groupby(level=0).first()
    copies = sources.index[on_y & ids.isin(first.index)]
    if rule == "sum" and len(copies):
        partners = first.loc[ids.loc[copies]].to_numpy()
        expression = _with_sums(expression, partners, copies.to_numpy(), unit)
    what = "added to their copy on X" if rule == "sum" else "copies on Y of genes that X has, too"
    log.drop_genes("par_y", list(sources.loc[copies]), what)
    return expression, sources.drop(copies)


def _with_sums(
    expression: pd.DataFrame, partners: np.ndarray, copies: np.ndarray, unit: Unit
) -> pd.DataFrame:
    values = expression.to_numpy(copy=True)
    for partner, copy in zip(partners, copies, strict=True):
        pair = unit.to_linear(values[:, [partner, copy]].astype(np.float64))
        values[:, partner] = unit.from_linear(pair.sum(axis=1))
    return pd.DataFrame(values, index=expression.index, columns=expression.columns, copy=False)


def _name(
    ids: pd.Series,
    kind: str,
    annotation: pd.DataFrame,
    tables: GeneTables,
    settings: GeneSettings,
    log: IngestionLog,
) -> pd.Series:
    """Symbols of the columns, by position; those that are lost are left out."""
    approved = frozenset() if tables.aliases is None else frozenset(tables.aliases["to"])
    if settings.symbol_column is not None:
        cells = _symbol_cells(annotation, settings.symbol_column).loc[ids.index]
        names = symbols_of_annotation(ids, cells, settings.symbol_column, approved, log)
    elif tables.map is not None and _needs_map(ids, kind, tables.map, settings, log):
        names = map_ids(ids, tables.map, approved, log)
    elif kind != "symbol":
        _warn_of_untranslated(kind, ids, annotation, log)
        return ids
    else:
        names = ids
    names = restore_symbols(names, log)
    return approve_symbols(names, tables.aliases, log)


def _symbol_cells(annotation: pd.DataFrame, column: str) -> pd.Series:
    if column not in annotation.columns:
        missing = absent_columns({"genes.symbol_column": column}, annotation.columns)
        raise ConfigurationError(f"What the source says of its genes has no such column: {missing}")
    return annotation[column].reset_index(drop=True)


def _needs_map(
    ids: pd.Series, kind: str, table: pd.DataFrame, settings: GeneSettings, log: IngestionLog
) -> bool:
    """Symbols need no table, unless they are probes of a maker that isn't known here."""
    if kind != "symbol" or (settings.id_type == "auto" and would_map(ids, table)):
        return True
    log.note("gene_ids", "genes.map wasn't used: the identifiers are symbols already")
    return False


def _warn_of_untranslated(
    kind: str, ids: pd.Series, annotation: pd.DataFrame, log: IngestionLog
) -> None:
    columns = (
        f", or genes.symbol_column to one of {listed(annotation.columns)}"
        if len(annotation.columns)
        else ""
    )
    log.warn(
        f"The genes stay named by their identifiers, such as {listed(ids)}, and won't meet "
        f"symbols of other cohorts, gene sets or models. Set genes.map (a table with a column of "
        f"identifiers and one of symbols){columns}."
    )
    log.note("gene_ids", f"kept as they are: nothing says the symbols ({kind})")
