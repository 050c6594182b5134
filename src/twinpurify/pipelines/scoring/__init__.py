"""Scoring: new samples through a registered model."""

from twinpurify.pipelines.scoring.pipeline import create_pipeline

__all__ = ["create_pipeline"]
