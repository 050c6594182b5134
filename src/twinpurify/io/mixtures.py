"""Reader of mixtures of known proportions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from twinpurify.cohort.declaration.sources import ExpressionTable
from twinpurify.errors import SampleSheetError, listed
from twinpurify.io.files.locations import locate
from twinpurify.io.reading import read_expression
from twinpurify.io.tables.tabular import read_table

if TYPE_CHECKING:
    from twinpurify.cohort.declaration.mixtures import MixtureSource

# The shares of a sample are rounded.
TOLERANCE = 0.02


class MixtureTables(NamedTuple):
    """Mixtures as they were measured.

    Attributes
    ----------
    profiles : DataFrame, samples × genes
        Linear.
    proportions : DataFrame, samples × components
        0 to 1; the same samples in the same order.
    tumour : str
        Component that stands for the tumour.
    """

    profiles: pd.DataFrame
    proportions: pd.DataFrame
    tumour: str


def read_mixture(name: str, source: MixtureSource, folder: Path) -> MixtureTables:
    """Read profiles and proportions, and hold them against each other.

    Parameters
    ----------
    name : str
        Key of the mixture, for messages.
    source : MixtureSource
        Where they are.
    folder : Path
        The run's `raw` folder.

    Raises
    ------
    TableError
        A file is missing, damaged or of unknown format.
    SampleSheetError
        The tables are of other samples, the tumour is no column of numbers, or the proportions of
        a sample aren't shares of one whole.
    """
    table = ExpressionTable(
        path=source.profiles, orientation="samples_in_rows", id_column=source.id_column
    )
    profiles = read_expression(table, folder).values
    path = locate(source.proportions, folder, f"{name}.proportions")
    sheet = read_table(path, "auto", source.id_column, setting=f"{name}.proportions")
    strangers = sheet.index.symmetric_difference(profiles.index, sort=False)
    if len(strangers):
        raise SampleSheetError(
            f"{name}: profiles and proportions aren't of the same samples; on one side only: "
            f"{listed(strangers)}"
        )
    proportions = _shares(name, sheet.loc[profiles.index], source.tumour)
    return MixtureTables(profiles, proportions, source.tumour)


def _shares(name: str, sheet: pd.DataFrame, tumour: str) -> pd.DataFrame:
    """Take the columns of numbers, and check that they are shares of one whole."""
    numbers = sheet.apply(pd.to_numeric, errors="coerce")
    shares = numbers.loc[:, numbers.notna().all()].astype(np.float64)
    if tumour not in shares or shares.shape[1] < 2:
        raise SampleSheetError(
            f"{name}: the proportions need the tumour {tumour!r} and a background as columns of "
            f"numbers; there are {listed(shares.columns)}"
        )
    wrong = (shares.min(axis=1) < 0) | ((shares.sum(axis=1) - 1).abs() > TOLERANCE)
    if wrong.any():
        raise SampleSheetError(
            f"{name}: the proportions of a sample lie between 0 and 1 and make 1 together; not so "
            f"those of {listed(shares.index[wrong])}"
        )
    return shares
