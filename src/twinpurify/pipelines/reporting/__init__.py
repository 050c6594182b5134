"""Reporting: figures, the page, and the record in MLflow."""

from twinpurify.pipelines.reporting.pipeline import create_pipeline

__all__ = ["create_pipeline"]
