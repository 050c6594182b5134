"""Where the files of a cohort are: below the run's `raw` folder."""

from __future__ import annotations

from pathlib import Path

from twinpurify.errors import TableError, listed


def locate(name: str, folder: Path, setting: str) -> Path:
    """Find a file or folder of the raw data, or say what there is in its place.

    Parameters
    ----------
    name : str
        Path relative to `folder`.
    folder : Path
        The run's `raw` folder.
    setting : str
        Section of the cohort's definition that names it, for messages.

    Returns
    -------
    Path
        The existing file or folder.

    Raises
    ------
    TableError
        There is none.
    """
    path = Path(folder) / name
    check_exists(path, setting)
    return path


def check_exists(path: Path, setting: str) -> None:
    """Refuse a path that leads nowhere, with a look at what its folder holds.

    Parameters
    ----------
    path : Path
        File or folder.
    setting : str
        Section of the cohort's definition that names it, for messages.

    Raises
    ------
    TableError
        There is nothing at `path`.
    """
    if path.exists():
        return
    folder = path.parent
    there = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
    found = f"it holds {listed(there)}" if folder.is_dir() else "the folder doesn't exist either"
    raise TableError(
        f"There is no file {path.name!r} in {folder}; {found}. Set `raw` to the folder of the raw "
        f"data (--raw <folder>), and {setting}.path to the file below it."
    )
