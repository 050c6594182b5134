"""Plots: a plotly figure of a cohort, or of the summary of an evaluation.

Every function returns the figure: ``figure.show()`` shows it, ``figure.write_html(path)`` keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from twinpurify.cohort.contract import require_samples, unit_of
from twinpurify.cohort.simulation.truth import PREFIX, TRUE_PURITY
from twinpurify.errors import TableError, listed
from twinpurify.normalization.cohorts import to_log2
from twinpurify.plots.curves.dilution_curves import HEADLINE_PANELS, dilution_panels
from twinpurify.plots.maps import embedding_map, map_coordinates
from twinpurify.plots.maps import quality_map as quality_maps
from twinpurify.plots.purity.purity_scatter import purity_scatter
from twinpurify.plots.purity.trade_off import trade_off
from twinpurify.plots.quality import marker_genes as markers
from twinpurify.plots.quality import sample_quality as quality
from twinpurify.plots.survival.survival_forest import survival_forest
from twinpurify.serving.slots import PURITY

if TYPE_CHECKING:
    from anndata import AnnData
    from plotly.graph_objects import Figure

__all__ = [
    "dilution",
    "embedding",
    "marker_genes",
    "purity",
    "quality_map",
    "sample_quality",
    "survival",
    "trade_off",
]

SLOT = "X_"
TRUE = "true"


def embedding(
    adata: AnnData,
    methods: Sequence[str] | None = None,
    *,
    colour_by: Sequence[str] | None = None,
    seed: int = 0,
) -> Figure:
    """Draw the samples before and after purification, by t-SNE and by principal components.

    Parameters
    ----------
    adata : AnnData
        Purified by ``tp.tl.purify``, or scored.
    methods : sequence of str, optional
        Whose embeddings, ``obsm["X_<method>"]``; all by default. Raw expression stands first.
    colour_by : sequence of str, optional
        Columns of obs that the menu offers; by default all that tell tumours apart.
    seed : int
        Of the layout.

    Returns
    -------
    Figure

    Raises
    ------
    TableError
        There is no such embedding, or no column to colour by.
    """
    require_samples(adata)
    present = [key.removeprefix(SLOT) for key in adata.obsm if key.startswith(SLOT)]
    wanted = present if methods is None else list(methods)
    absent = [name for name in wanted if name not in present]
    if absent or not wanted:
        raise TableError(
            f"adata.obsm has no embedding{f' of {listed(absent)}' if absent else ''}; it has "
            f"{listed(adata.obsm)}. tp.tl.purify(adata, method) makes one"
        )
    embeddings = {"raw": np.asarray(adata.X)}
    embeddings |= {name: np.asarray(adata.obsm[f"{SLOT}{name}"]) for name in wanted}
    coordinates = map_coordinates.map_coordinates(embeddings, seed=seed, samples=adata.obs)
    return embedding_map.embedding_map(coordinates, colour_by)


def purity(adata: AnnData, source: str | None = None) -> Figure:
    """Draw the estimated purity of the tumours against a published one, or against the truth.

    Parameters
    ----------
    adata : AnnData
        Purified by ``tp.tl.purify``, or scored.
    source : str, optional
        A published purity, ``obs["purity_<source>"]``, or ``true`` for that of a simulated
        cohort; by default the first of ``uns["purity_sources"]``, else the truth.

    Returns
    -------
    Figure

    Raises
    ------
    TableError
        There is no estimate, or nothing to compare it with.
    """
    require_samples(adata)
    tumours = adata.obs[adata.obs["tissue"] == "tumour"]
    if PURITY not in tumours:
        raise TableError(
            f"adata.obs has no {PURITY!r}: tp.tl.purify(adata) makes it, by a method that "
            "estimates purity"
        )
    source = _source(adata) if source is None else source
    column = TRUE_PURITY if source == TRUE else f"purity_{source}"
    if column not in tumours:
        known = [name for name in tumours if name.startswith(("purity_", PREFIX + "purity"))]
        raise TableError(
            f"adata.obs has no {column!r} to compare with; it has "
            f"{listed(name for name in known if name != PURITY)}"
        )
    table = pd.DataFrame(
        {
            "sample_id": tumours.index,
            "estimated": tumours[PURITY].to_numpy(),
            "published": tumours[column].to_numpy(),
        }
    )
    if "subtype" in tumours:
        table["subtype"] = tumours["subtype"].to_numpy()
    return purity_scatter(table, source, held_out=False)


def _source(adata: AnnData) -> str:
    """Choose what the estimates are compared with."""
    sources = [str(name) for name in adata.uns.get("purity_sources", ())]
    return next((name for name in sources if f"purity_{name}" in adata.obs), TRUE)


def quality_map(adata: AnnData) -> Figure:
    """Draw the samples of a cohort as they came in, by their principal components.

    Parameters
    ----------
    adata : AnnData
        As ``tp.read`` gives it, in its own unit.

    Returns
    -------
    Figure
    """
    unit_of(adata)
    return quality_maps.quality_map(to_log2(adata).X, adata.obs)


def sample_quality(adata: AnnData) -> Figure:
    """Draw how each sample stands among those of its tissue, flagged ones as crosses.

    Parameters
    ----------
    adata : AnnData
        As ``tp.read`` gives it.

    Returns
    -------
    Figure

    Raises
    ------
    TableError
        The measures of quality are missing, or there are too few samples.
    """
    return quality.sample_quality(adata.obs)


def marker_genes(adata: AnnData, tumour: Sequence[str], normal: Sequence[str]) -> Figure:
    """Draw tumours and normals on genes that are known to be high on one side.

    Parameters
    ----------
    adata : AnnData
        As ``tp.read`` gives it, in its own unit.
    tumour, normal : sequence of str
        Symbols; genes that weren't measured are left out.

    Returns
    -------
    Figure

    Raises
    ------
    TableError
        None of the genes was measured.
    """
    unit_of(adata)
    require_samples(adata)
    profiles = to_log2(adata).to_df()
    measured = profiles[[gene for gene in (*tumour, *normal) if gene in profiles]]
    return markers.marker_genes(measured, adata.obs["tissue"], list(tumour), list(normal))


def dilution(summary: pd.DataFrame, panels: Sequence[tuple[str, str]] = HEADLINE_PANELS) -> Figure:
    """Draw scores against the tumour fraction of the profiles, a line a method.

    Parameters
    ----------
    summary : DataFrame
        Of ``tp.tl.evaluate``, or a run's ``summary.csv``.
    panels : sequence of (task, metric)
        By default subtype and retrieval; what wasn't asked is left out.

    Returns
    -------
    Figure

    Raises
    ------
    TableError
        None of them was asked, or the summary is of several cohorts.
    """
    return dilution_panels(summary, panels)


def survival(summary: pd.DataFrame) -> Figure:
    """Draw how well each method's embedding tells survival, endpoint by endpoint.

    Parameters
    ----------
    summary : DataFrame
        Of ``tp.tl.evaluate``, or a run's ``summary.csv``.

    Returns
    -------
    Figure

    Raises
    ------
    TableError
        No survival was scored, or the summary is of several cohorts.
    """
    return survival_forest(summary)
