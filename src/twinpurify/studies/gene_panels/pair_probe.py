"""A straight and a curved classifier of the same features, whose probabilities are averaged."""

from typing import Self

import numpy as np
import torch

from twinpurify.evaluation.probes.classification import ClassificationProbe
from twinpurify.fine_tuning.heads import build_head
from twinpurify.fine_tuning.network import class_weights, weighted_cross_entropy
from twinpurify.supervised.scaling import Standardizer
from twinpurify.training.dropout import dropout_draws
from twinpurify.training.profile_source import ResidentProfiles
from twinpurify.training.trainer import Trainer, TrainingPlan

HIDDEN = (256, 256)
DROPOUT = 0.3
# Of the features, in their standard deviations: genes that go together stand in for each other.
NOISE = 0.4
N_EPOCHS, BATCH = 20, 128
LEARNING_RATE, WEIGHT_DECAY = 0.002, 0.05
SMALLEST = 1e-6


class PairProbe:
    """Logistic regression and a small network, classes weighted alike; their mean log odds.

    The two err on different samples. The network has two hidden layers, dropout, noise on its
    features, and a fixed number of epochs; sizes were chosen on training patients.

    Parameters
    ----------
    rng : numpy.random.Generator
        Deals patients to the inner folds of the logistic regression, and draws the network's seed.
    n_folds, inverse_penalty
        Of the logistic regression, as in ``ClassificationProbe``.

    Attributes
    ----------
    inverse_penalty_ : float
        The logistic regression's.
    """

    def __init__(
        self, rng: np.random.Generator, n_folds: int = 3, inverse_penalty: float | None = None
    ) -> None:
        self.straight = ClassificationProbe(rng, n_folds, inverse_penalty)
        self.rng = rng

    def fit(self, features: np.ndarray, labels: np.ndarray, patients: np.ndarray) -> Self:
        """Fit on training samples.

        Parameters
        ----------
        features : array, shape (samples, features)
        labels : array of str, shape (samples,)
        patients : array, shape (samples,)
        """
        self.straight.fit(features, labels, patients)
        self.inverse_penalty_ = self.straight.inverse_penalty_
        self._seed = int(self.rng.integers(2**31))
        self._features = np.asarray(features, dtype=np.float32)
        return self._fit_network(labels)

    def refit(self, labels: np.ndarray) -> Self:
        """Fit other labels of the same samples with the penalty already chosen."""
        self.straight.refit(labels)
        return self._fit_network(labels)

    def predict(self, features: np.ndarray) -> np.ndarray:
        """Name the likeliest class of each sample, array of str, shape (samples,)."""
        straight = self.straight.predict_proba(features) / self.straight.frequencies_
        straight /= straight.sum(axis=1, keepdims=True)
        with torch.inference_mode():
            odds = self._network(torch.from_numpy(np.asarray(features, dtype=np.float32)))
        curved = odds.softmax(dim=1).numpy()
        together = np.log(straight + SMALLEST) + np.log(curved + SMALLEST)
        return self.straight.classes_[together.argmax(axis=1)]

    def _fit_network(self, labels: np.ndarray) -> Self:
        """Train the network for a fixed number of epochs."""
        classes, codes = np.unique(np.asarray(labels, dtype=str), return_inverse=True)
        generator = torch.Generator().manual_seed(self._seed)
        scaler = Standardizer().fit(self._features)
        self._network = build_head(scaler, HIDDEN, len(classes), DROPOUT, generator)
        inputs, truth = torch.from_numpy(self._features), torch.from_numpy(codes)
        weights = class_weights(codes, balanced=True)
        noise = NOISE * torch.from_numpy(np.asarray(scaler.scale_, dtype=np.float32))
        noise = torch.where(noise.isfinite(), noise, 0.0)

        def loss_of_batch(rows: torch.Tensor, draws: torch.Generator) -> dict[str, torch.Tensor]:
            values = inputs.index_select(0, rows)
            values = values + noise * torch.randn(values.shape, generator=draws)
            with dropout_draws(draws, self._network):
                odds = self._network(values)
            return {"loss": weighted_cross_entropy(odds, truth[rows], weights)}

        batch = min(BATCH, len(codes))
        plan = TrainingPlan(
            n_steps=N_EPOCHS * (len(codes) // batch),
            batch_size=batch,
            learning_rate=LEARNING_RATE,
            weight_decay=WEIGHT_DECAY,
            show_progress=False,
        )
        rows = ResidentProfiles(np.arange(len(codes)))
        Trainer(self._network, loss_of_batch, rows, plan, generator).run()
        return self
