"""The two tasks of VIME: which genes were replaced, and what all of them were."""

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, mse_loss


def vime_loss(
    mask_logits: Tensor, replaced: Tensor, restored: Tensor, clean: Tensor, value_weight: float
) -> dict[str, Tensor]:
    """Add the cross-entropy of the mask and the squared error of the values, mean over genes.

    Standardised genes are negative as often as positive: the values have no sigmoid, which the
    paper's have, on values between 0 and 1.

    Parameters
    ----------
    mask_logits : Tensor, shape (batch, genes)
    replaced : Tensor of bool, shape (batch, genes)
        Where a value was replaced by another.
    restored, clean : Tensor, shape (batch, genes), standardised
    value_weight : float
        Weight of the squared error.

    Returns
    -------
    dict of str to Tensor
        ``loss``, and its terms ``mask_error``, in nats, and ``value_error``.

    References
    ----------
    Yoon et al. 2020, VIME: extending the success of self- and semi-supervised learning to
    tabular domain, NeurIPS 33.
    """
    with torch.autocast(clean.device.type, enabled=False):
        mask_error = binary_cross_entropy_with_logits(mask_logits.float(), replaced.float())
        value_error = mse_loss(restored.float(), clean)
        return {
            "loss": mask_error + value_weight * value_error,
            "mask_error": mask_error,
            "value_error": value_error,
        }
