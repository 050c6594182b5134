"""Ingestion: from raw files, or from a seed, to one clean cohort."""

from twinpurify.pipelines.ingestion.pipeline import create_pipeline

__all__ = ["create_pipeline"]
