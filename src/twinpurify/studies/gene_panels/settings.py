"""Settings of the study; imported at Kedro start-up, so nothing heavy is imported here."""

from typing import Annotated

from pydantic import BaseModel, Field, field_validator

from twinpurify.studies.imputation.settings import RivalName


class GenePanelSettings(BaseModel, extra="forbid"):
    """Which panels are drawn, and who tells the class from them.

    Parameters
    ----------
    label : str
        Column of the sample sheet that is learnt.
    panel_sizes : list of int
        Genes of a panel. Sizes above the genes of the cohort are left out, and the page says
        so.
    n_draws : int
        Random panels of each size.
    imputers : list of str
        Imputers that complete the profiles for a logistic regression; the transformer takes
        part anyway.
    n_completion_folds : int
        Parts of the training patients, each completed by an imputer, or a transformer, that was
        fitted on the others.
    n_components : int
        Principal components of the panel, for another logistic regression.
    n_inner_folds : int
        Folds by patient that choose the penalty, on the first panel of each size.
    min_class_patients : int
        Training patients that a class needs.
    n_splits : int
        The first so many of the evaluation's splits.
    n_bootstrap : int
        Replicates of the patient bootstrap.
    """

    label: str = "cancer"
    panel_sizes: list[Annotated[int, Field(ge=1)]] = Field([64, 128, 256, 512, 1024], min_length=1)
    n_draws: int = Field(10, ge=1)
    imputers: list[RivalName] = ["nearest_neighbours", "low_rank", "principal_components"]
    n_completion_folds: int = Field(3, ge=2)
    n_components: int = Field(64, ge=1)
    n_inner_folds: int = Field(3, ge=2)
    min_class_patients: int = Field(10, ge=2)
    n_splits: int = Field(2, ge=1)
    n_bootstrap: int = Field(500, ge=1)

    @field_validator("panel_sizes", "imputers")
    @classmethod
    def _once(cls, values: list) -> list:
        """Refuse what is named twice."""
        if len(set(values)) < len(values):
            raise ValueError(f"named more than once: {values}")
        return values
