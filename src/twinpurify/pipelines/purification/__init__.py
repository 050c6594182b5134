"""Purification: fitting every method on every split, and the final model on all."""

from twinpurify.pipelines.purification.pipeline import create_pipeline

__all__ = ["create_pipeline"]
