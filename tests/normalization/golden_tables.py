"""Golden tables of this folder, which R wrote genes × samples."""

from pathlib import Path

import pandas as pd

GOLDEN = Path(__file__).with_name("golden")


def golden(name: str) -> pd.DataFrame:
    """Read a golden table, samples × genes, to the last digit."""
    table = pd.read_csv(GOLDEN / name, index_col="id", float_precision="round_trip")
    return table.rename_axis(None).T.rename_axis(None)
