"""Is the purified profile the tumour's own, where the truth is known?"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from twinpurify.errors import ModelError
from twinpurify.evaluation.declaration.question import (
    HIGHER,
    LOWER,
    Kind,
    Metric,
    Question,
    Score,
)
from twinpurify.evaluation.declaration.task import FOREIGN, Task
from twinpurify.evaluation.formulas.profiles import gene_correlation, tumour_rmse
from twinpurify.evaluation.formulas.weighted import mean
from twinpurify.evaluation.known_truths.purity_sources import with_true_purity
from twinpurify.evaluation.measurement import (
    Answer,
    Measurement,
    UnanswerableError,
    measure,
)
from twinpurify.evaluation.questions.dilution.purity_bins import tabulate_by_purity
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.splits.method import Method
from twinpurify.evaluation.uncertainty.bootstrap import REFERENCE

MIN_TUMOURS = 10
TRUTH = Task("purified_profile", source="truth")
DILUTED = Task("purified_profile", source="diluted")


def evaluate(embedded: EmbeddedSplit) -> Answer:
    """Compare purified profiles with the pure ones, and of diluted tumours with undiluted ones.

    Raw expression takes part with the profile as measured, which every purification must beat.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    Answer
        Tasks ``purified_profile@truth`` (fraction 1), ``purified_profile@diluted`` and
        ``purified_profile@foreign`` (each fraction below 1): rmse and gene_correlation; for the
        truth also rmse_removed and the table ``purity_bins``.

    Raises
    ------
    UnanswerableError
        If the method gives no purified profile, or there are too few test tumours.
    """
    n_tumours = len(embedded.data.test_tumours)
    if n_tumours < MIN_TUMOURS:
        raise UnanswerableError(f"{n_tumours} test tumours; at least {MIN_TUMOURS} are needed")
    purified, answer = purified_by(embedded.method, embedded.data.test_tumours), Answer()
    try:
        answer.add(_against_truth(embedded, purified))
    except UnanswerableError as reason:
        answer.skip(TRUTH, reason)
    genes = embedded.data.test_tumours.columns
    if embedded.titration.mixes:
        answer.measurements += _restored(embedded, DILUTED, embedded.titration.mixes, genes)
    else:
        answer.skip(DILUTED, "there are no diluted tumours to purify")
    tissues = embedded.data.resources.foreign.values()
    for (name, mixes), tissue in zip(embedded.foreign.items(), tissues, strict=True):
        task = Task("purified_profile", source=FOREIGN, tissue=name)
        # The others were diluted with one and the same background: too easy, and not foreign.
        known = genes[genes.isin(tissue.columns)]
        answer.measurements += _restored(embedded, task, mixes, known)
    return answer


def purified_by(method: Method, profiles: pd.DataFrame) -> np.ndarray:
    """Have a method purify profiles, and check what comes back; raw expression stays as it is.

    Parameters
    ----------
    method : Method
    profiles : DataFrame, tumours × genes
        log2(x + 1).

    Returns
    -------
    array, shape (tumours, genes)
        Genes in the order of `profiles`.

    Raises
    ------
    UnanswerableError
        If the method gives no purified profile.
    ModelError
        If the purified profiles lack genes or aren't finite.
    """
    if not hasattr(method, "purify"):
        if method.name == REFERENCE:
            return profiles.to_numpy()
        raise UnanswerableError(f"{method.name} gives no purified profile")
    return _like(profiles, method.purify(profiles), method)


def undiluted_by(method: Method, profiles: pd.DataFrame) -> np.ndarray:
    """Have a method undo a dilution, or purify where it knows no difference between the two.

    A tumour as measured holds infiltrate, which purifying takes out and undoing a dilution
    leaves in.
    """
    if not hasattr(method, "undilute"):
        return purified_by(method, profiles)
    return _like(profiles, method.undilute(profiles), method)


def _like(profiles: pd.DataFrame, purified: pd.DataFrame, method: Method) -> np.ndarray:
    """Bring what a method made of profiles into their order, and refuse gaps."""
    values = purified.reindex(index=profiles.index, columns=profiles.columns).to_numpy()
    if not np.isfinite(values).all():
        raise ModelError(
            f"{method.name} purifies {len(values)} tumours × {values.shape[1]} genes with "
            f"{int((~np.isfinite(values)).sum())} values that lack or aren't finite"
        )
    return values


def _against_truth(embedded: EmbeddedSplit, purified: np.ndarray) -> Answer:
    """Compare the purified test tumours with their true pure profiles."""
    measured, truth = embedded.data.test_tumours, embedded.data.resources.truth
    if truth is None:
        raise UnanswerableError("the true pure profiles of the tumours aren't known")
    known = measured.index.isin(truth.index)
    if known.sum() < MIN_TUMOURS:
        raise UnanswerableError(
            f"{known.sum()} test tumours with a true profile; at least {MIN_TUMOURS} are needed"
        )
    pure = truth.loc[measured.index[known], measured.columns].to_numpy()
    weights = embedded.test_weights[:, known]
    raw = tumour_rmse(measured.to_numpy()[known], pure)
    own = tumour_rmse(purified[known], pure)
    answer = Answer(_measure(TRUTH, 1.0, weights, purified[known], pure))
    scorer = partial(_removed, before=raw, after=own)
    answer.measurements.append(measure(TRUTH, "rmse_removed", 1.0, weights, scorer))
    errors = {"raw": raw}
    if embedded.method.name != REFERENCE:
        errors["purified"] = own
    obs = with_true_purity(embedded.data.test_obs, embedded.data.resources.true_purity)
    tabulate_by_purity(answer, obs.loc[known], errors)
    return answer


def _restored(
    embedded: EmbeddedSplit, task: Task, mixes: Mapping[float, pd.DataFrame], genes: pd.Index
) -> list[Measurement]:
    """Compare test tumours whose dilution was undone with the same tumours as measured."""
    measured = embedded.data.test_tumours
    judged = measured.columns.isin(genes)
    wanted = measured.to_numpy()[:, judged]
    return [
        measurement
        for fraction, profiles in mixes.items()
        for measurement in _measure(
            task,
            fraction,
            embedded.test_weights,
            undiluted_by(embedded.method, profiles)[:, judged],
            wanted,
        )
    ]


def _measure(
    task: Task, fraction: float, weights: np.ndarray, profiles: np.ndarray, wanted: np.ndarray
) -> list[Measurement]:
    """Score profiles against what they should be."""
    error = tumour_rmse(profiles, wanted)
    similar = partial(gene_correlation, profiles=profiles, wanted=wanted)
    return [
        measure(task, "rmse", fraction, weights, partial(mean, values=error)),
        measure(task, "gene_correlation", fraction, weights, similar),
    ]


def _removed(weights: np.ndarray, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Share of the error of the profiles as measured that the purification removes."""
    return 1.0 - mean(weights, after) / mean(weights, before)


RMSE = Metric(
    "rmse",
    "error, log2",
    LOWER,
    "from 0",
    "Root mean squared error of a tumour over its genes, mean over tumours; in log2 units.",
)
GENE_CORRELATION = Metric(
    "gene_correlation",
    "correlation by gene",
    HIGHER,
    "-1 to 1",
    "Correlation of a gene across tumours with what it should be, median over genes. A gene that "
    "was made constant counts as 0: a purification that gives every tumour the mean tumour scores "
    "so.",
)
RMSE_REMOVED = Metric(
    "rmse_removed",
    "error removed",
    HIGHER,
    "up to 1",
    "Share of the error of the profile as measured that is gone: 1 - RMSE purified / RMSE raw. Raw "
    "is 0; negative is a profile made worse.",
)
PURE = Score(
    "purified_profile",
    "Purified profile",
    Kind.KEPT,
    (RMSE, GENE_CORRELATION, RMSE_REMOVED),
    "Is the purified profile nearer to the true pure one than the profile as measured? Only of "
    "methods that give purified profiles, and raw expression as measured.",
    source=TRUTH.source,
    shown=("rmse_removed", "gene_correlation"),
    where=("own", "simulated"),
    main=True,
    place=190,
)
RESTORED = replace(
    PURE,
    metrics=(RMSE, GENE_CORRELATION),
    meaning="Does the profile of a diluted tumour agree with the tumour as measured, once the "
    "method has undone the dilution? Methods that know no difference between undoing a dilution "
    "and purifying give the purified profile.",
    source=DILUTED.source,
    shown=("rmse", "gene_correlation"),
    fractions=("lowest",),
    asked_at="all below 1.0",
    where=("own",),
    main=False,
    place=200,
)
CLEARED = replace(
    RESTORED,
    meaning="The same of tumours diluted with foreign tissue, over the genes that it has.",
    source=FOREIGN,
)
QUESTION = Question("purified_profile", evaluate, (PURE, RESTORED, CLEARED), place=120)
