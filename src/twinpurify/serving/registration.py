"""Logging of a fitted method as an MLflow model, and its registration as champion or challenger."""

import logging
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
from mlflow import MlflowClient
from mlflow.models import Model, ModelSignature
from mlflow.types.schema import ParamSchema, ParamSpec, Schema, TensorSpec
from packaging.version import Version
from sklearn.utils.validation import check_is_fitted

from twinpurify.interface.embedding_method import EmbeddingMethod
from twinpurify.normalization.normalizer import Normalizer
from twinpurify.serving.champion import CHALLENGER, CHAMPION, VersionScore, cohort_alias, judge
from twinpurify.serving.loading import MODEL, NORMALIZER

logger = logging.getLogger(__name__)

MODEL_SCRIPT = Path(__file__).with_name("pyfunc_model.py")
REQUIRED_LIBRARIES = (
    "twinpurify",
    "mlflow",
    "numpy",
    "pandas",
    "pydantic",
    "safetensors",
    "scikit-learn",
    "scipy",
    "torch",
)


@dataclass(frozen=True)
class RegisteredVersion:
    """A version in the model registry.

    Attributes
    ----------
    name, version : str
        ``models:/<name>/<version>`` loads it.
    alias : {"champion", "challenger"}
        Its standing among all versions.
    leads_cohort : bool
        Whether it also holds ``champion_<cohort>``.
    reason : str
        Why, in a sentence or two.
    """

    name: str
    version: str
    alias: str
    leads_cohort: bool
    reason: str


def log_model(
    method: EmbeddingMethod,
    *,
    normalizer: Normalizer | None = None,
    cohort: str,
    metric_name: str,
    metric_value: float,
    greater_is_better: bool,
    model_name: str = "twinpurify",
    run_id: str | None = None,
    tags: Mapping[str, str] | None = None,
) -> RegisteredVersion:
    """Log and register a fitted method, and give it the alias that its score earns.

    Parameters
    ----------
    method : EmbeddingMethod
        Fitted.
    normalizer : Normalizer, optional
        Fitted; what brings new samples to the profiles that the method was fitted on.
    cohort : str
        Cohort that it was trained on.
    metric_name : str
        What it was scored by, for example ``subtype.balanced_accuracy.fraction_0.4``.
    metric_value : float
        Its score; compared only with versions of the same cohort and metric.
    greater_is_better : bool
        Direction of the metric.
    model_name : str
        Name in the registry.
    run_id : str, optional
        MLflow run that the model belongs to; by default the active one, if any.
    tags : mapping of str to str, optional
        Further tags of the version; ``cohort, metric_name, metric_value, method`` are set here.

    Returns
    -------
    RegisteredVersion

    Raises
    ------
    ConfigurationError
        If the score isn't a finite number; nothing is logged then.
    """
    score = VersionScore("new", cohort, metric_name, float(metric_value))
    score.require_finite()
    all_tags = {**(tags or {}), **score.tags(), "method": method.name}
    number = _log_version(method, normalizer, model_name, run_id, all_tags)
    return _set_aliases(model_name, VersionScore.from_tags(number, all_tags), greater_is_better)


def model_signature() -> ModelSignature:
    """Describe input, output and parameters of the served model.

    The width of the input is left open. A fixed one would turn away a matrix of other genes
    before its names in ``genes`` are looked at, and would let a DataFrame of the right width
    pass with its column names stripped, whatever their order.
    """
    matrix = TensorSpec(np.dtype(np.float32), (-1, -1))
    params = [
        ParamSpec("genes", "string", [], (-1,)),
        ParamSpec("missing_genes", "string", "error"),
        ParamSpec("output", "string", "embedding"),
        ParamSpec("quantity", "string", ""),
        ParamSpec("scale", "string", ""),
        ParamSpec("offset", "double", 0.0),
    ]
    return ModelSignature(Schema([matrix]), Schema([matrix]), ParamSchema(params))


def pip_requirements() -> list[str]:
    """Pin the libraries that a prediction depends on, as a package index knows them.

    A build label such as ``+cpu`` is left off: no package index has it.
    """
    return [f"{name}=={Version(version(name)).public}" for name in REQUIRED_LIBRARIES]


def _log_version(
    method: EmbeddingMethod,
    normalizer: Normalizer | None,
    model_name: str,
    run_id: str | None,
    tags: dict[str, str],
) -> str:
    """Log the model and register it; return the number of the version."""
    artifacts = {MODEL: method} | ({NORMALIZER: normalizer} if normalizer else {})
    check_is_fitted(method, "genes_")
    # The mean of the training tumours, so that no patient's profile leaves the cohort.
    example = method.gene_mean_[np.newaxis]
    return log_stored(artifacts, MODEL_SCRIPT, model_signature(), example, model_name, run_id, tags)


def log_stored(
    artifacts: Mapping[str, Any],
    script: Path,
    signature: ModelSignature,
    example: np.ndarray,
    model_name: str,
    run_id: str | None,
    tags: dict[str, str],
) -> str:
    """Log what can be stored as a model from code, and register it.

    Parameters
    ----------
    artifacts : mapping of str to object
        By name; each has a method ``save`` that takes a folder.
    script : Path
        Of the code that loads the artifacts and predicts.
    signature : ModelSignature
    example : array
        An input.
    model_name : str
        Name in the registry.
    run_id : str or None
        MLflow run that the model belongs to; by default the active one, if any.
    tags : dict of str to str

    Returns
    -------
    str
        Number of the version.
    """
    run_id = run_id or (mlflow.active_run().info.run_id if mlflow.active_run() else None)
    with tempfile.TemporaryDirectory() as folder:
        for name, one in artifacts.items():
            one.save(Path(folder) / name)
        # mlflow.pyfunc.log_model is this call without run_id: it would need an active run, which
        # a thread of a runner doesn't see.
        logged = Model.log(
            artifact_path=None,
            name=model_name,
            flavor=mlflow.pyfunc,
            run_id=run_id,
            model_id=_create_entry(model_name, run_id, tags),
            registered_model_name=model_name,
            tags=tags,
            python_model=str(script),
            artifacts={name: str(Path(folder) / name) for name in artifacts},
            signature=signature,
            input_example=example,
            pip_requirements=pip_requirements(),
        )
    return str(logged.registered_model_version)


def _create_entry(model_name: str, run_id: str | None, tags: dict[str, str]) -> str | None:
    """Create the model's entry in the experiment of its run; without a run, MLflow places it."""
    if run_id is None:
        return None
    client = MlflowClient()
    run = client.get_run(run_id)
    entry = client.create_logged_model(
        run.info.experiment_id, model_name, run_id, tags=tags, params=run.data.params
    )
    return entry.model_id


def _set_aliases(model_name: str, new: VersionScore, greater_is_better: bool) -> RegisteredVersion:
    """Compare a version with the present champions and set the aliases."""
    client = MlflowClient()
    own = cohort_alias(str(new.cohort))
    present = [_score_of(client, model_name, alias) for alias in (own, CHAMPION)]
    verdict = judge(new, *present, greater_is_better=greater_is_better)
    alias = CHAMPION if verdict.leads else CHALLENGER
    for title in (alias, own) if verdict.leads_cohort else (alias,):
        client.set_registered_model_alias(model_name, title, new.version)
    logger.log(
        logging.WARNING if verdict.needs_attention else logging.INFO,
        "%s: %s",
        alias,
        verdict.reason,
    )
    return RegisteredVersion(model_name, new.version, alias, verdict.leads_cohort, verdict.reason)


def _score_of(client: MlflowClient, model_name: str, alias: str) -> VersionScore | None:
    """Read the score of the version that holds an alias, if one does."""
    if alias not in client.get_registered_model(model_name).aliases:
        return None
    held = client.get_model_version_by_alias(model_name, alias)
    return VersionScore.from_tags(str(held.version), held.tags)
