"""What was fitted, stored: a JSON file that a person can read and a safetensors file, no pickle.

Whatever is written here, and by others with `replacing`, is moved into place when it is whole.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from twinpurify.errors import ModelFileError, listed

FORMAT_VERSION = 1
STEM = "model"
RECORDED_LIBRARIES = ("twinpurify", "numpy", "scikit-learn", "torch", "safetensors")


def write_model(
    folder: Path, description: dict[str, Any], arrays: dict[str, np.ndarray], stem: str = STEM
) -> None:
    """Write a model folder in one move, so that an interruption leaves no half-written model.

    Parameters
    ----------
    folder : Path
        Created; replaced if it holds a model already.
    description : dict
        JSON-able facts: method, parameters, genes, unit.
    arrays : dict of str to array
        The fitted state.
    stem : str
        Name of the two files without their endings, for what is no method's model.

    Raises
    ------
    ModelFileError
        If the folder holds anything else, which would be lost.
    """
    from safetensors.numpy import save

    folder = Path(folder)
    _refuse_other_files(folder, stem)
    folder.parent.mkdir(parents=True, exist_ok=True)
    payload = save({name: np.ascontiguousarray(array) for name, array in arrays.items()})
    description = {
        "format_version": FORMAT_VERSION,
        **description,
        "libraries": {name: version(name) for name in RECORDED_LIBRARIES},
        "sha256": hashlib.sha256(payload).hexdigest(),
    }
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        (fresh / f"{stem}.safetensors").write_bytes(payload)
        written = json.dumps(description, indent=1)
        (fresh / f"{stem}.json").write_text(written, encoding="utf-8")
        fresh.chmod(0o755)
        replace_folder(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _refuse_other_files(folder: Path, stem: str) -> None:
    """Stop before a folder is replaced that holds more than a model."""
    if not folder.exists():
        return
    present = {path.name for path in folder.iterdir()} if folder.is_dir() else {"(a file)"}
    others = sorted(present - {f"{stem}.json", f"{stem}.safetensors"})
    if others:
        raise ModelFileError(
            f"{folder} isn't a model's folder, it holds {listed(others)}; save to another path"
        )


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give a temporary path beside a file, and put what was written there in the file's place.

    If the writing fails, the former file stays and the unfinished one is removed.

    Parameters
    ----------
    target : Path
        Its folder is created.

    Yields
    ------
    Path
        With the ending of the target, since some writers go by it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".unfinished.{target.name}")
    try:
        yield unfinished
        os.replace(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)


def replace_folder(fresh: Path, folder: Path) -> None:
    """Move a finished folder into place, the former one out of the way first.

    If it's cut between the two moves, the former one is still there as ``.<name>.former``.
    """
    former = folder.with_name(f".{folder.name}.former")
    shutil.rmtree(former, ignore_errors=True)
    if folder.exists():
        os.replace(folder, former)
    os.replace(fresh, folder)
    shutil.rmtree(former, ignore_errors=True)


def read_model(folder: Path, stem: str = STEM) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Read a model folder and check that it is whole.

    Parameters
    ----------
    folder : Path
        As `write_model` left it.
    stem : str
        Name of the two files without their endings.

    Returns
    -------
    dict
        The description as written.
    dict of str to array
        The fitted state.

    Raises
    ------
    ModelFileError
        If a file is missing, unreadable, of another format version, or its checksum differs.
    """
    from safetensors.numpy import load

    description = _read_description(Path(folder), f"{stem}.json")
    arrays_file = Path(folder) / f"{stem}.safetensors"
    if not arrays_file.is_file():
        raise ModelFileError(f"no model in {folder}: {arrays_file.name} is missing")
    payload = arrays_file.read_bytes()
    found = hashlib.sha256(payload).hexdigest()
    if found != description.get("sha256"):
        raise ModelFileError(
            f"{arrays_file} is damaged: its checksum is {found[:12]}…, {stem}.json says "
            f"{str(description.get('sha256'))[:12]}…; train or fetch the model again"
        )
    return description, load(payload)


def _read_description(folder: Path, name: str) -> dict[str, Any]:
    """Read the JSON file and check the format version."""
    path = folder / name
    if not path.is_file():
        raise ModelFileError(f"no model in {folder}: {name} is missing")
    try:
        description = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError) as error:
        raise ModelFileError(
            f"{path} is damaged: {error}; train or fetch the model again"
        ) from None
    found = description.get("format_version") if isinstance(description, dict) else None
    if found != FORMAT_VERSION:
        raise ModelFileError(
            f"{path} has format version {found}, this release reads {FORMAT_VERSION}"
        )
    return description
