"""Settings of registration and scoring; imported at Kedro start-up, so nothing heavy is here."""

from typing import Literal, Self

from pydantic import BaseModel, Field, model_validator

from twinpurify.evaluation.declaration.question import HIGHER, NEUTRAL
from twinpurify.evaluation.declaration.registry import scores
from twinpurify.evaluation.declaration.task import read_task


class ChampionMetric(BaseModel, extra="forbid"):
    """One score of the summary, of which it is known whether more or less of it is better.

    Parameters
    ----------
    task, metric : str
        As in ``summary.csv``.
    fraction : float
        Tumour fraction of the scored profiles.
    """

    task: str
    metric: str
    fraction: float = Field(1.0, gt=0, le=1)

    @model_validator(mode="after")
    def _has_a_direction(self) -> Self:
        """Refuse a score that isn't measured, or that nobody can win."""
        score = read_task(self.task).score
        if score.direction is NEUTRAL:
            decided = dict.fromkeys(one.name for one in scores() if one.direction is not NEUTRAL)
            raise ValueError(
                f"no champion is decided by the task {self.task!r}; one is by {', '.join(decided)}"
            )
        if score.metric(self.metric) is None:
            raise ValueError(
                f"the task {self.task!r} isn't scored by {self.metric!r}; it is by "
                f"{', '.join(metric.name for metric in score.metrics)}"
            )
        return self

    @property
    def name(self) -> str:
        """Name of the score, as it is tagged on a version."""
        return f"{self.task}.{self.metric}.fraction_{self.fraction:g}"

    @property
    def greater_is_better(self) -> bool:
        """Direction of the score."""
        return read_task(self.task).score.direction_of(self.metric) is HIGHER


class RegistrationSettings(BaseModel, extra="forbid"):
    """Under which name a model is registered, and which score makes it the champion.

    Parameters
    ----------
    model_name : str
        Name in the model registry of MLflow.
    metrics : list of ChampionMetric
        Scores that decide on the champion, each with the ``task``, ``metric`` and ``fraction``
        of ``summary.csv``. The first that the cohort's labels allow counts, in the direction of
        its task and metric (docs/outputs.md#tasks-and-metrics): with ``purity_left@cpe``,
        ``r2_rbf`` the lower wins. A task without a winner is refused.
    """

    model_name: str = Field("twinpurify", min_length=1)
    metrics: list[ChampionMetric] = Field(
        [
            ChampionMetric(task="subtype", metric="balanced_accuracy", fraction=0.4),
            ChampionMetric(task="retrieval", metric="top1_cosine", fraction=0.2),
        ],
        min_length=1,
    )


class ScoringSettings(BaseModel, extra="forbid"):
    """Which model scores new samples.

    Parameters
    ----------
    model : str
        An MLflow address (``models:/twinpurify@champion``,
        ``models:/twinpurify@champion_<cohort>``, ``models:/twinpurify/3``), or a run's folder
        of models (``data/06_models/<cohort>``), which holds model and normaliser.
    missing_genes : {"error", "training_mean"}
        What becomes of genes of the model that the new samples lack.
    """

    model: str = "models:/twinpurify@champion"
    missing_genes: Literal["error", "training_mean"] = "error"
