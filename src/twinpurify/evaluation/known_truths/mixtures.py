"""Mixtures that were made in a laboratory: what is recovered of known fractions and profiles.

They are too few to divide into training and test samples, and their tumour is one: methods are
fitted, without the fractions, on the very mixtures that they are asked about, and no interval is
given. What needs many different tumours can't be judged by them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from twinpurify.errors import SampleSheetError, listed
from twinpurify.purification.dilution import to_linear

N_GENES = 2000
TOTAL = 1e6
MIN_MIXES = 4
MIN_REFERENCES = 2
PURE = 1.0 - 1e-9


@dataclass(frozen=True)
class Mixture:
    """One laboratory's mixtures, with the pure references of their components.

    Attributes
    ----------
    name : str
    profiles : DataFrame, samples × genes
        log2(x + 1) of values that sum up to a million.
    proportions : DataFrame, samples × components
        0 to 1.
    tumour : str
        Component that stands for the tumour.
    """

    name: str
    profiles: pd.DataFrame
    proportions: pd.DataFrame
    tumour: str

    @property
    def fraction(self) -> pd.Series:
        """Known tumour fraction of every sample."""
        return self.proportions[self.tumour]

    @property
    def components(self) -> list[str]:
        """Names of the background components."""
        return [name for name in self.proportions if name != self.tumour]

    @property
    def mixes(self) -> pd.DataFrame:
        """Profiles of the mixtures of tumour and background."""
        return self.profiles[self.fraction.between(0.0, PURE, inclusive="neither")]

    @property
    def references(self) -> pd.DataFrame:
        """Profiles of pure background, of all components."""
        return self.profiles[(self.proportions[self.components] > PURE).any(axis=1)]

    @property
    def mean_references(self) -> pd.DataFrame:
        """Mean pure profile of each background component, linear: components × genes."""
        linear = pd.DataFrame(
            to_linear(self.profiles.to_numpy()), self.profiles.index, self.profiles.columns
        )
        return pd.DataFrame(
            {name: linear[self.proportions[name] > PURE].mean() for name in self.components}
        ).T

    @cached_property
    def pure_tumour(self) -> pd.Series:
        """Profile of the pure tumour, log2(x + 1).

        The mean of its references where it has any; else solved, gene by gene, by least squares
        from all samples and their known proportions.
        """
        pure = self.fraction > PURE
        if pure.any():
            return self.profiles[pure].mean()
        linear = to_linear(self.profiles.to_numpy().astype(np.float64))
        solved, *_ = np.linalg.lstsq(self.proportions.to_numpy(), linear, rcond=None)
        tumour = solved[list(self.proportions).index(self.tumour)]
        return pd.Series(np.log2(np.maximum(tumour, 0.0) + 1.0), index=self.profiles.columns)

    @property
    def variable_genes(self) -> pd.Index:
        """Genes that vary most among mixtures and background references."""
        seen = pd.concat([self.mixes, self.references])
        return seen.var().nlargest(N_GENES).index


def as_mixture(
    name: str, profiles: pd.DataFrame, proportions: pd.DataFrame, tumour: str
) -> Mixture:
    """Bring mixtures to equal totals and to log2(x + 1), and check that they allow a question.

    Parameters
    ----------
    name : str
    profiles : DataFrame, samples × genes
        Linear.
    proportions : DataFrame, samples × components
        The same samples in the same order.
    tumour : str
        Component that stands for the tumour.

    Returns
    -------
    Mixture

    Raises
    ------
    SampleSheetError
        If there are too few mixtures, or a background component lacks pure references.
    """
    scaled = profiles.div(profiles.sum(axis=1), axis=0) * TOTAL
    mixture = Mixture(name, np.log2(scaled + 1.0).astype(np.float32), proportions, tumour)
    if len(mixture.mixes) < MIN_MIXES:
        raise SampleSheetError(
            f"{name}: {len(mixture.mixes)} samples mix {tumour} with background; at least "
            f"{MIN_MIXES} are needed"
        )
    pure = (proportions[mixture.components] > PURE).sum()
    few = pure.index[pure < MIN_REFERENCES]
    if len(few):
        raise SampleSheetError(
            f"{name}: {listed(few)} have fewer than {MIN_REFERENCES} pure references, with which "
            "the background is told"
        )
    return mixture
