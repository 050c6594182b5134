"""The MLflow model as code: MLflow copies this script beside the model folder and runs it on load.

Predictions need no path, no pickle and no Kedro, only an installed ``twinpurify``.
"""

from typing import Any

import mlflow
import numpy as np
from mlflow.pyfunc import PythonModel, PythonModelContext

from twinpurify.normalization.normalizer import load_normalizer
from twinpurify.representation.registry import load_method
from twinpurify.serving.loading import MODEL, NORMALIZER
from twinpurify.serving.pyfunc_input import asked_profiles
from twinpurify.serving.scoring import give_output


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
        completed = asked_profiles(self.method, self.normalizer, model_input, asked)
        output = give_output(self.method, completed, asked.get("output", "embedding"))
        return output.to_numpy(dtype=np.float32)


mlflow.models.set_model(ServedMethod())
