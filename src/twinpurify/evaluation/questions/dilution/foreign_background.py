"""Does the purification hold for tissue that no method was trained on?"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from twinpurify.evaluation.declaration.metrics import ACCURACY
from twinpurify.evaluation.declaration.question import (
    Question,
)
from twinpurify.evaluation.declaration.task import FOREIGN, Task
from twinpurify.evaluation.measurement import Answer, Measurement, UnanswerableError
from twinpurify.evaluation.questions.dilution.retrieval import (
    DILUTED,
    MIN_TUMOURS,
    measure_retrieval,
)
from twinpurify.evaluation.questions.labels.reading import (
    class_labels,
    classes_of,
    fit_labels,
    measure_labels,
)
from twinpurify.evaluation.questions.labels.subtype import SUBTYPE
from twinpurify.evaluation.questions.purity.purity_estimate import OF_FRACTION as FRACTION_ESTIMATE
from twinpurify.evaluation.questions.purity.purity_estimate import measure_fractions
from twinpurify.evaluation.questions.purity.purity_left import OF_FRACTION as FRACTION_LEFT
from twinpurify.evaluation.questions.purity.purity_left import measure_fraction
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.splits.held_out import of_split

# With fewer, the mixes would be dilutions with the mean training normal but for a few genes.
MIN_KNOWN_GENES = 0.25


def evaluate(embedded: EmbeddedSplit) -> Answer:
    """Ask the questions of the titration of test tumours diluted with other cohorts' tissue.

    A method that has learnt to see through adjacent normals may have learnt these normals by
    heart; lymphoid tissue, or normals of another organ, tell.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    Answer
        Tasks ``retrieval@foreign`` and ``subtype@foreign`` at each fraction below 1,
        ``purity_left@foreign`` and ``purity_estimate@foreign`` (fraction NaN); of every cohort
        but the first, ``@foreign_<cohort>``.

    Raises
    ------
    UnanswerableError
        If no other cohort is named, no fraction is below 1, or there is a single tumour.
    """
    if not embedded.data.resources.foreign:
        raise UnanswerableError("no cohort is named whose tissue to dilute with (setting foreign)")
    if set(embedded.settings.fractions) == {1.0}:
        raise UnanswerableError("the setting fractions holds 1.0 alone")
    if len(embedded.test) < MIN_TUMOURS:
        raise UnanswerableError(f"{len(embedded.test)} test tumour; {MIN_TUMOURS} are needed")
    answer = Answer()
    tissues = zip(embedded.foreign.items(), embedded.data.resources.foreign.items(), strict=True)
    for (of, mixes), (name, tissue) in tissues:
        try:
            check_known_genes(tissue, embedded.data.test_tumours.columns, name)
        except UnanswerableError as reason:
            answer.skip(foreign("retrieval", of), reason)
            continue
        answer.add(_of_one_tissue(embedded, of, mixes))
    return answer


def foreign(question: str, tissue: str) -> Task:
    """Name a question that is asked of tumours diluted with the tissue of a cohort."""
    return Task(question, source=FOREIGN, tissue=tissue)


def check_known_genes(tissue: pd.DataFrame, genes: pd.Index, name: str) -> None:
    """Refuse tissue of which too few of the cohort's genes are known.

    Parameters
    ----------
    tissue : DataFrame, samples × genes
    genes : Index
        Of the cohort.
    name : str
        Of the tissue's cohort.

    Raises
    ------
    UnanswerableError
        If it has less than a quarter of the genes.
    """
    known = int(genes.isin(tissue.columns).sum())
    if known < MIN_KNOWN_GENES * len(genes):
        raise UnanswerableError(
            f"{name} has {known} of the {len(genes)} genes; at least "
            f"{MIN_KNOWN_GENES:.0%} are needed to dilute with it (setting foreign)"
        )


def _of_one_tissue(
    embedded: EmbeddedSplit, tissue: str, mixes: Mapping[float, pd.DataFrame]
) -> Answer:
    """Ask everything of the tumours diluted with the tissue of one cohort."""
    diluted = {fraction: embedded.embed(profiles) for fraction, profiles in mixes.items()}
    answer = Answer()
    for fraction, queries in diluted.items():
        task = foreign("retrieval", tissue)
        answer.measurements += measure_retrieval(embedded, task, fraction, queries)
    questions = {
        "subtype": lambda task: _measure_subtype(embedded, task, diluted),
        "purity_left": lambda task: measure_fraction(
            embedded, {1.0: embedded.test, **diluted}, task
        ),
        "purity_estimate": lambda task: measure_fractions(embedded, mixes, task),
    }
    for name, question in questions.items():
        task = foreign(name, tissue)
        try:
            answer.measurements += question(task)
        except UnanswerableError as reason:
            answer.skip(task, reason)
    return answer


def _measure_subtype(
    embedded: EmbeddedSplit, task: Task, diluted: Mapping[float, np.ndarray]
) -> list[Measurement]:
    """Learn the subtype on undiluted training tumours, score it on diluted test tumours."""
    held = of_split(embedded)
    classes, labels = classes_of(held, "subtype"), class_labels(held.obs, "subtype")
    probe = fit_labels(held, ~held.scored, labels, classes, "subtype")
    return [
        measurement
        for fraction, features in diluted.items()
        for measurement in measure_labels(
            task,
            fraction,
            embedded.test_weights,
            labels[held.scored],
            probe.predict(features),
            classes.scored,
        )
    ]


FOUND = replace(
    DILUTED,
    meaning="Does a tumour find itself that is diluted with the tissue of another cohort, which no "
    "method was trained on? [Foreign tissue](#foreign-tissue).",
    source=FOREIGN,
    shown=("top1_cosine",),
    place=30,
)
READ = replace(
    SUBTYPE,
    metrics=ACCURACY,
    meaning="Is the subtype read from tumours that are diluted so?",
    source=FOREIGN,
    fractions=("lowest",),
    asked_at="all below 1.0",
    where=("own",),
    main=False,
    place=40,
)
SAME = "The same of tumours diluted with foreign tissue."
LEFT = replace(FRACTION_LEFT, meaning=SAME, source=FOREIGN, place=150)
ESTIMATED = replace(FRACTION_ESTIMATE, meaning=SAME, source=FOREIGN, place=180)
QUESTION = Question("foreign_background", evaluate, (FOUND, READ, LEFT, ESTIMATED), place=70)
