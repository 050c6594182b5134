"""The samples of a cohort as they came in, by their first two principal components."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from sklearn.decomposition import PCA

from twinpurify.errors import TableError
from twinpurify.plots.maps.embedding_map import embedding_map
from twinpurify.plots.maps.map_coordinates import COMPONENTS
from twinpurify.plots.maps.map_labels import choose_labels

MOST_VARIABLE = 2_000
MAX_SAMPLES = 2_000
# The page holds one such figure for every cohort of the run.
MOST_LABELS = 12


def quality_map(profiles: np.ndarray, samples: pd.DataFrame, seed: int = 0) -> go.Figure:
    """Draw the first two components, coloured by tissue or any label.

    A cohort that falls apart by batch and not by tissue is seen here at a glance.

    Parameters
    ----------
    profiles : array, shape (samples, genes)
        log2(x + 1).
    samples : DataFrame
        Their sample sheet, in the same order.
    seed : int
        Of the draw of samples, where there are more than 2,000.

    Returns
    -------
    Figure

    Raises
    ------
    TableError
        If there are fewer than 3 samples.
    """
    if len(samples) < 3:
        raise TableError(f"there are {len(samples)} samples; principal components need 3")
    chosen = np.arange(len(samples))
    if len(chosen) > MAX_SAMPLES:
        drawn = np.random.default_rng(seed).choice(chosen, MAX_SAMPLES, replace=False)
        chosen = np.sort(drawn)
    plane, shares = _components(np.asarray(profiles)[chosen], seed)
    sheet = samples.iloc[chosen].rename_axis("sample_id").reset_index()
    table = sheet.assign(method="pca", layout=COMPONENTS, x=plane[:, 0], y=plane[:, 1])
    tumours = sheet[sheet["tissue"] == "tumour"]
    figure = embedding_map(table, ["tissue", *choose_labels(tumours)[:MOST_LABELS]])
    figure.update_xaxes(title=f"component 1 ({shares[0]:.0%} of the variance)")
    figure.update_yaxes(title=f"component 2 ({shares[1]:.0%})")
    return figure.update_layout(margin={"b": 90})


def _components(profiles: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Take the first two components of the most variable genes, and their shares of variance."""
    variance = profiles.var(axis=0, dtype=np.float64)
    kept = np.argsort(-variance, kind="stable")[:MOST_VARIABLE]
    components = PCA(2, svd_solver="arpack", random_state=seed)
    plane = components.fit_transform(profiles[:, kept])
    return plane, components.explained_variance_ratio_
