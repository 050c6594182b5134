"""Three accounts of what a model looks at: attention, gradients, and what shuffling costs."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch

from twinpurify.evaluation.probes.classification import ClassificationProbe
from twinpurify.studies.gene_attribution.class_score import ClassScore
from twinpurify.studies.gene_attribution.integrated_gradients import integrated_gradients
from twinpurify.studies.gene_attribution.permutation import permutation_importance

ATTENTION, GRADIENTS, PERMUTATION = "attention", "integrated_gradients", "permutation"
ACCOUNTS = (ATTENTION, GRADIENTS, PERMUTATION)
# Tumours at a time that gradients are kept of.
BLOCK = 16


@dataclass(frozen=True)
class Explained:
    """Tumours that are explained, and what tells their class.

    Attributes
    ----------
    model : MaskedTransformer
        Fitted.
    probe : ClassificationProbe
        Fitted on its embedding of training tumours.
    profiles : DataFrame, samples × genes of the model
    labels : array of str, shape (samples,)
    """

    model: Any
    probe: ClassificationProbe
    profiles: pd.DataFrame
    labels: np.ndarray

    @property
    def own(self) -> np.ndarray:
        """Number of each tumour's class among those of the probe."""
        return np.searchsorted(self.probe.classes_, self.labels)

    def attention(self) -> np.ndarray:
        """Share of each gene in the summary, by attention rollout (samples × genes)."""
        return self.model.attention(self.profiles)[self.profiles.columns].to_numpy(dtype=float)

    def gradients(self, n_steps: int) -> tuple[np.ndarray, np.ndarray]:
        """Share out the log odds of the own class to genes, on the way from the mean of training.

        Parameters
        ----------
        n_steps : int

        Returns
        -------
        array, shape (samples, genes)
        array, shape (samples,)
            What the shares lack to the whole, as a share of it: 0 for an exact quadrature.
        """
        score = ClassScore(self.model.as_module(), self.probe).requires_grad_(False).eval()
        values = torch.tensor(self.profiles.to_numpy(dtype=np.float32))
        baseline = torch.tensor(np.asarray(self.model.gene_mean_, dtype=np.float32))
        own = torch.tensor(self.own)
        shares, gaps = [], []
        for rows in torch.arange(len(values)).split(BLOCK):
            found = integrated_gradients(
                lambda points, rows=rows: score(points, own[rows]), values[rows], baseline, n_steps
            )
            with torch.no_grad():
                start = baseline.expand(len(rows), -1)
                whole = score(values[rows], own[rows]) - score(start, own[rows])
            shares.append(found.numpy())
            gaps.append(((found.sum(dim=1) - whole).abs() / whole.abs().clamp_min(1e-6)).numpy())
        return np.concatenate(shares).astype(float), np.concatenate(gaps).astype(float)

    def permutation(self, genes: list[str], rng: np.random.Generator) -> np.ndarray:
        """What the log likelihood of the own class loses by shuffling (samples × all genes).

        NaN for genes that weren't shuffled.

        Parameters
        ----------
        genes : list of str
        rng : numpy.random.Generator
        """
        own, rows = self.own, np.arange(len(self.profiles))

        def log_likelihood(profiles: pd.DataFrame) -> np.ndarray:
            chances = self.probe.predict_proba(self.model.transform(profiles))
            return np.log(np.maximum(chances[rows, own], 1e-12))

        lost = np.full(self.profiles.shape, np.nan)
        places = self.profiles.columns.get_indexer(genes)
        lost[:, places] = permutation_importance(log_likelihood, self.profiles, genes, rng)
        return lost
