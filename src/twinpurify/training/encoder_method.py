"""What the methods with a neural encoder share: training, embedding, storage, checkpoints."""

from abc import abstractmethod
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from twinpurify.training.method import EmbeddingMethod

ENCODER_PREFIX = "encoder."
EMBEDDING_BATCH = 4096


class EncoderMethod(EmbeddingMethod):
    """A method whose embedding is the output of an encoder, standardised by the training tumours.

    A subclass has the parameters ``n_dimensions, hidden, n_steps, max_epochs, batch_size,
    learning_rate, weight_decay, device, precision, seed``, and makes the loss in
    ``_prepare_loss``.

    Attributes
    ----------
    keeps_scale : bool
        True for an encoder whose output has a scale of its own; it isn't standardised then.
    history_ : DataFrame
        One row an epoch of the training: ``epoch, step, loss`` and the terms of the loss.
    checkpoint_folder : Path or None
        Set before ``fit`` to keep checkpoints there; an interrupted fit then resumes.
    show_progress : bool
        Set to False before ``fit`` for no progress bar.
    """

    keeps_scale: ClassVar[bool] = False
    checkpoint_folder: Path | None = None
    show_progress: bool = True
    history_: pd.DataFrame | None = None
    _arrays = ("embedding_mean_", "embedding_scale_")

    def _fit(self, tumours: np.ndarray, normals: np.ndarray | None) -> None:
        """Train the encoder, then take the scale of its output from the training tumours."""
        import torch

        from twinpurify.training.device import choose_device
        from twinpurify.training.encoder import build_mlp

        self._device = choose_device(self.device)
        generator = torch.Generator().manual_seed(self.seed)
        self.encoder_ = build_mlp(tumours.shape[1], self.hidden, self.n_dimensions, generator)
        self._train(tumours, normals, generator)
        self.encoder_ = self.encoder_.eval().to("cpu")
        self._device = torch.device("cpu")
        self.embedding_mean_ = np.zeros(self.n_dimensions, np.float32)
        self.embedding_scale_ = np.ones(self.n_dimensions, np.float32)
        if self.keeps_scale:
            return
        embedding = self._embed(tumours)
        self.embedding_mean_ = embedding.mean(axis=0)
        self.embedding_scale_ = np.maximum(embedding.std(axis=0), 1e-6)

    def _train(self, tumours: np.ndarray, normals: np.ndarray | None, generator: Any) -> None:
        """Run the training plan on the encoder and whatever heads the loss adds."""
        from torch import nn

        from twinpurify.training.device import choose_precision
        from twinpurify.training.trainer import Trainer, TrainingPlan

        heads, loss_of_batch = self._prepare_loss(tumours, normals, generator)
        trained = nn.ModuleDict({"encoder": self.encoder_, "heads": heads}).to(self._device)
        steps_per_epoch = max(len(tumours) // self.batch_size, 1)
        plan = TrainingPlan(
            n_steps=min(self.n_steps, self.max_epochs * steps_per_epoch),
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
            weight_decay=self.weight_decay,
            precision=choose_precision(self.precision, self._device),
            checkpoint=self._checkpoint(tumours, normals),
            description=self.name,
            show_progress=self.show_progress,
        )
        trainer = Trainer(trained, loss_of_batch, len(tumours), plan, generator)
        self.history_ = trainer.run()

    def _checkpoint(self, tumours: np.ndarray, normals: np.ndarray | None) -> Path | None:
        """Name the checkpoint of just this method, with these parameters, on these data."""
        if self.checkpoint_folder is None:
            return None
        from twinpurify.training.checkpoint import fingerprint

        settings = {"method": self.name, **self.get_params(deep=False)}
        return Path(self.checkpoint_folder) / f"{fingerprint(settings, tumours, normals)}.pt"

    def _embed(self, values: np.ndarray) -> np.ndarray:
        """Run the encoder on standardised profiles, in batches, without gradients."""
        import torch

        outputs = []
        with torch.inference_mode():
            for start in range(0, len(values), EMBEDDING_BATCH):
                batch = self._standardize(values[start : start + EMBEDDING_BATCH])
                outputs.append(self.encoder_(torch.from_numpy(batch)).numpy())
        return (np.concatenate(outputs) - self.embedding_mean_) / self.embedding_scale_

    def describe(self) -> dict[str, Any]:
        """State what was fitted, the history of the training included."""
        history = None if self.history_ is None else self.history_.to_dict(orient="list")
        return {**super().describe(), "history": history}

    @classmethod
    def restore(cls, description: dict[str, Any], arrays: dict[str, np.ndarray]) -> Self:
        """Rebuild a fitted method from what ``save`` stored."""
        method = super().restore(description, arrays)
        history = description.get("history")
        method.history_ = None if history is None else pd.DataFrame(history)
        return method

    def _state(self) -> dict[str, np.ndarray]:
        """Collect the fitted arrays and the encoder's weights."""
        weights = self.encoder_.state_dict()
        encoder = {ENCODER_PREFIX + name: value.numpy() for name, value in weights.items()}
        return {**super()._state(), **encoder}

    def _restore_state(self, arrays: dict[str, np.ndarray]) -> None:
        """Put the fitted arrays and the encoder back, on the CPU."""
        import torch

        from twinpurify.training.encoder import build_mlp

        super()._restore_state(arrays)
        n_genes = len(self.gene_mean_)
        self.encoder_ = build_mlp(n_genes, self.hidden, self.n_dimensions, torch.Generator())
        weights = {
            name.removeprefix(ENCODER_PREFIX): torch.from_numpy(array.copy())
            for name, array in arrays.items()
            if name.startswith(ENCODER_PREFIX)
        }
        self.encoder_.load_state_dict(weights)
        self.encoder_.eval()

    def with_checkpoints(self, folder: Path | None) -> Self:
        """Keep checkpoints of the next ``fit`` in a folder, and resume from there."""
        self.checkpoint_folder = folder
        return self

    @abstractmethod
    def _prepare_loss(
        self, tumours: np.ndarray, normals: np.ndarray | None, generator: Any
    ) -> tuple[Any, Any]:
        """Return the trained heads (a module, maybe empty) and the loss of a batch."""
