"""The strongest genes of each class, by attention and by integrated gradients."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from twinpurify.errors import TableError
from twinpurify.plots.names import ACCOUNTS, plain
from twinpurify.plots.selections import require_columns
from twinpurify.plots.theme import themed

# Permutation asks some of the genes alone.
SHOWN = ("integrated_gradients", "attention")
COLUMNS = ("split", "class", "gene", *SHOWN)
GENES_OF_A_CLASS = 5
PIXELS_PER_GENE = 15
# Readable on light and dark pages alike, and ordered in grey too.
COLOURS = "Cividis"


def attribution_map(attributions: pd.DataFrame) -> go.Figure:
    """Draw the ranks of genes in every class.

    Parameters
    ----------
    attributions : DataFrame
        Of the study; its first split is drawn.

    Returns
    -------
    Figure
        Rows are the strongest genes of each class by integrated gradients, in the order of the
        classes; a panel an account, coloured by the share of the genes of the class that are
        weaker.

    Raises
    ------
    TableError
        If nothing was explained.
    """
    require_columns(attributions, COLUMNS, "the attributions")
    if attributions.empty:
        raise TableError("no class was explained")
    rows = attributions[attributions["split"] == attributions["split"].min()]
    genes = _strongest(rows)
    figure = make_subplots(
        rows=1,
        cols=len(SHOWN),
        subplot_titles=[ACCOUNTS[account].capitalize() for account in SHOWN],
        shared_yaxes=True,
        horizontal_spacing=0.03,
    )
    for column, account in enumerate(SHOWN, start=1):
        figure.add_trace(_panel(rows, genes, account, first=column == 1), row=1, col=column)
    figure.update_yaxes(autorange="reversed", dtick=1, tickfont={"size": 10}, showgrid=False)
    figure.update_xaxes(tickangle=-45, showgrid=False)
    height = PIXELS_PER_GENE * len(genes) + 170
    return themed(figure, height=height, margin={"t": 50, "b": 90, "l": 90})


def _strongest(rows: pd.DataFrame) -> list[str]:
    """Name the strongest genes class by class, each once."""
    ranked = rows.sort_values(SHOWN[0], ascending=False, kind="stable")
    top = ranked.groupby("class", sort=True)["gene"].apply(lambda g: list(g[:GENES_OF_A_CLASS]))
    return list(dict.fromkeys(gene for genes in top for gene in genes))


def _panel(rows: pd.DataFrame, genes: list[str], account: str, first: bool) -> go.Heatmap:
    """Colour genes by their rank within each class."""
    wide = rows.pivot(index="gene", columns="class", values=account)
    shares = wide.rank(pct=True).loc[genes]
    return go.Heatmap(
        z=shares.to_numpy(),
        x=[plain(name) for name in shares.columns],
        y=[plain(gene) for gene in genes],
        zmin=0.0,
        zmax=1.0,
        colorscale=COLOURS,
        showscale=first,
        colorbar={"title": {"text": "rank", "side": "right"}, "tickformat": ".0%"},
        hovertemplate="<b>%{y}</b> in %{x}<br>stronger than %{z:.0%} of the genes<extra></extra>",
    )
