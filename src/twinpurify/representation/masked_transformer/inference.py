"""The fitted network on profiles of which any genes may be missing."""

import logging
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch
from sklearn.utils.validation import check_is_fitted

from twinpurify.errors import GeneMismatchError, listed
from twinpurify.interface.profiles import as_profiles, in_gene_order
from twinpurify.representation.linear.factor_model import factor_scores
from twinpurify.representation.masked_transformer.network import MOST_SHOWINGS

logger = logging.getLogger(__name__)
BATCH = 128


class Observed(NamedTuple):
    """What is known of some profiles.

    Attributes
    ----------
    index : Index
        Their names.
    given : array, shape (samples, genes of the model), float32
        log2(x + 1), NaN where missing.
    standardized : array of the same shape
    scores : array, shape (samples, factors), float32
    """

    index: pd.Index
    given: np.ndarray
    standardized: np.ndarray
    scores: np.ndarray


class Showing(NamedTuple):
    """One choice of genes to show, for a batch of profiles.

    Attributes
    ----------
    rows : slice
        The profiles.
    values, genes : Tensor, shape (samples, tokens)
        Standardised, NaN where missing; and which genes.
    scores : Tensor, shape (samples, factors)
    weight : array, shape (samples,)
        Observed genes among those shown; 0 where the profile alone has fewer choices.
    """

    rows: slice
    values: torch.Tensor
    genes: torch.Tensor
    scores: torch.Tensor
    weight: np.ndarray


def observe(method: Any, X: Any) -> Observed:
    """Bring profiles to the genes of a fitted MaskedTransformer.

    Raises
    ------
    ExpressionError
        If X is malformed.
    GeneMismatchError
        If a sample has no value of any gene of the model.
    """
    check_is_fitted(method, "genes_")
    profiles = as_profiles(X, method.genes_, allow_missing=True)
    given, unknown = in_gene_order(profiles, method.genes_)
    if unknown:
        logger.info("%s ignores %d unseen genes: %s", method.name, len(unknown), listed(unknown))
    bare = np.isnan(given).all(axis=1)
    if bare.any():
        raise GeneMismatchError(
            f"the samples {listed(profiles.index[bare])} have no value of any of the "
            f"{len(method.genes_)} genes that {method.name} was fitted on, "
            f"{listed(method.genes_)}; bring both to gene symbols (`genes.id_type`), or leave the "
            "samples out"
        )
    standardized = method._standardize(given)
    network = method.encoder_
    scores = factor_scores(standardized, network.loadings.numpy(), network.noise.numpy())
    return Observed(profiles.index, given, standardized, scores.astype(np.float32))


def showings(network: Any, observed: Observed) -> Iterator[Showing]:
    """Show the observed genes of each profile, as many at once as the network takes.

    Genes come in the network's order, those observed first; where fewer are observed than are
    shown, the others are missing tokens, as in training.
    """
    n_genes, n_tokens = network.sizes.n_genes, network.sizes.n_tokens
    place = np.empty(n_genes, dtype=int)
    place[network.order.numpy()] = np.arange(n_genes)
    for start in range(0, len(observed.scores), BATCH):
        rows = slice(start, start + BATCH)
        values = observed.standardized[rows]
        missing = np.isnan(values)
        order = np.argsort(np.where(missing, n_genes + place, place), axis=1)
        n_own = np.clip((~missing).sum(axis=1) // n_tokens, 1, MOST_SHOWINGS)
        for number in range(n_own.max()):
            genes = order[:, number * n_tokens : (number + 1) * n_tokens]
            shown = np.take_along_axis(values, genes, axis=1)
            # A profile has as many choices as alone, whatever the others of its batch have.
            n_observed = np.where(number < n_own, (~np.isnan(shown)).sum(axis=1), 0)
            yield Showing(
                rows,
                torch.from_numpy(shown),
                torch.from_numpy(genes),
                torch.from_numpy(observed.scores[rows]),
                n_observed.astype(np.float32),
            )


def summaries(method: Any, observed: Observed) -> np.ndarray:
    """Summarise profiles: the mean over what was shown, by how many genes of it were observed.

    Returns
    -------
    array, shape (samples, n_dimensions), float32
    """
    network = method.encoder_
    total = np.zeros((len(observed.scores), network.sizes.n_dimensions), np.float32)
    weight = np.zeros((len(observed.scores), 1), np.float32)
    with torch.inference_mode():
        for showing in showings(network, observed):
            found = network.summarize(showing.values, showing.genes, showing.scores).numpy()
            total[showing.rows] += found * showing.weight[:, None]
            weight[showing.rows] += showing.weight[:, None]
    return total / weight


def restored(method: Any, observed: Observed) -> np.ndarray:
    """Restore all genes, standardised: what the factors expect, and the network's correction.

    Returns
    -------
    array, shape (samples, genes of the model)
    """
    network = method.encoder_
    with torch.inference_mode():
        found = torch.from_numpy(summaries(method, observed))
        added = network.correction(found).numpy()
        expected = observed.scores @ network.loadings.numpy().T
    n_observed = (~np.isnan(observed.given)).sum(axis=1)
    gains = np.interp(np.log(n_observed), np.log(method.gain_sizes_), method.gains_)
    return expected + gains[:, None] * added
