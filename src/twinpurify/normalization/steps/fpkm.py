"""Fragments per kilobase and million: counts over library size and gene length."""

from __future__ import annotations

from typing import ClassVar

import pandas as pd

from twinpurify.normalization.steps.cpm import CountsPerMillion
from twinpurify.normalization.steps.gene_lengths import PerLength
from twinpurify.normalization.steps.step import as_values, like


class FragmentsPerKilobaseMillion(PerLength):
    """Divides counts per million by the length of the gene.

    Parameters
    ----------
    lengths : str, optional
        Table with the columns gene and length, in bases. Default: the column ``length`` of the
        cohort's genes.

    References
    ----------
    Mortazavi et al. 2008, doi:10.1038/nmeth.1226.
    """

    quantity: ClassVar = "fpkm"

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Turn counts, samples × genes, into FPKM."""
        per_million = as_values(CountsPerMillion().transform(X))
        return like(X, per_million / self._kilobases(X.columns))
