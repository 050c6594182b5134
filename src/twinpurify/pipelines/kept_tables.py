"""What a finished piece of a study gave, kept so that an interrupted study goes on."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from twinpurify.kedro_datasets.profile_tables import ProfileTablesDataset

if TYPE_CHECKING:
    import pandas as pd


def kept_tables(
    folder: Path, compute: "Callable[[], dict[str, pd.DataFrame]]"
) -> "dict[str, pd.DataFrame]":
    """Read the tables of a folder, or compute and write them.

    Parameters
    ----------
    folder : Path
        Named after all that the tables depend on.
    compute : callable
        Gives the tables by name.

    Returns
    -------
    dict of str to DataFrame
    """
    kept = ProfileTablesDataset(filepath=str(folder))
    if kept.exists():
        return kept.load()
    tables = compute()
    kept.save(tables)
    return tables
