"""What the evaluation asks of a method, whoever wrote it."""

from typing import Protocol

import numpy as np
import pandas as pd


class Method(Protocol):
    """What the evaluation asks of a fitted method."""

    name: str

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Embed profiles (samples × genes, log2(x + 1))."""
