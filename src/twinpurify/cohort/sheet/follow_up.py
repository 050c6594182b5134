"""Survival endpoints of a sample sheet: times in days and events as 0 or 1."""

from __future__ import annotations

import numpy as np
import pandas as pd

from twinpurify.cohort.codes import code
from twinpurify.cohort.declaration.samples import SurvivalEndpoint
from twinpurify.cohort.hints import counts
from twinpurify.cohort.notes import Notes, Told
from twinpurify.cohort.sheet.values import numbers
from twinpurify.errors import SampleSheetError

DAYS_PER = {"days": 1.0, "weeks": 7.0, "months": 365.25 / 12, "years": 365.25}
LONGEST_DAYS = 100 * 365.25


def follow_up(
    tumours: pd.DataFrame, endpoint: str, settings: SurvivalEndpoint
) -> Told[dict[str, pd.Series]]:
    """Decode one endpoint; a patient whose time or event is unknown, or whose time is 0, has none.

    ``<endpoint>_time`` is in days, ``<endpoint>_event`` 0 or 1; both are NaN where one is. A
    competing event, such as death of other causes, ends the follow-up: censored at its time.

    Parameters
    ----------
    tumours : DataFrame
        Codes of the sheet, the tumours' rows.
    endpoint : str
        For example ``os``.
    settings : SurvivalEndpoint
        Its columns, time unit and codes.

    Raises
    ------
    SampleSheetError
        A time is text or longer than 100 years, or an event has an undeclared code.
    """
    notes = Notes()
    days = _days(tumours, f"survival.{endpoint}.time", settings)
    event = _events(tumours[settings.event], f"survival.{endpoint}", settings)
    reasons = {
        "the time is missing": days.isna(),
        "the time is 0 or less": days <= 0,
        "the event is missing": event.isna() & (days > 0),
    }
    for reason, affected in reasons.items():
        without = f"{int(affected.sum())} of {len(days)} tumours left without {endpoint}"
        notes.add(f"survival_{endpoint}", f"{without}: {reason}", days.index[affected])
    if not np.any(event[days > 0] == 1):
        notes.warn(f"No tumour has an event of {endpoint}; it can't be evaluated.")
    found = tumours[settings.event]
    competing = found[found.isin([code(value) for value in settings.competing_values])]
    notes.add(
        f"survival_{endpoint}",
        f"{len(competing)} of {len(found)} tumours have a competing event and are censored at its "
        f"time: {counts(competing)}",
        competing.index,
    )
    known = (days > 0) & event.notna()
    return {f"{endpoint}_time": days.where(known), f"{endpoint}_event": event.where(known)}, notes


def _days(tumours: pd.DataFrame, setting: str, settings: SurvivalEndpoint) -> pd.Series:
    days_per = DAYS_PER[settings.time_unit]
    expected = f"less than 100 years ({setting}_unit is {settings.time_unit})"
    longest = LONGEST_DAYS / days_per
    return numbers(tumours[settings.time], setting, high=longest, expected=expected) * days_per


def _events(found: pd.Series, setting: str, settings: SurvivalEndpoint) -> pd.Series:
    censored = [*settings.censored_values, *settings.competing_values]
    meaning = {code(value): 0.0 for value in censored}
    meaning |= {code(value): 1.0 for value in settings.event_values}
    event = found.map(meaning).astype(float)
    unknown = found[found.notna() & event.isna()]
    if len(unknown):
        raise SampleSheetError(
            f"{setting}.event names the column {found.name!r}, whose codes {counts(unknown)} are "
            f"in neither {setting}.event_values {settings.event_values} nor "
            f"{setting}.censored_values {settings.censored_values} nor {setting}.competing_values "
            f"{settings.competing_values}. Add them to one of the three."
        )
    return event
