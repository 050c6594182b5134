"""Does a method give the same picture from another seed?"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations

import numpy as np

from twinpurify.evaluation.declaration.question import (
    NEUTRAL,
    Kind,
    Metric,
    Question,
    Score,
)
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.formulas.weighted import mean
from twinpurify.evaluation.measurement import Answer, Measurement, UnanswerableError, measure
from twinpurify.evaluation.questions.controls.short_scores import subtype_accuracy, top1_retrieval
from twinpurify.evaluation.questions.dilution.true_neighbours import nearest_others
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.splits.refits import seed_variants

TASK = Task("stability")


def evaluate(embedded: EmbeddedSplit) -> Answer:
    """Fit the method from other seeds; compare neighbours and scores of the test tumours.

    Only the first splits are asked, since every seed is a fit of its own.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    Answer
        Task ``stability``: jaccard10 (the number is the setting n_neighbours), over all pairs of
        seeds; sd_subtype and sd_retrieval, standard deviations over seeds of the subtype's
        balanced accuracy and of top1_cosine, at the lowest fraction.

    Raises
    ------
    UnanswerableError
        If the method has no seed or isn't fitted again.
    """
    variants = seed_variants(embedded.method, embedded.data, embedded.settings)
    answer = Answer()
    if not variants:
        return answer
    seeds = [embedded, *(embedded.again(variant) for variant in variants)]
    for question in (_neighbours, _spread_of_subtype, _spread_of_retrieval):
        try:
            answer.measurements.append(question(seeds))
        except UnanswerableError as reason:
            answer.skip(TASK, reason)
    return answer


def mean_jaccard(embeddings: Sequence[np.ndarray], n_neighbours: int) -> np.ndarray:
    """Agreement of nearest neighbours, averaged over all pairs of embeddings.

    Parameters
    ----------
    embeddings : sequence of array, shape (samples, dimensions)
        Two or more of the same samples.
    n_neighbours : int

    Returns
    -------
    array, shape (samples,), 0 to 1
        Neighbours in common over neighbours in either.
    """
    masks = [nearest_others(embedding, n_neighbours) for embedding in embeddings]
    shares = [
        (one & other).sum(axis=1) / (one | other).sum(axis=1)
        for one, other in combinations(masks, 2)
    ]
    return np.mean(shares, axis=0)


def _neighbours(seeds: Sequence[EmbeddedSplit]) -> Measurement:
    """Compare the nearest neighbours of the undiluted test tumours between seeds."""
    n_neighbours, n_tumours = seeds[0].settings.n_neighbours, len(seeds[0].test)
    if n_tumours < 2 * n_neighbours:
        raise UnanswerableError(
            f"{n_tumours} test tumours; at least {2 * n_neighbours} are needed to compare "
            f"{n_neighbours} neighbours (setting n_neighbours)"
        )
    shared = mean_jaccard([seed.test for seed in seeds], n_neighbours)
    weights, score = seeds[0].test_weights, partial(mean, values=shared)
    return measure(TASK, f"jaccard{n_neighbours}", 1.0, weights, score)


def _spread_of_subtype(seeds: Sequence[EmbeddedSplit]) -> Measurement:
    """Spread over seeds of the balanced accuracy."""
    lowest = seeds[0].fractions[-1]
    scores = [subtype_accuracy(seed, TASK, [lowest])[0] for seed in seeds]
    return _spread(scores, "sd_subtype")


def _spread_of_retrieval(seeds: Sequence[EmbeddedSplit]) -> Measurement:
    """Spread over seeds of the top-1 retrieval."""
    return _spread([top1_retrieval(seed, TASK) for seed in seeds], "sd_retrieval")


def _spread(scores: Sequence[Measurement], metric: str) -> Measurement:
    """Sample standard deviation over seeds, for all patients and for each replicate."""
    return replace(
        scores[0],
        metric=metric,
        value=float(np.std([score.value for score in scores], ddof=1)),
        replicates=np.std([score.replicates for score in scores], axis=0, ddof=1),
    )


JACCARD = Metric(
    "jaccard<n>",
    "<n> nearest in common",
    NEUTRAL,
    "0 to 1",
    "The nearest neighbours that a test tumour has from two seeds: those in common over those from "
    "either. Mean over tumours and pairs of seeds.",
)
SD_SUBTYPE = Metric(
    "sd_subtype",
    "SD of the subtype",
    NEUTRAL,
    "0 and above",
    "Standard deviation over seeds of the subtype's `balanced_accuracy`, at the lowest fraction.",
)
SD_RETRIEVAL = Metric(
    "sd_retrieval",
    "SD of the retrieval",
    NEUTRAL,
    "0 and above",
    "Standard deviation over seeds of `top1_cosine`, at the lowest fraction.",
)
STABILITY = Score(
    "stability",
    "Stability over seeds",
    Kind.CONTROLS,
    (JACCARD, SD_SUBTYPE, SD_RETRIEVAL),
    "Does the method give the same neighbours and scores from another seed? In the first splits "
    "alone. The number is `evaluation.n_neighbours`.",
    shown=("jaccard<n>", "sd_retrieval", "sd_subtype"),
    asked_at="1.0; the last two: the lowest",
    place=280,
)
QUESTION = Question("stability", evaluate, (STABILITY,), variants=seed_variants, place=190)
