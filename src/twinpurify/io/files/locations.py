"""Where the files of a cohort are: below the run's `raw` folder."""

from __future__ import annotations

from pathlib import Path

from twinpurify.errors import TableError, listed


def locate(name: str, folder: Path, setting: str) -> Path:
    """Find a file or folder of the raw data, or say what there is in its place.

    Parameters
    ----------
    name : str
        Path relative to `folder`, the run's `raw` folder.
    folder : Path
        That folder.
    setting : str
        Section of the cohort's definition that names it, for messages.

    Raises
    ------
    TableError
        There is none.
    """
    path = Path(folder) / name
    if path.exists():
        return path
    found = f"it holds {content_of(path.parent)}"
    if not path.parent.is_dir():
        found = "the folder doesn't exist either"
    raise TableError(
        f"There is no file {path.name!r} in {path.parent}; {found}. Set `raw` to the folder of the "
        f"raw data (--raw <folder>), and {setting}.path to the file below it."
    )


def content_of(folder: Path) -> str:
    """Name what lies in `folder`, for messages; nothing where there is no such folder."""
    return listed(sorted(path.name for path in folder.iterdir()) if folder.is_dir() else [])


def check_folder(path: Path, fmt: str, of_what: str) -> None:
    """Refuse a file `path` where the format `fmt` takes a folder, that `of_what`."""
    if not path.is_dir():
        raise TableError(
            f"{path} is a file; the format {fmt} takes the folder of {of_what}. Set "
            "expression.path to the folder, or expression.format to the format of the file."
        )
