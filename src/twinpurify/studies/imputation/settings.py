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
        Imputers that are compared.
    reference : str
        The imputer that each other one is paired with.
    patterns : list of str
        How values are hidden.
    rates : list of float
        Shares of the values that are hidden.
    control_rate : float
        Share that is hidden in the control, where genes are permuted across samples.
    block_column : str
        Column of the sample sheet: samples of each of its values lack a block of genes of their
        own. Without the column, all lack the same.
    n_splits : int
        The first so many splits of the evaluation.
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
