"""Packages that only some uses need: which extra brings each, said where one is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from twinpurify.errors import MissingExtraError

# Import name -> the extra that brings it; pyproject.toml declares the same.
EXTRA_OF = {
    "torch": "networks",
    "plotly": "report",
    "jinja2": "report",
    "markupsafe": "report",
    "lifelines": "report",
    "decoupler": "pathways",
    "inmoose": "combat",
    "kedro": "pipeline",
    "kedro_datasets": "pipeline",
    "kedro_mlflow": "pipeline",
    "mlflow": "pipeline",
    "kedro_viz": "viz",
    "distributed": "cluster",
}


def missing_extra(error: BaseException) -> MissingExtraError | None:
    """Name the extra that would have brought a package whose import failed.

    Parameters
    ----------
    error : exception

    Returns
    -------
    MissingExtraError or None
        None where the error is another, or the package is of no extra.
    """
    if not isinstance(error, ModuleNotFoundError):
        return None
    name = (error.name or "").partition(".")[0]
    return _error(name) if name in EXTRA_OF else None


def require(*names: str) -> None:
    """Check that packages are installed, without the seconds that importing them takes.

    Parameters
    ----------
    names : str
        Import names that an extra brings.

    Raises
    ------
    MissingExtraError
        Of the first that isn't.
    """
    for name in names:
        if find_spec(name) is None:
            raise _error(name)


def _error(name: str) -> MissingExtraError:
    extra = EXTRA_OF[name]
    return MissingExtraError(
        f"this needs {name}, which isn't installed; it comes with the extra {extra}: "
        f'pip install "twinpurify[{extra}]"',
        name=name,
    )


@contextmanager
def naming_extras() -> Iterator[None]:
    """Turn a failed import of an optional package into an error that names its extra.

    Raises
    ------
    MissingExtraError
    """
    try:
        yield
    except ModuleNotFoundError as error:
        told = missing_extra(error)
        if told is None:
            raise
        raise told from error
