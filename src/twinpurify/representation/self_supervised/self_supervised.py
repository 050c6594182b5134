"""What SCARF, VIME and BYOL share: corrupted views, dropout, tumours held out to stop early."""

from pathlib import Path
from typing import Any

import numpy as np

from twinpurify.training.encoder_method import EncoderMethod

# Tumours of a batch that the spectrum is logged of: of all, it would take a fifth of a step.
LOGGED_ROWS = 128


class SelfSupervisedMethod(EncoderMethod):
    """An encoder method that learns from tumours alone and stops on tumours that it held out.

    A subclass has the parameters ``dropout, corruption, validation_share, patience`` beside those
    of ``EncoderMethod``.
    """

    schedule = "constant"

    def _trainer(self, source: Any, normals: np.ndarray | None, checkpoint: Path | None) -> Any:
        """Find the range of each gene, which corrupted views are drawn from, and set up."""
        self._gene_range = self._find_gene_range(source)
        trainer = super()._trainer(source, normals, checkpoint)
        del self._gene_range
        return trainer

    def _find_gene_range(self, source: Any) -> tuple[Any, Any]:
        """Find the lowest and the highest standardised value of each gene of the tumours."""
        import torch

        ends = [(block.min(axis=0), block.max(axis=0)) for block in source.blocks()]
        lowest = np.min([low for low, _ in ends], axis=0)
        highest = np.max([high for _, high in ends], axis=0)
        return tuple(
            torch.from_numpy(self._standardize(values)).to(self._device)
            for values in (lowest, highest)
        )

    def _diagnostics(self, embedding: Any) -> dict[str, Any]:
        """Log how far the embedding of this process's clean tumours has collapsed."""
        from twinpurify.representation.self_supervised.spectrum import collapse_diagnostics
        from twinpurify.training.distributed import gathered

        return collapse_diagnostics(gathered(embedding)[:LOGGED_ROWS])
