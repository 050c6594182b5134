"""The codes with which tables of TCGA say that a value is missing."""

from __future__ import annotations

import numpy as np
import pandas as pd

MISSING_CODES = frozenset(
    {
        "[not available]",
        "[not applicable]",
        "[not evaluated]",
        "[unknown]",
        "[pending]",
        "[completed]",
        "[discrepancy]",
    }
)


def without_codes(sheet: pd.DataFrame) -> pd.DataFrame:
    """Make the codes of missing values missing, lest they become labels.

    Parameters
    ----------
    sheet : DataFrame
        Text.

    Returns
    -------
    DataFrame
        NaN in the place of codes such as ``[Not Available]``.
    """
    return sheet.mask(
        sheet.apply(lambda column: column.str.strip().str.casefold().isin(MISSING_CODES)), np.nan
    )
