"""How much of the immune and stromal signal is kept? What purification removes is to be seen."""

import pandas as pd

from twinpurify.evaluation.known_truths.immune_signals import (
    Signals,
    expression_signals,
    sheet_signals,
)
from twinpurify.evaluation.measurement import Answer, UnanswerableError
from twinpurify.evaluation.questions.purity.purity_left import measure_purity
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
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
        answer.skip(f"immune_left@{collection}", reason)
    for name, signal in signals.items():
        task = f"immune_left@{name}"
        try:
            answer.measurements += measure_purity(held, signal, task, 1.0, what="this signal")
        except UnanswerableError as reason:
            answer.skip(task, str(reason))
    return answer
