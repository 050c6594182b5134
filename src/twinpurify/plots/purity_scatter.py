"""The purity that was estimated without a reference against a published one."""

import pandas as pd
import plotly.graph_objects as go
from scipy.stats import spearmanr

from twinpurify.errors import TableError
from twinpurify.plots.names import DETAILS, number, plain
from twinpurify.plots.selections import require_columns
from twinpurify.plots.theme import GREY, UNKNOWN, sign_of, themed

FEWEST_TUMOURS = 3


def purity_scatter(purity: pd.DataFrame, source: str = "absolute") -> go.Figure:
    """Draw estimated against published purity of held-out tumours, with Spearman's correlation.

    Parameters
    ----------
    purity : DataFrame
        ``sample_id, estimated, published`` and, if known, ``subtype``, by which it is coloured.
        The estimate is relative: its order counts, not its level.
    source : str
        Where the published purity comes from.

    Returns
    -------
    Figure

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
    figure = go.Figure()
    for place, (subtype, tumours) in enumerate(_by_subtype(known)):
        unknown = {"color": GREY, "symbol": "circle-open"}
        sign = unknown if subtype == UNKNOWN else sign_of(place)
        figure.add_trace(_points(subtype, tumours, sign))
    rho = spearmanr(known["estimated"], known["published"]).statistic
    published = plain(DETAILS.get(source, source))
    heading = f"Spearman {number(rho)}<br><sup>{len(known)} held-out tumours</sup>"
    themed(
        figure, height=460, title={"text": heading}, margin={"t": 80}, showlegend="subtype" in known
    )
    figure.update_xaxes(title=f"published purity ({published})")
    figure.update_yaxes(title="estimated purity, relative")
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
        x=tumours["published"],
        y=tumours["estimated"],
        mode="markers",
        name=plain(subtype),
        marker={"size": 7, "opacity": 0.9, **sign},
        text=[plain(sample) for sample in tumours["sample_id"]],
        hovertemplate="%{text}<br>published %{x:.2f}, estimated %{y:.2f}<extra></extra>",
    )
