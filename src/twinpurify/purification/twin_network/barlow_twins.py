"""What the twin network and its ablation share: an encoder trained by Barlow Twins on views."""

from abc import abstractmethod
from typing import Any

import numpy as np

from twinpurify.training.encoder_method import EncoderMethod


class BarlowTwinsMethod(EncoderMethod):
    """An encoder method whose loss is Barlow Twins on two views of each tumour.

    A subclass has the parameters ``projector`` and ``redundancy_weight`` beside those of
    ``EncoderMethod``, and states in ``_make_views`` what a view is.
    """

    def _prepare_loss(self, normals: np.ndarray | None, generator: Any) -> tuple[Any, Any]:
        """Return the projector, dropped after training, and the loss of a batch."""
        import torch
        from torch import nn

        from twinpurify.purification.twin_network.barlow_twins_loss import barlow_twins_loss
        from twinpurify.training.encoder import build_mlp

        width = self.projector
        projector = (
            build_mlp(self.n_dimensions, (width,), width, generator) if width else nn.Identity()
        )
        views, encoder = self._make_views(normals, generator), self.encoder_

        def loss_of_batch(batch: torch.Tensor, draws: torch.Generator) -> dict[str, torch.Tensor]:
            # Both views in one pass: batch normalisation then sees the same statistics for both.
            first, second = projector(encoder(views(batch, draws))).chunk(2)
            return barlow_twins_loss(first, second, self.redundancy_weight)

        return projector, loss_of_batch

    @abstractmethod
    def _make_views(self, normals: np.ndarray | None, generator: Any) -> Any:
        """Return a callable that draws the first, then the second views of a batch."""
