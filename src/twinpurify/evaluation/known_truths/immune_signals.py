"""How much immune tissue and stroma a profile shows, by marker genes."""

import re

import numpy as np
import pandas as pd

from twinpurify.evaluation.known_truths.gene_sets import usable_sets
from twinpurify.evaluation.known_truths.resources import Resources
from twinpurify.evaluation.measurement import UnanswerableError

PREFIX = "signal_"
# By name, and the collections that lack, with the reason.
Signals = tuple[dict[str, np.ndarray], dict[str, str]]
ESTIMATE = {"ImmuneSignature": "estimate_immune", "StromalSignature": "estimate_stromal"}
MCP_COUNTER = "mcp_counter"
# Weight of the ranks in the running sum.
EXPONENT = 0.25
CONSTANT = 1e-9


def sheet_signals(obs: pd.DataFrame) -> dict[str, np.ndarray]:
    """Signals of the sample sheet: columns ``signal_<name>``, NaN where missing."""
    return {
        column.removeprefix(PREFIX): obs[column].to_numpy(dtype=np.float64)
        for column in obs.columns
        if column.startswith(PREFIX)
    }


def expression_signals(profiles: pd.DataFrame, resources: Resources, min_set_genes: int) -> Signals:
    """Compute the signals whose gene sets are at hand, each profile on its own.

    Parameters
    ----------
    profiles : DataFrame, samples × genes
        As measured, log2(x + 1).
    resources : Resources
        Collections ``estimate`` and ``mcp_counter``.
    min_set_genes : int

    Returns
    -------
    signals : dict of str to array, shape (samples,)
        ``estimate_immune``, ``estimate_stromal``, and ``mcp_<population>``.
    lacking : dict of str to str
        Collections that aren't at hand, and why.
    """
    signals, lacking = {}, {}
    scorers = {"estimate": _estimate, MCP_COUNTER: _mcp_counter}
    varying = profiles.loc[:, profiles.std() > CONSTANT]
    for collection, scorer in scorers.items():
        try:
            sets = usable_sets(resources, collection, varying.columns, min_set_genes)
        except UnanswerableError as reason:
            lacking[collection] = str(reason)
            continue
        signals |= scorer(varying, sets)
    return signals, lacking


def enrichment(profiles: pd.DataFrame, genes: pd.Index) -> np.ndarray:
    """Score a gene set in each profile by single-sample enrichment.

    The genes are ordered from the highest to the lowest. The score is the sum over all places of
    the difference between two shares: that of the set's genes up to there, weighted by their rank
    to the power of 0.25, and that of the other genes.

    Parameters
    ----------
    profiles : DataFrame, samples × genes
    genes : Index of str
        Those of the set, all among the profiles'.

    Returns
    -------
    array, shape (samples,)

    References
    ----------
    Barbie et al. 2009, 10.1038/nature08460
    Yoshihara et al. 2013, 10.1038/ncomms3612 (ESTIMATE)
    """
    from scipy.stats import rankdata

    ranks = rankdata(profiles.to_numpy(), axis=1)
    order = np.argsort(-ranks, axis=1, kind="stable")
    inside = profiles.columns.isin(genes)[order]
    weights = np.where(inside, np.take_along_axis(ranks, order, axis=1) ** EXPONENT, 0.0)
    found = weights.cumsum(axis=1) / weights.sum(axis=1, keepdims=True)
    others = (~inside).cumsum(axis=1) / (~inside).sum(axis=1, keepdims=True)
    return (found - others).sum(axis=1)


def _estimate(profiles: pd.DataFrame, sets: pd.DataFrame) -> dict[str, np.ndarray]:
    """Immune and stromal scores."""
    return {
        ESTIMATE.get(name, f"estimate_{_plain(name)}"): enrichment(
            profiles, pd.Index(part["target"])
        )
        for name, part in sets.groupby("source")
    }


def _mcp_counter(profiles: pd.DataFrame, sets: pd.DataFrame) -> dict[str, np.ndarray]:
    """Mean log2 expression of the markers of each population.

    References
    ----------
    Becht et al. 2016, 10.1186/s13059-016-1070-5
    """
    return {
        f"mcp_{_plain(name)}": profiles[part["target"]].mean(axis=1).to_numpy(dtype=np.float64)
        for name, part in sets.groupby("source")
    }


def _plain(name: str) -> str:
    """Turn the name of a set into a part of a task's name."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
