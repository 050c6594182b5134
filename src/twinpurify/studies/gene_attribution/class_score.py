"""The log odds of a tumour's own class, through which gradients can pass."""

import numpy as np
import torch
from torch import Tensor, nn

from twinpurify.evaluation.probes.classification import ClassificationProbe
from twinpurify.interface.modules import FixedScaling, linear_map


class ClassScore(nn.Module):
    """An embedding with a linear probe on top: log probability of each class, less their mean.

    Parameters
    ----------
    embedding : nn.Module
        From profiles (samples, genes) to embeddings.
    probe : ClassificationProbe
        Fitted on embeddings.
    """

    def __init__(self, embedding: nn.Module, probe: ClassificationProbe) -> None:
        super().__init__()
        coefficients, intercept = probe.coefficients_, np.asarray(probe.intercept_)
        if coefficients.shape[1] == 1:
            # Of two classes the probe holds the log odds of the second.
            coefficients = np.column_stack([np.zeros(len(coefficients)), coefficients])
            intercept = np.concatenate([[0.0], intercept])
        self.layers = nn.Sequential(
            embedding,
            FixedScaling(probe.scaler_.mean_, probe.scaler_.scale_),
            linear_map(coefficients, intercept),
        )

    def forward(self, profiles: Tensor, own: Tensor) -> Tensor:
        """Score the own class of profiles.

        Parameters
        ----------
        profiles : Tensor, shape (samples, genes)
        own : Tensor of int, shape (samples,)
            Number of the class of each.

        Returns
        -------
        Tensor, shape (samples,)
        """
        decision = self.layers(profiles)
        decision = decision - decision.mean(dim=1, keepdim=True)
        return torch.gather(decision, 1, own[:, None])[:, 0]
