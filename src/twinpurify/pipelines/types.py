"""Names for what flows between nodes.

Kedro resolves the annotations of node functions at every start, and anndata, plotly and the
methods would cost seconds there: the names say what is meant and stay loose.
"""

from typing import Any

Cohort = Any  # anndata.AnnData, samples × genes
Figure = Any  # plotly.graph_objects.Figure
Method = Any  # twinpurify.training.method.EmbeddingMethod
