"""What the network is trained for: genes that a panel doesn't show."""

import torch
from torch import Tensor

from twinpurify.representation.masked_transformer.network import MaskedNetwork
from twinpurify.representation.masked_transformer.panels import hidden_genes


def restoration_loss(
    network: MaskedNetwork, profiles: Tensor, panels: Tensor, n_observed: int
) -> dict[str, Tensor]:
    """Compute the mean squared error of the genes that aren't observed, in standard deviations².

    Parameters
    ----------
    network : MaskedNetwork
    profiles : Tensor, shape (samples, genes)
        Standardised and complete; consecutive samples share a panel, as many each.
    panels : Tensor, shape (panels, genes)
        An order of all genes, those observed first.
    n_observed : int
        Genes of each panel.

    Returns
    -------
    dict of str to Tensor
        ``loss``, and ``factor_loss``: the error of the factors alone.
    """
    corrected, left = correct(network, profiles, panels, n_observed)
    hidden = hidden_genes(panels, n_observed)
    n_hidden = len(profiles) * (panels.shape[1] - n_observed)

    def error(residuals: Tensor) -> Tensor:
        of_panels = residuals.square().view(len(panels), -1, residuals.shape[1])
        return (of_panels.sum(dim=1) * hidden).sum() / n_hidden

    return {"loss": error(left - corrected), "factor_loss": error(left.detach())}


def correct(
    network: MaskedNetwork, profiles: Tensor, panels: Tensor, n_observed: int
) -> tuple[Tensor, Tensor]:
    """Compute what the network adds to the factors, and what it should have added.

    Parameters
    ----------
    network, profiles, panels, n_observed
        As in ``restoration_loss``.

    Returns
    -------
    tuple of Tensor, shape (samples, genes)
    """
    of_panels = profiles.view(len(panels), -1, profiles.shape[1])
    observed, shown = panels[:, :n_observed], panels[:, : network.sizes.n_tokens]
    scores = network.scores(_pick(of_panels, observed), observed)
    values = _pick(of_panels, shown)
    values[:, :, n_observed:] = torch.nan
    summaries = network.summarize(values.flatten(0, 1), shown, scores)
    left = profiles - scores @ network.loadings.T
    return network.correction(summaries).float(), left.float()


def _pick(of_panels: Tensor, genes: Tensor) -> Tensor:
    """Pick the genes of each panel from its samples, shape (panels, samples, genes)."""
    return of_panels.gather(2, genes.unsqueeze(1).expand(-1, of_panels.shape[1], -1))
