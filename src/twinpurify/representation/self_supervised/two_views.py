"""What SCARF and BYOL share: each tumour as it is, and corrupted."""

from typing import Any

from twinpurify.representation.self_supervised.self_supervised import SelfSupervisedMethod


class TwoViewMethod(SelfSupervisedMethod):
    """A self-supervised method that compares a clean view of each tumour with a corrupted one.

    A subclass has the parameter ``marginal`` beside those of ``SelfSupervisedMethod``.
    """

    def _views(self) -> Any:
        """Return what draws the clean, then the corrupted views of a batch, for one pass."""
        import torch

        from twinpurify.interface.row_blocks import empty_for_products
        from twinpurify.representation.self_supervised.corruption import Corruption
        from twinpurify.training.distributed import own_rows

        standardize = self._standardizer()
        corrupt = Corruption(
            self.corruption, self._gene_range if self.marginal == "uniform" else None
        )

        def pair(batch: torch.Tensor, draws: torch.Generator) -> torch.Tensor:
            clean, own = standardize(batch), own_rows(len(batch))
            n_own = own.stop - own.start
            both = empty_for_products(2 * n_own, clean.shape[1], batch.device)
            both[:n_own], both[n_own:] = clean[own], corrupt(clean, draws)[0]
            return both

        return pair
