"""The MLflow model of a classifier as code; MLflow runs this script on load."""

from typing import Any

import mlflow
import numpy as np
import pandas as pd
from mlflow.pyfunc import PythonModel, PythonModelContext

from twinpurify.fine_tuning import load_classifier
from twinpurify.normalization.normalizer import load_normalizer
from twinpurify.serving.loading import MODEL, NORMALIZER
from twinpurify.serving.pyfunc_input import asked_profiles


class ServedClassifier(PythonModel):
    """Serves a stored classifier; the artifacts are its folder and that of its normaliser."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load the classifier, on the CPU, and its normaliser where there is one."""
        self.classifier = load_classifier(context.artifacts[MODEL])
        stored = context.artifacts.get(NORMALIZER)
        self.normalizer = load_normalizer(stored) if stored else None

    def predict(
        self,
        context: PythonModelContext,
        model_input: np.ndarray,
        params: dict[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Classify profiles.

        Parameters
        ----------
        context : PythonModelContext
            Unused: the classifier is loaded already.
        model_input : array, shape (samples, genes), float32
            log2(x + 1), or of the unit in ``params``.
        params : dict, optional
            ``genes, missing_genes, quantity, scale, offset``, as of a served method.

        Returns
        -------
        DataFrame, shape (samples, 1 + classes)
            ``class``, as text, and ``probability_<class>`` of each class.

        Raises
        ------
        GeneMismatchError, ExpressionError, ConfigurationError
            As for a served method.
        """
        method = self.classifier.method_
        profiles = asked_profiles(method, self.normalizer, model_input, params or {})
        classes = self.classifier.classes_
        likely = self.classifier.predict_proba(profiles)
        output = pd.DataFrame({"class": classes[likely.argmax(axis=1)].astype(str)})
        for place, name in enumerate(classes):
            output[f"probability_{name}"] = likely[:, place]
        return output


mlflow.models.set_model(ServedClassifier())
