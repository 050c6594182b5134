"""One division of a cohort's patients, as the evaluation needs it."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar
from zlib import crc32

import numpy as np
import pandas as pd

from twinpurify.errors import SampleSheetError, listed
from twinpurify.evaluation.known_truths.resources import Resources

if TYPE_CHECKING:
    from anndata import AnnData

Result = TypeVar("Result")


class Division(Protocol):
    """What is read from a patient split: its number, and the patients on either side."""

    split: int
    train: Iterable[str]
    test: Iterable[str]


def named_rng(seed: int, split: int, purpose: str) -> np.random.Generator:
    """Random numbers that depend on seed, split and purpose, and on no other draw."""
    return np.random.default_rng([seed, split, crc32(purpose.encode())])


class ExpectedPathway(NamedTuple):
    """The pathway that a contrast is known to change."""

    collection: str
    pathway: str

    def __str__(self) -> str:
        return f"{self.collection} {self.pathway}"


@dataclass(frozen=True)
class SplitData:
    """Profiles and labels of the training and the test patients of one split.

    Attributes
    ----------
    split, seed : int
        Number of the split; seed of everything that is drawn in its evaluation.
    train_tumours, test_tumours, train_normals, test_normals : DataFrame, samples × genes
        log2(x + 1); the normals may have no rows.
    train_obs, test_obs, train_normals_obs, test_normals_obs : DataFrame
        Sample sheet rows of these samples, in the same order.
    resources : Resources
        The truth, gene sets, foreign tissue.
    contrasts : mapping of str to ExpectedPathway
        Of the cohort that is scored, by the names of its contrasts.
    """

    split: int
    seed: int
    train_tumours: pd.DataFrame
    test_tumours: pd.DataFrame
    train_normals: pd.DataFrame
    test_normals: pd.DataFrame
    train_obs: pd.DataFrame
    test_obs: pd.DataFrame
    train_normals_obs: pd.DataFrame
    test_normals_obs: pd.DataFrame
    resources: Resources = field(default_factory=Resources)
    contrasts: Mapping[str, ExpectedPathway] = field(default_factory=dict)
    _computed: dict[Hashable, Any] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def once(self, key: Hashable, compute: Callable[[], Result]) -> Result:
        """Compute what depends on the split and not on a method, once for all methods.

        Parameters
        ----------
        key : hashable
            Name of the result, with all settings that it depends on.
        compute : callable
        """
        if key not in self._computed:
            self._computed[key] = compute()
        return self._computed[key]

    def rng(self, purpose: str) -> np.random.Generator:
        """Random numbers of one purpose, equal for all methods of the split."""
        return named_rng(self.seed, self.split, purpose)


def split_data(
    normalized: "AnnData", split: Division, resources: Resources | None = None, seed: int = 0
) -> SplitData:
    """Take apart a normalised cohort by the patients of a split.

    Parameters
    ----------
    normalized : AnnData, samples × genes
        log2(x + 1), with ``patient_id`` and ``tissue`` in obs, and perhaps ``contrasts`` in uns.
    split : Division
        Training and test patients; patients of neither side are left out.
    resources : Resources, optional
        The truth, gene sets, foreign tissue; none by default.
    seed : int
        Seed of everything that is drawn in the evaluation of the split.

    Returns
    -------
    SplitData

    Raises
    ------
    SampleSheetError
        If a patient is on both sides, or a side has no tumours.
    """
    train, test = set(split.train), set(split.test)
    if train & test:
        raise SampleSheetError(
            f"split {split.split}: patients in training and test: {listed(sorted(train & test))}"
        )
    profiles, obs = normalized.to_df(), normalized.obs
    parts: dict[str, pd.DataFrame] = {}
    for side, patients in (("train", train), ("test", test)):
        for tissue in ("tumour", "normal"):
            rows = (obs["patient_id"].isin(patients) & (obs["tissue"] == tissue)).to_numpy()
            parts[f"{side}_{tissue}s"] = profiles.loc[rows]
            parts[f"{side}_obs" if tissue == "tumour" else f"{side}_normals_obs"] = obs.loc[rows]
        if parts[f"{side}_tumours"].empty:
            raise SampleSheetError(
                f"split {split.split}: none of its {len(patients)} {side} patients has a tumour "
                f"among the cohort's {len(obs)} samples (setting test_fraction)"
            )
    return SplitData(
        split=split.split,
        seed=seed,
        resources=resources or Resources(),
        contrasts=expected_pathways(normalized.uns),
        **parts,
    )


def expected_pathways(uns: Mapping[str, Any]) -> dict[str, ExpectedPathway]:
    """Read which pathway each contrast of a cohort names.

    Parameters
    ----------
    uns : mapping
        Of the cohort; ``contrasts`` may be absent.

    Returns
    -------
    dict of str to ExpectedPathway
    """
    return {name: ExpectedPathway(**said) for name, said in uns.get("contrasts", {}).items()}
