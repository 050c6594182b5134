"""What stands for a missing value in files: one vocabulary for all formats."""

from __future__ import annotations

import numpy as np
import pandas as pd

# In any table. What follows is of single sources, and could be a value elsewhere.
MISSING = ("", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "#N/A", "<NA>")
GCT_MISSING = (*MISSING, "na")
# Affymetrix writes three dashes where nothing is known of a probe.
PLATFORM_MISSING = (*MISSING, "---")
# Of tables of TCGA, in any case.
TCGA_CODES = frozenset(
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
    """Make codes such as ``[Not Available]`` in a sheet of text NaN, lest they become labels."""
    return sheet.mask(
        sheet.apply(lambda column: column.str.strip().str.casefold().isin(TCGA_CODES)), np.nan
    )


def with_gaps(texts: pd.Series | pd.DataFrame, missing: tuple[str, ...] = MISSING):
    """Make what stands for a missing value, by default in any table, NaN in text."""
    texts = texts.astype(object)
    return texts.where(texts.notna() & ~texts.isin(missing), np.nan)
