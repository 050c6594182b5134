"""Mixtures: what is recovered of fractions and profiles that were mixed in a laboratory."""

from twinpurify.pipelines.studies.mixtures.pipeline import create_pipeline

__all__ = ["create_pipeline"]
