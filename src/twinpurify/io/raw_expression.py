"""What a reader gives: the matrix as the source has it, and what the source says of its genes."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd


@dataclass
class RawExpression:
    """An expression matrix under the identifiers of its source.

    Attributes
    ----------
    values : DataFrame, samples × genes
        float32, NaN where missing. Sample ids are unique; identifiers of genes may repeat, since
        what becomes of them is for the assembly to say.
    genes : DataFrame
        What the source says of its genes, as text; a row for each column of `values`, in order,
        and no column where it says nothing.
    notes : tuple of str
        What was found out about the source, and why: its format, what was left out of it.
    warnings : tuple of str
        What a person should look at.
    """

    values: pd.DataFrame
    genes: pd.DataFrame
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default=())

    def hand_over(self) -> pd.DataFrame:
        """Give the matrix away, so that the one who takes it can let go of it.

        A large cohort would else lie in memory once more than it has to.

        Returns
        -------
        DataFrame, samples × genes
            The matrix, of which only the names stay here.
        """
        values = self.values
        self.values = values.iloc[:0].copy()
        return values


def without_annotation(values: pd.DataFrame) -> pd.DataFrame:
    """Make the annotation of a source that says nothing of its genes.

    Parameters
    ----------
    values : DataFrame, samples × genes
        The matrix.

    Returns
    -------
    DataFrame
        A row a gene, no columns.
    """
    return pd.DataFrame(index=pd.RangeIndex(values.shape[1]))
