"""Which gene sets a matrix can answer for: those of which it holds enough genes."""

import logging
from collections.abc import Iterable

import pandas as pd

from twinpurify.evaluation.known_truths.resources import Resources
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.settings import EvaluationSettings

logger = logging.getLogger(__name__)


def usable_sets(
    resources: Resources, collection: str, genes: Iterable[str], minimum: int
) -> pd.DataFrame:
    """Cut the sets of a collection down to the genes of a matrix.

    Parameters
    ----------
    resources : Resources
    collection : str
    genes : iterable of str
        Symbols; those of the sets are compared as they stand.
    minimum : int
        Genes of the matrix that a set needs (setting min_set_genes).

    Returns
    -------
    DataFrame
        Columns ``source``, ``target``, ``weight``.

    Raises
    ------
    UnanswerableError
        If the collection wasn't read, or no set has enough genes.
    """
    sets = resources.collection(collection)
    present = sets[sets["target"].isin(pd.Index(genes))]
    sizes = present.groupby("source")["target"].transform("size")
    kept = present[sizes >= minimum].reset_index(drop=True)
    if kept.empty:
        raise UnanswerableError(
            f"none of the {sets['source'].nunique()} gene sets {collection!r} has {minimum} genes "
            "in the matrix (setting min_set_genes)"
        )
    return kept


def usable_collections(
    resources: Resources, genes: Iterable[str], settings: EvaluationSettings
) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    """Cut the collections of pathways down to the genes of a matrix.

    Parameters
    ----------
    resources : Resources
    genes : iterable of str
    settings : EvaluationSettings
        ``pathway_collections`` and ``min_set_genes`` are used.

    Returns
    -------
    usable : dict of str to DataFrame
        As from ``usable_sets``, by collection.
    lacking : dict of str to str
        The other collections, and what each lacks.

    Raises
    ------
    UnanswerableError
        If none is usable.
    """
    usable, lacking = {}, {}
    for name in settings.pathway_collections:
        try:
            usable[name] = usable_sets(resources, name, genes, settings.min_set_genes)
        except UnanswerableError as reason:
            lacking[name] = str(reason)
    if not usable:
        none = "no collection of pathways is chosen (setting pathway_collections)"
        raise UnanswerableError("; ".join(lacking.values()) or none)
    return usable, lacking


def log_coverage(gene_sets: pd.DataFrame, genes: pd.Index) -> None:
    """Log which share of each collection a cohort's matrix holds.

    Parameters
    ----------
    gene_sets : DataFrame
        As in ``Resources``.
    genes : Index of str
        Symbols of the cohort.
    """
    for collection, sets in gene_sets.groupby("collection", sort=False):
        shares = sets["target"].isin(genes).groupby(sets["source"]).mean()
        logger.info(
            "gene sets %s: %d sets; of a set's genes the matrix holds %.0f%% in the median, "
            "%.0f%% at least (%s)",
            collection,
            len(shares),
            100 * shares.median(),
            100 * shares.min(),
            shares.idxmin(),
        )
