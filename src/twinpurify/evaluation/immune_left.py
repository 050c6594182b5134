"""How much of the immune and stromal signal is kept? What purification removes is to be seen."""

import pandas as pd

from twinpurify.evaluation.embedded import EmbeddedSplit
from twinpurify.evaluation.held_out import HeldOut, of_split
from twinpurify.evaluation.immune_signals import expression_signals, sheet_signals
from twinpurify.evaluation.measurement import Answer, UnanswerableError
from twinpurify.evaluation.purity_left import measure_purity
from twinpurify.evaluation.resources import Resources


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
    data = embedded.data
    profiles = pd.concat([data.train_tumours, data.test_tumours])
    return measure_signals(of_split(embedded), profiles, data.resources)


def measure_signals(held: HeldOut, profiles: pd.DataFrame, resources: Resources) -> Answer:
    """Read the signals of the sample sheet, and those of the profiles as measured.

    Parameters
    ----------
    held : HeldOut
    profiles : DataFrame, tumours × genes
        Of the same tumours, log2(x + 1).
    resources : Resources

    Returns
    -------
    Answer

    Raises
    ------
    UnanswerableError
        If no signal is known.
    """
    computed, lacking = expression_signals(profiles, resources, held.settings.min_set_genes)
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
