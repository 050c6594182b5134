"""Comparison: the finished runs of several cohorts on one page."""

from twinpurify.pipelines.compare.pipeline import create_pipeline

__all__ = ["create_pipeline"]
