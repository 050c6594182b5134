"""Titration: test tumours diluted with tissue that no fit has seen, the same for every method."""

from dataclasses import dataclass
from zlib import crc32

import numpy as np
import pandas as pd

from twinpurify.evaluation.declaration.task import FOREIGN
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.evaluation.splits.data import SplitData
from twinpurify.purification.dilution import dilute, to_linear

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


def build_foreign_mixes(
    data: SplitData, settings: EvaluationSettings
) -> dict[str, dict[float, pd.DataFrame]]:
    """Dilute the test tumours with tissue of other cohorts, which no method was trained on.

    A gene that such tissue wasn't measured for is diluted with the mean of the training normals
    instead: left as it is, it would give the tumour away.

    Parameters
    ----------
    data : SplitData
        Tissue is taken from its resources.
    settings : EvaluationSettings
        ``fractions`` and ``n_mixed_normals`` are used.

    Returns
    -------
    dict of str to dict of float to DataFrame, tumours × genes
        Test tumours at each tumour fraction below 1, log2(x + 1), by the cohort of the tissue;
        that of the first is empty, as tasks have it.
    """
    below_one = [fraction for fraction in settings.fractions if fraction < 1.0]
    return {
        name: {
            fraction: _dilute(
                data.test_tumours,
                tissue,
                fraction,
                np.random.default_rng(
                    [data.seed, data.split, round(fraction * 1e6), _stream_of(name)]
                ),
                settings,
            )
            for fraction in below_one
        }
        for name, tissue in _foreign_tissue(data).items()
    }


def _foreign_tissue(data: SplitData) -> dict[str, pd.DataFrame]:
    """Give the tissue of other cohorts the genes of this one; the first has no name."""
    stand_in = data.train_tumours if data.train_normals.empty else data.train_normals
    mean = to_linear(stand_in.to_numpy(dtype=np.float64)).mean(axis=0)
    filling = pd.Series(np.log2(mean + 1.0), index=stand_in.columns)
    return {
        name if position else "": tissue.reindex(columns=filling.index).fillna(filling)
        for position, (name, tissue) in enumerate(data.resources.foreign.items())
    }


def _stream_of(name: str) -> int:
    """Number the random stream of the tissue of a cohort."""
    return crc32("_".join(filter(None, (FOREIGN, name))).encode())


def _mix(
    data: SplitData, fractions: float | np.ndarray, settings: EvaluationSettings, stream: int
) -> pd.DataFrame:
    """Dilute the test tumours with test normals, with a random stream of the set's own."""
    rng = np.random.default_rng([data.seed, data.split, stream])
    return _dilute(data.test_tumours, data.test_normals, fractions, rng, settings)


def _dilute(
    tumours: pd.DataFrame,
    tissue: pd.DataFrame,
    fractions: float | np.ndarray,
    rng: np.random.Generator,
    settings: EvaluationSettings,
) -> pd.DataFrame:
    """Dilute tumours with random backgrounds of some tissue."""
    n_mixed = settings.n_mixed_normals
    mixed = dilute(tumours.to_numpy(), tissue.to_numpy(), fractions, rng, n_mixed=n_mixed)
    return pd.DataFrame(mixed, index=tumours.index, columns=tumours.columns)
