"""Label efficiency: how few labels a classifier needs on top of methods fitted without any."""

from twinpurify.pipelines.studies.label_efficiency.pipeline import create_pipeline

__all__ = ["create_pipeline"]
