"""Expression profiles as methods take them: checked, by gene name, samples × genes."""

from typing import Any

import numpy as np
import pandas as pd

from twinpurify.cohort.units.unit import LARGEST_LOG2
from twinpurify.errors import ConfigurationError, ExpressionError, GeneMismatchError, listed


def as_profiles(
    X: Any, genes: np.ndarray | None = None, allow_missing: bool = False
) -> pd.DataFrame:
    """Turn an AnnData, a table or an array into a float32 table of finite values.

    Parameters
    ----------
    X : AnnData, DataFrame or array, shape (samples, genes)
        Expression, log2(x + 1).
    genes : array of str, optional
        Names for the columns of a plain array; ignored where X carries names.
    allow_missing : bool
        Whether values may be NaN, as for what fills them in.

    Returns
    -------
    DataFrame, shape (samples, genes), float32
        Of the values of X itself where they are float32 already, and not to be written to; the
        names of the genes are strings, also where X numbers them.

    Raises
    ------
    ExpressionError
        If X isn't two-dimensional, is empty, doubles a gene, holds infinite or text values, values
        too large for a logarithm or, unless they are allowed, NaN.
    """
    table = X.to_df() if hasattr(X, "to_df") else X
    if not isinstance(table, pd.DataFrame):
        values = np.asarray(table)
        if values.ndim != 2:
            raise ExpressionError(f"expected a matrix samples × genes, found shape {values.shape}")
        named = genes is not None and len(genes) == values.shape[1]
        table = pd.DataFrame(values, columns=genes if named else None)
    if table.empty:
        raise ExpressionError(f"expected samples × genes, found an empty table {table.shape}")
    profiles = _finite(table, allow_missing)
    profiles.columns = unique_genes(profiles.columns)
    return _as_log2(profiles)


def unique_genes(names: pd.Index) -> pd.Index:
    """Give the names of genes as text.

    Raises
    ------
    ExpressionError
        If a name is doubled.
    """
    names = names.astype(str)
    if not names.is_unique:
        doubled = names[names.duplicated()].unique()
        raise ExpressionError(f"doubled genes {listed(doubled)}; collapse them before use")
    return names


def _finite(table: pd.DataFrame, allow_missing: bool) -> pd.DataFrame:
    """Convert to float32 and refuse values that no expression profile holds."""
    try:
        table = table.astype(np.float32, copy=False)
    except (TypeError, ValueError) as error:
        raise ExpressionError(f"the expression holds text values: {error}") from None
    values = table.to_numpy()
    finite = np.isfinite(values) | np.isnan(values) if allow_missing else np.isfinite(values)
    if not finite.all():
        kind = "infinite" if allow_missing else "NaN or infinite"
        rows, columns = np.nonzero(~finite)
        where = [
            f"{table.index[row]}/{table.columns[column]}"
            for row, column in zip(rows[:5], columns[:5], strict=True)
        ]
        raise ExpressionError(
            f"{len(rows)} values of the expression are {kind}, "
            f"for example (sample/gene) {', '.join(where)}; remove or impute them"
        )
    return table


def _as_log2(table: pd.DataFrame) -> pd.DataFrame:
    """Refuse linear values: their exponential would be infinite, their spread that of few genes."""
    # The largest of those that aren't missing.
    largest = np.fmax.reduce(table.to_numpy(), axis=None)
    if largest > LARGEST_LOG2:
        raise ExpressionError(
            f"the largest value is {largest:g}, and log2(x + 1) stays below {LARGEST_LOG2:g}; "
            "pass log2(x + 1), or set unit.scale: linear in the cohort's definition"
        )
    return table


def select_genes(table: pd.DataFrame, genes: np.ndarray) -> np.ndarray:
    """Pick a model's genes out of a table, in the model's order; further genes are ignored.

    Raises
    ------
    GeneMismatchError
        If the table lacks a gene of the model.
    """
    if table.columns.equals(pd.Index(genes)):
        return table.to_numpy()
    missing = [gene for gene in genes if gene not in table.columns]
    if missing:
        raise GeneMismatchError(
            f"{len(missing)} of the model's {len(genes)} genes are not in the matrix of "
            f"{table.shape[1]} genes: {listed(missing)}. To set them to their mean in training: "
            "`scoring.missing_genes: training_mean` in a run, complete_genes(..., "
            "missing_genes='training_mean') in Python"
        )
    return table.loc[:, list(genes)].to_numpy()


def in_gene_order(table: pd.DataFrame, genes: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Bring a table to a model's genes, NaN where one is absent.

    Parameters
    ----------
    table : DataFrame, shape (samples, genes of the table)
    genes : array of str
        The model's genes, in order.

    Returns
    -------
    array, shape (samples, genes of the model), float32
    list of str
        Genes of the table that the model hasn't.
    """
    place = table.columns.get_indexer(list(genes))
    # A place of -1 takes the last column, which is then blanked.
    values = np.ascontiguousarray(table.to_numpy(dtype=np.float32)[:, place])
    values[:, place < 0] = np.nan
    return values, list(table.columns.difference(genes, sort=False))


def complete_genes(
    table: pd.DataFrame, genes: np.ndarray, training_mean: np.ndarray, missing_genes: str
) -> tuple[pd.DataFrame, float]:
    """Give a table exactly a model's genes, under a stated policy for those that it lacks.

    Parameters
    ----------
    table : DataFrame, shape (samples, genes of the table)
    genes : array of str
        The model's genes, in order.
    training_mean : array, shape (genes of the model,)
        Mean of each gene over the training tumours, log2(x + 1).
    missing_genes : {"error", "training_mean"}

    Returns
    -------
    DataFrame, shape (samples, genes of the model)
    float
        Share of the model's genes that the table lacked, 0 to 1.

    Raises
    ------
    ExpressionError
        If the table is malformed, as in ``as_profiles``: values that are missing within a gene
        aren't filled in.
    GeneMismatchError
        If genes are missing under the policy "error", or no gene at all is shared.
    ConfigurationError
        If the policy is unknown.
    """
    if missing_genes not in ("error", "training_mean"):
        known = "'error' or 'training_mean'"
        raise ConfigurationError(f"missing_genes is {missing_genes!r}; expected {known}")
    table = as_profiles(table)
    lacking = ~pd.Index(genes).isin(table.columns)
    if lacking.all():
        raise GeneMismatchError(
            f"none of the model's {len(genes)} genes, {listed(genes)}, is in the matrix, which "
            f"has {listed(table.columns)}; are both gene symbols, and the samples in rows?"
        )
    if missing_genes == "error":
        select_genes(table, genes)
    # By position: filling column by column takes seconds for a whole transcriptome.
    place = table.columns.get_indexer(list(genes))
    values = table.to_numpy(dtype=np.float32)[:, place]
    values[:, lacking] = np.asarray(training_mean)[lacking]
    return pd.DataFrame(values, index=table.index, columns=list(genes)), float(lacking.mean())
