"""A method fitted on the tumours of a cohort, with the cohort's normals as background."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from twinpurify.interface.embedding_method import EmbeddingMethod

if TYPE_CHECKING:
    from anndata import AnnData

Fitted = TypeVar("Fitted", bound=EmbeddingMethod)


def fit_on_cohort(method: Fitted, normalized: AnnData) -> Fitted:
    """Fit a method on all tumours and normals of an AnnData.

    Parameters
    ----------
    method : EmbeddingMethod
    normalized : AnnData, samples × genes
        log2(x + 1), with ``tumour`` and ``normal`` in ``obs["tissue"]``.

    Returns
    -------
    EmbeddingMethod
        The same, fitted.

    Raises
    ------
    ConfigurationError, ExpressionError, BackgroundError
        As of ``EmbeddingMethod.fit``.
    """
    profiles, is_tumour = normalized.to_df(), (normalized.obs["tissue"] == "tumour").to_numpy()
    tumours, normals = profiles.loc[is_tumour], profiles.loc[~is_tumour]
    return method.fit(tumours, background=None if normals.empty else normals)
