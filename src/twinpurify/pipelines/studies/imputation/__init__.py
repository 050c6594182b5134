"""Imputation: what is hidden from test patients, and how near imputers come to it."""

from twinpurify.pipelines.studies.imputation.pipeline import create_pipeline

__all__ = ["create_pipeline"]
