"""Survival of the patients by thirds of their predicted risk."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from lifelines import KaplanMeierFitter
from plotly.subplots import make_subplots

from twinpurify.errors import TableError
from twinpurify.evaluation.formulas.log_rank import log_rank
from twinpurify.interface.presentation import BLUE, ORANGE, VERMILLION
from twinpurify.plots.names import number, plain
from twinpurify.plots.theme import themed, translucent

DAYS_PER_YEAR = 365.25
FEWEST_PATIENTS = 9
# The axis ends at this quantile of follow-up: beyond it a curve is made by single patients.
SHOWN = 0.98
GROUPS = (
    ("lowest third of risk", BLUE, "solid"),
    ("middle third", ORANGE, "dash"),
    ("highest third of risk", VERMILLION, "dot"),
)


@dataclass(frozen=True)
class Group:
    """Patients of one third of the risk.

    Attributes
    ----------
    name, colour, dash : str
    years : array, shape (n,)
        Follow-up.
    event : array, shape (n,)
        1 where the event happened, 0 where follow-up ended first.
    """

    name: str
    colour: str
    dash: str
    years: np.ndarray
    event: np.ndarray


def kaplan_meier(
    time: Sequence[float],
    event: Sequence[float],
    third: Sequence[int],
    stratum: Sequence[str],
    title: str,
) -> go.Figure:
    """Draw Kaplan–Meier curves of the thirds of an out-of-sample risk, with the log-rank test.

    The thirds may be of unequal size, since they are cut by the risks of other patients. A curve
    is of the patients of all strata; the test compares those of one stratum with each other.

    Parameters
    ----------
    time : sequence of float, shape (n,)
        Follow-up in days; NaN where it isn't known.
    event : sequence of float, shape (n,)
        1 for an event, 0 for censored.
    third : sequence of int, shape (n,)
        1 (lowest risk) to 3, by a model that was not fitted on these patients.
    stratum : sequence of str, shape (n,)
        For example the cancer.
    title : str
        What event and whose risk.

    Returns
    -------
    Figure
        Curves with 95% bands, and below them the number of patients at risk.

    Raises
    ------
    TableError
        If fewer than 9 patients have a known follow-up, none had the event, or all are in one
        third.
    UnanswerableError
        If no event happened among patients of two thirds in one stratum.

    References
    ----------
    Kaplan & Meier 1958, doi:10.1080/01621459.1958.10501452
    """
    table = _known(time, event, third, stratum)
    columns = ("time", "event", "third", "stratum")
    _, p_value = log_rank(*(table[name].to_numpy() for name in columns))
    groups = _groups(table)
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, row_heights=[0.75, 0.25], vertical_spacing=0.2
    )
    for group in groups:
        _add_curve(figure, group)
    ticks = _ticks(float(np.quantile(np.concatenate([group.years for group in groups]), SHOWN)))
    _add_numbers_at_risk(figure, groups, ticks)
    n_strata = table["stratum"].nunique()
    within = f" within {n_strata} strata" if n_strata > 1 else ""
    n_events = int(table["event"].sum())
    facts = f"{len(table)} patients, {n_events} events; log-rank p{within} {_p(p_value)}"
    heading = {"text": f"{plain(title)}<br><sup>{facts}</sup>"}
    themed(
        figure,
        height=600,
        title=heading,
        margin={"t": 90, "b": 60, "l": 140},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom"},
    )
    figure.update_yaxes(title="still without event", range=[-0.02, 1.04], row=1, col=1)
    figure.update_xaxes(tickvals=ticks, range=[-0.02 * ticks[-1], 1.04 * ticks[-1]])
    figure.update_xaxes(title="years of follow-up", showticklabels=True, row=1, col=1)
    return figure


def _known(
    time: Sequence[float], event: Sequence[float], third: Sequence[int], stratum: Sequence[str]
) -> pd.DataFrame:
    """Keep the patients with known follow-up, and refuse where they are too few for curves."""
    columns = {"time": time, "event": event, "third": third}
    # As arrays, since two Series would be joined by their labels.
    table = pd.DataFrame({name: np.asarray(values, float) for name, values in columns.items()})
    table = table.assign(stratum=np.asarray(stratum, str)).dropna()
    n_thirds = table["third"].nunique()
    if len(table) < FEWEST_PATIENTS or not table["event"].any() or n_thirds < 2:
        raise TableError(
            f"{len(table)} patients in {n_thirds} thirds of the risk have a follow-up time "
            f"and an event, and {int(table['event'].sum())} of them had the event; Kaplan–Meier "
            f"curves need {FEWEST_PATIENTS} patients, 2 thirds and 1 event"
        )
    return table


def _groups(table: pd.DataFrame) -> list[Group]:
    """Divide the patients by third, lowest risk first."""
    thirds = {place: table[table["third"] == place + 1] for place in range(len(GROUPS))}
    return [
        Group(
            *GROUPS[place],
            years=rows["time"].to_numpy() / DAYS_PER_YEAR,
            event=rows["event"].to_numpy(),
        )
        for place, rows in thirds.items()
        if len(rows)
    ]


def _add_curve(figure: go.Figure, group: Group) -> None:
    """Add a group's band, its curve, and a tick for each patient lost to follow-up."""
    fitter = KaplanMeierFitter().fit(group.years, group.event)
    curve = fitter.survival_function_.iloc[:, 0]
    line = go.Scatter(
        x=curve.index,
        y=curve,
        name=group.name,
        legendgroup=group.name,
        mode="lines",
        line={"color": group.colour, "dash": group.dash, "width": 2.6, "shape": "hv"},
        hovertemplate=f"{group.name}<br>%{{y:.2f}} at %{{x:.1f}} years<extra></extra>",
    )
    traces = [*_band(group, fitter.confidence_interval_), line, _censored(group, fitter)]
    figure.add_traces(traces, rows=1, cols=1)


def _band(group: Group, bounds: pd.DataFrame) -> list[go.Scatter]:
    """Shade between the bounds of the 95% interval: upper edge, and lower edge filled up to it."""
    silent = {
        "x": bounds.index,
        "line": {"width": 0, "shape": "hv"},
        "mode": "lines",
        "legendgroup": group.name,
        "showlegend": False,
        "hoverinfo": "skip",
        "name": f"{group.name}, 95% interval",
    }
    lower, upper = (bounds.iloc[:, side] for side in (0, 1))
    fill = {"fill": "tonexty", "fillcolor": translucent(group.colour, 0.15)}
    return [go.Scatter(y=upper, **silent), go.Scatter(y=lower, **fill, **silent)]


def _censored(group: Group, fitter: KaplanMeierFitter) -> go.Scatter:
    """Mark on the curve where follow-up of a patient ended without the event."""
    years = np.unique(group.years[group.event == 0])
    return go.Scatter(
        x=years,
        y=fitter.survival_function_at_times(years) if len(years) else [],
        mode="markers",
        marker={"symbol": "line-ns-open", "size": 7, "color": group.colour},
        legendgroup=group.name,
        showlegend=False,
        hoverinfo="skip",
        name=f"{group.name}, censored",
    )


def _ticks(last: float) -> list[float]:
    """Choose at most a dozen round years from 0 to the end of follow-up."""
    step = next(step for step in (0.25, 0.5, 1, 2, 5, 10, 20, 50, 100) if last / step <= 12)
    return list(np.arange(0, last + step, step))


def _add_numbers_at_risk(
    figure: go.Figure, groups: Sequence[Group], ticks: Sequence[float]
) -> None:
    """Write below the curves how many of each group are still followed."""
    for group in groups:
        at_risk = [int((group.years >= tick).sum()) for tick in ticks]
        row = go.Scatter(
            x=ticks,
            y=[group.name] * len(ticks),
            mode="text",
            text=at_risk,
            showlegend=False,
            hoverinfo="skip",
            cliponaxis=False,
            name=f"{group.name}, at risk",
        )
        figure.add_trace(row, row=2, col=1)
    figure.update_xaxes(showgrid=False, zeroline=False, showticklabels=False, row=2, col=1)
    figure.update_yaxes(showgrid=False, range=[len(groups) - 0.4, -0.6], row=2, col=1)
    figure.add_annotation(
        text="Patients at risk",
        xref="paper",
        yref="paper",
        x=0,
        y=0.21,
        xanchor="right",
        yanchor="bottom",
        showarrow=False,
    )


def _p(p_value: float) -> str:
    """Write a p value, a tiny one as a bound."""
    return (
        "< 0.001"
        if p_value < 0.001
        else f"= {p_value:.3f}"
        if p_value < 0.1
        else (f"= {number(p_value)}")
    )
