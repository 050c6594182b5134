"""The MLflow model as code: MLflow copies this script beside the model folder and runs it on load.

Predictions need no path, no pickle and no Kedro, only an installed ``twinpurify``.
"""

from typing import Any

import mlflow
import numpy as np
import pandas as pd
from mlflow.pyfunc import PythonModel, PythonModelContext
from pydantic import ValidationError

from twinpurify.cohort.units import Unit
from twinpurify.errors import ConfigurationError, ExpressionError, GeneMismatchError, listed
from twinpurify.normalization.normalizer import load_normalizer
from twinpurify.representation.registry import load_method
from twinpurify.serving.loading import MODEL, NORMALIZER
from twinpurify.serving.scoring import give_output, match_genes, normalize_profiles


class ServedMethod(PythonModel):
    """Serves a stored method; the artifacts are the folders of the model and its normaliser."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load the method, on the CPU, and its normaliser where there is one."""
        self.method = load_method(context.artifacts[MODEL])
        stored = context.artifacts.get(NORMALIZER)
        self.normalizer = load_normalizer(stored) if stored else None

    def predict(
        self,
        context: PythonModelContext,
        model_input: np.ndarray,
        params: dict[str, Any] | None = None,
    ) -> np.ndarray:
        """Embed or purify profiles, or estimate their purity.

        Parameters
        ----------
        context : PythonModelContext
            Unused: the method is loaded already.
        model_input : array, shape (samples, genes), float32
            log2(x + 1), normalised as the model's cohort was, unless a unit is given. Without
            ``genes`` its columns must be the model's genes, in order.
        params : dict, optional
            ``genes`` (list of str): names of the columns, which are then checked against the
            model's genes and reordered. ``missing_genes`` ("error" or "training_mean"): what
            becomes of genes that ``genes`` lacks. ``output`` ("embedding", "purified" or
            "purity"). ``quantity``, ``scale`` and ``offset``: the unit of the input, which is
            then brought to log2(x + 1) by the model's own fitted steps.

        Returns
        -------
        array, float32
            Embedding (samples, n_dimensions), purified expression (samples, genes of the model)
            in log2(x + 1), or purity (samples, 1).

        Raises
        ------
        GeneMismatchError
            If the width or the names of the columns don't fit the model.
        ExpressionError
            If the input isn't a matrix, doubles a gene, or holds NaN or infinite values.
        ConfigurationError
            If ``missing_genes``, ``output`` or the unit is unknown, or the method lacks the
            output.
        """
        asked = params or {}
        profiles = self._name_genes(np.asarray(model_input), list(asked.get("genes") or []))
        if asked.get("quantity"):
            profiles = normalize_profiles(profiles, _unit(asked), self.normalizer)
        completed, _ = match_genes(self.method, profiles, asked.get("missing_genes", "error"))
        output = give_output(self.method, completed, asked.get("output", "embedding"))
        return output.to_numpy(dtype=np.float32)

    def _name_genes(self, values: np.ndarray, genes: list[str]) -> pd.DataFrame:
        """Name the columns by the given genes, else by the model's own."""
        if values.ndim != 2:
            raise ExpressionError(f"expected a matrix samples × genes, found shape {values.shape}")
        own = list(self.method.genes_)
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


mlflow.models.set_model(ServedMethod())
