"""Nodes that draw the figures of the tables beside the scores."""

import pandas as pd

from twinpurify.pipelines.reporting.figures import or_reason, own
from twinpurify.pipelines.types import Figure

Tables = dict[str, pd.DataFrame]


@or_reason
def draw_confusion(tables: Tables, method: str) -> Figure:
    """Draw which classes are taken for which."""
    from twinpurify.plots.labels.confusion import confusion

    return confusion(tables, method)


@or_reason
def draw_calibration(tables: Tables, method: str) -> Figure:
    """Draw whether predicted probabilities come true."""
    from twinpurify.plots.labels.calibration import calibration

    return calibration(tables, method)


@or_reason
def draw_label_efficiency(summary: pd.DataFrame) -> Figure:
    """Draw scores against the share of labels."""
    from twinpurify.plots.curves.size_curves import size_curves

    return size_curves(own(summary), "labels", "share of the training labels")


@or_reason
def draw_few_normals(summary: pd.DataFrame) -> Figure:
    """Draw scores against the number of normals."""
    from twinpurify.plots.curves.size_curves import size_curves

    return size_curves(own(summary), "normals", "normals in training")


@or_reason
def draw_purity_bins(tables: Tables, method: str) -> Figure:
    """Draw the error of purified profiles against the tumour's purity."""
    from twinpurify.plots.purity.purity_bins import purity_bins

    return purity_bins(tables, method)


@or_reason
def draw_trade_off(summary: pd.DataFrame) -> Figure:
    """Draw what is kept of the tumours against the purity that is left."""
    from twinpurify.plots.purity.trade_off import trade_off

    return trade_off(own(summary))


@or_reason
def draw_pathway_volcano(tables: Tables, method: str) -> Figure:
    """Draw the pathways that differ between known groups."""
    from twinpurify.plots.pathways.pathway_volcano import pathway_volcano

    return pathway_volcano(tables, method)


@or_reason
def draw_pathway_purity(tables: Tables, method: str) -> Figure:
    """Draw how pathways follow purity, before and after."""
    from twinpurify.plots.pathways.pathway_purity import pathway_purity

    return pathway_purity(tables, method)
