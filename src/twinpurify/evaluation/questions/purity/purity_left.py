"""How well can the purity still be read from the embedding? The less, the purer it is."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from twinpurify.evaluation.declaration.metrics import LEAK
from twinpurify.evaluation.declaration.question import (
    Kind,
    Question,
    Score,
)
from twinpurify.evaluation.declaration.task import WITHIN_SUBTYPE, Task
from twinpurify.evaluation.formulas.weighted import r2
from twinpurify.evaluation.known_truths.purity_sources import purity_sources
from twinpurify.evaluation.measurement import Answer, Measurement, UnanswerableError, measure
from twinpurify.evaluation.probes.regression import LinearProbe, RbfProbe
from twinpurify.evaluation.questions.labels.reading import class_labels, learnable_classes
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.splits.frozen import FrozenSplit
from twinpurify.evaluation.splits.held_out import HeldOut, cross_validated, of_split

MIN_FITTED_PATIENTS = 30
MIN_SCORED_PATIENTS = 10
METRICS = ("r2_linear", "r2_rbf")
FRACTION = Task("purity_left", source="fraction")


def evaluate(embedded: EmbeddedSplit) -> Answer:
    """Read every published purity, and the fraction of the titration, from the embedding.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    Answer
        Tasks ``purity_left@<source>``, ``purity_left@<source>_within_subtype`` and
        ``purity_left@fraction`` (fraction NaN): r2_linear and r2_rbf.
    """
    answer = measure_sources(of_split(embedded))
    if not embedded.titration.mixes:
        answer.skip(FRACTION, "there are no diluted tumours to read it from")
        return answer
    try:
        mixes = {fraction: embedded.at_fraction(fraction) for fraction in embedded.fractions}
        answer.measurements += measure_fraction(embedded, mixes, FRACTION)
    except UnanswerableError as reason:
        answer.skip(FRACTION, reason)
    return answer


def measure_sources(held: HeldOut) -> Answer:
    """Read every purity of the sample sheet, over all tumours and within subtypes.

    Parameters
    ----------
    held : HeldOut

    Returns
    -------
    Answer
    """
    answer, sources = Answer(), purity_sources(held.obs)
    if not sources:
        answer.skip(Task("purity_left"), "the sample sheet has no purity (definition key purity)")
    for source, purity in sources.items():
        for stratum in ("", WITHIN_SUBTYPE):
            task = Task("purity_left", source=source, stratum=stratum)
            try:
                answer.measurements += measure_purity(held, purity, task, 1.0)
            except UnanswerableError as reason:
                answer.skip(task, reason)
    return answer


def measure_purity(
    held: HeldOut,
    purity: np.ndarray,
    task: Task,
    fraction: float,
    what: str = "a purity",
) -> list[Measurement]:
    """Score how well a purity is read from an embedding by patients not fitted on.

    Parameters
    ----------
    held : HeldOut
    purity : array, shape (samples,)
        NaN where missing.
    task : Task
        Within subtypes, only what goes beyond the subtype counts: the means of the fitted samples'
        subtypes are taken from the target, and R² is the gain over predicting these means.
    fraction : float
        Tumour fraction of the samples.
    what : str
        What is read in place of a purity, for messages.

    Returns
    -------
    list of Measurement

    Raises
    ------
    UnanswerableError
        If too few patients have a purity (and a subtype).
    """
    groups, within_subtype = np.full(len(purity), "all tumours"), task.stratum == WITHIN_SUBTYPE
    if within_subtype:
        groups = class_labels(held.obs, "subtype")
    known = np.isfinite(purity)
    if within_subtype:
        known &= np.isin(groups, list(learnable_classes(held, np.where(known, groups, ""))))
    held, purity, groups = held.take(known), purity[known], groups[known]
    _check_numbers(held, f"{what} and a subtype" if within_subtype else what)
    measurements = []
    for metric in METRICS:
        predicted, means = _predict(held, purity, groups, metric)
        baseline = means if within_subtype else None
        measurements.append(
            measure(
                task,
                metric,
                fraction,
                held.weights[:, held.scored],
                partial(r2, truth=purity[held.scored], predicted=predicted, baseline=baseline),
            )
        )
    return measurements


def measure_fraction(
    embedded: EmbeddedSplit, at_fraction: Mapping[float, np.ndarray], task: Task
) -> list[Measurement]:
    """Score how well the tumour fraction is read from mixes; those of a patient share a fold.

    Parameters
    ----------
    embedded : EmbeddedSplit
    at_fraction : mapping of float to array, shape (test tumours, dimensions)
        The test tumours at each tumour fraction.
    task : Task

    Returns
    -------
    list of Measurement
        With fraction NaN.

    Raises
    ------
    UnanswerableError
        If there are too few patients.
    """
    held = cross_validated(
        np.concatenate(list(at_fraction.values())),
        pd.concat([embedded.data.test_obs] * len(at_fraction)),
        np.tile(embedded.test_weights, len(at_fraction)),
        embedded.settings,
        embedded.data.seed,
        embedded.data.split,
    )
    target = np.repeat(list(at_fraction), len(embedded.data.test_obs))
    return measure_purity(held, target, task, np.nan)


def _predict(
    held: HeldOut, target: np.ndarray, groups: np.ndarray, metric: str
) -> tuple[np.ndarray, np.ndarray]:
    """Predict the scored samples, and state the means of their groups among those fitted on."""
    predicted, means = np.zeros(len(target)), np.zeros(len(target))
    for fit, score in held.folds():
        of_group = pd.Series(target[fit]).groupby(groups[fit]).mean()
        around = of_group.reindex(groups).to_numpy()
        probe = LinearProbe() if metric == "r2_linear" else RbfProbe(held.rng(metric))
        probe.fit(held.features[fit], (target - around)[fit], held.patients[fit])
        means[score] = around[score]
        predicted[score] = around[score] + probe.predict(held.features[score])
    return predicted[held.scored], means[held.scored]


def _check_numbers(held: HeldOut, condition: str) -> None:
    """Refuse to judge by a handful of patients."""
    fitted = min((len(np.unique(held.patients[fit])) for fit, _ in held.folds()), default=0)
    scored = len(np.unique(held.patients[held.scored]))
    if fitted < MIN_FITTED_PATIENTS or scored < MIN_SCORED_PATIENTS:
        raise UnanswerableError(
            f"{fitted} patients to fit on and {scored} to score have {condition}; at least "
            f"{MIN_FITTED_PATIENTS} and {MIN_SCORED_PATIENTS} are needed"
        )


def evaluate_transfer(frozen: FrozenSplit) -> Answer:
    """Read every purity of the other cohort from its embedding."""
    return measure_sources(frozen.target)


PUBLISHED = Score(
    "purity_left",
    "Purity left in the embedding",
    Kind.GONE,
    LEAK,
    "How well is a published purity still read from the embedding?",
    behind="source",
    shown=METRICS,
    where=("own", "transfer"),
    main=True,
    place=130,
)
BEYOND_SUBTYPE = replace(
    PUBLISHED,
    meaning="The same, beyond what the subtype tells.",
    stratum=WITHIN_SUBTYPE,
    main=False,
)
OF_FRACTION = replace(
    PUBLISHED,
    meaning="How well is the mixing fraction read from the diluted tumours?",
    source=FRACTION.source,
    behind="",
    asked_at="empty",
    where=("own",),
    main=False,
    place=140,
)
SCORES = (PUBLISHED, BEYOND_SUBTYPE, OF_FRACTION)
QUESTION = Question("purity_left", evaluate, SCORES, transfer=evaluate_transfer, place=90)
