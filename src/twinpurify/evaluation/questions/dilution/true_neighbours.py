"""Are a tumour's neighbours in the embedding those of the true pure profiles?"""

import numpy as np

from twinpurify.evaluation.declaration.question import (
    HIGHER,
    Kind,
    Metric,
    Question,
    Score,
)
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.formulas.weighted import mean
from twinpurify.evaluation.measurement import Answer, UnanswerableError, measure
from twinpurify.evaluation.probes.regression import squared_distances
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.supervised.scaling import Standardizer


def evaluate(embedded: EmbeddedSplit) -> Answer:
    """Compare each test tumour's nearest neighbours with those in the true pure profiles.

    Neighbours are test tumours at the least Euclidean distance, in the standardised embedding
    and in the true profiles standardised gene by gene.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    Answer
        Task ``true_neighbours``: overlap10 (the number is the setting n_neighbours), the share
        of the true neighbours that are found.

    Raises
    ------
    UnanswerableError
        If the truth isn't known, or there are too few test tumours.
    """
    data, n_neighbours = embedded.data, embedded.settings.n_neighbours
    profiles = data.resources.truth
    if profiles is None:
        raise UnanswerableError("the true pure profiles of the tumours aren't known")
    known = data.test_tumours.index.isin(profiles.index)
    if known.sum() < 2 * n_neighbours:
        raise UnanswerableError(
            f"{known.sum()} test tumours with a true profile; at least {2 * n_neighbours} are "
            f"needed to compare {n_neighbours} neighbours (setting n_neighbours)"
        )
    truth = profiles.loc[data.test_tumours.index[known]].to_numpy(dtype=np.float64)
    overlap = neighbour_overlap(
        embedded.test[known], Standardizer().fit(truth).transform(truth), n_neighbours
    )
    return Answer(
        [
            measure(
                Task("true_neighbours"),
                f"overlap{n_neighbours}",
                1.0,
                embedded.test_weights[:, known],
                lambda weights: mean(weights, overlap),
            )
        ]
    )


def neighbour_overlap(first: np.ndarray, second: np.ndarray, n_neighbours: int) -> np.ndarray:
    """Share of each sample's nearest neighbours in one space that are so in another.

    Parameters
    ----------
    first, second : array, shape (samples, dimensions)
        The same samples in two spaces.
    n_neighbours : int

    Returns
    -------
    array, shape (samples,), 0 to 1
    """
    found, wanted = (nearest_others(x, n_neighbours) for x in (first, second))
    return (found & wanted).sum(axis=1) / n_neighbours


def nearest_others(embedding: np.ndarray, n_neighbours: int) -> np.ndarray:
    """Mark each sample's nearest other samples.

    Parameters
    ----------
    embedding : array, shape (samples, dimensions)
    n_neighbours : int

    Returns
    -------
    array of bool, shape (samples, samples)
    """
    values = np.asarray(embedding, dtype=np.float64)
    squared = squared_distances(values, values)
    np.fill_diagonal(squared, np.inf)
    nearest = np.argsort(squared, axis=1, kind="stable")[:, :n_neighbours]
    mask = np.zeros(squared.shape, dtype=bool)
    np.put_along_axis(mask, nearest, True, axis=1)
    return mask


OVERLAP = Metric(
    "overlap<n>",
    "overlap of the <n> nearest",
    HIGHER,
    "0 to 1",
    "Share of true neighbours that are found.",
)
NEIGHBOURS = Score(
    "true_neighbours",
    "True neighbours kept",
    Kind.KEPT,
    (OVERLAP,),
    "Which share of the nearest neighbours are so in the true pure profiles? The number is "
    "`evaluation.n_neighbours`.",
    fractions=("highest", "lowest"),
    where=("own", "simulated"),
    main=True,
    place=60,
)
QUESTION = Question("true_neighbours", evaluate, (NEIGHBOURS,), place=80)
