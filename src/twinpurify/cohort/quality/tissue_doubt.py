"""Tumours whose profile is that of a normal, and normals whose profile is that of a tumour."""

from __future__ import annotations

import numpy as np
import pandas as pd

from twinpurify.cohort.declaration.sources import MarkerGenes
from twinpurify.cohort.ingestion_log import IngestionLog
from twinpurify.cohort.quality.profile_blocks import (
    gene_variance,
    log2_profiles,
    most_variable,
    robust_scale,
)
from twinpurify.cohort.quality.tissue_position import (
    MIDDLE,
    SMALLEST_SPREAD,
    if_apart,
    tissue_position,
)
from twinpurify.cohort.units.unit import Unit

MINIMUM_TUMOURS = 20
MINIMUM_NORMALS = 10
VARIABLE_GENES = 2_000


def doubt_tissues(
    expression: pd.DataFrame,
    tissue: pd.Series,
    unit: Unit,
    sizes: np.ndarray,
    markers: MarkerGenes,
    log: IngestionLog,
) -> pd.Series:
    """Doubt the tissue of samples that lie among the other tissue, as swapped samples do.

    The position of a sample between tumours and normals is taken along a discriminant that was
    fitted without it, and without samples that are doubtful themselves. Up to a fifth of the
    normals may be tumours.

    Parameters
    ----------
    expression : DataFrame, samples × genes
        Finite values in `unit`.
    tissue : Series of str
        ``tumour`` or ``normal``, indexed like `expression`.
    unit : Unit
        The cohort's unit.
    sizes : array, (n_samples,)
        Library sizes.
    markers : MarkerGenes
        Genes known to be high in tumours, and in normals.
    log : IngestionLog
        Takes a note when nothing can be judged.

    Returns
    -------
    Series of str
        A reason, or '' where there is no doubt.
    """
    doubt = pd.Series("", index=expression.index, dtype=object)
    is_normal = (tissue == "normal").to_numpy()
    if is_normal.sum() < MINIMUM_NORMALS or (~is_normal).sum() < MINIMUM_TUMOURS:
        log.note(
            "tissue_doubt",
            f"tissues can't be held against profiles: it takes {MINIMUM_TUMOURS} tumours and "
            f"{MINIMUM_NORMALS} normals",
        )
        return doubt
    variance = gene_variance(expression, unit, sizes, np.arange(len(expression)))
    chosen = most_variable(variance, VARIABLE_GENES)
    position = tissue_position(log2_profiles(expression, unit, sizes, chosen), is_normal)
    if position is None:
        log.note("tissue_doubt", "tissues can't be held against profiles: they don't lie apart")
        return doubt
    by_markers = _marker_position(expression, unit, sizes, markers, is_normal)
    # From a sample's own tissue (0) to the other (1).
    away = np.where(is_normal, 1.0 - position, position)
    marked = np.where(is_normal, 1.0 - by_markers, by_markers)
    for row in np.flatnonzero(away > MIDDLE):
        doubt.iloc[row] = _reason(bool(is_normal[row]), away[row], marked[row])
    return doubt


def _marker_position(
    expression: pd.DataFrame,
    unit: Unit,
    sizes: np.ndarray,
    markers: MarkerGenes,
    is_normal: np.ndarray,
) -> np.ndarray:
    """Return the same by the marker genes alone, NaN where they are absent or tell nothing."""
    genes = {gene: 1.0 for gene in markers.normal} | {gene: -1.0 for gene in markers.tumour}
    present = [gene for gene in genes if gene in expression.columns]
    untold = np.full(len(expression), np.nan)
    if not present:
        return untold
    columns = expression.columns.get_indexer(present)
    profiles = log2_profiles(expression, unit, sizes, columns)
    scale = robust_scale(profiles) + SMALLEST_SPREAD
    towards_normal = (profiles / scale) @ np.array([genes[gene] for gene in present])
    position = if_apart(towards_normal, is_normal)
    return untold if position is None else position


def _reason(is_normal: bool, away: float, marked: float) -> str:
    own, other = ("normal", "tumour") if is_normal else ("tumour", "normal")
    by_markers = f", {marked:.2f} by the marker genes" if np.isfinite(marked) else ""
    return f"a {own} that looks like a {other} ({away:.2f} of the way{by_markers})"
