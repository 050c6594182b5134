"""Settings of the study; imported at Kedro start-up, so nothing heavy is imported here."""

from typing import Literal

from pydantic import BaseModel, Field, field_validator

from twinpurify.studies.imputation.settings import RivalName


class RestoredAnchorSettings(BaseModel, extra="forbid"):
    """Which genes are hidden from test patients, and who restores them.

    Parameters
    ----------
    endpoint : {"os", "dss", "dfi", "pfi", "rfs"}
        Follow-up that is predicted.
    strata_column : str
        Column of the sample sheet within whose values survival is learnt and compared; a cohort
        without the column is one stratum.
    n_anchors : int
        Prognostic genes of a stratum, which are hidden from its test patients.
    observed_share : float
        Share of the other genes that a test patient's profile holds.
    imputers : list of str
        Imputers that restore the anchors beside the transformer; ``mean`` is the control at
        0.5.
    n_components : int
        Principal components of the observed genes, for a rival that restores nothing.
    n_inner_folds : int
        Folds by patient that choose the penalty.
    min_train_events : int
        Training events without which a stratum is left out.
    min_test_events : int
        Test events likewise.
    n_splits : int
        The first so many of the evaluation's splits.
    n_bootstrap : int
        Replicates of the patient bootstrap.
    """

    endpoint: Literal["os", "dss", "dfi", "pfi", "rfs"] = "os"
    strata_column: str = "cancer"
    n_anchors: int = Field(32, ge=1)
    observed_share: float = Field(0.5, gt=0.0, le=1.0)
    imputers: list[RivalName] = [
        "mean",
        "nearest_neighbours",
        "low_rank",
        "principal_components",
    ]
    n_components: int = Field(200, ge=1)
    n_inner_folds: int = Field(3, ge=2)
    min_train_events: int = Field(20, ge=2)
    min_test_events: int = Field(10, ge=1)
    n_splits: int = Field(2, ge=1)
    n_bootstrap: int = Field(500, ge=1)

    @field_validator("imputers")
    @classmethod
    def _once(cls, values: list) -> list:
        """Refuse what is named twice."""
        if len(set(values)) < len(values):
            raise ValueError(f"named more than once: {values}")
        return values
