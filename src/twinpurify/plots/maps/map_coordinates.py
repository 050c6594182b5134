"""Two coordinates a sample, so that an embedding can be looked at."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

from twinpurify.errors import TableError

FEWEST_FOR_NEIGHBOURS = 30
PERPLEXITY = 30.0
LEADING_COMPONENTS = 50
NEIGHBOURS, COMPONENTS = "t-SNE", "principal components"


def map_coordinates(
    embeddings: Mapping[str, np.ndarray],
    seed: int,
    samples: pd.DataFrame | None = None,
    max_samples: int = 2000,
) -> pd.DataFrame:
    """Lay out each embedding in the plane twice: by t-SNE started from PCA, and by PCA.

    Parameters
    ----------
    embeddings : mapping of str to array, shape (n, d)
        Method to embedding, all of the same samples in the same order.
    seed : int
        The same seed gives the same map.
    samples : DataFrame, optional
        Sample sheet of the ``n`` samples, indexed by ``sample_id``; its columns are passed on.
    max_samples : int
        Of a larger cohort that many are drawn at random, the same for each method, to keep the
        page small.

    Returns
    -------
    DataFrame
        ``method, layout, x, y, sample_id`` and the columns of `samples`; a row a method, layout
        and sample. Fewer than 30 samples are laid out by PCA alone.

    Raises
    ------
    TableError
        If the embeddings or the sample sheet differ in their number of samples.

    References
    ----------
    van der Maaten & Hinton 2008, JMLR 9:2579. Kobak & Berens 2019, on starting from PCA,
    doi:10.1038/s41467-019-13056-x.
    """
    counts = {method: len(embedding) for method, embedding in embeddings.items()}
    n = len(samples) if samples is not None else max(counts.values(), default=0)
    if set(counts.values()) != {n} or n < 2:
        raise TableError(
            f"a map needs the same samples, at least 2, in each embedding; there are {counts}, "
            f"and {n} samples expected"
        )
    sheet = pd.DataFrame(index=range(n)) if samples is None else samples
    chosen = np.arange(n)
    if n > max_samples:
        chosen = np.sort(np.random.default_rng(seed).choice(n, max_samples, replace=False))
    sheet = sheet.iloc[chosen].rename_axis("sample_id").reset_index()
    maps = []
    for method, embedding in embeddings.items():
        planes = _planes(np.asarray(embedding, dtype=np.float32)[chosen], seed)
        maps += [
            sheet.assign(method=method, layout=layout, x=plane[:, 0], y=plane[:, 1])
            for layout, plane in planes.items()
        ]
    return pd.concat(maps, ignore_index=True)


def _planes(embedding: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """Reduce one embedding to two coordinates, by layout."""
    n, d = embedding.shape
    n_components = min(LEADING_COMPONENTS, n, d)
    leading = PCA(n_components, svd_solver="auto", random_state=seed).fit_transform(embedding)
    padding = np.zeros((n, max(0, 2 - n_components)))
    components = np.hstack([leading[:, :2], padding])
    if n < FEWEST_FOR_NEIGHBOURS or n_components < 3:
        return {COMPONENTS: components}
    tsne = TSNE(init="pca", perplexity=min(PERPLEXITY, (n - 1) / 3), random_state=seed, n_jobs=1)
    # Several threads add up the gradient in changing order, and no two maps would be equal.
    with threadpool_limits(limits=1):
        return {NEIGHBOURS: tsne.fit_transform(leading), COMPONENTS: components}
