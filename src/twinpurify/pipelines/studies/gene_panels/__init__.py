"""Gene panels: how well a class is told from a few random genes."""

from twinpurify.pipelines.studies.gene_panels.pipeline import create_pipeline

__all__ = ["create_pipeline"]
