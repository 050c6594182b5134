"""All methods and all questions on one sheet."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from twinpurify.errors import TableError
from twinpurify.plots.names import (
    in_order,
    interval,
    method_name,
    metric_name,
    number,
    plain,
    wrapped,
)
from twinpurify.plots.questions import NEUTRAL, Question, against_raw, asked, leaders
from twinpurify.plots.selections import single_training
from twinpurify.plots.theme import themed

WINNER = "★"
SIGNS = {"better": "▲", "worse": "▼", "not told apart": "", "": ""}
# A difference of this size is drawn in the full colour; larger ones look the same.
FULL_COLOUR = 0.25
ROW_HEIGHT, CELL_WIDTH, LABEL_WIDTH = 38, 70, 330
MOST_UPRIGHT_LABELS = 9
# Pale shades of the palette's orange and blue, on which black figures stay legible.
WORSE, SAME, BETTER = "#F5B84A", "#EDEDED", "#7DBBE6"


def score_heatmap(summary: pd.DataFrame) -> go.Figure:
    """Draw each method's mean on each question, coloured by its gain over raw expression.

    A star marks the best mean of a question, an upward or downward triangle a difference to raw
    whose 95% interval excludes zero, so that nothing depends on colour.

    Parameters
    ----------
    summary : DataFrame
        Of one cohort and training.

    Returns
    -------
    Figure
        Questions in rows, methods in columns.

    Raises
    ------
    TableError
        If the summary lacks columns, holds no score, or mixes cohorts or trainings.
    """
    questions = asked(single_training(summary))
    if not questions:
        raise TableError("the summary holds no score, so there is nothing to compare")
    methods = in_order(summary.loc[summary["mean"].notna(), "method"])
    sheets = [_row(question, summary, methods) for question in questions]
    gains, texts, hovers = (list(part) for part in zip(*sheets, strict=True))
    figure = go.Figure(_cells(gains, texts, hovers, questions, methods))
    upright = len(methods) <= MOST_UPRIGHT_LABELS
    themed(
        figure,
        width=None if upright else LABEL_WIDTH + CELL_WIDTH * len(methods),
        height=200 + ROW_HEIGHT * len(questions),
        margin={"t": 100, "b": 90, "l": LABEL_WIDTH},
    )
    figure.update_xaxes(side="top", tickangle=0 if upright else -60, showgrid=False)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return figure


def _cells(
    gains: list[list[float]],
    texts: list[list[str]],
    hovers: list[list[str]],
    questions: list[Question],
    methods: list[str],
) -> go.Heatmap:
    """Draw the sheet."""
    return go.Heatmap(
        z=gains,
        x=[wrapped(plain(method_name(method))) for method in methods],
        y=[_row_label(question) for question in questions],
        text=texts,
        customdata=hovers,
        texttemplate="%{text}",
        textfont={"size": 13, "color": "#111111"},
        hovertemplate="%{customdata}<extra></extra>",
        zmin=-FULL_COLOUR,
        zmax=FULL_COLOUR,
        colorscale=[[0, WORSE], [0.5, SAME], [1, BETTER]],
        colorbar={
            "title": {"text": "difference to raw expression", "side": "top"},
            "orientation": "h",
            "thickness": 10,
            "len": 0.5,
            "y": 0,
            "yanchor": "top",
            "ypad": 20,
            "tickvals": [-FULL_COLOUR, 0, FULL_COLOUR],
            "ticktext": ["worse", "same", "better"],
        },
        xgap=2,
        ygap=2,
    )


def _row_label(question: Question) -> str:
    """Write a question with its metric and direction below it."""
    details = f"{metric_name(question.metric)}; {question.direction.words}"
    return f"{plain(question.subject)}<br><sup>{plain(details)}</sup>"


def _row(
    question: Question, summary: pd.DataFrame, methods: list[str]
) -> tuple[list[float], list[str], list[str]]:
    """Fill one question's row: gain over raw, what stands in the cell, what the pointer shows."""
    rows = question.rows(summary)
    best = leaders(rows, question.direction)
    gains, texts, hovers = [], [], []
    for method in methods:
        if method not in rows.index:
            gains.append(np.nan)
            texts.append("")
            hovers.append("")
            continue
        row = rows.loc[method]
        gains.append(_gain(row, question))
        marks = (
            WINNER if method in best else "",
            number(row["mean"]),
            SIGNS[against_raw(row, question.direction)],
        )
        texts.append(" ".join(mark for mark in marks if mark))
        hovers.append(_hover(row, question))
    return gains, texts, hovers


def _gain(row: pd.Series, question: Question) -> float:
    """Return the difference to raw, positive where it is good, 0 where nothing is compared."""
    if question.direction is NEUTRAL or not np.isfinite(row["difference"]):
        return 0.0
    return float(row["difference"]) * int(question.direction)


def _hover(row: pd.Series, question: Question) -> str:
    """Write a cell out in full."""
    difference = "no raw score to compare with"
    if row.name == "raw":
        difference = "the reference of the comparison"
    elif np.isfinite(row["difference"]):
        span = interval(row["difference_low"], row["difference_high"], signed=True)
        difference = f"difference to raw {number(row['difference'], signed=True)} ({span})"
    return (
        f"<b>{plain(method_name(str(row.name)))}</b><br>{plain(question.label)}<br>"
        f"{number(row['mean'])} (95% interval {interval(row['low'], row['high'])})<br>{difference}"
    )
