"""Which questions are asked of an embedding, and which way each one's score is good."""

from dataclasses import dataclass
from enum import IntEnum
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd

from twinpurify.plots.names import metric_name, task_name


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


@dataclass(frozen=True)
class Family:
    """Tasks that ask the same thing.

    Attributes
    ----------
    direction : Direction
    metrics : tuple of str
        Those shown in overviews, the first being the headline's; empty means every one.
    fractions : tuple of str
        ``highest`` or ``lowest`` tumour fraction asked, or both.
    main : bool
        Whether the headline speaks of it.
    opposite : tuple of str
        Metrics that are good the other way.
    unshown : tuple of str
        Further metrics, which overviews leave out; * stands for a number.
    """

    direction: Direction
    metrics: tuple[str, ...] = ()
    fractions: tuple[str, ...] = ("highest",)
    main: bool = False
    opposite: tuple[str, ...] = ()
    unshown: tuple[str, ...] = ()

    @property
    def all_metrics(self) -> tuple[str, ...]:
        """Every metric that its tasks are scored by."""
        return tuple(dict.fromkeys((*self.metrics, *self.unshown, *self.opposite)))

    def has(self, metric: str) -> bool:
        """Whether its tasks are scored by a metric."""
        return any(fnmatchcase(metric, known) for known in self.all_metrics)

    def direction_of(self, metric: str) -> Direction:
        """Which way a score by this metric is good."""
        return Direction(-self.direction) if metric in self.opposite else self.direction


ACCURACY = ("balanced_accuracy",)
MISSES = ("brier", "calibration_error")
LEAK = ("r2_linear", "r2_rbf")
F1, OVERLAP = ("macro_f1",), ("overlap*",)
FAMILIES = {
    "subtype": Family(HIGHER, ACCURACY, ("highest", "lowest"), True, MISSES, F1),
    "retrieval": Family(HIGHER, ("top1_cosine", "top1_euclidean"), ("lowest",), main=True),
    "retrieval@foreign": Family(
        HIGHER, ("top1_cosine",), ("lowest",), main=True, unshown=("top1_euclidean",)
    ),
    "subtype@foreign": Family(HIGHER, ACCURACY, ("lowest",), unshown=F1),
    "retrieval_random": Family(HIGHER, ("top1_cosine",), unshown=("top1_euclidean",)),
    "true_neighbours": Family(HIGHER, ("overlap10",), ("highest", "lowest"), True, (), OVERLAP),
    "survival": Family(
        HIGHER,
        ("c_index",),
        main=True,
        opposite=("integrated_brier",),
        unshown=("c_uno", "auc_*y", "brier_skill"),
    ),
    "survival_increment": Family(HIGHER, ("delta_c_index",)),
    "subtype_without_label_genes": Family(HIGHER, ACCURACY, unshown=F1),
    "purity_stratified": Family(HIGHER, ACCURACY, unshown=F1),
    "grade": Family(HIGHER, ACCURACY, opposite=MISSES, unshown=F1),
    "grade_without_label_genes": Family(HIGHER, ACCURACY, unshown=F1),
    "purity_left": Family(LOWER, LEAK, main=True),
    "purity_left@fraction": Family(LOWER, LEAK),
    "purity_left@foreign": Family(LOWER, LEAK),
    "purity_estimate": Family(HIGHER, ("spearman",), main=True, opposite=("level_error",)),
    "purity_estimate@fraction": Family(HIGHER, ("spearman",)),
    "purity_estimate@foreign": Family(HIGHER, ("spearman",)),
    "purified_profile@truth": Family(
        HIGHER, ("rmse_removed", "gene_correlation"), main=True, opposite=("rmse",)
    ),
    "purified_profile": Family(
        LOWER, ("rmse", "gene_correlation"), ("lowest",), opposite=("gene_correlation",)
    ),
    "pathway_contrast": Family(HIGHER, ("hedges_g",)),
    "pathway_agreement": Family(HIGHER, ("spearman",)),
    "pathway_purity": Family(LOWER, ("mean_abs_spearman",)),
    "immune_left": Family(NEUTRAL, ("r2_rbf",)),
    "control_permuted": Family(NEUTRAL, ACCURACY),
    "control_random": Family(NEUTRAL, ACCURACY),
    "control_normals": Family(NEUTRAL, ACCURACY),
    "stability": Family(NEUTRAL),
}
OTHER = Family(NEUTRAL)


@dataclass(frozen=True)
class Question:
    """One question with one score a method.

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


def is_sized(task: str) -> bool:
    """Whether a task was asked with fewer labels or normals: such scores belong to a curve."""
    return "=" in task.partition("@")[2]


def family_key(task: str) -> str:
    """Return the key of the family that a task belongs to, or the task itself if it has none."""
    base, _, detail = task.partition("@")
    if detail.startswith("foreign_"):
        task = f"{base}@foreign"
    if base.startswith("survival_"):
        base = "survival_increment" if base.endswith("_increment") else "survival"
    return task if task in FAMILIES else base


def asked(summary: pd.DataFrame) -> list[Question]:
    """List the questions that a summary answers, in the order in which they are shown.

    Of each family the overview shows its own metrics and fractions; tasks that no family knows
    come last and have no winner. Tasks with fewer labels or normals (``subtype@labels=0.1``)
    are left to their curves.

    Parameters
    ----------
    summary : DataFrame
        Of one cohort and training.

    Returns
    -------
    list of Question
    """
    keys = list(FAMILIES)
    found = summary.loc[summary["mean"].notna(), "task"].unique()
    tasks = sorted(
        (task for task in found if not is_sized(task)),
        key=lambda task: (
            keys.index(family_key(task)) if family_key(task) in FAMILIES else len(keys),
            "@" in task and task.endswith("_within_subtype"),
        ),
    )
    questions: list[Question] = []
    seen: set[str] = set()
    for task in tasks:
        key = family_key(task)
        family = FAMILIES.get(key, OTHER)
        questions += _questions_of(summary, task, family, main=family.main and key not in seen)
        seen.add(key)
    return questions


def _questions_of(summary: pd.DataFrame, task: str, family: Family, main: bool) -> list[Question]:
    """List the questions of one task, metric by metric and fraction by fraction."""
    rows = summary[(summary["task"] == task) & summary["mean"].notna()]
    metrics = [metric for metric in family.metrics if metric in set(rows["metric"])]
    return [
        Question(
            task=task,
            metric=metric,
            fraction=fraction,
            direction=family.direction_of(metric),
            main=main and metric == family.metrics[0],
            dilutable="lowest" in family.fractions,
        )
        for metric in metrics or sorted(rows["metric"].unique())
        for fraction in _fractions(rows.loc[rows["metric"] == metric, "fraction"], family)
    ]


def _fractions(fractions: pd.Series, family: Family) -> list[float]:
    """Choose the fractions that the overview shows, each once."""
    present = fractions.astype(float).dropna()
    if present.empty:
        return [float("nan")]
    ends = {"highest": present.max(), "lowest": present.min()}
    return list(dict.fromkeys(float(ends[end]) for end in family.fractions))


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
