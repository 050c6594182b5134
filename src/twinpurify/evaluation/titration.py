"""Titration: test tumours diluted with normals of test patients, the same for every method."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from twinpurify.evaluation.data import SplitData
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.purification.dilution import dilute

# Stream of random numbers of the set with a random fraction per query; the other streams are
# the fractions in millionths, from 1 to 1,000,000.
RANDOM_STREAM = 0


@dataclass(frozen=True)
class Titration:
    """Diluted test tumours of one split.

    Attributes
    ----------
    mixes : dict of float to DataFrame, tumours × genes
        Test tumours at each tumour fraction below 1, log2(x + 1); empty without normals.
    random : DataFrame, tumours × genes, or None
        Test tumours, each at a fraction of its own, log2(x + 1).
    random_fractions : array, shape (tumours,)
        The fractions of ``random``.
    """

    mixes: dict[float, pd.DataFrame]
    random: pd.DataFrame | None
    random_fractions: np.ndarray


def build_titration(data: SplitData, settings: EvaluationSettings) -> Titration:
    """Dilute the test tumours; each set depends on seed, split and fraction alone.

    The random fractions are uniform between the lowest and the highest fraction below 1.

    Parameters
    ----------
    data : SplitData
    settings : EvaluationSettings
        ``fractions`` and ``n_mixed_normals`` are used.

    Returns
    -------
    Titration
    """
    below_one = [fraction for fraction in settings.fractions if fraction < 1.0]
    if data.test_normals.empty or not below_one:
        return Titration({}, None, np.empty(0))
    mixes = {
        fraction: _mix(data, fraction, settings, round(fraction * 1e6)) for fraction in below_one
    }
    rng = np.random.default_rng([data.seed, data.split, RANDOM_STREAM, 1])
    fractions = rng.uniform(min(below_one), max(below_one), len(data.test_tumours))
    return Titration(mixes, _mix(data, fractions, settings, RANDOM_STREAM), fractions)


def _mix(
    data: SplitData, fractions: float | np.ndarray, settings: EvaluationSettings, stream: int
) -> pd.DataFrame:
    """Dilute the test tumours with a random stream of the set's own."""
    tumours = data.test_tumours
    mixed = dilute(
        tumours.to_numpy(),
        data.test_normals.to_numpy(),
        fractions,
        np.random.default_rng([data.seed, data.split, stream]),
        n_mixed=settings.n_mixed_normals,
    )
    return pd.DataFrame(mixed, index=tumours.index, columns=tumours.columns)
