"""Does a subtype learnt on pure tumours hold for impure ones?"""

import numpy as np

from twinpurify.evaluation.declaration.metrics import ACCURACY
from twinpurify.evaluation.declaration.question import (
    Kind,
    Question,
    Score,
)
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.known_truths.purity_sources import purity_sources
from twinpurify.evaluation.measurement import Answer, UnanswerableError
from twinpurify.evaluation.questions.labels.reading import measure_held_out
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.splits.held_out import of_split

MIN_PATIENTS = 30


def evaluate(embedded: EmbeddedSplit) -> Answer:
    """Learn the subtype on the purest third, score it on the least pure test tumours.

    Both thresholds are terciles of the first purity source among the training tumours.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    Answer
        Task ``purity_stratified``: balanced_accuracy and macro_f1.

    Raises
    ------
    UnanswerableError
        If there's no purity, or too few tumours have one, or too few subtypes remain.
    """
    held = of_split(embedded)
    sources = purity_sources(held.obs)
    if not sources:
        raise UnanswerableError("the sample sheet has no purity (definition key purity)")
    purity = next(iter(sources.values()))
    lower, upper = purity_terciles(purity[~held.scored])
    chosen = held.take(np.where(held.scored, purity <= lower, purity >= upper))
    return Answer(measure_held_out(chosen, "subtype", Task("purity_stratified")))


def purity_terciles(purity: np.ndarray) -> tuple[float, float]:
    """Purities that bound the least pure and the purest third.

    Parameters
    ----------
    purity : array, shape (samples,)
        Of training tumours; NaN where missing.

    Returns
    -------
    lower, upper : float

    Raises
    ------
    UnanswerableError
        If too few tumours have a purity.
    """
    known = purity[np.isfinite(purity)]
    if len(known) < MIN_PATIENTS:
        raise UnanswerableError(
            f"{len(known)} training tumours have a purity; at least {MIN_PATIENTS} are needed"
        )
    lower, upper = np.quantile(known, [1 / 3, 2 / 3])
    return float(lower), float(upper)


STRATIFIED = Score(
    "purity_stratified",
    "Subtype, pure to impure tumours",
    Kind.KEPT,
    ACCURACY,
    "Does a subtype learnt on the purest third hold for the least pure third?",
    place=100,
)
QUESTION = Question("purity_stratified", evaluate, (STRATIFIED,), place=100)
