"""Pathway activities of raw and of purified tumours, each standardised by training tumours."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from twinpurify.evaluation.known_truths.gene_sets import usable_collections
from twinpurify.evaluation.measurement import UnanswerableError
from twinpurify.evaluation.questions.pathways.pathway_activity import pathway_activity
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.evaluation.splits.data import SplitData
from twinpurify.evaluation.splits.method import Method
from twinpurify.evaluation.uncertainty.bootstrap import REFERENCE

# A gene that varies less (log2) wasn't measured, was filled in, or was purified away.
CONSTANT = 1e-6


class PathwayScores(NamedTuple):
    """How active pathways are in tumours.

    Attributes
    ----------
    kind : {'raw', 'purified'}
        Profiles that they were computed from.
    scores : DataFrame, tumours × pathways
        The columns have two levels, ``collection`` and ``pathway``.
    lacking : dict of str to str
        Collections that there are no scores of, and why.
    n_genes : int
        Genes that were looked at: those that vary in profiles of every kind.
    n_flat : int
        Genes of the matrix that don't vary in profiles of this kind, and were left out.
    """

    kind: str
    scores: pd.DataFrame
    lacking: dict[str, str]
    n_genes: int
    n_flat: int


def pathway_scores(
    method: Method, data: SplitData, profiles: pd.DataFrame, settings: EvaluationSettings
) -> list[PathwayScores]:
    """Score the pathways of the chosen collections in the profiles that a method stands for.

    Mean and standard deviation of the genes are those of the training tumours of the same kind,
    as somebody who works with purified profiles alone would have them. A gene without spread in
    any of the profiles is left out of all: its standardised values are rounding, and GSVA of
    decoupler divides by its spread, and gives wrong scores to all sets.

    Parameters
    ----------
    method : Method
        Raw expression stands for the profiles as measured, others for what they purify.
    data : SplitData
        Its training tumours standardise the genes, its resources hold the collections.
    profiles : DataFrame, tumours × genes
        log2(x + 1); tumours that the method wasn't fitted on.
    settings : EvaluationSettings
        ``pathway_collections``, ``pathway_method`` and ``min_set_genes`` are used.

    Returns
    -------
    list of PathwayScores
        What the method stands for; behind it, where that is purified, the profiles as measured.

    Raises
    ------
    UnanswerableError
        If the method gives no purified expression, or no collection can be scored.
    """
    kinds = _kinds(method, data, profiles)
    flat = {kind: _flat_genes(*tumours) for kind, tumours in kinds.items()}
    genes = profiles.columns[~profiles.columns.isin(np.concatenate(list(flat.values())))]
    usable, lacking = usable_collections(data.resources, genes, settings)
    found = []
    for kind, (training, scored) in kinds.items():
        values = _standardized(training[genes], scored[genes])
        scores = {
            collection: pathway_activity(values, sets, settings.pathway_method)
            for collection, sets in usable.items()
        }
        table = pd.concat(scores, axis=1, names=["collection", "pathway"])
        found.append(PathwayScores(kind, table, lacking, len(genes), len(flat[kind])))
    return found


def tabulate_genes(task: str, found: list[PathwayScores]) -> pd.DataFrame:
    """Count the genes that pathways were scored by, and those that were left out.

    Parameters
    ----------
    task : str
        Question that asked.
    found : list of PathwayScores

    Returns
    -------
    DataFrame
        Columns ``task``, ``profile``, ``genes``, ``without_spread``; a row a kind of profile.
    """
    rows = [(task, one.kind, one.n_genes, one.n_flat) for one in found]
    return pd.DataFrame(rows, columns=["task", "profile", "genes", "without_spread"])


def _flat_genes(*profiles: pd.DataFrame) -> pd.Index:
    """Genes that don't vary in one of the tables."""
    varies = pd.concat([table.std() > CONSTANT for table in profiles], axis=1).all(axis=1)
    return varies.index[~varies]


def _kinds(
    method: Method, data: SplitData, profiles: pd.DataFrame
) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """Training tumours and scored tumours, purified and as measured."""
    raw = {"raw": (data.train_tumours, profiles)}
    if method.name == REFERENCE:
        return raw
    if not hasattr(method, "purify"):
        raise UnanswerableError(f"{method.name} gives no purified expression")
    return {"purified": (method.purify(data.train_tumours), method.purify(profiles))} | raw


def _standardized(training: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    """Centre and scale genes by the training tumours."""
    spread = training.std(ddof=0).clip(lower=CONSTANT)
    return ((scored - training.mean()) / spread).astype(np.float64)
