"""Gene attribution: which genes make the transformer tell a class."""

from twinpurify.pipelines.studies.gene_attribution.pipeline import create_pipeline

__all__ = ["create_pipeline"]
