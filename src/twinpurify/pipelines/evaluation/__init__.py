"""Evaluation: every question asked of every embedding, within and across cohorts."""

from twinpurify.pipelines.evaluation.pipeline import create_pipeline

__all__ = ["create_pipeline"]
