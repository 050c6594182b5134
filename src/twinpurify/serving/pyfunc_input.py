"""What a served model is handed: a matrix, with its genes and unit in the parameters."""

from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from twinpurify.cohort.units.unit import Unit
from twinpurify.errors import ConfigurationError, ExpressionError, GeneMismatchError, listed
from twinpurify.interface.embedding_method import EmbeddingMethod
from twinpurify.normalization.normalizer import Normalizer
from twinpurify.serving.scoring import match_genes, normalize_profiles


def asked_profiles(
    method: EmbeddingMethod,
    normalizer: Normalizer | None,
    model_input: np.ndarray,
    asked: dict[str, Any],
) -> pd.DataFrame:
    """Bring the input to log2(x + 1) of the model's genes, in order.

    Parameters
    ----------
    method : EmbeddingMethod
    normalizer : Normalizer or None
    model_input : array, shape (samples, genes)
    asked : dict
        ``genes, missing_genes, quantity, scale, offset``, as in ``ServedMethod.predict``.

    Raises
    ------
    GeneMismatchError, ExpressionError, ConfigurationError
        As in ``ServedMethod.predict``.
    """
    profiles = _name_genes(method, np.asarray(model_input), list(asked.get("genes") or []))
    if asked.get("quantity"):
        profiles = normalize_profiles(profiles, _unit(asked), normalizer)
    completed, _ = match_genes(method, profiles, asked.get("missing_genes", "error"))
    return completed


def _name_genes(method: EmbeddingMethod, values: np.ndarray, genes: list[str]) -> pd.DataFrame:
    """Name the columns by the given genes, else by the model's own."""
    if values.ndim != 2:
        raise ExpressionError(f"expected a matrix samples × genes, found shape {values.shape}")
    own = list(method.genes_)
    width = values.shape[1]
    if genes and len(genes) != width:
        raise GeneMismatchError(
            f"params['genes'] names {len(genes)} genes, {listed(genes)}, but the input has "
            f"{width} columns; give one name a column"
        )
    if not genes and width != len(own):
        raise GeneMismatchError(
            f"the input has {width} columns, the model {len(own)} genes: {listed(own)}. Put "
            "the columns into the model's order, or name them in params['genes']"
        )
    return pd.DataFrame(values, columns=genes or own)


def _unit(asked: dict[str, Any]) -> Unit:
    """Read the unit of the input."""
    declared = {"quantity": asked["quantity"], "scale": asked.get("scale") or "linear"}
    if declared["scale"] == "log2":
        declared["offset"] = asked.get("offset", 0.0)
    try:
        return Unit.model_validate(declared)
    except ValidationError as error:
        problem = error.errors()[0]
        raise ConfigurationError(
            f"the unit {declared} of the input isn't known: {problem['msg']} (params['quantity'], "
            "params['scale'], params['offset'])"
        ) from error
