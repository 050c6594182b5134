"""Lengths of genes, from a table or from the cohort, and what dividing by them shares."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Self

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from twinpurify.errors import ConfigurationError, ExpressionError, TableError, listed
from twinpurify.normalization.steps.blocks import Blocks
from twinpurify.normalization.steps.step import Step

BASES_IN_KILOBASE = 1e3
MEND = "give them by `lengths` of the step, a table with the columns gene and length"
COLUMNS = ["gene", "length"]


class PerLength(Step):
    """Divides counts by the length of the gene, over which reads spread.

    Attributes
    ----------
    genes_ : Index of str
        Genes of the training tumours.
    kilobases_ : array, shape (genes,)
        Their lengths.
    """

    takes: ClassVar = "counts"
    gives: ClassVar = "linear"
    counts_only: ClassVar = True

    def __init__(self, lengths: str | None = None) -> None:
        self.lengths = lengths

    def fit(
        self, X: pd.DataFrame | Blocks, y: None = None, *, lengths: pd.Series | None = None
    ) -> Self:
        """Look up and keep the lengths of the genes; nothing is learnt from the samples.

        Parameters
        ----------
        X : DataFrame or Blocks, samples × genes
            Counts of training tumours.
        y : None
            Ignored; there so that scikit-learn pipelines can call.
        lengths : Series, optional
            Length in bases by gene, used unless the step names a table.

        Raises
        ------
        ConfigurationError
            If no lengths are given.
        ExpressionError
            If genes have no length, or one that isn't positive.
        TableError
            If the table of lengths is missing or unreadable.
        """
        if self.lengths is not None:
            lengths = read_lengths(Path(self.lengths))
        if lengths is None:
            raise ConfigurationError(f"tpm and fpkm need the lengths of the genes: {MEND}")
        self.genes_ = Blocks.of(X).genes
        found = pd.to_numeric(lengths.reindex(self.genes_), errors="coerce")
        faulty = ~(np.isfinite(found) & (found > 0)).to_numpy()
        if faulty.any():
            raise ExpressionError(
                f"no length above 0 for the genes {listed(self.genes_[faulty])}; {MEND}, or drop "
                "these genes from the matrix"
            )
        self.kilobases_ = found.to_numpy(dtype=np.float64) / BASES_IN_KILOBASE
        return self

    def _kilobases(self, genes: pd.Index) -> np.ndarray:
        """Look up the lengths of these genes."""
        check_is_fitted(self, "kilobases_")
        return pd.Series(self.kilobases_, self.genes_).loc[genes].to_numpy()


def read_lengths(path: Path) -> pd.Series:
    """Read lengths of genes in bases from a table with the columns gene and length.

    Parameters
    ----------
    path : Path
        CSV, or tab-separated where the name ends in .tsv or .txt; perhaps gzipped.

    Returns
    -------
    Series
        Length by gene.

    Raises
    ------
    TableError
        If the file is missing, unreadable, lacks or doubles a column, or doubles a gene.
    """
    import pyarrow as pa
    from pyarrow import csv

    tabs = {".tsv", ".txt"} & set(path.suffixes)
    options = csv.ParseOptions(delimiter="\t" if tabs else ",")
    try:
        table = csv.read_csv(path, parse_options=options).to_pandas()
    except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
        raise TableError(
            f"the table of gene lengths {path} can't be read: {error}; correct `lengths` of the "
            "step"
        ) from None
    if sorted(table.columns[table.columns.isin(COLUMNS)]) != COLUMNS:
        raise TableError(
            f"the table of gene lengths {path} has the columns {listed(table.columns)}; it needs "
            "gene and length, once each"
        )
    lengths = pd.Series(table["length"].to_numpy(), table["gene"].astype(str))
    if not lengths.index.is_unique:
        doubled = lengths.index[lengths.index.duplicated()].unique()
        raise TableError(f"the table of gene lengths {path} doubles the genes {listed(doubled)}")
    return lengths
