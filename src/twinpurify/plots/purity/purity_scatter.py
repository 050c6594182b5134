"""The purity that was estimated without a reference against a published one: a reliability plot."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from scipy.stats import spearmanr

from twinpurify.errors import TableError
from twinpurify.plots.names import DETAILS, number, plain
from twinpurify.plots.selections import require_columns
from twinpurify.plots.theme import GREY, TEXT, UNKNOWN, identity_line, sign_of, themed

FEWEST_TUMOURS = 3
N_FIFTHS = 5


def purity_scatter(
    purity: pd.DataFrame, source: str = "absolute", held_out: bool = True
) -> go.Figure:
    """Draw published, or true, against estimated purity, and the means of its fifths.

    Parameters
    ----------
    purity : DataFrame
        ``sample_id, estimated, published`` and, if known, ``subtype``, by which it is coloured.
    source : str
        Where the published purity comes from; ``true`` of a simulated cohort's own.
    held_out : bool
        Whether the estimates are of models that hadn't seen the tumours.

    Returns
    -------
    Figure
        A point a tumour; the mean of each fifth of the estimates with a 95% interval, to be on the
        dotted line; Spearman's correlation.

    Raises
    ------
    TableError
        If a needed column is missing, or fewer than 3 tumours have both values.
    """
    require_columns(purity, ("sample_id", "estimated", "published"), "the table of purities")
    known = purity.dropna(subset=["estimated", "published"])
    if len(known) < FEWEST_TUMOURS:
        raise TableError(
            f"{len(known)} tumours have an estimated and a published purity; the figure needs "
            f"{FEWEST_TUMOURS} (see `purity` in the cohort's definition)"
        )
    figure = go.Figure(identity_line())
    for place, (subtype, tumours) in enumerate(_by_subtype(known)):
        unknown = {"color": GREY, "symbol": "circle-open"}
        sign = unknown if subtype == UNKNOWN else sign_of(place)
        figure.add_trace(_points(subtype, tumours, sign))
    figure.add_trace(_fifths(known))
    rho = spearmanr(known["estimated"], known["published"]).statistic
    kind = "held-out tumours" if held_out else "tumours"
    heading = f"Spearman {number(rho)}<br><sup>{len(known)} {kind}</sup>"
    themed(figure, height=460, title={"text": heading}, margin={"t": 80}, showlegend=True)
    figure.update_xaxes(title="estimated purity", range=[0, 1])
    published = f"published purity ({plain(DETAILS.get(source, source))})"
    figure.update_yaxes(title="true purity" if source == "true" else published)
    return figure


def _by_subtype(known: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Divide the tumours by subtype, or keep them together when there is none."""
    if "subtype" not in known:
        return [("tumours", known)]
    known = known.assign(subtype=known["subtype"].astype(object).fillna(UNKNOWN).astype(str))
    return sorted(known.groupby("subtype"), key=lambda group: (group[0] == UNKNOWN, group[0]))


def _points(subtype: str, tumours: pd.DataFrame, sign: dict[str, str]) -> go.Scatter:
    """Draw the tumours of one subtype."""
    return go.Scatter(
        x=tumours["estimated"],
        y=tumours["published"],
        mode="markers",
        name=plain(subtype),
        marker={"size": 7, "opacity": 0.9, **sign},
        text=[plain(sample) for sample in tumours["sample_id"]],
        hovertemplate="%{text}<br>estimated %{x:.2f}, published %{y:.2f}<extra></extra>",
    )


def _fifths(known: pd.DataFrame) -> go.Scatter:
    """Draw the mean published purity of each fifth of the estimates, with a 95% interval."""
    rank = known["estimated"].rank(method="first").to_numpy() - 1
    fifths = known[["estimated", "published"]].groupby(rank * N_FIFTHS // len(known))
    means, n = fifths.mean(), fifths.size()
    error = 1.96 * fifths["published"].std().fillna(0.0) / np.sqrt(n)
    return go.Scatter(
        x=means["estimated"],
        y=means["published"],
        error_y={"array": error, "thickness": 1.5, "width": 4},
        mode="markers",
        name="mean of a fifth",
        marker={"size": 11, "symbol": "diamond", "color": TEXT},
        text=[f"{size} tumours" for size in n],
        hovertemplate="%{text}<br>estimated %{x:.2f}, published %{y:.2f}<extra></extra>",
    )
