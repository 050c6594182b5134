"""What variational auto-encoders share: a Gaussian posterior for each profile, and its cost."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from twinpurify.training.distributed import n_processes, own_rows

# Beyond these the exponential would leave float32.
LOG_VARIANCE_LIMITS = (-20.0, 20.0)


class Posterior(nn.Module):
    """An encoder that gives the mean, with a head that gives the log-variance beside it.

    Parameters
    ----------
    encoder : nn.Sequential
        Ends in the linear map to the mean.
    log_variance : nn.Linear
        From the last hidden layer, too.
    """

    def __init__(self, encoder: nn.Sequential, log_variance: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder
        self.log_variance = log_variance

    def forward(self, profiles: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and log-variance of each profile, float32."""
        hidden = self.encoder[:-1](profiles)
        log_variance = self.log_variance(hidden).float().clamp(*LOG_VARIANCE_LIMITS)
        return self.encoder[-1](hidden).float(), log_variance


def sample(
    mean: Tensor, log_variance: Tensor, draws: torch.Generator, n_tissues: int = 1
) -> Tensor:
    """Draw from the posterior so that gradients pass (reparametrisation).

    Parameters
    ----------
    mean, log_variance : Tensor, shape (samples, dimensions)
    draws : torch.Generator
    n_tissues : int
        So many batches stand below each other, of which each process has its share.
    """
    n_rows, n_dimensions = mean.shape
    noise = torch.randn(n_rows * n_processes(), n_dimensions, generator=draws)
    tissues = noise.view(n_tissues, -1, n_dimensions)
    own = tissues[:, own_rows(tissues.shape[1])].reshape(n_rows, n_dimensions)
    return mean + own.to(mean.device) * (0.5 * log_variance).exp()


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Compute the divergence of each posterior from the standard normal, in nats.

    Parameters
    ----------
    mean, log_variance : Tensor, shape (samples, dimensions)

    Returns
    -------
    Tensor, shape (samples,)

    References
    ----------
    Kingma & Welling 2014, arXiv:1312.6114.
    """
    terms = mean.square() + log_variance.exp() - log_variance - 1.0
    return 0.5 * terms.sum(dim=1)


class ContrastiveTerms:
    """The loss of tumours, restored from both latents, and of normals, from the background alone.

    Parameters
    ----------
    encoder : nn.Sequential
        Of the salient latent.
    heads : nn.ModuleDict
        ``decoder, background, log_variance, background_log_variance``.
    beta : float
        Weight of the divergences.
    """

    def __init__(self, encoder: nn.Sequential, heads: nn.ModuleDict, beta: float) -> None:
        self.salient = Posterior(encoder, heads["log_variance"])
        self.shared = Posterior(heads["background"], heads["background_log_variance"])
        self.decoder = heads["decoder"]
        self.beta = beta

    def __call__(
        self, tumours: Tensor, normals: Tensor, draws: torch.Generator
    ) -> dict[str, Tensor]:
        """Compute the loss of standardised tumours and normals, as many of the one as the other."""
        salient, both = self.salient(tumours), torch.cat([tumours, normals])
        # Both tissues in one pass: batch normalisation then sees the same statistics for both.
        shared = self.shared(both)
        own = sample(*salient, draws)
        latents = torch.cat(
            [torch.cat([own, torch.zeros_like(own)]), sample(*shared, draws, n_tissues=2)], dim=1
        )
        error = (self.decoder(latents).float() - both).square().mean()
        of_salient, of_shared = divergence(*salient).mean(), divergence(*shared).mean()
        # Normals have no salient latent to pay for: half of the samples.
        cost = (0.5 * of_salient + of_shared) / both.shape[1]
        return {
            "loss": 0.5 * error + self.beta * cost,
            "reconstruction": error,
            "divergence": of_salient,
            "background_divergence": of_shared,
        }


def log_variance_head(
    n_inputs: int, hidden: Sequence[int], n_dimensions: int, generator: torch.Generator
) -> nn.Module:
    """Build the head on the last hidden layer of an encoder, or on the input where it has none."""
    from twinpurify.training.encoder import build_mlp

    return build_mlp(hidden[-1] if hidden else n_inputs, (), n_dimensions, generator)
