"""Settings of registration and scoring; imported at Kedro start-up, so nothing heavy is here."""

from typing import Literal, Self

from pydantic import BaseModel, Field, model_validator

from twinpurify.plots.questions import FAMILIES, HIGHER, NEUTRAL, OTHER, family_key


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
        family = FAMILIES.get(family_key(self.task), OTHER)
        if family.direction is NEUTRAL:
            decided = [key for key, one in FAMILIES.items() if one.direction is not NEUTRAL]
            raise ValueError(
                f"no champion is decided by the task {self.task!r}; one is by {', '.join(decided)}"
            )
        if not family.has(self.metric):
            raise ValueError(
                f"the task {self.task!r} isn't scored by {self.metric!r}; it is by "
                f"{', '.join(family.all_metrics)}"
            )
        return self

    @property
    def name(self) -> str:
        """Name of the score, as it is tagged on a version."""
        return f"{self.task}.{self.metric}.fraction_{self.fraction:g}"

    @property
    def greater_is_better(self) -> bool:
        """Direction of the score."""
        return FAMILIES[family_key(self.task)].direction_of(self.metric) is HIGHER


class RegistrationSettings(BaseModel, extra="forbid"):
    """Under which name a model is registered, and which score makes it the champion.

    Parameters
    ----------
    model_name : str
    metrics : list of ChampionMetric
        The first that the cohort's labels allow decides, in its own direction.
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
        An MLflow address or a model's folder.
    missing_genes : {"error", "training_mean"}
        What happens when the new samples lack genes of the model.
    """

    model: str = "models:/twinpurify@champion"
    missing_genes: Literal["error", "training_mean"] = "error"
