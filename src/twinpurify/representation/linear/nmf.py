"""Non-negative matrix factorisation: profiles as sums of expression programmes."""

from typing import Annotated

import numpy as np
from pydantic import Field
from sklearn.decomposition import NMF

from twinpurify.interface.embedding_method import EmbeddingMethod
from twinpurify.interface.presentation import SKY_BLUE, Look, Presentation
from twinpurify.representation.linear.non_negative import non_negative_amounts
from twinpurify.representation.linear.settling import fit_and_note

TOLERANCE = 1e-4


class NonNegativeFactors(EmbeddingMethod):
    """Writes each profile as a non-negative sum of programmes, and embeds it by their amounts.

    Profiles are log2(x + 1), each gene divided by its standard deviation over the training
    tumours and not centred, so that they stay non-negative and all genes count alike. The start
    is the non-negative part of the singular vectors, so nothing is drawn at random. The amounts
    of a sample are the exact solution of its own least-squares problem: no other sample has a
    part in it.

    Parameters
    ----------
    n_dimensions : int
        Number of factors; fewer where the cohort has fewer tumours or genes.
    max_iterations : int
        Rounds of coordinate descent at most; the log says when it stops before it settled.

    References
    ----------
    Lee & Seung 1999, doi:10.1038/44565. Brunet et al. 2004, doi:10.1073/pnas.0308531101, for
    expression. Boutsidis & Gallopoulos 2008, doi:10.1016/j.patcog.2007.09.010, for the start.
    """

    name = "nmf"
    presentation = Presentation(
        "NMF",
        Look(SKY_BLUE, "dot", "pentagon"),
        does="non-negative matrix factorisation",
        references=(
            "Lee DD, Seung HS. Learning the parts of objects by non-negative matrix "
            "factorization. Nature 1999. doi:10.1038/44565",
            "Brunet JP et al. Metagenes and molecular pattern discovery using matrix "
            "factorization. PNAS 2004. doi:10.1073/pnas.0308531101",
        ),
        place=50,
    )
    _arrays = ("components_",)

    def __init__(
        self,
        n_dimensions: Annotated[int, Field(ge=1)] = 64,
        max_iterations: Annotated[int, Field(ge=1)] = 200,
    ) -> None:
        self.n_dimensions = n_dimensions
        self.max_iterations = max_iterations

    def _fit(self, tumours: np.ndarray, normals: np.ndarray | None) -> None:
        scaled = self._scale(tumours)
        amounts, programmes = non_negative_start(scaled, self.n_dimensions)
        factors = NMF(len(programmes), init="custom", tol=TOLERANCE, max_iter=self.max_iterations)
        amounts = fit_and_note(self.name, factors, scaled, W=amounts, H=programmes)
        length = np.linalg.norm(factors.components_, axis=1)
        size = length * np.linalg.norm(amounts, axis=0)
        kept = np.argsort(-size, kind="stable")[: np.count_nonzero(size)]
        self.components_ = (factors.components_ / length[:, None])[kept].T.astype(np.float32)

    def _embed(self, values: np.ndarray) -> np.ndarray:
        return non_negative_amounts(self.components_, self._scale(values))

    def _scale(self, values: np.ndarray) -> np.ndarray:
        """Divide genes by their spread; log2(x + 1) is non-negative but for rounding."""
        return np.maximum(values, 0.0) / self.gene_scale_


def non_negative_start(values: np.ndarray, n_factors: int) -> tuple[np.ndarray, np.ndarray]:
    """Make initial factors from the singular vectors, the larger of their two signs each.

    Zeros are replaced by the mean, from which coordinate descent can leave in any direction.

    Parameters
    ----------
    values : array, shape (samples, genes)
        Non-negative.
    n_factors : int
        At most ``min(samples, genes)`` are made.

    Returns
    -------
    amounts : array, shape (samples, factors)
    programmes : array, shape (factors, genes)
    """
    left, sizes, right = np.linalg.svd(values, full_matrices=False)
    amounts, programmes = [], []
    for k in range(min(n_factors, len(sizes))):
        parts = [
            (np.maximum(sign * left[:, k], 0.0), np.maximum(sign * right[k], 0.0))
            for sign in (1.0, -1.0)
        ]
        lengths = [np.linalg.norm(first) * np.linalg.norm(second) for first, second in parts]
        (amount, programme), length = parts[np.argmax(lengths)], max(lengths)
        root = np.sqrt(sizes[k] * length)
        amounts.append(root * amount / max(np.linalg.norm(amount), 1e-12))
        programmes.append(root * programme / max(np.linalg.norm(programme), 1e-12))
    return tuple(
        np.where(factor > 0.0, factor, values.mean()).astype(values.dtype)
        for factor in (np.array(amounts).T, np.array(programmes))
    )
