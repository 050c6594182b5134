"""Does a diluted profile find its own tumour among the undiluted ones?"""

import numpy as np

from twinpurify.evaluation.declaration.metrics import RETRIEVAL
from twinpurify.evaluation.declaration.question import (
    Kind,
    Question,
    Score,
)
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.formulas.weighted import mean
from twinpurify.evaluation.measurement import Answer, Measurement, UnanswerableError, measure
from twinpurify.evaluation.probes.regression import squared_distances
from twinpurify.evaluation.splits.embedded import EmbeddedSplit

MIN_TUMOURS = 2
# Similarities within this share of their scale are a tie, which rounding mustn't decide.
TIE = 1e-9


def evaluate(embedded: EmbeddedSplit) -> Answer:
    """Look up each diluted test tumour among the undiluted test tumours.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    Answer
        Task ``retrieval`` at each fraction below 1, and ``retrieval_random`` with a random
        fraction per query (fraction NaN): top1_cosine and top1_euclidean.

    Raises
    ------
    UnanswerableError
        If there are no diluted profiles, or a single tumour.
    """
    if len(embedded.test) < MIN_TUMOURS:
        raise UnanswerableError(f"{len(embedded.test)} test tumour; {MIN_TUMOURS} are needed")
    if not embedded.titration.mixes:
        raise UnanswerableError(
            "no diluted tumours: the test patients have no normals to dilute with, or the setting "
            "fractions holds 1.0 alone"
        )
    answer = Answer()
    for fraction in embedded.fractions[1:]:
        answer.measurements += measure_retrieval(
            embedded, Task("retrieval"), fraction, embedded.at_fraction(fraction)
        )
    answer.measurements += measure_retrieval(
        embedded, Task("retrieval_random"), np.nan, embedded.random_mixes
    )
    return answer


def measure_retrieval(
    embedded: EmbeddedSplit, task: Task, fraction: float, queries: np.ndarray
) -> list[Measurement]:
    """Look up one set of diluted test tumours among the undiluted ones.

    Parameters
    ----------
    embedded : EmbeddedSplit
    task : Task
    fraction : float
        Tumour fraction of the queries; NaN where it varies.
    queries : array, shape (test tumours, dimensions)
        In the order of the test tumours.

    Returns
    -------
    list of Measurement
        top1_cosine and top1_euclidean.
    """
    own = np.arange(len(queries))
    measurements = []
    for metric in (top1_cosine, top1_euclidean):
        hits = metric(queries, embedded.test, own)
        measurements.append(
            measure(
                task,
                metric.__name__,
                fraction,
                embedded.test_weights,
                lambda weights, hits=hits: mean(weights, hits),
            )
        )
    return measurements


def top1_cosine(queries: np.ndarray, database: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Say of each query whether its own entry has the highest cosine; a tie is a miss.

    Parameters
    ----------
    queries : array, shape (queries, dimensions)
    database : array, shape (entries, dimensions)
    own : array of int, shape (queries,)
        Position of each query's own entry.

    Returns
    -------
    array of bool, shape (queries,)
    """
    return _strictly_first(_unit(queries) @ _unit(database).T, own, np.full(len(own), TIE))


def top1_euclidean(queries: np.ndarray, database: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Say of each query whether its own entry is the nearest; a tie is a miss.

    Parameters
    ----------
    queries : array, shape (queries, dimensions)
    database : array, shape (entries, dimensions)
    own : array of int, shape (queries,)
        Position of each query's own entry.

    Returns
    -------
    array of bool, shape (queries,)
    """
    queries, database = np.asarray(queries, float), np.asarray(database, float)
    scale = (queries**2).sum(axis=1) + (database**2).sum(axis=1).max()
    return _strictly_first(-squared_distances(queries, database), own, TIE * scale)


def _strictly_first(similarity: np.ndarray, own: np.ndarray, margin: np.ndarray) -> np.ndarray:
    """Whether the own entry is ahead of all others by more than a margin."""
    rows = np.arange(len(own))
    mine = similarity[rows, own]
    others = similarity.copy()
    others[rows, own] = -np.inf
    return mine > others.max(axis=1) + margin


def _unit(vectors: np.ndarray) -> np.ndarray:
    """Scale rows to length 1; a row of zeros stays."""
    values = np.asarray(vectors, dtype=np.float64)
    length = np.linalg.norm(values, axis=1, keepdims=True)
    return values / np.where(length > 0.0, length, 1.0)


DILUTED = Score(
    "retrieval",
    "Finding its own tumour",
    Kind.KEPT,
    RETRIEVAL,
    "Does a diluted tumour find itself among all undiluted test tumours?",
    shown=("top1_cosine", "top1_euclidean"),
    fractions=("lowest",),
    asked_at="all below 1.0",
    main=True,
    place=20,
)
RANDOM = Score(
    "retrieval_random",
    "Finding its own tumour, random fraction",
    Kind.KEPT,
    RETRIEVAL,
    "Does a tumour find itself that is diluted to a random fraction of its own?",
    asked_at="empty",
    place=50,
)
QUESTION = Question("retrieval", evaluate, (DILUTED, RANDOM), place=60)
