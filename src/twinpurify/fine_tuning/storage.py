"""A fitted classifier in a folder: its method, encoder and head as JSON and safetensors."""

from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from torch import nn

from twinpurify.errors import ModelFileError
from twinpurify.fine_tuning.heads import build_head
from twinpurify.fine_tuning.profile_block import encoder_module, input_width
from twinpurify.parameters import parameters_model
from twinpurify.persistence import read_model, write_model
from twinpurify.representation.registry import restore_method
from twinpurify.supervised.scaling import Standardizer

Classifier = TypeVar("Classifier")
STEM = "classifier"
METHOD, ENCODER, HEAD = "method.", "encoder.", "head."


def save_classifier(classifier: Any, folder: Path) -> None:
    """Write classifier.json and classifier.safetensors; nothing is pickled.

    Parameters
    ----------
    classifier : FineTunedClassifier
        Fitted.
    folder : Path
        Created; replaced if it holds a classifier already.
    """
    parameters = classifier.get_params(deep=False)
    # A method that was given as such comes back as the fitted one.
    named = parameters["method"] if isinstance(parameters["method"], str) else None
    checked = parameters_model(type(classifier))(**{**parameters, "method": named})
    description = {
        "parameters": checked.model_dump(),
        "classes": classifier.classes_.tolist(),
        "type_of_classes": classifier.classes_.dtype.str,
        "inverse_penalty": classifier.inverse_penalty_,
        "n_epochs": classifier.n_epochs_,
        "has_encoder": classifier.encoder_ is not None,
        "method": classifier.method_.describe(),
    }
    write_model(folder, description, _arrays(classifier), STEM)


def _arrays(classifier: Any) -> dict[str, np.ndarray]:
    """Collect all that was fitted."""
    arrays = _prefixed(METHOD, classifier.method_._state()) | _weights(HEAD, classifier.head_)
    if classifier.encoder_ is not None:
        arrays |= _weights(ENCODER, classifier.encoder_)
    return arrays


def restore_classifier(kind: type[Classifier], folder: Path) -> Classifier:
    """Load a fitted classifier, on the CPU.

    Parameters
    ----------
    kind : type
        ``FineTunedClassifier``.
    folder : Path
        As ``save_classifier`` wrote it.

    Raises
    ------
    ModelFileError
        If the folder holds no whole classifier, or its two files don't match.
    """
    description, arrays = read_model(folder, STEM)
    try:
        method = restore_method(description["method"], _part(METHOD, arrays), folder)
        return _restore(kind, description, method, arrays)
    except (KeyError, TypeError, ValueError, RuntimeError, AttributeError) as error:
        raise ModelFileError(
            f"{folder} holds no whole classifier: {error}; train or fetch it again"
        ) from error


def _restore(
    kind: type[Classifier], description: dict[str, Any], method: Any, arrays: dict[str, np.ndarray]
) -> Classifier:
    """Put a classifier together; ``history_`` isn't stored."""
    parameters = description["parameters"]
    classifier: Any = kind(**{**parameters, "method": parameters["method"] or method})
    classifier.method_ = method
    classifier.classes_ = np.array(description["classes"], dtype=description["type_of_classes"])
    classifier.inverse_penalty_ = description["inverse_penalty"]
    classifier.n_epochs_, classifier.history_ = description["n_epochs"], None
    classifier.head_ = _filled(_empty_head(classifier), _part(HEAD, arrays))
    classifier.encoder_ = None
    if description["has_encoder"]:
        module = encoder_module(method, classifier.profile_share)
        classifier.encoder_ = _filled(module, _part(ENCODER, arrays))
    return classifier


def _empty_head(classifier: Any) -> nn.Module:
    """Build the layers of the head, whose weights are then replaced."""
    width = input_width(classifier.method_, classifier.profile_share)
    scaler = Standardizer()
    scaler.mean_, scaler.scale_ = np.zeros(width), np.ones(width)
    hidden = classifier.head_hidden if classifier.head == "mlp" else ()
    n_classes = len(classifier.classes_)
    return build_head(scaler, hidden, n_classes, classifier.dropout, torch.Generator())


def _filled(module: nn.Module, arrays: dict[str, np.ndarray]) -> nn.Module:
    """Give a module its stored weights."""
    module.load_state_dict({name: torch.from_numpy(each.copy()) for name, each in arrays.items()})
    return module.eval()


def _weights(prefix: str, module: nn.Module) -> dict[str, np.ndarray]:
    """Collect weights and buffers of a module."""
    return _prefixed(prefix, {name: each.numpy() for name, each in module.state_dict().items()})


def _prefixed(prefix: str, arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {prefix + name: array for name, array in arrays.items()}


def _part(prefix: str, arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {
        name.removeprefix(prefix): array
        for name, array in arrays.items()
        if name.startswith(prefix)
    }
