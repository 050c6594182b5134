"""The page of the study of imputation."""

import pandas as pd
import plotly.graph_objects as go

from twinpurify.plots.names import in_order, interval, method_name, metric_name, number
from twinpurify.plots.studies.imputation_curves import CONTROL
from twinpurify.report.template import dressing, figure_html, template_of

FIGURE = "imputation_curves"


def build_imputation_page(table: pd.DataFrame, figure: go.Figure, created: str) -> str:
    """Write one page on what imputers made of hidden values.

    Parameters
    ----------
    table : DataFrame
        As from ``summarize_study``.
    figure : Figure
        As from ``imputation_curves``.
    created : str
        When, as it should be printed.

    Returns
    -------
    str
        HTML that fetches nothing.
    """
    control = table["pattern"] == CONTROL
    drawn = {"part": "", "identifier": FIGURE, "html": figure_html(figure, FIGURE)}
    return template_of("imputation.html").render(
        cohort=str(table["trained_on"].iloc[0]),
        created=created,
        reference=method_name(str(table["reference"].iloc[0])),
        n_splits=int(table["n_splits"].max()),
        scores=_rows(table[~control]),
        control=_rows(table[control]),
        figures=[drawn],
        **dressing(with_figures=True),
    )


def _rows(table: pd.DataFrame) -> dict[str, list]:
    """Write scores and differences as text, imputers in their fixed order."""
    places = {name: place for place, name in enumerate(in_order(table["imputer"]))}
    keys = ["cohort", "pattern", "metric", "rate", "place"]
    ordered = table.assign(place=table["imputer"].map(places)).sort_values(keys, kind="stable")
    headings = ["Cohort", "Pattern", "Share", "Metric", "Imputer", "Mean", "95%", "Difference"]
    return {"headings": headings, "rows": [_texts(row) for row in ordered.itertuples()]}


def _texts(row: object) -> list[str]:
    """Write one score."""
    difference = number(row.difference, signed=True)
    if difference[-1].isdigit():
        span = interval(row.difference_low, row.difference_high, signed=True)
        difference = f"{difference} ({span})"
    return [
        row.cohort,
        row.pattern.replace("_", " "),
        f"{row.rate:.0%}",
        metric_name(row.metric),
        method_name(row.imputer),
        number(row.mean),
        interval(row.low, row.high),
        difference,
    ]
