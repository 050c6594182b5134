"""What a reader gives: the matrix as the source has it, and what the source says of its genes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
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
        and no column where it says nothing, which is the default.
    notes : tuple of str
        What was found out about the source, and why: its format, what was left out of it.
    warnings : tuple of str
        What a person should look at.
    """

    values: pd.DataFrame
    genes: pd.DataFrame | None = None
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.genes is None:
            self.genes = pd.DataFrame(index=range(self.values.shape[1]))
        self.genes = self.genes.reset_index(drop=True)

    def with_genes(self, kept: np.ndarray) -> RawExpression:
        """Return the same of some genes: where `kept`, an array of bool, is true."""
        return replace(self, values=self.values.loc[:, kept], genes=self.genes[kept])

    def noted(self, notes: Iterable[str] = (), warnings: Iterable[str] = ()) -> RawExpression:
        """Return the same with further `notes` and `warnings` behind those that are there."""
        return replace(self, notes=(*self.notes, *notes), warnings=(*self.warnings, *warnings))

    def hand_over(self) -> pd.DataFrame:
        """Give the matrix (samples × genes) away, so that the one who takes it can let go of it.

        A large cohort would else lie in memory once more than it has to; only names stay here.
        """
        values = self.values
        self.values = values.iloc[:0].copy()
        return values
