"""How many adjacent normals does a method need?"""

from collections.abc import Callable

from twinpurify.evaluation.measurement import Answer, Measurement, UnanswerableError
from twinpurify.evaluation.questions.controls.short_scores import subtype_accuracy, top1_retrieval
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.splits.refits import normal_variants


def evaluate(embedded: EmbeddedSplit) -> Answer:
    """Fit the method on few of the training normals, and ask it for subtype and own tumour.

    Normals are of random training patients, one each; those of a smaller number are among those
    of a larger one. Only the first splits are asked, since every number is a fit of its own. What
    all normals give is the task without the number, in the same splits.

    Parameters
    ----------
    embedded : EmbeddedSplit

    Returns
    -------
    Answer
        Tasks ``subtype@normals=<n>``, balanced_accuracy at the highest and the lowest fraction,
        and ``retrieval@normals=<n>``, top1_cosine at the lowest.

    Raises
    ------
    UnanswerableError
        If the method uses no normals or isn't fitted again, or there are too few normals.
    """
    answer = Answer()
    for variant in normal_variants(embedded.method, embedded.data, embedded.settings):
        again = embedded.again(variant)
        for task, question in QUESTIONS.items():
            try:
                answer.measurements += question(again, f"{task}@normals={variant.n_normals}")
            except UnanswerableError as reason:
                answer.skip(f"{task}@normals={variant.n_normals}", str(reason))
    return answer


def _subtype(embedded: EmbeddedSplit, task: str) -> list[Measurement]:
    """Score the subtype at the highest and the lowest fraction."""
    ends = dict.fromkeys((embedded.fractions[0], embedded.fractions[-1]))
    return subtype_accuracy(embedded, task, list(ends))


def _retrieval(embedded: EmbeddedSplit, task: str) -> list[Measurement]:
    """Score the retrieval at the lowest fraction."""
    return [top1_retrieval(embedded, task)]


QUESTIONS: dict[str, Callable[[EmbeddedSplit, str], list[Measurement]]] = {
    "subtype": _subtype,
    "retrieval": _retrieval,
}
