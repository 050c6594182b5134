"""How many adjacent normals does a method need?"""

from collections.abc import Callable
from dataclasses import replace

from twinpurify.evaluation.declaration.metrics import BALANCED_ACCURACY, TOP1_COSINE
from twinpurify.evaluation.declaration.question import (
    Question,
)
from twinpurify.evaluation.declaration.task import Task
from twinpurify.evaluation.measurement import Answer, Measurement, UnanswerableError
from twinpurify.evaluation.questions.controls.short_scores import subtype_accuracy, top1_retrieval
from twinpurify.evaluation.questions.dilution.retrieval import DILUTED
from twinpurify.evaluation.questions.labels.subtype import SUBTYPE
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
        for name, measured in MEASURED.items():
            task = Task(name, given="normals", amount=variant.n_normals)
            try:
                answer.measurements += measured(again, task)
            except UnanswerableError as reason:
                answer.skip(task, reason)
    return answer


def _subtype(embedded: EmbeddedSplit, task: Task) -> list[Measurement]:
    """Score the subtype at the highest and the lowest fraction."""
    ends = dict.fromkeys((embedded.fractions[0], embedded.fractions[-1]))
    return subtype_accuracy(embedded, task, list(ends))


def _retrieval(embedded: EmbeddedSplit, task: Task) -> list[Measurement]:
    """Score the retrieval at the lowest fraction."""
    return [top1_retrieval(embedded, task)]


MEASURED: dict[str, Callable[[EmbeddedSplit, Task], list[Measurement]]] = {
    "subtype": _subtype,
    "retrieval": _retrieval,
}


OF_SUBTYPE = replace(
    SUBTYPE,
    metrics=(BALANCED_ACCURACY,),
    meaning="The subtype, of a method fitted on `<n>` normals. Of methods that use normals, in the "
    "first splits alone (`evaluation.refit_splits`, `refit_methods`): compare with `subtype` in "
    "the same splits.",
    given="normals",
    behind="n",
    asked_at="1.0 and the lowest",
    where=("own",),
    place=12,
)
OF_RETRIEVAL = replace(
    DILUTED,
    metrics=(TOP1_COSINE,),
    meaning="The retrieval, likewise.",
    given="normals",
    behind="n",
    shown=(),
    asked_at="the lowest",
    place=21,
)
SCORES = (OF_SUBTYPE, OF_RETRIEVAL)
QUESTION = Question("few_normals", evaluate, SCORES, variants=normal_variants, place=180)
