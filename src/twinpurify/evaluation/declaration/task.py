"""What a score is about, in parts, and as the one text that stands in tables."""

import re
from dataclasses import dataclass

from twinpurify.cohort.declaration.definition import ENDPOINTS
from twinpurify.evaluation.declaration.question import Kind, Score
from twinpurify.evaluation.declaration.registry import scores_of

# Tumours diluted with tissue that no method was trained on.
FOREIGN = "foreign"
WITHIN_SUBTYPE = "within_subtype"
LESS = re.compile(r"(\w+)=([\d.]+(?:e[+-]?\d+)?)")


@dataclass(frozen=True)
class Task:
    """What was asked; ``str`` writes it as tables have it, ``read_task`` reads that again.

    Attributes
    ----------
    question : str
        What is asked, such as ``purity_left``; of survival ``survival`` or
        ``survival_increment``, without the endpoint.
    source : str
        Whose truth it is asked of, such as ``absolute``, ``hallmark`` or ``foreign``.
    tissue : str
        Cohort of the foreign tissue where it isn't the first.
    stratum : str
        Whom it is asked of alone: ``within_subtype``, or a value of a column.
    endpoint : str
        Of survival, such as ``os``.
    given : str
        What there was less of, or what was changed, such as ``labels``.
    amount : float
        How much there was of it.
    """

    question: str
    source: str = ""
    tissue: str = ""
    stratum: str = ""
    endpoint: str = ""
    given: str = ""
    amount: float = 1.0

    def __str__(self) -> str:
        """Write it as it stands in the column ``task``."""
        return "@".join(filter(None, (self.name, self.detail)))

    @property
    def name(self) -> str:
        """What stands before the @."""
        if not self.endpoint:
            return self.question
        first, *others = self.question.split("_", 1)
        return "_".join([first, self.endpoint, *others])

    @property
    def detail(self) -> str:
        """What stands behind the @."""
        if self.given:
            return f"{self.given}={self.amount:g}"
        return "_".join(filter(None, (self.source, self.tissue, self.stratum)))

    @property
    def score(self) -> Score:
        """The line that it belongs to; of what nobody declares, a further question without one."""
        declared = scores_of(self.question)
        fitting = [score for score in declared if self._fits(score)]
        closest = max(fitting, key=lambda score: len(_narrowed(score)), default=None)
        further = Score(self.question, _words(self.question), Kind.FURTHER, (), "")
        return closest or next(iter(declared), further)

    def _fits(self, score: Score) -> bool:
        """Whether a line speaks of this source, stratum and restriction, or of all."""
        return all(getattr(self, field) == value for field, value in _narrowed(score).items())


def read_task(text: str) -> Task:
    """Take apart what a table has in its column ``task``.

    Parameters
    ----------
    text : str
        Of a question that is declared, or any other.

    Returns
    -------
    Task
        It writes itself as the same text.
    """
    name, _, detail = text.partition("@")
    for read in (_of_endpoint, _with_less, _of_source):
        task = read(name, detail)
        if task is not None and str(task) == text:
            return task
    return Task(text)


def _of_endpoint(name: str, detail: str) -> Task | None:
    """Read ``survival_<endpoint>`` and what goes beyond it; behind the @ stands a stratum."""
    first, *others = name.split("_")
    if not others or others[0] not in ENDPOINTS:
        return None
    if not any(score.of_endpoint for score in scores_of(first)):
        return None
    return Task("_".join([first, *others[1:]]), endpoint=others[0], stratum=detail)


def _with_less(name: str, detail: str) -> Task | None:
    """Read a task that was asked with fewer labels, normals or genes."""
    found = LESS.fullmatch(detail)
    return Task(name, given=found[1], amount=float(found[2])) if found else None


def _of_source(name: str, detail: str) -> Task:
    """Tell tissue and stratum from the source, where the question declares such."""
    declared, tissue = scores_of(name), ""
    strata = (score.stratum for score in declared if score.stratum)
    stratum = next((one for one in strata if detail.endswith(f"_{one}")), "")
    source = detail.removesuffix(f"_{stratum}") if stratum else detail
    diluted = any(score.source == FOREIGN for score in declared)
    if diluted and source.startswith(f"{FOREIGN}_"):
        source, tissue = FOREIGN, source.removeprefix(f"{FOREIGN}_")
    return Task(name, source, tissue, stratum)


def _narrowed(score: Score) -> dict[str, str]:
    """Parts of a task that a line states."""
    stated = {"source": score.source, "stratum": score.stratum, "given": score.given}
    return {field: value for field, value in stated.items() if value}


def _words(name: str) -> str:
    """Turn an identifier into a title."""
    return name.replace("_", " ").capitalize()
