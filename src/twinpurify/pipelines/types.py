"""Names for what flows between nodes.

Kedro resolves the annotations of node functions at every start, and anndata, plotly and the
methods would cost seconds there: the names say what is meant and stay loose.
"""

from typing import Any

Cohort = Any  # anndata.AnnData, samples × genes
RawExpression = Any  # twinpurify.io.raw_expression.RawExpression
GeneTables = Any  # twinpurify.cohort.genes.to_symbols.GeneTables
Normalizer = Any  # twinpurify.normalization.normalizer.Normalizer
Figure = Any  # plotly.graph_objects.Figure
Evidence = Any  # twinpurify.evaluation.evidence.Evidence
Method = Any  # twinpurify.interface.embedding_method.EmbeddingMethod
