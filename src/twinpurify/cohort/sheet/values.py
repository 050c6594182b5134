"""How the values of a sample sheet are read: codes, labels, numbers."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from twinpurify.cohort.hints import counts
from twinpurify.cohort.ingestion_log import IngestionLog
from twinpurify.cohort.sheet.vocabularies import read_vocabulary
from twinpurify.errors import SampleSheetError, listed

OLDEST = 120.0


def code(value: object) -> str:
    """Write a code as people write it: without blanks, and 1.0 (an integer beside gaps) as 1.

    Parameters
    ----------
    value : object
        A value of the sheet or of the definition.

    Returns
    -------
    str
        The code.
    """
    return re.sub(r"^([+-]?\d+)\.0+$", r"\1", str(value).strip())


def codes(values: pd.Series) -> pd.Series:
    """Turn a column into codes, so that text, typed and Parquet sheets compare alike.

    Parameters
    ----------
    values : Series
        A column of any type.

    Returns
    -------
    Series
        Text; NaN where the value is missing or blank.
    """
    text = values.astype(object).map(code, na_action="ignore").astype(object)
    return text.where(text.notna() & (text != ""), np.nan)


def numbers(column: pd.Series, setting: str) -> pd.Series:
    """Read a column of codes as numbers.

    Parameters
    ----------
    column : Series
        Codes.
    setting : str
        The setting that named the column, for the message.

    Returns
    -------
    Series
        float64; NaN where the value is missing.

    Raises
    ------
    SampleSheetError
        A value is text or infinite.
    """
    read = pd.to_numeric(column, errors="coerce")
    text = column[column.notna() & ~np.isfinite(read)]
    if len(text):
        raise SampleSheetError(
            f"{setting} names the column {column.name!r}, which should hold numbers but holds "
            f"{counts(text)}. Name another column, or leave these cells empty."
        )
    return read.astype(float)


def in_range(values: pd.Series, low: float, high: float, setting: str, expected: str) -> pd.Series:
    """Refuse numbers outside a range, which point to the wrong column or unit.

    Parameters
    ----------
    values : Series
        Numbers, NaN where missing.
    low, high : float
        The range, both ends in it.
    setting, expected : str
        The setting that named the column, and what it should hold.

    Returns
    -------
    Series
        The values.

    Raises
    ------
    SampleSheetError
        A value lies outside.
    """
    outside = values[(values < low) | (values > high)]
    if len(outside):
        examples = [f"{sample}: {value:g}" for sample, value in outside.items()]
        raise SampleSheetError(
            f"{setting} names the column {values.name!r}, which should hold {expected}, but holds "
            f"{listed(examples)}. Correct these values, or {setting}."
        )
    return values


def pick_labels(
    found: pd.Series,
    wanted: str | list[str] | dict[str, str] | None,
    name: str,
    log: IngestionLog,
) -> pd.Series:
    """Keep or rename the values of a label that count; the others become missing, and are logged.

    Parameters
    ----------
    found : Series
        Codes.
    wanted : str, list or dict, optional
        The name of a vocabulary, the values that count, or their value -> our value; None keeps
        all.
    name : str
        The label, for example ``subtype``.
    log : IngestionLog
        Takes the values that don't count.

    Returns
    -------
    Series
        The labels, NaN where missing.

    Raises
    ------
    SampleSheetError
        None of the wanted values occurs, or the vocabulary doesn't know a value.
    """
    if wanted is None:
        return found
    if isinstance(wanted, str):
        return read_vocabulary(found, wanted, f"label_values.{name}", log)
    meaning = wanted if isinstance(wanted, dict) else {value: value for value in wanted}
    meaning = {code(theirs): code(ours) for theirs, ours in meaning.items()}
    never = [value for value in meaning if not (found == value).any()]
    if len(never) == len(meaning):
        raise SampleSheetError(
            f"label_values.{name} names {listed(never)}, none of which occurs in the column "
            f"{found.name!r}; it holds {counts(found)}. Correct label_values.{name}."
        )
    if never:
        log.warn(f"label_values.{name} names {listed(never)}, which no sample has.")
    labels = found.map(meaning)
    other = found[found.notna() & labels.isna()]
    if len(other):
        log.note(
            "labels",
            f"{name} left missing, since label_values.{name} doesn't name it: {counts(other)}",
            examples=other.index.tolist(),
        )
    return labels


def typed(column: pd.Series) -> pd.Series:
    """Type a column that the definition doesn't name: numbers where all are, otherwise text.

    Parameters
    ----------
    column : Series
        Codes.

    Returns
    -------
    Series
        float64, or text with NaN where missing; a code with leading zeros stays text.
    """
    present = column.dropna()
    if present.str.match(r"^[+-]?0\d").any():
        return column
    as_numbers = pd.to_numeric(column, errors="coerce").astype(float)
    return as_numbers if as_numbers.notna().sum() == len(present) else column
