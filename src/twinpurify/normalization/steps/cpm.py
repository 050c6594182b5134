"""Counts per million: the depth of sequencing is taken out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from twinpurify.normalization.steps.library import LibraryScaling
from twinpurify.normalization.steps.step import as_values


class CountsPerMillion(LibraryScaling):
    """Gives every library the size of a million reads, since tissues mix in shares of a library.

    Nothing is fitted. Quantities other than counts have their depth taken out already and pass.
    """

    def _effective_sizes(self, X: pd.DataFrame) -> np.ndarray:
        return as_values(X).sum(axis=1)
