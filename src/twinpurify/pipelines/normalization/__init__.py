"""Normalization: from the unit of the cohort to the scale of the methods."""

from twinpurify.pipelines.normalization.pipeline import create_pipeline

__all__ = ["create_pipeline"]
