"""Loading of a stored model from a folder or from the MLflow registry, without running its code."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from twinpurify.errors import ModelFileError, listed
from twinpurify.extras import naming_extras
from twinpurify.interface.embedding_method import EmbeddingMethod
from twinpurify.normalization.normalizer import Normalizer, load_normalizer
from twinpurify.representation.registry import load_method

if TYPE_CHECKING:
    from mlflow import MlflowClient

# Two letters at least, so that a drive letter is no scheme.
URI = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]+:/")
REGISTERED = re.compile(r"^models:/(?P<name>[^/@]+)(@|/).+$")
MLFLOW_FILE = "MLmodel"
ARTIFACTS = "artifacts"
MODEL, NORMALIZER = "model", "normalizer"


@dataclass(frozen=True)
class ServedModel:
    """A fitted method and the normaliser whose profiles it was fitted on.

    Attributes
    ----------
    method : EmbeddingMethod
        On the CPU.
    normalizer : Normalizer or None
        None of a method that was saved on its own.
    """

    method: EmbeddingMethod
    normalizer: Normalizer | None


def load_served(source: str | Path) -> ServedModel:
    """Load a fitted method and its normaliser by their address.

    Only their folders are read; no code and no pickle out of the registry is run.

    Parameters
    ----------
    source : str or Path
        A folder that ``save`` wrote, one with ``model`` and ``normalizer`` in it, a downloaded
        MLflow model, or an MLflow address: ``models:/twinpurify@champion``,
        ``models:/twinpurify@champion_<cohort>``, ``models:/twinpurify/3``, ``runs:/<run>/<name>``.

    Returns
    -------
    ServedModel

    Raises
    ------
    ModelFileError
        If the address leads to no model, or to a damaged one; of a ``models:`` address the
        message lists what the registry has.
    """
    is_address = isinstance(source, str) and URI.match(source)
    folder = _fetch(str(source)) if is_address else Path(source)
    if (folder / MLFLOW_FILE).is_file():
        folder = folder / ARTIFACTS
        if not (folder / MODEL).is_dir():
            raise ModelFileError(
                f"{source} is an MLflow model, but none of TwinPurify: it has no "
                f"{ARTIFACTS}/{MODEL}"
            )
    if not (folder / MODEL).is_dir():
        return ServedModel(load_method(folder), None)
    beside = folder / NORMALIZER
    normalizer = load_normalizer(beside) if beside.is_dir() else None
    return ServedModel(load_method(folder / MODEL), normalizer)


def load_model(source: str | Path) -> EmbeddingMethod:
    """Load a fitted method by its address, as `load_served` does, without its normaliser."""
    return load_served(source).method


def _fetch(address: str) -> Path:
    """Fetch the files behind an MLflow address."""
    with naming_extras():
        from mlflow.artifacts import download_artifacts

    failures = _failures()
    try:
        return Path(download_artifacts(artifact_uri=address))
    except failures as error:
        raise ModelFileError(
            f"no model can be fetched from {address}: {_first_line(error)} "
            f"{_registry_contents(address)}"
        ) from error


def _registry_contents(address: str) -> str:
    """Say what the registry has: versions and aliases of the model, or else its models."""
    from mlflow import MlflowClient

    if not address.startswith("models:"):
        return "Is the address (tracking URI) of MLflow the one that you mean?"
    failures = _failures()
    client = MlflowClient()
    try:
        models = [model.name for model in client.search_registered_models()]
        found = REGISTERED.match(address)
        if found and found["name"] in models:
            return _versions_and_aliases(client, found["name"])
    except failures as error:
        return f"The registry can't be read either: {_first_line(error)}"
    known = f"the models {listed(models)}" if models else "no model"
    return f"The registry has {known}; is its address (tracking URI) the one that you mean?"


def _versions_and_aliases(client: "MlflowClient", name: str) -> str:
    """List the versions and aliases of a registered model."""
    versions = client.search_model_versions(f"name='{name}'")
    numbers = sorted(int(version.version) for version in versions)
    aliases = client.get_registered_model(name).aliases
    standing = ", ".join(f"@{alias} = {number}" for alias, number in sorted(aliases.items()))
    return f"{name} has the versions {listed(numbers)} and the aliases {standing or 'none'}."


def _failures() -> tuple[type[Exception], ...]:
    """Name what MLflow lets out where a store can't be reached or lacks an entry."""
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    return MlflowException, SQLAlchemyError, OSError


def _first_line(error: Exception) -> str:
    """Take the line of an error that says what happened, without the query or stack behind it."""
    return str(error).partition("\n")[0].rstrip(".") + "."
