"""The answer at a glance: every method on every question, as a table that also prints."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from twinpurify.evaluation.declaration.question import NEUTRAL
from twinpurify.plots.names import in_order, interval, method_name, metric_name, number
from twinpurify.plots.questions import Asked, against_raw, asked, by_kind, leaders

WINNER = "★"
SIGNS = {"better": "▲", "worse": "▼", "not told apart": "", "": ""}
# Below this share of the question's largest difference a cell keeps the colour of no difference.
NO_SHADE, HALF_SHADE = 0.1, 0.5


@dataclass(frozen=True)
class Cell:
    """One method's score on one question.

    Attributes
    ----------
    mean, span : str
        Score and its 95% interval; empty where there is none.
    star, sign : str
        ★ for the best mean, ▲ or ▼ for a difference to raw beyond its interval.
    shade : str
        Style of the background: ``better-1`` to ``worse-3``, or empty.
    hint : str
        The difference to raw, for the pointer.
    """

    mean: str = ""
    span: str = ""
    star: str = ""
    sign: str = ""
    shade: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Row:
    """One question.

    Attributes
    ----------
    subject, details : str
        The question, and its metric with the direction that is better.
    cells : list of Cell
        One a method.
    """

    subject: str
    details: str
    cells: list[Cell]


@dataclass(frozen=True)
class HeatTable:
    """Questions in rows by kind, methods in columns.

    Attributes
    ----------
    methods : list of str
        Their names.
    groups : dict of str to list of Row
        By kind of question.
    """

    methods: list[str]
    groups: dict[str, list[Row]]


def heat_table(summary: pd.DataFrame) -> HeatTable:
    """Lay out the scores of one training for the page's first table.

    Parameters
    ----------
    summary : DataFrame
        Of one cohort and training.

    Returns
    -------
    HeatTable
    """
    methods = in_order(summary.loc[summary["mean"].notna(), "method"])
    groups = {
        kind: [_row(question, summary, methods) for question in questions]
        for kind, questions in by_kind(asked(summary)).items()
    }
    return HeatTable([method_name(method) for method in methods], groups)


def _row(question: Asked, summary: pd.DataFrame, methods: list[str]) -> Row:
    """Fill the row of one question."""
    rows = question.rows(summary)
    best = leaders(rows, question.direction)
    gains = _gains(rows, question)
    largest = gains.abs().max()
    cells = [
        _cell(rows.loc[method], question, method in best, gains[method] / largest)
        if method in rows.index
        else Cell()
        for method in methods
    ]
    details = f"{metric_name(question.metric)}; {question.direction.words}"
    return Row(question.subject, details, cells)


def _gains(rows: pd.DataFrame, question: Asked) -> pd.Series:
    """Return each difference to raw, positive where it is good; NaN where nothing is compared."""
    gains = rows["difference"].astype(float)
    return gains * int(question.direction) if question.direction is not NEUTRAL else gains * np.nan


def _cell(row: pd.Series, question: Asked, best: bool, strength: float) -> Cell:
    """Write one score."""
    verdict = against_raw(row, question.direction)
    return Cell(
        mean=number(row["mean"]),
        span=interval(row["low"], row["high"]) if np.isfinite(row["low"]) else "",
        star=WINNER if best else "",
        sign=SIGNS[verdict],
        shade=_shade(strength, verdict),
        hint=_hint(row),
    )


def _shade(strength: float, verdict: str) -> str:
    """Choose the background: a difference that may be chance never gets more than the palest."""
    if not verdict or not abs(strength) > NO_SHADE:
        return ""
    depth = 1 if verdict == "not told apart" else 2 + (abs(strength) > HALF_SHADE)
    return f"{'better' if strength > 0 else 'worse'}-{depth}"


def _hint(row: pd.Series) -> str:
    """Write the difference to raw out in full."""
    if row.name == "raw":
        return "the reference of the comparison"
    if not np.isfinite(row["difference"]):
        return "no raw score to compare with"
    span = interval(row["difference_low"], row["difference_high"], signed=True)
    return f"difference to raw {number(row['difference'], signed=True)} ({span})"
