"""What restoring hidden genes does for survival: differences of concordance, rival by rival."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from twinpurify.errors import TableError
from twinpurify.evaluation.declaration.task_columns import task_columns
from twinpurify.interface.presentation import GREY
from twinpurify.plots.names import in_order, interval, method_name, number, plain
from twinpurify.plots.selections import require_columns
from twinpurify.plots.theme import style_of, themed
from twinpurify.studies.tables import DIFFERENCES

COLUMNS = 4
TOGETHER = "All together"


def anchor_forest(differences: pd.DataFrame) -> go.Figure:
    """Draw the transformer's difference of concordance to each rival, stratum by stratum.

    Parameters
    ----------
    differences : DataFrame
        Of the study, of one cohort.

    Returns
    -------
    Figure
        A panel a rival, a row a stratum with its 95% interval, all strata together at the top.

    Raises
    ------
    TableError
        If the transformer was compared with nobody.
    """
    require_columns(differences, DIFFERENCES, "the differences of the study")
    rows = differences[differences["difference"].notna()]
    if rows.empty:
        raise TableError("the transformer's concordance was compared with nobody's")
    rows = rows.assign(stratum=task_columns(rows["task"])["stratum"].replace("", TOGETHER))
    strata = [TOGETHER, *sorted(set(rows["stratum"]) - {TOGETHER})]
    rivals = in_order(rows["rival"])
    n_rows = -(-len(rivals) // COLUMNS)
    figure = make_subplots(
        rows=n_rows,
        cols=min(COLUMNS, len(rivals)),
        subplot_titles=[f"against: {plain(method_name(rival))}" for rival in rivals],
        shared_yaxes=True,
        shared_xaxes="all",
        horizontal_spacing=0.02,
        vertical_spacing=0.3 / n_rows,
    )
    for place, rival in enumerate(rivals):
        at = {"row": place // COLUMNS + 1, "col": place % COLUMNS + 1}
        figure.add_trace(_signs(rival, rows[rows["rival"] == rival]), **at)
        figure.add_vline(0.0, line={"color": GREY, "dash": "dot", "width": 1.5}, **at)
    order = [plain(stratum) for stratum in reversed(strata)]
    figure.update_yaxes(categoryorder="array", categoryarray=order, showgrid=False)
    figure.update_xaxes(showticklabels=True, nticks=5, zeroline=False)
    figure.update_xaxes(title="difference of concordance", row=n_rows)
    return themed(figure, height=n_rows * (26 * len(strata) + 90) + 60, showlegend=False)


def _signs(rival: str, rows: pd.DataFrame) -> go.Scatter:
    """Draw the differences to one rival in its own style."""
    style, names = style_of(rival), [plain(stratum) for stratum in rows["stratum"]]
    return go.Scatter(
        x=rows["difference"],
        y=names,
        mode="markers",
        marker={"color": style.colour, "symbol": style.marker, "size": 9},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": rows["high"] - rows["difference"],
            "arrayminus": rows["difference"] - rows["low"],
            "thickness": 1.6,
            "width": 3,
        },
        text=[
            f"<b>{plain(row.stratum)}</b>, against {plain(method_name(rival))}<br>"
            f"{number(row.difference, signed=True)} (95% interval "
            f"{interval(row.low, row.high, signed=True)})"
            for row in rows.itertuples()
        ],
        hovertemplate="%{text}<extra></extra>",
    )
