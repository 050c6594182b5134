"""One row a gene: what becomes of several rows of the source that are one gene."""

from __future__ import annotations

import numpy as np
import pandas as pd

from twinpurify.cohort.notes import Notes, Told
from twinpurify.cohort.units.unit import ARRAY_QUANTITIES, Unit
from twinpurify.errors import ConfigurationError, ExpressionError, listed

# Values that are held in float64 at a time.
BLOCK_VALUES = 1_000_000
REASONS = {
    "sum": "rows added to another row of their gene",
    "mean": "rows averaged with another row of their gene",
    "max_mean": "rows of genes of which another row has the larger mean",
}


def collapse_rule(rule: str, unit: Unit) -> str:
    """Choose what becomes of several rows of one gene.

    ``auto`` is ``sum`` where molecules are counted, and ``max_mean`` for arrays and ratios: probes
    differ in how well they bind, so that their sum means nothing.

    Parameters
    ----------
    rule : {'auto', 'sum', 'max_mean', 'mean', 'error'}
        ``genes.collapse``.
    unit : Unit
        Unit of the matrix.

    Raises
    ------
    ConfigurationError
        Ratios are to be summed.
    """
    if rule == "sum" and unit.quantity == "log_ratio":
        raise ConfigurationError(
            f"genes.collapse is sum, but the unit is {unit.describe()}, and ratios don't add up. "
            "Set genes.collapse to max_mean or mean."
        )
    if rule != "auto":
        return rule
    return "max_mean" if unit.quantity in ARRAY_QUANTITIES else "sum"


def collapse_genes(
    expression: pd.DataFrame, sources: pd.Series, names: pd.Series, rule: str, unit: Unit
) -> Told[tuple[pd.DataFrame, pd.DataFrame]]:
    """Bring together the rows of one gene, and leave out those without a name.

    Parameters
    ----------
    expression, unit
        As for `approve_genes`.
    sources, names : Series of str
        Identifiers and symbols, by position of the column; a column without a name is left out.
    rule : {'sum', 'max_mean', 'mean', 'error'}
        ``sum`` adds in linear space, ``mean`` averages the values as they are, ``max_mean`` keeps
        the row with the largest mean.

    Returns
    -------
    DataFrame, DataFrame
        As of `approve_genes`. What a gene becomes doesn't depend on the order of its rows.

    Raises
    ------
    ExpressionError
        A gene has several rows, and the rule is ``error``.
    """
    rows = pd.DataFrame({"gene": names, "source": sources.loc[names.index]})
    if rule == "max_mean":
        rows["mean"] = _means(expression, rows)
        rows["place"] = _places_of_ties(expression, rows)
        by = {"gene": True, "mean": False, "source": True, "place": True}
        rows = rows.sort_values(list(by), ascending=list(by.values()))
    else:
        rows = rows.sort_values(["gene", "source"])
    extra = rows["gene"].duplicated()
    if rule == "error" and extra.any():
        doubled = rows["gene"][extra].unique()
        raise ExpressionError(
            f"Genes have several rows: {listed(doubled)}. Set genes.collapse to auto, sum, "
            "max_mean or mean, or keep one row of each."
        )
    notes = Notes()
    notes.lose("genes", "collapsed", _labels(rows[extra]), REASONS.get(rule, ""))
    values = _gather(expression, rows.index[~extra].to_numpy())
    if rule in ("sum", "mean") and extra.any():
        _merge(values, expression, rows, rule, unit)
    genes = pd.Index(rows["gene"][~extra], name="gene", dtype=object)
    frame = pd.DataFrame(values, index=expression.index, columns=genes, copy=False)
    return (frame, _describe(rows, extra, genes, rule)), notes


def _labels(rows: pd.DataFrame) -> list[str]:
    return [
        gene if gene == source else f"{source} ({gene})"
        for gene, source in zip(rows["gene"], rows["source"], strict=True)
    ]


def _means(expression: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Means of the rows that have a rival; a row with missing values loses."""
    rivals = rows.index[rows["gene"].duplicated(keep=False)]
    means = pd.Series(0.0, index=rows.index)
    values = expression.to_numpy()
    for part in np.array_split(rivals, len(rivals) * len(values) // BLOCK_VALUES + 1):
        means.loc[part] = values[:, part].mean(axis=0, dtype=np.float64)
    return means.fillna(-np.inf)


def _places_of_ties(expression: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Order rows of one name and mean by their values, since their order in a file has no say."""
    places = pd.Series(0, index=rows.index)
    tied = rows.index[rows.duplicated(["gene", "mean", "source"], keep=False)]
    # The last key counts most.
    order = np.lexsort(expression.to_numpy()[::-1, tied]) if len(tied) else []
    places.loc[tied[order]] = np.arange(len(tied))
    return places


def _gather(expression: pd.DataFrame, positions: np.ndarray) -> np.ndarray:
    """Columns in a new order, without a copy where it is the order that they have."""
    values = expression.to_numpy()
    if np.array_equal(positions, np.arange(values.shape[1])):
        return values
    if values.flags.f_contiguous:
        return np.take(values.T, positions, axis=0).T
    return np.take(values, positions, axis=1)


def _merge(
    merged: np.ndarray, expression: pd.DataFrame, rows: pd.DataFrame, rule: str, unit: Unit
) -> None:
    """Write sums or means of the doubled genes into `merged`, block by block."""
    values = expression.to_numpy()
    sizes = rows.groupby("gene", sort=False).size().to_numpy()
    doubled = sizes > 1
    members = rows.index[np.repeat(doubled, sizes)].to_numpy()
    starts = np.concatenate([[0], np.cumsum(sizes[doubled])[:-1]])
    step = max(1, BLOCK_VALUES // len(members))
    for first in range(0, len(values), step):
        block = slice(first, first + step)
        part = values[block][:, members].astype(np.float64)
        if rule == "mean":
            merged[block, doubled] = np.add.reduceat(part, starts, axis=1) / sizes[doubled]
        else:
            sums = np.add.reduceat(unit.to_linear(part), starts, axis=1)
            merged[block, doubled] = unit.from_linear(sums)


def _describe(rows: pd.DataFrame, extra: pd.Series, genes: pd.Index, rule: str) -> pd.DataFrame:
    kept = rows["source"][~extra].to_numpy()
    doubled = rows[rows["gene"].duplicated(keep=False)]
    var = pd.DataFrame({"source_id": kept, "n_collapsed": 1}, index=genes)
    groups = doubled.groupby("gene", sort=False)["source"]
    var.loc[doubled["gene"].unique(), "n_collapsed"] = groups.size()
    if rule != "max_mean":
        var.loc[doubled["gene"].unique(), "source_id"] = groups.agg(";".join)
    return var
