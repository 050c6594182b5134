"""Logging of a fitted classifier as an MLflow model."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from mlflow.models import ModelSignature
from mlflow.types.schema import ColSpec, ParamSchema, Schema
from sklearn.utils.validation import check_is_fitted

from twinpurify.fine_tuning import FineTunedClassifier
from twinpurify.normalization.normalizer import Normalizer
from twinpurify.serving.loading import MODEL, NORMALIZER
from twinpurify.serving.registration import log_stored, model_signature

CLASSIFIER_SCRIPT = Path(__file__).with_name("pyfunc_classifier.py")


def log_classifier(
    classifier: FineTunedClassifier,
    *,
    model_name: str,
    normalizer: Normalizer | None = None,
    run_id: str | None = None,
    tags: Mapping[str, str] | None = None,
) -> str:
    """Log and register a fitted classifier, which MLflow then loads as it loads a method.

    Parameters
    ----------
    classifier : FineTunedClassifier
        Fitted.
    model_name : str
        Name in the registry.
    normalizer : Normalizer, optional
        Fitted; what brings new samples to the profiles that the classifier was fitted on.
    run_id : str, optional
        MLflow run that the model belongs to; by default the active one, if any.
    tags : mapping of str to str, optional
        Of the version; ``method`` is set here.

    Returns
    -------
    str
        Number of the version: ``models:/<model_name>/<version>`` loads it.
    """
    check_is_fitted(classifier, "classes_")
    artifacts = {MODEL: classifier} | ({NORMALIZER: normalizer} if normalizer else {})
    method = classifier.method_
    return log_stored(
        artifacts,
        CLASSIFIER_SCRIPT,
        _signature(classifier),
        # The mean of the training samples: no patient's profile leaves the cohort.
        method.gene_mean_[np.newaxis],
        model_name,
        run_id,
        {**(tags or {}), "method": method.name},
    )


def _signature(classifier: FineTunedClassifier) -> ModelSignature:
    """Describe input and parameters as of a served method, and a column for each class."""
    of_method = model_signature()
    columns = [ColSpec("string", "class")]
    columns += [ColSpec("double", f"probability_{name}") for name in classifier.classes_]
    params = [param for param in of_method.params if param.name != "output"]
    return ModelSignature(of_method.inputs, Schema(columns), ParamSchema(params))
