"""Scoring of new samples: embedding, purified expression and purity by a stored model."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np
import pandas as pd

from twinpurify.cohort.units.unit import ARRAY_QUANTITIES, Unit
from twinpurify.errors import ConfigurationError
from twinpurify.interface.embedding_method import EmbeddingMethod
from twinpurify.interface.profiles import as_profiles, complete_genes
from twinpurify.normalization.cohorts import DEPTH_AND_LOGARITHM, normalize, to_log2
from twinpurify.normalization.normalizer import Normalizer
from twinpurify.representation.registry import METHODS

if TYPE_CHECKING:
    from anndata import AnnData

logger = logging.getLogger(__name__)

# What a caller can ask for, and the method's function that answers.
OUTPUTS = {
    "embedding": "transform",
    "purified": "purify",
    "undiluted": "undilute",
    "purity": "estimate_purity",
}


@dataclass(frozen=True)
class ScoredProfiles:
    """What a model says of new profiles.

    Attributes
    ----------
    embedding : DataFrame, shape (samples, n_dimensions)
        Columns ``dimension_1``, ``dimension_2``, …
    purified : DataFrame or None, shape (samples, genes of the model)
        Expression at tumour fraction 1, log2(x + 1); None of a method that gives none.
    undiluted : DataFrame or None, shape (samples, genes of the model)
        Expression without the normal tissue that was mixed in, the tumour's own infiltrate kept,
        log2(x + 1); None of a method that gives none.
    purity : Series or None, shape (samples,)
        Tumour fraction, 0 to 1; None of a method that gives none.
    missing_share : float
        Share of the model's genes that the profiles lacked, 0 to 1.
    """

    embedding: pd.DataFrame
    purified: pd.DataFrame | None
    undiluted: pd.DataFrame | None
    purity: pd.Series | None
    missing_share: float


def normalize_like(cohort: AnnData, normalizer: Normalizer | None) -> AnnData:
    """Bring new samples to log2(x + 1) as a model's own cohort was.

    Steps that were fitted on one quantity, such as counts, mean nothing for another: samples in
    another quantity are converted each on its own, with a warning.

    Parameters
    ----------
    cohort : AnnData, samples × genes
        In the unit of ``uns["unit"]``.
    normalizer : Normalizer or None
        The model's own.

    Returns
    -------
    AnnData
        log2(x + 1).

    Raises
    ------
    ConfigurationError
        If one is of sequencing and the other of arrays, or one is a ratio to a reference.
    """
    if _applies(normalizer, Unit(**cohort.uns["unit"])):
        return normalize(cohort, normalizer)
    return to_log2(cohort)


def normalize_profiles(
    profiles: pd.DataFrame, unit: Unit, normalizer: Normalizer | None
) -> pd.DataFrame:
    """Bring a plain table of new samples to log2(x + 1), as `normalize_like` does for a cohort.

    Parameters
    ----------
    profiles : DataFrame, samples × genes
        In `unit`.
    unit : Unit
        What the numbers are.
    normalizer : Normalizer or None
        The model's own.

    Returns
    -------
    DataFrame
        log2(x + 1).

    Raises
    ------
    ConfigurationError
        As of `normalize_like`.
    """
    if _applies(normalizer, unit):
        return normalizer.transform(profiles, unit)
    return Normalizer(DEPTH_AND_LOGARITHM).fit_transform(profiles, unit)


def _applies(normalizer: Normalizer | None, unit: Unit) -> TypeGuard[Normalizer]:
    """Say whether a model's fitted steps are for samples of a unit; warn where they aren't."""
    if normalizer is not None and normalizer.unit_.quantity == unit.quantity:
        return True
    if normalizer is not None and _kind(normalizer.unit_) != _kind(unit):
        raise ConfigurationError(
            f"the samples are {unit.describe()}, and what the model was trained on is "
            f"{normalizer.unit_.describe()}: another platform, which scoring doesn't align. Take "
            "a model that was trained on this platform, or run its cohort with these samples as "
            "`transfer`, which aligns them"
        )
    logger.warning(
        "the samples are %s, and what the model was trained on is %s: each is brought to "
        "log2(x + 1) on its own, without the model's fitted steps",
        unit.describe(),
        "not known" if normalizer is None else normalizer.unit_.describe(),
    )
    return False


def _kind(unit: Unit) -> str:
    """Say which platform a quantity is of; between two of them, its numbers mean nothing."""
    return unit.quantity if unit.quantity in ARRAY_QUANTITIES else "sequencing"


def score_profiles(
    method: EmbeddingMethod, profiles: Any, missing_genes: str = "error"
) -> ScoredProfiles:
    """Embed and purify new profiles with a fitted method, and say how many genes they lacked.

    Parameters
    ----------
    method : EmbeddingMethod
        Fitted, for example from ``load_model``.
    profiles : DataFrame or AnnData, shape (samples, genes)
        log2(x + 1), in any order of genes; genes that the model doesn't know are ignored.
    missing_genes : {"error", "training_mean"}
        What becomes of a gene that the profiles lack: refuse, or take its mean in training.

    Returns
    -------
    ScoredProfiles

    Raises
    ------
    ExpressionError
        If the profiles are empty, double a gene, or hold NaN, infinite or text values.
    GeneMismatchError
        If genes are missing under the policy "error", or no gene is shared.
    ConfigurationError
        If the policy is unknown.
    """
    completed, missing_share = match_genes(method, profiles, missing_genes)
    found = {name: give_output(method, completed, name) for name in available_outputs(method)}
    purity = found.get("purity")
    return ScoredProfiles(
        embedding=found["embedding"],
        purified=found.get("purified"),
        undiluted=found.get("undiluted"),
        purity=None if purity is None else purity["purity"],
        missing_share=missing_share,
    )


def match_genes(
    method: EmbeddingMethod, profiles: Any, missing_genes: str
) -> tuple[pd.DataFrame, float]:
    """Check profiles and give them exactly the model's genes; warn of those that are filled in.

    Returns
    -------
    DataFrame, shape (samples, genes of the model), float32
    float
        Share of the model's genes that the profiles lacked, 0 to 1.
    """
    table = as_profiles(profiles, method.genes_)
    completed, missing_share = complete_genes(
        table, method.genes_, method.gene_mean_, missing_genes
    )
    if missing_share > 0:
        logger.warning(
            "%d of the model's %d genes are missing in the %d profiles and are set to their mean "
            "in training (missing_genes='training_mean')",
            round(missing_share * len(method.genes_)),
            len(method.genes_),
            len(completed),
        )
    return completed, missing_share


def available_outputs(method: EmbeddingMethod) -> list[str]:
    """Name the outputs that a method can give."""
    return [name for name, function in OUTPUTS.items() if hasattr(method, function)]


def give_output(method: EmbeddingMethod, completed: pd.DataFrame, output: str) -> pd.DataFrame:
    """Compute one output for profiles that have exactly the model's genes.

    Parameters
    ----------
    method : EmbeddingMethod
    completed : DataFrame, shape (samples, genes of the model)
    output : {"embedding", "purified", "undiluted", "purity"}

    Returns
    -------
    DataFrame, shape (samples, n_dimensions or genes or 1), float32

    Raises
    ------
    ConfigurationError
        If the output is unknown, or the method doesn't give it.
    """
    if output not in OUTPUTS:
        raise ConfigurationError(f"output is {output!r}; expected one of {_quoted(OUTPUTS)}")
    if output not in available_outputs(method):
        able = [name for name, known in METHODS.items() if hasattr(known, OUTPUTS[output])]
        raise ConfigurationError(
            f"the method {method.name!r} gives no {output!r}; it gives "
            f"{_quoted(available_outputs(method))}; methods that do are {_quoted(able)}"
        )
    values = getattr(method, OUTPUTS[output])(completed)
    if isinstance(values, pd.DataFrame):
        return values
    return pd.DataFrame(values, index=completed.index, columns=_columns(output, values))


def _columns(output: str, values: np.ndarray) -> list[str]:
    """Name the columns of an output that comes as an array."""
    if output == "purity":
        return ["purity"]
    return [f"dimension_{place}" for place in range(1, values.shape[1] + 1)]


def _quoted(names: Iterable[str]) -> str:
    """List names in quotes."""
    return ", ".join(repr(name) for name in names)
