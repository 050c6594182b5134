"""Settings of the normalisation and of what a cohort of another platform goes through."""

from typing import Literal

from pydantic import BaseModel, Field


class NormalizationSettings(BaseModel, extra="forbid"):
    """How profiles are prepared for the methods.

    Parameters
    ----------
    max_genes : int
        Most variable genes that the methods see, chosen on training tumours.
    transfer_alignment : {"location_scale", "none"}
        What a transfer cohort goes through to meet the training cohort's platform.
    missing_genes : {"training_mean", "error"}
        What happens when a transfer cohort lacks genes of the model.
    """

    max_genes: int = Field(5_000, ge=2)
    transfer_alignment: Literal["location_scale", "none"] = "location_scale"
    missing_genes: Literal["training_mean", "error"] = "training_mean"
