"""Do pathway activities still follow the tumour fraction, or the tumour alone?"""

from functools import partial

import numpy as np
import pandas as pd

from twinpurify.evaluation.declaration.question import (
    LOWER,
    Kind,
    Metric,
    Question,
    Score,
)
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.formulas.pathways import mean_abs_spearman
from twinpurify.evaluation.known_truths.purity_sources import purity_sources
from twinpurify.evaluation.measurement import Answer, UnanswerableError, measure
from twinpurify.evaluation.questions.pathways.pathway_profiles import pathway_scores, tabulate_genes
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.evaluation.splits.data import SplitData
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.splits.frozen import FrozenSplit
from twinpurify.evaluation.splits.method import Method

MIN_TUMOURS = 20


def evaluate(embedded: EmbeddedSplit) -> Answer:
    """Correlate the pathways of the undiluted test tumours with the first published purity.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    Answer
        Tasks ``pathway_purity@<collection>``: mean_abs_spearman; tables ``pathway_purity`` and
        ``pathway_genes``.

    Raises
    ------
    UnanswerableError
        If too few tumours have a purity, or their pathways can't be scored.
    """
    data = embedded.data
    tumours = (data.test_tumours, data.test_obs, embedded.test_weights)
    return measure_pathway_purity(embedded.method, data, *tumours, embedded.settings)


def measure_pathway_purity(
    method: Method,
    data: SplitData,
    profiles: pd.DataFrame,
    obs: pd.DataFrame,
    weights: np.ndarray,
    settings: EvaluationSettings,
) -> Answer:
    """Correlate the pathways of tumours that the method wasn't fitted on with their purity.

    Parameters
    ----------
    method : Method
    data : SplitData
        Of the cohort that the method was fitted on.
    profiles : DataFrame, tumours × genes
        log2(x + 1).
    obs : DataFrame
        Sample sheet rows, in the same order.
    weights : array, shape (replicates, tumours)
    settings : EvaluationSettings

    Returns
    -------
    Answer

    Raises
    ------
    UnanswerableError
        If too few tumours have a purity, or their pathways can't be scored.
    """
    purity = _first_purity(obs)
    known = np.isfinite(purity)
    if known.sum() < MIN_TUMOURS:
        raise UnanswerableError(
            f"{known.sum()} tumours have a purity; at least {MIN_TUMOURS} are needed"
        )
    answer, (found, *beside) = Answer(), pathway_scores(method, data, profiles, settings)
    for collection, reason in found.lacking.items():
        answer.skip(Task("pathway_purity", source=collection), reason)
    for collection in found.scores.columns.unique("collection"):
        scores = found.scores.loc[known, collection].to_numpy()
        scorer = partial(mean_abs_spearman, scores=scores, reference=purity[known])
        task = Task("pathway_purity", source=collection)
        measured = measure(task, "mean_abs_spearman", 1.0, weights[:, known], scorer)
        answer.measurements.append(measured)
    answer.tabulate("pathway_genes", tabulate_genes("pathway_purity", [found, *beside]))
    for one in (found, *beside):
        table = _correlations(one.scores[known], purity[known])
        answer.tabulate("pathway_purity", table.assign(profile=one.kind))
    return answer


def _first_purity(obs: pd.DataFrame) -> np.ndarray:
    """Purity of the first source; it is the one that counts."""
    sources = purity_sources(obs)
    if not sources:
        raise UnanswerableError("the sample sheet has no purity (definition key purity)")
    return next(iter(sources.values()))


def _correlations(scores: pd.DataFrame, purity: np.ndarray) -> pd.DataFrame:
    """List the rank correlation of each pathway with the purity."""
    from scipy.stats import spearmanr

    found = [spearmanr(scores[pathway], purity) for pathway in scores]
    return scores.columns.to_frame(index=False).assign(
        rho=[one.statistic for one in found], p_value=[one.pvalue for one in found]
    )


def evaluate_transfer(frozen: FrozenSplit) -> Answer:
    """Correlate the pathways of the other cohort's tumours with their purity."""
    own, target = frozen.own, frozen.target
    tumours = (frozen.profiles, target.obs, target.weights)
    return measure_pathway_purity(own.method, own.data, *tumours, own.settings)


MEAN_ABS_SPEARMAN = Metric(
    "mean_abs_spearman",
    "mean |Spearman correlation|",
    LOWER,
    "0 to 1",
    "Rank correlation with the purity, its sign left out, averaged over the pathways of a "
    "collection. Chance isn't 0: about 0.05 with 290 tumours.",
)
FOLLOWED = Score(
    "pathway_purity",
    "Purity left in the pathways",
    Kind.PATHWAYS,
    (MEAN_ABS_SPEARMAN,),
    "How strongly do the activities of pathways still follow the first published purity? `raw` is "
    "asked of the profiles as measured, the others of those that they purify.",
    behind="collection",
    where=("own", "transfer"),
    place=230,
)
QUESTION = Question("pathway_purity", evaluate, (FOLLOWED,), transfer=evaluate_transfer, place=130)
