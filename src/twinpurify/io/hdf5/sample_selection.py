"""Which samples of a collection are taken: those of a list, or all of a small one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from twinpurify.cohort.checks import check_unique
from twinpurify.errors import ConfigurationError, ExpressionError, TableError, listed
from twinpurify.io.files.locations import locate

# More samples than this are never taken without being asked for by name.
MAXIMUM_SAMPLES = 5000


def read_wanted(
    name: str | None, folder: Path, setting: str = "expression.samples"
) -> list[str] | None:
    """Read the list of the samples to take.

    Parameters
    ----------
    name : str, optional
        Text file below `folder`, an id a line.
    folder : Path
        The run's `raw` folder.
    setting : str
        The setting that names the file, for messages.

    Returns
    -------
    list of str or None
        The ids; None when no file is named.

    Raises
    ------
    TableError
        The file is missing, empty or no text, or names a sample twice.
    """
    if name is None:
        return None
    path = locate(name, folder, setting)
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(
            f"{path} can't be read as text: {error}. Write the ids of the samples into it, one a "
            f"line, or correct {setting}."
        ) from error
    wanted = [line.strip() for line in lines if line.strip()]
    if not wanted:
        raise TableError(f"{path} names no samples. Write one id a line, or correct {setting}.")
    remedy = f"Name each once in the file of {setting}."
    check_unique(pd.Index(wanted), f"samples of {path}", TableError, remedy)
    return wanted


def choose_samples(
    there: np.ndarray,
    wanted: list[str] | None,
    path: Path,
    setting: str = "expression.samples",
) -> np.ndarray:
    """Find the samples that are asked for.

    Parameters
    ----------
    there : array of str
        Ids of all samples of the file.
    wanted : list of str or None
        Those to take; None for all.
    path : Path
        The file, for messages.
    setting : str
        The setting that names the list, for messages.

    Returns
    -------
    array of int
        Their positions, in the order in which they are asked for.

    Raises
    ------
    ConfigurationError
        All are asked for, and they are many.
    TableError
        One that is asked for isn't there.
    ExpressionError
        One of them stands twice.
    """
    if wanted is None and len(there) > MAXIMUM_SAMPLES:
        raise ConfigurationError(
            f"{path} holds {len(there)} samples, more than the {MAXIMUM_SAMPLES} that are read "
            f"without being asked for. Set {setting} to a text file with the ids of those that you "
            "want, one a line."
        )
    if not len(there):
        raise TableError(f"{path} holds no samples. Fetch it again, or correct expression.path.")
    # A set: comparing each name with each would take minutes among a million samples.
    asked = set(there if wanted is None else wanted)
    taken = [name for name in there if name in asked]
    remedy = f"Keep one of each, or name others in the file of {setting}."
    check_unique(pd.Index(taken, dtype=object), f"samples of {path}", ExpressionError, remedy)
    places = {name: place for place, name in enumerate(there)}
    absent = [name for name in wanted or () if name not in places]
    if absent:
        raise TableError(
            f"{path} lacks {len(absent)} of the {len(wanted)} samples of {setting}: "
            f"{listed(absent)}. It holds {listed(there)}. Take them out of the list."
        )
    return np.array([places[name] for name in wanted or taken])
