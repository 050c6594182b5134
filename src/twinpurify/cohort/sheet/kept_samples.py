"""The part of a sample sheet that a cohort is made of, such as one cancer of many."""

from __future__ import annotations

import pandas as pd

from twinpurify.cohort.hints import absent_columns, closest
from twinpurify.cohort.notes import Notes, Told
from twinpurify.errors import SampleSheetError, listed


def keep_samples(samples: pd.DataFrame, keep: dict[str, list[str]]) -> Told[pd.DataFrame]:
    """Keep the rows that hold the wanted values, so that one sheet serves several cohorts.

    Parameters
    ----------
    samples : DataFrame
        The raw sample sheet, indexed by sample id.
    keep : dict of str to list of str
        Column to the values that are wanted; a row must hold one of each column's.

    Raises
    ------
    SampleSheetError
        A column is absent, a value isn't among those of its column, or no row is left.
    """
    notes = Notes()
    absent = {f"samples.keep.{column}": column for column in keep if column not in samples}
    if absent:
        raise SampleSheetError(absent_columns(absent, samples.columns))
    columns = {column: samples[column].map(str, na_action="ignore") for column in keep}
    for column, wanted in keep.items():
        _check_values(column, wanted, columns[column])
    for column, wanted in keep.items():
        kept = columns[column].loc[samples.index].isin(wanted)
        reason = f"rows whose {column} is not among those that samples.keep names"
        notes.lose("samples", "keep", samples.index[~kept], reason)
        samples = samples[kept]
    if not len(samples):
        raise SampleSheetError(
            "No row of the sample sheet has what samples.keep asks of its columns together: "
            f"{listed(list(keep))}. Ask for less."
        )
    return samples, notes


def _check_values(column: str, wanted: list[str], values: pd.Series) -> None:
    found = sorted(set(values.dropna()))
    strangers = [value for value in wanted if value not in found]
    if strangers:
        raise SampleSheetError(
            f"samples.keep.{column} names {listed(strangers)}{closest(strangers[0], found)}; the "
            f"values of the column are {listed(found, 20)}"
        )
