"""Is the tumour's subtype read from the embedding, however diluted the tumour is?"""

from twinpurify.evaluation.embedded import EmbeddedSplit
from twinpurify.evaluation.held_out import of_split
from twinpurify.evaluation.labels import class_labels, classes_of, fit_labels, measure_labels
from twinpurify.evaluation.measurement import Answer


def evaluate(embedded: EmbeddedSplit) -> Answer:
    """Learn the subtype on undiluted training tumours, score it at each tumour fraction.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    Answer
        Task ``subtype``: balanced_accuracy and macro_f1 at each fraction of the titration.

    Raises
    ------
    UnanswerableError
        If fewer than two subtypes can be learnt or scored.
    """
    held = of_split(embedded)
    classes, labels = classes_of(held, "subtype"), class_labels(held.obs, "subtype")
    probe = fit_labels(held, ~held.scored, labels, classes, "subtype")
    truth, answer = labels[held.scored], Answer()
    for fraction in embedded.fractions:
        predicted = probe.predict(embedded.at_fraction(fraction))
        answer.measurements += measure_labels(
            "subtype", fraction, embedded.test_weights, truth, predicted, classes.scored
        )
    if not embedded.titration.mixes:
        answer.skip("subtype", "diluted tumours: the test patients have no normals to dilute with")
    return answer
