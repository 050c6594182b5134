"""Groups of tumours of which it is known which pathway differs between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from twinpurify.cohort.codes import code
from twinpurify.cohort.declaration.samples import Contrast
from twinpurify.cohort.hints import absent_columns, counts
from twinpurify.cohort.notes import Notes, Told
from twinpurify.errors import SampleSheetError, listed

PREFIX = "contrast_"


def contrast_columns(
    tumours: pd.DataFrame, labels: Mapping[str, pd.Series], contrasts: Sequence[Contrast]
) -> Told[dict[str, pd.Series]]:
    """Tell which tumours are on which side of each contrast, for the questions on pathways.

    ``contrast_<name>`` is 1 where the pathway is expected to be the more active, 0 where the less,
    and NaN for the other tumours. The size of the groups is noted.

    Parameters
    ----------
    tumours : DataFrame
        Rows of the sheet, as codes.
    labels : mapping of str to Series
        The cohort's own labels of the same tumours; one of these names means the label, any other
        a column of the sheet.
    contrasts : sequence of Contrast
        What is on which side.

    Raises
    ------
    SampleSheetError
        A column is absent, or no tumour is on one of the sides.
    """
    notes, columns = Notes(), {}
    for contrast in contrasts:
        setting = f"contrasts.{contrast.name}"
        found = labels.get(contrast.column)
        if found is None and contrast.column not in tumours:
            absent = {f"{setting}.column": contrast.column}
            named = absent_columns(absent, [*labels, *tumours.columns])
            raise SampleSheetError(f"In the sample sheet {named}")
        found = tumours[contrast.column] if found is None else found
        columns[PREFIX + contrast.name] = sides = _sides(found, contrast, setting)
        sizes = f"{int((sides == 1.0).sum())} against {int((sides == 0.0).sum())} tumours"
        notes.add("contrasts", f"{contrast.name}: {sizes} by {contrast.column}")
    return columns, notes


def _sides(found: pd.Series, contrast: Contrast, setting: str) -> pd.Series:
    sides = pd.Series(np.nan, index=found.index)
    for key, value in (("positive", 1.0), ("negative", 0.0)):
        wanted = [code(value) for value in getattr(contrast, key)]
        members = found.isin(wanted)
        if not members.any():
            raise SampleSheetError(
                f"{setting}.{key} names {listed(wanted)}, none of which a tumour has in "
                f"{contrast.column!r}; it holds {counts(found)}. Correct {setting}.{key}."
            )
        sides[members] = value
    return sides
