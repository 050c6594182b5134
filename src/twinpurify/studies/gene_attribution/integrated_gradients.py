"""Integrated gradients: what each gene adds to a score on the way from the mean profile."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor


def integrated_gradients(
    score: Callable[[Tensor], Tensor], profiles: Tensor, baseline: Tensor, n_steps: int
) -> Tensor:
    r"""Share out the score of each profile, less that of the baseline, to its genes.

    .. math:: a_g = (x_g - b_g) \int_0^1 \frac{\partial F(b + t (x - b))}{\partial x_g} dt

    by Gauss-Legendre quadrature. The shares add up to :math:`F(x) - F(b)` (completeness), as far
    as the quadrature is exact: it is for polynomials up to the degree of twice `n_steps`.

    Parameters
    ----------
    score : callable
        From profiles (samples, genes) to scores (samples,), each of its own profile alone.
    profiles : Tensor, shape (samples, genes)
    baseline : Tensor, shape (genes,)
    n_steps : int
        Points of the quadrature.

    Returns
    -------
    Tensor, shape (samples, genes)

    References
    ----------
    Sundararajan, Taly & Yan 2017, arXiv:1703.01365
    """
    nodes, weights = np.polynomial.legendre.leggauss(n_steps)
    way, total = profiles - baseline, torch.zeros_like(profiles)
    for node, weight in zip(nodes, weights, strict=True):
        # The quadrature is on -1 to 1.
        point = (baseline + 0.5 * (1.0 + float(node)) * way).detach().requires_grad_()
        (gradient,) = torch.autograd.grad(score(point).sum(), point)
        total += 0.5 * float(weight) * gradient
    return total * way
