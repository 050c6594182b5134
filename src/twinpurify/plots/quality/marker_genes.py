"""Genes of which it is known on which side they are high, in tumours and in normals."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from twinpurify.errors import TableError, listed
from twinpurify.interface.presentation import BLUE, GREY
from twinpurify.plots.names import plain
from twinpurify.plots.theme import themed

COLUMNS = 4
TISSUES = {"tumour": ("tumours", BLUE), "normal": ("normals", GREY)}


def marker_genes(
    profiles: pd.DataFrame, tissue: pd.Series, tumour: Sequence[str], normal: Sequence[str]
) -> go.Figure:
    """Draw one panel a marker gene, tumours beside normals; swapped labels are seen here.

    Parameters
    ----------
    profiles : DataFrame, samples × genes
        log2(x + 1).
    tissue : Series
        ``tumour`` or ``normal`` of each sample, in the same order.
    tumour, normal : sequence of str
        Genes that should be higher in tumours, and in normals.

    Returns
    -------
    Figure

    Raises
    ------
    TableError
        If none of the genes was measured, or none was named.
    """
    expected = {**dict.fromkeys(tumour, "tumours"), **dict.fromkeys(normal, "normals")}
    measured = [gene for gene in expected if gene in profiles.columns]
    if not measured:
        missing = f"none of {listed(expected)} was measured" if expected else "none is named"
        raise TableError(f"there are no marker genes to show: {missing} (`markers`)")
    n_columns = min(COLUMNS, len(measured))
    titles = [
        f"{plain(gene)}<br><sup>expected higher in {expected[gene]}</sup>" for gene in measured
    ]
    n_rows = -(-len(measured) // n_columns)
    figure = make_subplots(rows=n_rows, cols=n_columns, subplot_titles=titles)
    for place, gene in enumerate(measured):
        for name, (label, colour) in TISSUES.items():
            values = profiles.loc[(tissue == name).to_numpy(), gene]
            if len(values):
                figure.add_trace(
                    _box(values, label, colour),
                    row=place // n_columns + 1,
                    col=place % n_columns + 1,
                )
    themed(figure, height=120 + 260 * n_rows, showlegend=False, margin={"t": 70})
    return figure.update_yaxes(title={"text": "log2(x + 1)"}, col=1)


def _box(values: pd.Series, label: str, colour: str) -> go.Box:
    """Draw one tissue, its far samples as points with their id under the pointer."""
    return go.Box(
        y=values.to_numpy(),
        name=label,
        marker={"color": colour, "size": 4},
        boxpoints="outliers",
        text=[plain(sample) for sample in values.index],
        hovertemplate="%{text}<br>%{y:.2f}<extra></extra>",
    )
