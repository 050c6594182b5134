"""Values of tables as codes: written as people write them, and missing where they say nothing."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

# What sources write where a gene has no symbol.
NO_SYMBOL = {"", "-", "--", "---", "?", "na", "n/a", "nan", "none", "null", "."}
# What sheets write where a label isn't known: lower case, letters and digits alone.
UNKNOWN = {"na", "nan", "null", "none", "unknown", "unk", "nd", "missing", "unspecified"} | {
    "notavailable",
    "notreported",
    "notapplicable",
    "notevaluated",
    "notdetermined",
    "notassessed",
    "notdone",
    "discrepancy",
    "indeterminate",
}


def code(value: object) -> str:
    """Write a code as people write it: without blanks, and 1.0 (an integer beside gaps) as 1.

    Parameters
    ----------
    value : object
        A value of the sheet or of the definition.
    """
    return re.sub(r"^([+-]?\d+)\.0+$", r"\1", str(value).strip())


def codes(values: pd.Series) -> pd.Series:
    """Turn a column into codes, so that text, typed and Parquet sheets compare alike.

    Parameters
    ----------
    values : Series
        A column of any type; what is missing or blank becomes NaN.
    """
    text = values.astype(object).map(code, na_action="ignore").astype(object)
    return text.where(text.notna() & (text != ""), np.nan)


def symbols(names: pd.Series) -> pd.Series:
    """Take what sources write for want of a symbol (``---``, ``?``, ``NA``) as missing.

    Parameters
    ----------
    names : Series of str
        Symbols.
    """
    return names.mask(names.str.strip().str.casefold().isin(NO_SYMBOL))
