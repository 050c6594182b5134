"""How much of the immune and stromal signal is kept? What purification removes is to be seen."""

import pandas as pd

from twinpurify.evaluation.declaration.metrics import LEAK, without_winner
from twinpurify.evaluation.declaration.question import (
    Kind,
    Question,
    Score,
)
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.known_truths.immune_signals import (
    Signals,
    expression_signals,
    sheet_signals,
)
from twinpurify.evaluation.measurement import Answer, UnanswerableError
from twinpurify.evaluation.questions.purity.purity_left import measure_purity
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.splits.frozen import FrozenSplit
from twinpurify.evaluation.splits.held_out import HeldOut, of_split


def evaluate(embedded: EmbeddedSplit) -> Answer:
    """Read each signal from the embedding of the undiluted test tumours.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    Answer
        Tasks ``immune_left@<signal>``: r2_linear and r2_rbf.

    Raises
    ------
    UnanswerableError
        If no signal is known.
    """
    data, size = embedded.data, embedded.settings.min_set_genes

    def compute() -> Signals:
        profiles = pd.concat([data.train_tumours, data.test_tumours])
        return expression_signals(profiles, data.resources, size)

    return measure_signals(of_split(embedded), data.once(("expression signals", size), compute))


def measure_signals(held: HeldOut, of_profiles: Signals) -> Answer:
    """Read the signals of the sample sheet, and those of the profiles as measured.

    Parameters
    ----------
    held : HeldOut
    of_profiles : tuple
        As from ``expression_signals``, of the same tumours.

    Returns
    -------
    Answer

    Raises
    ------
    UnanswerableError
        If no signal is known.
    """
    computed, lacking = of_profiles
    signals, answer = sheet_signals(held.obs) | computed, Answer()
    if not signals:
        reasons = "; ".join(lacking.values())
        raise UnanswerableError(
            f"the sample sheet has no signal (definition key signals), and {reasons}"
        )
    for collection, reason in lacking.items():
        answer.skip(Task("immune_left", source=collection), reason)
    for name, signal in signals.items():
        task = Task("immune_left", source=name)
        try:
            answer.measurements += measure_purity(held, signal, task, 1.0, what="this signal")
        except UnanswerableError as reason:
            answer.skip(task, reason)
    return answer


def evaluate_transfer(frozen: FrozenSplit) -> Answer:
    """Read each signal of the other cohort from its embedding."""
    data, size = frozen.own.data, frozen.own.settings.min_set_genes
    signals = expression_signals(frozen.profiles, data.resources, size)
    return measure_signals(frozen.target, signals)


KEPT = Score(
    "immune_left",
    "Immune and stromal signal kept",
    Kind.PATHWAYS,
    without_winner(LEAK),
    "How well is an immune or stromal signal of the profile as measured still read from the "
    "embedding?",
    behind="signal",
    shown=("r2_rbf",),
    where=("own", "transfer"),
    place=240,
)
QUESTION = Question("immune_left", evaluate, (KEPT,), transfer=evaluate_transfer, place=160)
