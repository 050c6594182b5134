"""Settings of registration and scoring; imported at Kedro start-up, so nothing heavy is here."""

from typing import Literal

from pydantic import BaseModel, Field


class ChampionMetric(BaseModel, extra="forbid"):
    """One score of the summary.

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

    @property
    def name(self) -> str:
        """Name of the score, as it is tagged on a version."""
        return f"{self.task}.{self.metric}.fraction_{self.fraction:g}"


class RegistrationSettings(BaseModel, extra="forbid"):
    """Under which name a model is registered, and which score makes it the champion.

    Parameters
    ----------
    model_name : str
    metrics : list of ChampionMetric
        The first that the cohort's labels allow decides; higher is better.
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
