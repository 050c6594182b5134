"""Archives that are unpacked without trust in the paths within them."""

from __future__ import annotations

import shutil
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from twinpurify.errors import TableError, listed
from twinpurify.persistence import replacing

UNREADABLE = (tarfile.TarError, OSError, EOFError, zlib.error, ValueError)


def unpack(archive: Path, folder: Path, wanted: Callable[[str], bool]) -> list[Path]:
    """Unpack some files of a tar archive; whatever could lead out of the folder is refused.

    Parameters
    ----------
    archive : Path
        The archive, gzipped or not.
    folder : Path
        Where its files go, without the folders within it.
    wanted : callable
        Whether a file is unpacked, by its name.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    TableError
        The archive is damaged; or it holds absolute paths, paths with ``..``, or wanted members
        that are no plain files.
    """
    try:
        with tarfile.open(archive) as members:
            # Members are read in one pass: going back would unpack all of it again.
            return [
                _store(members, member, folder)
                for member in members
                if _is_wanted(member, archive, wanted)
            ]
    except UNREADABLE as error:
        raise TableError(
            f"{archive} can't be unpacked: {error}. Remove it, and run the same command again."
        ) from error


def _is_wanted(member: tarfile.TarInfo, archive: Path, wanted: Callable[[str], bool]) -> bool:
    path = PurePosixPath(member.name)
    windows = "\\" in member.name or ":" in member.name
    chosen = not member.isdir() and wanted(path.name)
    if path.is_absolute() or ".." in path.parts or (chosen and (windows or not member.isfile())):
        raise TableError(
            f"{archive} holds {listed([member.name])}, which leads out of the folder or is no "
            "plain file: it isn't the archive of a study. Remove it, and fetch it from its source."
        )
    return chosen


def _store(members: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> Path:
    target = folder / PurePosixPath(member.name).name
    with (
        replacing(target) as unfinished,
        members.extractfile(member) as content,
        unfinished.open("wb") as stream,
    ):
        shutil.copyfileobj(content, stream)
    return target
