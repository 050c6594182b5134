"""Restored anchors: survival by prognostic genes that a test patient's profile lacks."""

from twinpurify.pipelines.studies.restored_anchors.pipeline import create_pipeline

__all__ = ["create_pipeline"]
