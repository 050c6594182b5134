"""Which questions a summary answers, and who leads in each."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from twinpurify.evaluation.declaration.question import NEUTRAL, Direction, Kind, Score
from twinpurify.evaluation.declaration.task import read_task
from twinpurify.plots.names import metric_name, task_name


@dataclass(frozen=True)
class Asked:
    """One question as an overview shows it, with one score a method.

    Attributes
    ----------
    task, metric : str
        As they stand in the summary.
    fraction : float
        Tumour fraction of the profiles asked; NaN where the task has none.
    direction : Direction
    main : bool
        Whether the headline speaks of it.
    dilutable : bool
        Whether the fraction belongs to its name.
    """

    task: str
    metric: str
    fraction: float
    direction: Direction
    main: bool
    dilutable: bool

    @property
    def kind(self) -> Kind:
        """What kind of thing it asks."""
        return read_task(self.task).score.kind

    @property
    def subject(self) -> str:
        """The question without its metric, for sentences."""
        name = task_name(self.task)
        if not self.dilutable or np.isnan(self.fraction):
            return name
        if self.fraction == 1:
            return f"{name}, as measured"
        return f"{name} at tumour fraction {self.fraction:g}"

    @property
    def label(self) -> str:
        """The question with its metric, for axes and tables."""
        return f"{self.subject} ({metric_name(self.metric)})"

    def rows(self, summary: pd.DataFrame) -> pd.DataFrame:
        """Select the scores that answer it, indexed by method.

        Parameters
        ----------
        summary : DataFrame
            Of one cohort and training.

        Returns
        -------
        DataFrame
            One row a method that has a score.
        """
        at = (
            summary["fraction"].isna()
            if np.isnan(self.fraction)
            else np.isclose(summary["fraction"].astype(float), self.fraction)
        )
        chosen = (summary["task"] == self.task) & (summary["metric"] == self.metric) & at
        return summary[chosen & summary["mean"].notna()].set_index("method")


def asked(summary: pd.DataFrame) -> list[Asked]:
    """List the questions that a summary answers, in the order in which they are shown.

    Of each task the overview shows the metrics and fractions that its question declares; tasks
    that no question declares come last and have no winner. Tasks with fewer labels or normals
    (``subtype@labels=0.1``) are left to their curves.

    Parameters
    ----------
    summary : DataFrame
        Of one cohort and training.

    Returns
    -------
    list of Asked
    """
    found = summary.loc[summary["mean"].notna(), "task"].unique()
    tasks = [task for task in map(read_task, found) if not task.given]
    shown: list[Asked] = []
    seen: set[Score] = set()
    for task in sorted(tasks, key=lambda task: (task.score.place, bool(task.stratum))):
        main = task.score.main and task.score not in seen
        shown += _shown_of(summary, str(task), task.score, main)
        seen.add(task.score)
    return shown


def _shown_of(summary: pd.DataFrame, task: str, score: Score, main: bool) -> list[Asked]:
    """List the questions of one task, metric by metric and fraction by fraction."""
    rows = summary[(summary["task"] == task) & summary["mean"].notna()]
    return [
        Asked(
            task=task,
            metric=metric,
            fraction=fraction,
            direction=score.direction_of(metric),
            main=main and score.is_headline(metric),
            dilutable="lowest" in score.fractions,
        )
        for metric in shown_metrics(rows["metric"], score)
        for fraction in ends(rows.loc[rows["metric"] == metric, "fraction"], score)
    ]


def shown_metrics(measured: pd.Series, score: Score) -> list[str]:
    """Choose the metrics that an overview shows; all, where none of those declared is there.

    Parameters
    ----------
    measured : Series of str
        Metrics of one task, as they stand in the summary.
    score : Score
        What is declared of it.

    Returns
    -------
    list of str
    """
    present = sorted(measured.unique())
    shown = [name for metric in score.overview for name in present if metric.called(name)]
    return shown or present


def ends(fractions: pd.Series, score: Score) -> list[float]:
    """Choose the tumour fractions that an overview shows, each once; NaN where there is none.

    Parameters
    ----------
    fractions : Series of float
        Of one task and metric.
    score : Score
        What is declared of it.

    Returns
    -------
    list of float
    """
    present = fractions.astype(float).dropna()
    if present.empty:
        return [float("nan")]
    extremes = {"highest": present.max(), "lowest": present.min()}
    return list(dict.fromkeys(float(extremes[end]) for end in score.fractions))


def by_kind(questions: Iterable[Asked]) -> dict[Kind, list[Asked]]:
    """Group questions by kind, leaving out kinds without any.

    Parameters
    ----------
    questions : iterable of Asked

    Returns
    -------
    dict of Kind to list of Asked
        Kinds in their fixed order; the questions of each in the order given.
    """
    groups: dict[Kind, list[Asked]] = {kind: [] for kind in Kind}
    for question in questions:
        groups[question.kind].append(question)
    return {kind: group for kind, group in groups.items() if group}


def leaders(rows: pd.DataFrame, direction: Direction) -> list[str]:
    """Name the methods with the best mean, more than one in a tie.

    Parameters
    ----------
    rows : DataFrame
        Scores of one question, indexed by method.
    direction : Direction

    Returns
    -------
    list of str
        Empty where nobody can win: a neutral question, or fewer than two methods.
    """
    if direction is NEUTRAL or len(rows) < 2:
        return []
    gains = rows["mean"] * int(direction)
    return list(rows.index[np.isclose(gains, gains.max(), rtol=0, atol=1e-9)])


def against_raw(row: pd.Series, direction: Direction) -> str:
    """Say whether the 95% interval of the difference to raw expression tells the two apart.

    Parameters
    ----------
    row : Series
        With ``difference_low`` and ``difference_high``.
    direction : Direction

    Returns
    -------
    str
        ``better``, ``worse``, ``not told apart``, or empty where nothing is compared.
    """
    low, high = row["difference_low"], row["difference_high"]
    if direction is NEUTRAL or row.name == "raw" or not np.isfinite([low, high]).all():
        return ""
    if low <= 0 <= high:
        return "not told apart"
    return "better" if low * int(direction) > 0 else "worse"
