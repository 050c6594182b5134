"""What the methods with a neural encoder share: training, embedding, storage, checkpoints."""

from abc import abstractmethod
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from twinpurify.interface.embedding_method import EmbeddingMethod
from twinpurify.interface.stored_profiles import StoredProfiles

ENCODER_PREFIX = "encoder."
EMBEDDING_BATCH = 1024
# With fewer tumours, the loss of a tenth of them says little, and all are needed for training.
FEWEST_DIVIDED = 50
MOST_HELD_OUT = 2048


class EncoderMethod(EmbeddingMethod):
    """A method whose embedding is the output of an encoder, standardised by the training tumours.

    A subclass has the parameters ``n_dimensions, hidden, n_steps, max_epochs, batch_size,
    learning_rate, weight_decay, device, precision, seed``, and makes the loss in
    ``_prepare_loss``.

    Attributes
    ----------
    keeps_scale : bool
        True for an encoder whose output has a scale of its own; it isn't standardised then.
    optimizer, schedule, patience
        As in ``TrainingPlan``; a subclass may make parameters of them.
    dropout : float
        Of the encoder's hidden layers; a loss then runs the encoder within ``dropout_draws``.
    validation_share : float
        Of the tumours, set aside for the validation loss.
    history_ : DataFrame
        One row an epoch of the training: ``epoch, step, loss`` and the terms of the loss.
    checkpoint_folder : Path or None
        Set before ``fit`` to keep checkpoints there; an interrupted fit then resumes.
    show_progress : bool
        Set to False before ``fit`` for no progress bar.
    """

    keeps_scale: ClassVar[bool] = False
    optimizer: str = "adamw"
    schedule: str = "one_cycle"
    patience: int | None = None
    dropout: float = 0.0
    validation_share: float = 0.0
    checkpoint_folder: Path | None = None
    show_progress: bool = True
    history_: pd.DataFrame | None = None
    _arrays = ("embedding_mean_", "embedding_scale_")

    def _fit(self, tumours: np.ndarray, normals: np.ndarray | None) -> None:
        """Fit on tumours in memory."""
        from twinpurify.training.device import choose_device
        from twinpurify.training.profile_source import ResidentProfiles

        self._device = choose_device(self.device)
        self._fit_source(ResidentProfiles(tumours, self._device), normals)

    def _fit_stored(self, tumours: StoredProfiles, normals: np.ndarray | None) -> None:
        """Fit on tumours in a file: one reading for the moments, one each epoch, one at the end."""
        from twinpurify.training.device import choose_device
        from twinpurify.training.profile_source import ShuffledBlocks

        self._device = choose_device(self.device)
        source = ShuffledBlocks(tumours, self._device)
        self._fit_moments(source.blocks())
        self._fit_source(source, normals)

    def _fit_source(self, source: Any, normals: np.ndarray | None) -> None:
        """Train the encoder, then take the scale of its output from the training tumours."""
        import torch

        self._train(source, normals, self._checkpoint(source, normals))
        self.encoder_ = self.encoder_.eval().to("cpu")
        self._device = torch.device("cpu")
        self.embedding_mean_ = np.zeros(self.n_dimensions, np.float32)
        self.embedding_scale_ = np.ones(self.n_dimensions, np.float32)
        if self.keeps_scale:
            return
        embedding = np.concatenate([self._embed(block) for block in source.blocks()])
        self.embedding_mean_ = embedding.mean(axis=0)
        self.embedding_scale_ = np.maximum(embedding.std(axis=0), 1e-6)

    def _train(self, source: Any, normals: np.ndarray | None, checkpoint: Path | None) -> None:
        """Run the training on the batches of a source."""
        self.history_ = self._trainer(source, normals, checkpoint).run()

    def _build_encoder(self) -> Any:
        """Set up the initial encoder and return the generator of all further draws."""
        import torch

        generator = torch.Generator().manual_seed(self.seed)
        self.encoder_ = self._encoder(generator)
        return generator

    def _encoder(self, generator: Any) -> Any:
        """Make the network from genes to embedding."""
        from twinpurify.training.encoder import build_mlp

        n_genes = len(self.gene_mean_)
        return build_mlp(n_genes, self.hidden, self.n_dimensions, generator, self.dropout)

    def _trainer(self, source: Any, normals: np.ndarray | None, checkpoint: Path | None) -> Any:
        """Set up the training of the encoder and whatever heads the loss adds."""
        from torch import nn

        from twinpurify.training.device import choose_precision
        from twinpurify.training.trainer import Trainer, TrainingPlan

        generator = self._build_encoder()
        heads, loss_of_batch = self._prepare_loss(normals, generator)
        trained = nn.ModuleDict({"encoder": self.encoder_, "heads": heads}).to(self._device)
        source, held_out = self._hold_out(source)
        steps_per_epoch = max(source.shape[0] // self.batch_size, 1)
        plan = TrainingPlan(
            n_steps=min(self.n_steps, self.max_epochs * steps_per_epoch),
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
            weight_decay=self.weight_decay,
            precision=choose_precision(self.precision, self._device),
            checkpoint=checkpoint,
            description=self.name,
            show_progress=self.show_progress,
            optimizer=self.optimizer,
            schedule=self.schedule,
            patience=self.patience,
        )
        validate = None if held_out is None else self._validation(held_out, loss_of_batch)
        return Trainer(trained, loss_of_batch, source, plan, generator, validate)

    def _hold_out(self, source: Any) -> tuple[Any, Any]:
        """Set a share of the tumours aside, whose loss tells when to stop.

        A multiple of four, so that two or four processes share them evenly.
        """
        import torch

        n_tumours = source.shape[0]
        n_aside = min(int(n_tumours * self.validation_share), MOST_HELD_OUT) // 4 * 4
        if n_tumours < FEWEST_DIVIDED or not n_aside:
            return source, None
        generator = torch.Generator().manual_seed(self.seed)
        aside = torch.randperm(n_tumours, generator=generator)[:n_aside]
        return source.divided(aside.sort().values)

    def _validation(self, held_out: Any, loss_of_batch: Any) -> Any:
        """Return what computes the loss of the held-out tumours, under the same draws each time."""
        import torch

        def validate() -> float:
            draws = torch.Generator().manual_seed(self.seed)
            return float(loss_of_batch(held_out, draws)["loss"])

        return validate

    def _checkpoint(self, source: Any, normals: np.ndarray | None) -> Path | None:
        """Name the checkpoint of just this method, with these parameters, on these data."""
        if self.checkpoint_folder is None:
            return None
        from twinpurify.training.checkpoint import fingerprint

        # From a file and from memory, the same profiles come in another order.
        settings = {
            "method": self.name,
            "source": type(source).__name__,
            **self.get_params(deep=False),
        }
        arrays = (source.blocks(), () if normals is None else (normals,))
        return Path(self.checkpoint_folder) / f"{fingerprint(settings, *arrays)}.pt"

    def _embed(self, values: np.ndarray) -> np.ndarray:
        """Run the encoder on standardised profiles, in batches, without gradients."""
        import torch

        outputs = []
        with torch.inference_mode():
            for start in range(0, len(values), EMBEDDING_BATCH):
                batch = self._standardize(values[start : start + EMBEDDING_BATCH])
                outputs.append(self.encoder_(torch.from_numpy(batch)).numpy())
        return (np.concatenate(outputs) - self.embedding_mean_) / self.embedding_scale_

    def _module(self) -> Any:
        """Standardise, encode and scale; the encoder is what can be trained."""
        from copy import deepcopy

        from torch import nn

        from twinpurify.interface.modules import FixedScaling

        return nn.Sequential(
            FixedScaling(self.gene_mean_, self.gene_scale_),
            deepcopy(self.encoder_),
            FixedScaling(self.embedding_mean_, self.embedding_scale_),
        )

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

        super()._restore_state(arrays)
        self.encoder_ = self._encoder(torch.Generator())
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

    def _standardizer(self) -> Any:
        """Return what centres and scales a batch by the training tumours, on the device."""
        import torch

        mean = torch.from_numpy(self.gene_mean_).to(self._device)
        inverse_scale = torch.from_numpy(1.0 / self.gene_scale_).to(self._device)
        return lambda profiles: (profiles - mean).mul_(inverse_scale)

    @abstractmethod
    def _prepare_loss(self, normals: np.ndarray | None, generator: Any) -> tuple[Any, Any]:
        """Return the trained heads (a module, maybe empty) and the loss of a batch.

        The loss takes tumours, log2(x + 1), shape (batch, genes), and a generator.
        """
