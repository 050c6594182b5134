"""All imputers by name; settings, pipelines and studies go by these names."""

from pathlib import Path
from typing import Any

from twinpurify.errors import ConfigurationError, ModelFileError
from twinpurify.imputation.imputer import STEM, Imputer
from twinpurify.imputation.iterative import IterativeImputer
from twinpurify.imputation.low_rank import LowRankImputer
from twinpurify.imputation.masked_transformer import MaskedTransformerImputer
from twinpurify.imputation.mean import MeanImputer
from twinpurify.imputation.nearest_neighbours import NearestNeighboursImputer
from twinpurify.imputation.principal_components import PrincipalComponentsImputer
from twinpurify.parameters import check_parameters
from twinpurify.persistence import read_model

IMPUTERS: dict[str, type[Imputer]] = {
    imputer.name: imputer
    for imputer in (
        MeanImputer,
        NearestNeighboursImputer,
        IterativeImputer,
        LowRankImputer,
        PrincipalComponentsImputer,
        MaskedTransformerImputer,
    )
}


def create_imputer(name: str, parameters: dict[str, Any] | None = None) -> Imputer:
    """Create an unfitted imputer by name.

    Raises
    ------
    ConfigurationError
        If the name isn't registered, or a parameter is unknown, of the wrong type or out of range.
    """
    if name not in IMPUTERS:
        raise ConfigurationError(
            f"unknown imputer {name!r}; the known ones are {', '.join(IMPUTERS)}"
        )
    check_parameters(IMPUTERS[name], parameters or {})
    return IMPUTERS[name](**(parameters or {}))


def load_imputer(folder: Path) -> Imputer:
    """Load a fitted imputer of any kind.

    Raises
    ------
    ModelFileError
        If the folder holds no whole imputer, one whose two files don't match, or one that this
        release doesn't know.
    """
    description, arrays = read_model(folder, STEM)
    name = description.get("imputer")
    if name not in IMPUTERS:
        raise ModelFileError(
            f"{folder} holds the imputer {name!r}; the known ones are {', '.join(IMPUTERS)}"
        )
    try:
        return IMPUTERS[name].restore(description, arrays)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ModelFileError(
            f"{folder} holds no whole imputer {name!r}: {error}; fit it again"
        ) from error
