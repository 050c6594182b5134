"""All methods by name, TwinPurify and its rivals as peers; benchmarks loop over these names."""

from pathlib import Path
from typing import Any

import numpy as np

from twinpurify.errors import ConfigurationError, ModelFileError
from twinpurify.interface.embedding_method import EmbeddingMethod
from twinpurify.parameters import check_parameters
from twinpurify.persistence import read_model
from twinpurify.purification.twin_network.twin_network import TwinNetwork
from twinpurify.purification.twinpurify.twinpurify import TwinPurify
from twinpurify.representation.linear.contrastive_pca import ContrastivePca
from twinpurify.representation.linear.ica import IndependentComponents
from twinpurify.representation.linear.linear_twin import LinearTwin
from twinpurify.representation.linear.mean_subtraction import MeanSubtraction
from twinpurify.representation.linear.nmf import NonNegativeFactors
from twinpurify.representation.linear.pca import PrincipalComponents
from twinpurify.representation.linear.raw import RawExpression
from twinpurify.representation.linear.subspace_removal import SubspaceRemoval
from twinpurify.representation.linear.two_component import TwoComponent
from twinpurify.representation.masked_transformer.masked_transformer import MaskedTransformer
from twinpurify.representation.networks.autoencoder import Autoencoder
from twinpurify.representation.networks.barlow_generic import BarlowGeneric
from twinpurify.representation.networks.contrastive_vae import ContrastiveVae
from twinpurify.representation.networks.untrained import UntrainedEncoder
from twinpurify.representation.networks.vae import VariationalAutoencoder
from twinpurify.representation.self_supervised.byol import Byol
from twinpurify.representation.self_supervised.scarf import Scarf
from twinpurify.representation.self_supervised.vime import Vime

METHODS: dict[str, type[EmbeddingMethod]] = {
    method.name: method
    for method in (
        RawExpression,
        PrincipalComponents,
        IndependentComponents,
        NonNegativeFactors,
        MeanSubtraction,
        SubspaceRemoval,
        ContrastivePca,
        TwoComponent,
        LinearTwin,
        Autoencoder,
        VariationalAutoencoder,
        ContrastiveVae,
        BarlowGeneric,
        Scarf,
        Vime,
        Byol,
        MaskedTransformer,
        UntrainedEncoder,
        TwinNetwork,
        TwinPurify,
    )
}
"""Every method by its name: a class whose constructor takes the method's parameters."""


def create_method(name: str, parameters: dict[str, Any] | None = None) -> EmbeddingMethod:
    """Create an unfitted method by name.

    Raises
    ------
    ConfigurationError
        If the name isn't registered, or a parameter is unknown.
    """
    if name not in METHODS:
        raise ConfigurationError(
            f"unknown method {name!r}; the known ones are {', '.join(METHODS)}"
        )
    check_parameters(METHODS[name], parameters or {})
    return METHODS[name](**(parameters or {}))


def load_method(folder: Path) -> EmbeddingMethod:
    """Load a fitted method of any kind, on the CPU.

    Raises
    ------
    ModelFileError
        If the folder holds no whole model, one whose two files don't match, or one of a method
        that this release doesn't know.
    """
    return restore_method(*read_model(folder), folder)


def restore_method(
    description: dict[str, Any], arrays: dict[str, np.ndarray], folder: Path
) -> EmbeddingMethod:
    """Rebuild a fitted method from what was read of a folder.

    Parameters
    ----------
    description : dict
        As ``EmbeddingMethod.describe`` gives it.
    arrays : dict of str to array
    folder : Path
        Named in errors.

    Raises
    ------
    ModelFileError
        As in ``load_method``.
    """
    name = description.get("method")
    if name not in METHODS:
        raise ModelFileError(
            f"{folder} holds a model of the method {name!r}; the known ones are "
            f"{', '.join(METHODS)}"
        )
    try:
        return METHODS[name].restore(description, arrays)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ModelFileError(
            f"{folder} holds no whole model of the method {name!r}: {error}; train or fetch the "
            "model again"
        ) from error
