"""Does the method's own purity rank tumours as published or true purities do, at their level?"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from twinpurify.errors import ModelError
from twinpurify.evaluation.declaration.metrics import SPEARMAN
from twinpurify.evaluation.declaration.question import (
    LOWER,
    Kind,
    Metric,
    Question,
    Score,
)
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.formulas.weighted import level_error, spearman
from twinpurify.evaluation.known_truths.purity_sources import (
    TRUE_PURITY,
    purity_sources,
    with_true_purity,
)
from twinpurify.evaluation.measurement import (
    Answer,
    Measurement,
    UnanswerableError,
    measure,
)
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.splits.frozen import FrozenSplit
from twinpurify.evaluation.splits.method import Method

MIN_TUMOURS = 10
FRACTION = Task("purity_estimate", source="fraction")


def evaluate(embedded: EmbeddedSplit) -> Answer:
    """Rank the test tumours, undiluted and diluted, by the method's purity.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    Answer
        Tasks ``purity_estimate@<source>``, and ``purity_estimate@truth`` if a true purity is
        known: spearman, level_error; and ``purity_estimate@fraction`` over all fractions of the
        titration (fraction NaN): spearman.

    Raises
    ------
    UnanswerableError
        If the method estimates no purity.
    """
    data, answer, mixes = embedded.data, Answer(), embedded.titration.mixes
    profiles, weights = data.test_tumours, embedded.test_weights
    if mixes:
        answer.measurements += measure_fractions(embedded, mixes, FRACTION)
    obs = with_true_purity(data.test_obs, data.resources.true_purity)
    try:
        answer.add(measure_estimate(embedded.method, profiles, obs, weights))
    except UnanswerableError as reason:
        answer.skip(Task("purity_estimate"), reason)
    return answer


def measure_fractions(
    embedded: EmbeddedSplit, mixes: Mapping[float, pd.DataFrame], task: Task
) -> list[Measurement]:
    """Rank the test tumours at all fractions together by the method's purity.

    Parameters
    ----------
    embedded : EmbeddedSplit
    mixes : mapping of float to DataFrame, tumours × genes
        The test tumours at each fraction below 1, log2(x + 1).
    task : Task

    Returns
    -------
    list of Measurement
        spearman of estimate and tumour fraction; fraction NaN.

    Raises
    ------
    UnanswerableError
        If the method estimates no purity.
    ModelError
        If the estimates aren't finite.
    """
    profiles = {1.0: embedded.data.test_tumours, **mixes}
    estimates = [estimate_of(embedded.method, part) for part in profiles.values()]
    fractions = np.repeat(list(profiles), len(embedded.data.test_tumours))
    scorer = partial(spearman, first=fractions, second=np.concatenate(estimates))
    weights = np.tile(embedded.test_weights, len(profiles))
    return [measure(task, "spearman", np.nan, weights, scorer)]


def measure_estimate(
    method: Method, profiles: pd.DataFrame, obs: pd.DataFrame, weights: np.ndarray
) -> Answer:
    """Rank tumours that the method wasn't fitted on by its purity.

    Parameters
    ----------
    method : Method
    profiles : DataFrame, tumours × genes
        log2(x + 1).
    obs : DataFrame
        Sample sheet rows, in the same order.
    weights : array, shape (replicates, tumours)

    Returns
    -------
    Answer

    Raises
    ------
    UnanswerableError
        If the method estimates no purity, or none is known.
    ModelError
        If the estimates aren't finite.
    """
    estimate = estimate_of(method, profiles)
    sources = purity_sources(obs)
    if TRUE_PURITY in obs:
        sources["truth"] = obs[TRUE_PURITY].to_numpy(dtype=np.float64)
    if not sources:
        raise UnanswerableError("the sample sheet has no purity (definition key purity)")
    answer = Answer()
    for source, purity in sources.items():
        task, known = Task("purity_estimate", source=source), np.isfinite(purity)
        if known.sum() < MIN_TUMOURS:
            answer.skip(task, f"{known.sum()} tumours have it; at least {MIN_TUMOURS} are needed")
            continue
        ranked = partial(spearman, first=purity[known], second=estimate[known])
        level = partial(level_error, estimate=estimate[known], truth=purity[known])
        answer.measurements += [
            measure(task, "spearman", 1.0, weights[:, known], ranked),
            measure(task, "level_error", 1.0, weights[:, known], level),
        ]
    return answer


def estimate_of(method: Method, profiles: pd.DataFrame) -> np.ndarray:
    """Have a method estimate the purity of profiles, and check what comes back.

    Parameters
    ----------
    method : Method
    profiles : DataFrame, tumours × genes
        log2(x + 1).

    Returns
    -------
    array, shape (tumours,)

    Raises
    ------
    UnanswerableError
        If the method estimates no purity.
    ModelError
        If the estimates aren't finite.
    """
    if not hasattr(method, "estimate_purity"):
        raise UnanswerableError(f"{method.name} estimates no purity")
    estimate = np.asarray(method.estimate_purity(profiles), dtype=np.float64)
    if np.isnan(estimate).all():
        raise UnanswerableError(f"{method.name} found no infiltrate to tell purity by")
    if estimate.shape != (len(profiles),) or not np.isfinite(estimate).all():
        raise ModelError(
            f"{method.name} estimates the purity of {len(profiles)} tumours as an array of shape "
            f"{estimate.shape} with {int((~np.isfinite(estimate)).sum())} values that aren't finite"
        )
    return estimate


def evaluate_transfer(frozen: FrozenSplit) -> Answer:
    """Rank the tumours of the other cohort by the method's purity."""
    target = frozen.target
    return measure_estimate(frozen.own.method, frozen.profiles, target.obs, target.weights)


LEVEL_ERROR = Metric(
    "level_error",
    "error of the level",
    LOWER,
    "0 to 1",
    "How far the mean estimate is from the mean known purity, mean over the tumours in 10 bins of "
    "the estimate: a reliability plot as one number.",
)
PUBLISHED = Score(
    "purity_estimate",
    "Purity estimate",
    Kind.GONE,
    (SPEARMAN, LEVEL_ERROR),
    "Does the method's own purity rank tumours as the published one does, and is its level right? "
    "Only of methods that estimate purity.",
    behind="source",
    where=("own", "transfer"),
    main=True,
    place=160,
)
OF_FRACTION = replace(
    PUBLISHED,
    metrics=(SPEARMAN,),
    meaning="Does it rank diluted tumours by their mixing fraction, over all fractions together?",
    source=FRACTION.source,
    behind="",
    asked_at="empty",
    where=("own",),
    main=False,
    place=170,
)
SCORES = (PUBLISHED, OF_FRACTION)
QUESTION = Question("purity_estimate", evaluate, SCORES, transfer=evaluate_transfer, place=110)
