"""The regression of BYOL: what is predicted from one view points where the other's target does."""

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity


def byol_loss(predictions: Tensor, targets: Tensor) -> Tensor:
    """Add both views' mean of ``2 - 2 cos`` between prediction and the other view's target.

    Parameters
    ----------
    predictions, targets : Tensor, shape (2 · batch, dimensions)
        All first views, then all second views of the same samples, in the same order. The
        targets are constants.

    Returns
    -------
    Tensor, shape ()
        0 to 8.

    References
    ----------
    Grill et al. 2020, Bootstrap your own latent, arXiv:2006.07733.
    """
    with torch.autocast(predictions.device.type, enabled=False):
        others = targets.detach().float().roll(len(targets) // 2, dims=0)
        return 2.0 * (2.0 - 2.0 * cosine_similarity(predictions.float(), others)).mean()
