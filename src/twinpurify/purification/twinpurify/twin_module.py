"""The embedding of TwinPurify as a torch module, which gradients can pass through."""

import math

import numpy as np
import torch
from torch import Tensor, nn

from twinpurify.interface.modules import float_tensor, linear_map
from twinpurify.purification.twinpurify.excess import ExcessMap
from twinpurify.purification.twinpurify.presence import TumourPresence

# As in ExcessMap and TwinPurify.
SHORTEST = 1e-12


class ExcessModule(nn.Module):
    """Computes what ``ExcessMap`` does; nothing in it is trained.

    Parameters
    ----------
    excess : ExcessMap
    """

    def __init__(self, excess: ExcessMap) -> None:
        super().__init__()
        self.floor = excess.floor
        for name in ("normal_level", "unit", "inverse_scale"):
            self.register_buffer(name, float_tensor(getattr(excess, name)))

    def forward(self, profiles: Tensor) -> Tensor:
        """Map profiles, log2(x + 1), shape (samples, genes), to directions of excess."""
        linear = (torch.exp2(profiles) - 1.0).clamp(min=0.0)
        values = torch.asinh((linear - self.normal_level) / self.unit) * self.inverse_scale
        squared_lengths = values.square().sum(dim=1, keepdim=True) + self.floor
        return values * torch.sqrt(values.shape[1] / squared_lengths.clamp(min=SHORTEST))


class PresenceModule(nn.Module):
    """Computes what ``TumourPresence`` does; nothing in it is trained.

    Parameters
    ----------
    presence : TumourPresence
    """

    def __init__(self, presence: TumourPresence) -> None:
        super().__init__()
        self.absent, self.present = presence.absent, presence.present
        self.register_buffer("direction", float_tensor(presence.direction))

    def forward(self, features: Tensor) -> Tensor:
        """Weigh directions of excess, shape (samples, 1), 0 to 1."""
        room = self.present - self.absent
        if room <= 0.0:
            return torch.ones_like(features[:, :1])
        score = (features @ self.direction)[:, None]
        return ((score - self.absent) / room).clamp(0.0, 1.0).square()


class TwinModule(nn.Module):
    """Embeds profiles as a fitted TwinPurify does; both of its linear maps can be trained.

    What stays is the excess over the training normals, the length of an embedding and the
    presence of tumour: normal tissue keeps its place.

    Parameters
    ----------
    excess : ExcessMap
    mean : array, shape (genes,)
        Of the directions of excess of the training tumours.
    directions : array, shape (genes, dimensions)
    presence : TumourPresence
    rotation : array, shape (dimensions, dimensions)
    """

    def __init__(
        self,
        excess: ExcessMap,
        mean: np.ndarray,
        directions: np.ndarray,
        presence: TumourPresence,
        rotation: np.ndarray,
    ) -> None:
        super().__init__()
        self.excess, self.presence = ExcessModule(excess), PresenceModule(presence)
        self.register_buffer("mean", float_tensor(mean))
        self.directions, self.rotation = linear_map(directions), linear_map(rotation)

    def forward(self, profiles: Tensor) -> Tensor:
        """Embed profiles, log2(x + 1), shape (samples, genes)."""
        features = self.excess(profiles)
        outputs = self.directions(features - self.mean)
        lengths = torch.linalg.vector_norm(outputs, dim=1, keepdim=True)
        wanted = math.sqrt(outputs.shape[1]) * self.presence(features)
        return self.rotation(outputs * (wanted / lengths.clamp(min=SHORTEST)))
