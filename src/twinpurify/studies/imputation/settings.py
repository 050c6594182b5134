"""Settings of the study of imputation; imported at Kedro start-up, so nothing heavy is here."""

from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, Field, model_validator

PatternName = Literal["at_random", "low_expression", "gene_block"]
# What the masked-gene transformer is held against.
RivalName = Literal["mean", "nearest_neighbours", "iterative", "low_rank", "principal_components"]
ImputerName = Literal[RivalName, "masked_transformer"]


class ImputationSettings(BaseModel, extra="forbid"):
    """What is hidden from which imputers, and how often.

    Parameters
    ----------
    imputers : list of str
        Imputers that are compared; their parameters stand in the section ``imputers``.
    reference : str
        Imputer that each other one is paired with: the best linear one.
    patterns : list of str
        Patterns of hidden values.
    rates : list of float
        Shares of the values that are hidden, above 0 and below 1.
    control_rate : float
        Share that is hidden in the control, whose genes are permuted across samples.
    block_column : str
        Column of the sample sheet whose values lack a block of genes each; a cohort without the
        column lacks one block.
    n_splits : int
        The first so many of the evaluation's splits.
    n_bootstrap : int
        Replicates of the patient bootstrap.
    """

    imputers: list[ImputerName] = Field(list(get_args(ImputerName)), min_length=1)
    reference: ImputerName = "principal_components"
    patterns: list[PatternName] = list(get_args(PatternName))
    rates: list[Annotated[float, Field(gt=0.0, lt=1.0)]] = Field(
        [0.1, 0.3, 0.5, 0.7, 0.9], min_length=1
    )
    control_rate: float = Field(0.5, gt=0.0, lt=1.0)
    block_column: str = "cancer"
    n_splits: int = Field(2, ge=1)
    n_bootstrap: int = Field(200, ge=1)

    @model_validator(mode="after")
    def _compare_with_one_that_takes_part(self) -> Self:
        """Refuse a reference that isn't fitted, and what is named twice."""
        if self.reference not in self.imputers:
            raise ValueError(
                f"reference is {self.reference!r}, which isn't among the imputers "
                f"{', '.join(self.imputers)}"
            )
        for key in ("imputers", "patterns", "rates"):
            named = getattr(self, key)
            if len(set(named)) < len(named):
                raise ValueError(f"named more than once in {key}: {named}")
        return self
