"""Preparation: from a cohort's own unit to log2(x + 1), which methods take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from twinpurify.cohort.contract import require_samples, unit_of
from twinpurify.errors import ConfigurationError
from twinpurify.in_place import give_back
from twinpurify.normalization import cohorts
from twinpurify.normalization.normalizer import Normalizer
from twinpurify.normalization.settings import DEFAULT_STEPS, NormalizationSettings

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["fit_normalizer", "normalize"]

Steps = Sequence[str | Mapping[str, Mapping[str, Any] | None]]


def normalize(
    adata: AnnData,
    steps: Steps | None = None,
    *,
    protected_genes: Sequence[str] = (),
    normalizer: Normalizer | None = None,
    copy: bool = False,
) -> AnnData | None:
    """Bring a cohort to log2(x + 1) by steps that are fitted on its tumours.

    Parameters
    ----------
    adata : AnnData, samples × genes
        In the unit of ``uns["unit"]``, with ``tumour`` and ``normal`` in ``obs["tissue"]``.
    steps : sequence, optional
        As ``normalization.steps`` of a run; by default ``cpm``, ``log2`` and the 5,000 most
        variable genes. docs/normalization.md has them all.
    protected_genes : sequence of str
        Genes that no step filters out.
    normalizer : Normalizer, optional
        Fitted already, from ``tp.pp.fit_normalizer``; in place of `steps`.
    copy : bool
        Whether to return the result and leave `adata` as it is.

    Returns
    -------
    AnnData or None
        With `copy`; else `adata` itself gets the new ``X``, the genes that are left, the new unit
        and lines of history. Layers, still in the old unit, are gone, but for a known truth.

    Raises
    ------
    ConfigurationError
        The unit is missing, the steps don't fit it, or steps and a normaliser are given.
    SampleSheetError, ExpressionError
        The sheet or the values aren't what they should be.

    Examples
    --------
    >>> tp.pp.normalize(cohort, ["cpm", "log2"])  # doctest: +SKIP
    """
    unit_of(adata)
    if normalizer is None:
        normalizer = fit_normalizer(adata, steps, protected_genes=protected_genes)
    elif steps is not None or len(protected_genes):
        raise ConfigurationError(
            "a fitted normalizer has its own steps and protected genes: give it, or them"
        )
    return give_back(adata, cohorts.normalize(adata, normalizer), copy)


def fit_normalizer(
    adata: AnnData, steps: Steps | None = None, *, protected_genes: Sequence[str] = ()
) -> Normalizer:
    """Fit the steps on the tumours of a cohort, to be used on others or stored with a model.

    Parameters
    ----------
    adata : AnnData, samples × genes
        In the unit of ``uns["unit"]``; it stays as it is.
    steps, protected_genes
        As of `normalize`.

    Returns
    -------
    Normalizer
        ``save(folder)`` stores it.

    Raises
    ------
    ConfigurationError, SampleSheetError, ExpressionError
        As of `normalize`.
    """
    unit_of(adata)
    require_samples(adata)
    chosen = DEFAULT_STEPS if steps is None else steps
    try:
        settings = NormalizationSettings.model_validate(
            {"steps": list(chosen), "protected_genes": list(protected_genes)}
        )
    except ValidationError as error:
        problems = "; ".join(problem["msg"] for problem in error.errors())
        raise ConfigurationError(f"the steps {list(chosen)}: {problems}") from error
    return cohorts.fit_normalizer(adata, settings)
