"""What a question declares of itself; names, directions, headlines and docs follow from it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

# Behind all that state a place of their own.
LAST = 1000
PLACEHOLDER = re.compile(r"<\w+>")


class Direction(IntEnum):
    """Which way a score is good; the value is the sign of a gain."""

    LOWER_IS_BETTER = -1
    NEUTRAL = 0
    HIGHER_IS_BETTER = 1

    @property
    def words(self) -> str:
        """The direction as a reader is told it."""
        return {-1: "lower is better", 0: "no winner", 1: "higher is better"}[int(self)]


HIGHER, LOWER, NEUTRAL = (
    Direction.HIGHER_IS_BETTER,
    Direction.LOWER_IS_BETTER,
    Direction.NEUTRAL,
)


class Kind(StrEnum):
    """What kind of thing a question asks, in the order in which a reader needs them."""

    KEPT = "Is the tumour kept?"
    GONE = "Is the normal tissue gone?"
    PATHWAYS = "Pathways, immunity and stroma"
    CLINIC = "What is it worth in the clinic?"
    FURTHER = "Further questions"
    CONTROLS = "Controls"


@dataclass(frozen=True)
class Metric:
    """A number that a question is answered by.

    Attributes
    ----------
    name : str
        As it stands in the tables; ``<n>`` stands for a number that a setting chooses.
    title : str
        What figures and pages call it, with the same placeholder.
    direction : Direction
    bounds : str
        Between which values it lies, in words.
    meaning : str
        What it is, in a sentence or two of Markdown.
    """

    name: str
    title: str
    direction: Direction
    bounds: str
    meaning: str

    def called(self, name: str) -> str | None:
        """Title of a metric by its name in a table; None if that is another metric."""
        number = r"([\d.]+)".join(map(re.escape, PLACEHOLDER.split(self.name)))
        found = re.fullmatch(number, name)
        if found is None:
            return None
        title = self.title
        for value in found.groups():
            title = PLACEHOLDER.sub(value, title)
            # Of a single one there's no plural.
            title = title.removesuffix("s") if value == "1" else title
        return title


@dataclass(frozen=True)
class Score:
    """Tasks that ask the same thing: one line of the documentation.

    Attributes
    ----------
    name : str
        What their names begin with, ``survival`` of ``survival_os``.
    title : str
        What figures and pages call them.
    kind : Kind
    metrics : tuple of Metric
        Those measured, in their order.
    meaning : str
        The question in a sentence or two of Markdown.
    source, stratum, given : str
        Where the line is only of tasks with this source, stratum, or restriction (``labels``);
        empty for all others.
    behind : str
        What stands behind the @ where that is open, for the documentation: ``source``.
    of_endpoint : bool
        Whether it is asked of each endpoint of survival.
    shown : tuple of str
        Metrics that overviews show, the first being the headline's; the first metric by default.
    fractions : tuple of str
        Tumour fractions that overviews show: ``highest`` or ``lowest`` of those asked, or both.
    asked_at : str
        Tumour fractions that are asked, in words of Markdown; ``empty`` where they vary.
    where : tuple of str
        Of what it is asked: ``own`` cohort, ``simulated`` ones alone, ``transfer``.
    main : bool
        Whether the headline speaks of it.
    place : int
        Where it stands in overviews, among those of its kind and in the headline.
    """

    name: str
    title: str
    kind: Kind
    metrics: tuple[Metric, ...]
    meaning: str
    source: str = ""
    stratum: str = ""
    given: str = ""
    behind: str = ""
    of_endpoint: bool = False
    shown: tuple[str, ...] = ()
    fractions: tuple[str, ...] = ("highest",)
    asked_at: str = "1.0"
    where: tuple[str, ...] = ("own",)
    main: bool = False
    place: int = LAST

    @property
    def overview(self) -> tuple[Metric, ...]:
        """Metrics that overviews show, the headline's first."""
        if not self.shown:
            return self.metrics[:1]
        by_name = {metric.name: metric for metric in self.metrics}
        return tuple(by_name[name] for name in self.shown)

    @property
    def direction(self) -> Direction:
        """Which way the headline's metric is good; nobody wins where none is known."""
        return self.overview[0].direction if self.metrics else NEUTRAL

    def metric(self, name: str) -> Metric | None:
        """Find one of its metrics by the name in a table."""
        return next((metric for metric in self.metrics if metric.called(name)), None)

    def is_headline(self, metric: str) -> bool:
        """Whether the headline speaks of it by this metric."""
        return any(headline.called(metric) for headline in self.overview[:1])

    def direction_of(self, metric: str) -> Direction:
        """Which way a score by a metric is good."""
        known = self.metric(metric)
        return NEUTRAL if known is None else known.direction


@dataclass(frozen=True)
class Question:
    """A question that embeddings are asked.

    Attributes
    ----------
    key : str
        What the setting ``tasks`` calls it, and the name of its file.
    ask : callable
        From an ``EmbeddedSplit`` to an ``Answer``.
    scores : tuple of Score
        What the answer measures; none where it is a table alone.
    transfer : callable, optional
        From a ``FrozenSplit`` to an ``Answer``, where another cohort can be asked too.
    variants : callable, optional
        From method, ``SplitData`` and settings to the fits of the method that the question wants
        beside the one it is asked of, as a list of ``Variant``.
    place : int
        Where it stands among the questions when all are asked.
    transfer_place : int, optional
        Where it stands among those that another cohort is asked, if not there.
    """

    key: str
    ask: Callable[[Any], Any]
    scores: tuple[Score, ...] = ()
    transfer: Callable[[Any], Any] | None = None
    variants: Callable[[Any, Any, Any], list[Any]] | None = None
    place: int = LAST
    transfer_place: int | None = None
