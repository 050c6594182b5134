"""Which pathways differ between known groups of tumours, before and after purification."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from twinpurify.interface.presentation import BLUE, GREY, ORANGE
from twinpurify.plots.names import number, plain
from twinpurify.plots.selections import evidence_of, of_method
from twinpurify.plots.theme import TEXT, themed

COLUMNS = ("collection", "pathway", "contrast", "profile", "effect", "fdr", "expected")
PROFILES = {"raw": "as measured", "purified": "purified"}
SIGNIFICANT = 0.05
# Below it the height tells nothing more, and one pathway would flatten all others.
SMALLEST_FDR = 1e-30
MOST_NAMED = 3
ROW_HEIGHT = 360
# Room for the names of the outermost pathways, as a share of the width.
MARGIN = 0.2
SIGNS = (
    ("not told apart", GREY, "circle-open", 6),
    (f"FDR below {SIGNIFICANT:g}", BLUE, "circle", 7),
    ("expected of this contrast", ORANGE, "star", 13),
)


def pathway_volcano(tables: Mapping[str, pd.DataFrame], method: str) -> go.Figure:
    """Draw effect against false discovery rate of every pathway, a row for each contrast.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        With ``pathway_contrasts``: collection, pathway, contrast, profile (raw or purified),
        effect, p_value, fdr, expected.
    method : str

    Returns
    -------
    Figure
        Left as measured, right purified; the mean effect and the median rate over splits.

    Raises
    ------
    TableError
        If the table is missing, or has no row of the method.
    """
    name = "pathway_contrasts"
    points = _over_splits(of_method(evidence_of(tables, name, COLUMNS), method, name))
    contrasts = list(dict.fromkeys(points["contrast"]))
    titles = [
        f"{plain(str(contrast).replace('_', ' '))}<br><sup>{label}</sup>"
        for contrast in contrasts
        for label in PROFILES.values()
    ]
    figure = make_subplots(
        rows=len(contrasts),
        cols=2,
        subplot_titles=titles,
        shared_xaxes="rows",
        shared_yaxes="rows",
        horizontal_spacing=0.05,
        vertical_spacing=0.3 / len(contrasts),
    )
    for row, contrast in enumerate(contrasts, start=1):
        for column, profile in enumerate(PROFILES, start=1):
            chosen = (points["contrast"] == contrast) & (points["profile"] == profile)
            traces = _traces(points[chosen], first=row == column == 1)
            figure.add_traces(traces, rows=row, cols=column)
        _frame(figure, row, points[points["contrast"] == contrast])
    figure.add_hline(y=-np.log10(SIGNIFICANT), line={"color": TEXT, "dash": "dot", "width": 1})
    figure.update_xaxes(showticklabels=True)
    figure.update_xaxes(title="effect", row=len(contrasts))
    figure.update_yaxes(title="−log10 FDR", col=1)
    legend = {"orientation": "h", "y": -0.3 / len(contrasts), "yanchor": "top"}
    height = 110 + ROW_HEIGHT * len(contrasts)
    return themed(figure, height=height, margin={"t": 80, "b": 90}, legend=legend)


def _frame(figure: go.Figure, row: int, points: pd.DataFrame) -> None:
    """Set the axes of a row so that the names of the outermost pathways stay inside."""
    low, high = points["effect"].min(), points["effect"].max()
    aside = MARGIN * (high - low) or 1.0
    top = max(points["height"].max(), -np.log10(SIGNIFICANT))
    figure.update_xaxes(range=[low - aside, high + aside], row=row)
    figure.update_yaxes(range=[-0.05 * top, (1 + MARGIN) * top], row=row)


def _over_splits(rows: pd.DataFrame) -> pd.DataFrame:
    """Bring the splits together, one row a pathway, contrast and profile."""
    keys = ["collection", "pathway", "contrast", "profile"]
    rows = rows.assign(expected=rows["expected"].astype(bool))
    found = rows.groupby(keys, sort=False).agg(
        effect=("effect", "mean"), fdr=("fdr", "median"), expected=("expected", "any")
    )
    found = found.dropna(subset=["effect", "fdr"]).reset_index()
    return found.assign(height=-np.log10(found["fdr"].clip(lower=SMALLEST_FDR)))


def _traces(points: pd.DataFrame, first: bool) -> list[go.Scatter]:
    """Draw the pathways in three kinds, and name the expected and the most certain ones."""
    certain = points["fdr"] < SIGNIFICANT
    leading = points[certain].nlargest(MOST_NAMED, "height").index
    named = points["expected"] | points.index.isin(leading)
    kinds = (~certain & ~points["expected"], certain & ~points["expected"], points["expected"])
    return [
        _points(points[chosen], named[chosen], sign, first)
        for chosen, sign in zip(kinds, SIGNS, strict=True)
    ]


def _points(
    points: pd.DataFrame, named: pd.Series, sign: tuple[str, str, str, int], first: bool
) -> go.Scatter:
    """Draw pathways of one kind."""
    label, colour, symbol, size = sign
    names = [_short(pathway) for pathway in points["pathway"]]
    return go.Scatter(
        x=points["effect"],
        y=points["height"],
        mode="markers+text",
        name=label,
        legendgroup=label,
        showlegend=first,
        marker={"color": colour, "symbol": symbol, "size": size},
        text=[name if shown else "" for name, shown in zip(names, named, strict=True)],
        textposition="top center",
        cliponaxis=False,
        textfont={"size": 10},
        customdata=[
            f"{plain(row.pathway)} ({plain(row.collection)})<br>effect "
            f"{number(row.effect, signed=True)}, FDR {row.fdr:.2g}"
            for row in points.itertuples()
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _short(pathway: str) -> str:
    """Write a pathway's name for a small place."""
    return plain(str(pathway).removeprefix("HALLMARK_").replace("_", " ").lower())
