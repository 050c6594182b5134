"""TwinPurify: purification of bulk tumour transcriptomes by twin views.

``import twinpurify as tp``: ``tp.read`` a cohort, or take ``tp.datasets.simulated``; prepare it by
``tp.pp``, purify, score and evaluate it by ``tp.tl``, look at it by ``tp.pl``. ``tp.TwinPurify``
and its rivals in ``tp.METHODS`` are scikit-learn estimators; ``tp.load`` loads a stored one.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twinpurify import datasets, errors, pl, pp, tl
    from twinpurify.io.cohort_files import read
    from twinpurify.purification.twinpurify.twinpurify import TwinPurify
    from twinpurify.representation.registry import METHODS
    from twinpurify.serving.loading import load_model as load

    __version__: str

__all__ = ["METHODS", "TwinPurify", "datasets", "errors", "load", "pl", "pp", "read", "tl"]

# What is offered, and where it is: pandas, torch and the rest take seconds, and are loaded when
# something of them is asked for.
_MODULES = ("datasets", "errors", "pl", "pp", "tl")
_OBJECTS = {
    "METHODS": ("twinpurify.representation.registry", "METHODS"),
    "TwinPurify": ("twinpurify.purification.twinpurify.twinpurify", "TwinPurify"),
    "load": ("twinpurify.serving.loading", "load_model"),
    "read": ("twinpurify.io.cohort_files", "read"),
}


def __getattr__(name: str) -> Any:
    """Load what is asked for, once."""
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    if name == "__version__":
        from importlib.metadata import version

        found: Any = version(__name__)
    elif name in _OBJECTS:
        module, inside = _OBJECTS[name]
        found = getattr(import_module(module), inside)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Name what is offered, loaded or not."""
    return sorted([*__all__, "__version__"])
