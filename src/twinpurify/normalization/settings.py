"""Settings of the normalisation and of what a cohort of another platform goes through."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field, field_validator

from twinpurify.errors import ConfigurationError
from twinpurify.normalization.steps.registry import parse_steps

DEFAULT_STEPS: tuple[str | dict[str, dict[str, Any]], ...] = (
    "cpm",
    "log2",
    {"variable_genes": {"max_genes": 5_000}},
)


class NormalizationSettings(BaseModel, extra="forbid"):
    """How profiles are prepared for the methods.

    Parameters
    ----------
    steps : list
        The way from the cohort's unit to log2(x + 1), in order: each a name, or a name with its
        parameters (below). What a step fits is fitted on the training tumours of each split.
    protected_genes : list of str
        Genes that no step filters out.
    transfer_alignment : {"none", "location_scale", "quantile", "feature_quantile", "tdm", \
"nonparanormal"}
        How a transfer cohort, and the normals of another cohort (``reference_normals``), meet
        the platform of the training cohort. Which is for what, with measurements:
        docs/platforms.md.
    missing_genes : {"training_mean", "error", "nearest_neighbours", "iterative", "low_rank", \
"principal_components", "masked_transformer"}
        What becomes of genes that a transfer cohort lacks: their mean over the training
        tumours, an error, or what an imputer (docs/parameters.md#section-imputers) fills in,
        which is fitted on the training tumours of the split with the defaults below.
    """

    steps: list[str | dict[str, dict[str, Any] | None]] = Field(default=list(DEFAULT_STEPS))
    protected_genes: list[str] = Field(default=[])
    transfer_alignment: Literal[
        "none", "location_scale", "quantile", "feature_quantile", "tdm", "nonparanormal"
    ] = "location_scale"
    missing_genes: Literal[
        "training_mean",
        "error",
        "nearest_neighbours",
        "iterative",
        "low_rank",
        "principal_components",
        "masked_transformer",
    ] = "training_mean"

    @field_validator("steps")
    @classmethod
    def _steps_are_known_and_in_order(cls, steps: list[Any]) -> list[Any]:
        try:
            parse_steps(steps)
        except ConfigurationError as error:
            raise ValueError(str(error)) from None
        return steps
