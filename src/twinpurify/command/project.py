"""The folder that a command works in, and the configuration that holds there."""

from __future__ import annotations

import os
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from twinpurify.errors import ConfigurationError

PACKAGE = Path(__file__).resolve().parents[1]
# Settings of the clone are in its own files; those of everybody else come with the package.
PERSONAL = "local"


@dataclass(frozen=True)
class Project:
    """A folder with cohorts, data and models.

    Attributes
    ----------
    folder : Path
        Where ``conf``, ``data`` and ``mlflow.db`` are.
    is_clone : bool
        Whether it is a clone of TwinPurify, whose ``conf`` is whole. Any other folder holds what
        differs from the configuration that comes with the package: ``conf/local`` and its cohorts.
    """

    folder: Path
    is_clone: bool

    def path_of(self, given: Path) -> str:
        """Say where a path of the command line is, seen from the project's folder."""
        given = given.expanduser()
        here = Path.cwd() == self.folder
        return str(given) if here or given.is_absolute() else str(Path.cwd() / given)


def find_project(folder: Path | None = None) -> Project:
    """Find the folder to work in: the one that is named, or else this one or a clone around it.

    Parameters
    ----------
    folder : Path, optional
        It is made where it doesn't exist.

    Returns
    -------
    Project

    Raises
    ------
    ConfigurationError
        A file is in its place.
    """
    if folder is None:
        here = Path.cwd()
        clones = (parent for parent in (here, *here.parents) if _is_clone(parent))
        folder = next(clones, here)
    folder = folder.expanduser().resolve()
    if folder.exists() and not folder.is_dir():
        raise ConfigurationError(f"--project is {folder}, which is a file; name a folder")
    folder.mkdir(parents=True, exist_ok=True)
    return Project(folder, _is_clone(folder))


def _is_clone(folder: Path) -> bool:
    try:
        written = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return False
    return written.get("tool", {}).get("kedro", {}).get("package_name") == "twinpurify"


def shipped_configuration() -> Path:
    """Find the configuration that comes with the package: in a wheel inside it, else beside."""
    inside = PACKAGE / "conf"
    return inside if inside.is_dir() else PACKAGE.parents[1] / "conf"


@contextmanager
def configuration(project: Project, definitions: Mapping[str, Any]) -> Iterator[Path]:
    """Put together the configuration of a run, as one folder that Kedro reads.

    Parameters
    ----------
    project : Project
    definitions : mapping
        Cohorts that were given as files: name -> settings. Each stands in place of all that the
        configuration says of a cohort of its name.

    Yields
    ------
    Path
        The clone's own ``conf``, or for the time of the run a folder in which the files of the
        project lie over those of the package.
    """
    own = project.folder / "conf"
    if project.is_clone and not definitions:
        yield own
        return
    with TemporaryDirectory(prefix="twinpurify") as folder:
        whole = Path(folder) / "conf"
        if not project.is_clone:
            shutil.copytree(shipped_configuration(), whole, ignore=shutil.ignore_patterns(PERSONAL))
        if own.is_dir():
            shutil.copytree(own, whole, dirs_exist_ok=True)
        (whole / PERSONAL).mkdir(exist_ok=True)
        for name, settings in definitions.items():
            _put(whole, name, settings)
        yield whole


def _put(conf: Path, name: str, settings: Any) -> None:
    """Give a cohort these settings and no others."""
    from omegaconf import OmegaConf

    for path in conf.glob("*/cohorts/*.y*ml"):
        cohorts = OmegaConf.load(path)
        if name in cohorts:
            del cohorts[name]
            OmegaConf.save(cohorts, path)
    OmegaConf.save({name: settings}, conf / "base" / "cohorts" / f"{name}.yml")


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Work in a folder: relative paths of settings, and the store of MLflow, are of the project."""
    former = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(former)
