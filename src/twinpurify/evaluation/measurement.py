"""What a question returns: measurements with their bootstrap replicates, and why others lack."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from twinpurify.errors import CohortError
from twinpurify.evaluation.declaration.task import Task


class UnanswerableError(CohortError):
    """The cohort's labels don't allow a question; it is listed as skipped, with this reason."""


@dataclass(frozen=True)
class Measurement:
    """One score of one method on one split.

    Attributes
    ----------
    asked : Task
        Question, source, stratum and endpoint.
    metric : str
    fraction : float
        Tumour fraction of the scored profiles; 1.0 as measured, NaN where it varies.
    value : float
    replicates : array, shape (replicates,), float32
        The score under each set of bootstrap weights; NaN where it can't be had.
    """

    asked: Task
    metric: str
    fraction: float
    value: float
    replicates: np.ndarray

    @property
    def task(self) -> str:
        """What was asked, as tables have it."""
        return str(self.asked)


class Skip(NamedTuple):
    """A task, as tables have it, that wasn't run, and why."""

    task: str
    reason: str


@dataclass
class Answer:
    """Everything that a question returns.

    Attributes
    ----------
    measurements : list of Measurement
    predictions : list of DataFrame
        Columns ``task``, ``sample_id``, ``prediction``.
    tables : dict of str to list of DataFrame
        What a figure or a reader wants beyond single scores, such as a confusion matrix in long
        form, by the name of its file; the parts of one table have the same columns.
    skipped : list of Skip
    """

    measurements: list[Measurement] = field(default_factory=list)
    predictions: list[pd.DataFrame] = field(default_factory=list)
    tables: dict[str, list[pd.DataFrame]] = field(default_factory=dict)
    skipped: list[Skip] = field(default_factory=list)

    def add(self, other: "Answer") -> None:
        """Append another answer."""
        self.measurements += other.measurements
        self.predictions += other.predictions
        for name, parts in other.tables.items():
            self.tables.setdefault(name, []).extend(parts)
        self.skipped += other.skipped

    def tabulate(self, name: str, table: pd.DataFrame) -> None:
        """Append rows to one of the tables."""
        self.tables.setdefault(name, []).append(table)

    def skip(self, task: Task, reason: object) -> None:
        """Note a task that can't be run."""
        self.skipped.append(Skip(str(task), str(reason)))


class SplitResult(NamedTuple):
    """Everything measured of one method on one split.

    Attributes
    ----------
    measurements : list of Measurement
    predictions : DataFrame
        Columns ``task``, ``split``, ``sample_id``, ``prediction``.
    tables : dict of str to DataFrame
        Each with a column ``split``.
    skipped : list of Skip
    """

    measurements: list[Measurement]
    predictions: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    skipped: list[Skip]


def measure(
    task: Task,
    metric: str,
    fraction: float,
    weights: np.ndarray,
    score: Callable[[np.ndarray], np.ndarray],
) -> Measurement:
    """Score all samples alike, and again under each set of bootstrap weights.

    Parameters
    ----------
    task : Task
    metric : str
    fraction : float
    weights : array, shape (replicates, samples)
    score : callable
        From weights (replicates, samples) to scores (replicates,).

    Returns
    -------
    Measurement
    """
    value = float(score(np.ones((1, weights.shape[1])))[0])
    return Measurement(task, metric, fraction, value, score(weights).astype(np.float32))


def average(measurements: Sequence[Measurement], shares: np.ndarray | None = None) -> Measurement:
    """Average measurements of one thing, so that luck in a draw counts for less.

    Parameters
    ----------
    measurements : sequence of Measurement
        Of one task, metric and fraction.
    shares : array, shape (replicates, measurements), optional
        What each counts for in each replicate; all alike by default.

    Returns
    -------
    Measurement
    """
    if shares is None:
        shares = np.full((1, len(measurements)), 1.0 / len(measurements))
    replicates = np.stack([measurement.replicates for measurement in measurements], axis=1)
    return replace(
        measurements[0],
        value=float(np.mean([measurement.value for measurement in measurements])),
        replicates=(replicates * shares).sum(axis=1).astype(np.float32),
    )


def split_result(answer: Answer, split: int) -> SplitResult:
    """Bring the answers of all questions into their final form.

    Parameters
    ----------
    answer : Answer
    split : int
        Number of the split.

    Returns
    -------
    SplitResult
    """
    columns = ["task", "split", "sample_id", "prediction"]
    parts = [table.assign(split=split)[columns] for table in answer.predictions]
    predictions = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    long = {
        name: pd.concat(parts, ignore_index=True).assign(split=split)
        for name, parts in answer.tables.items()
    }
    return SplitResult(answer.measurements, predictions, long, answer.skipped)
