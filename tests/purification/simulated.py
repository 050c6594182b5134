"""A synthetic cohort split by patient, and how well a method does on it: the truth is known."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from twinpurify.cohort.simulation.synthetic import SyntheticSettings, generate_synthetic_cohort
from twinpurify.purification.dilution import dilute
from twinpurify.representation.linear.pca import PrincipalComponents
from twinpurify.representation.linear.raw import RawExpression

FRACTION = 0.25
# A network that is trained in a moment.
SMALL_NETWORK = {
    "n_dimensions": 4,
    "hidden": (32,),
    "n_steps": 30,
    "batch_size": 16,
    "device": "cpu",
    "precision": "float32",
}


class Data(NamedTuple):
    """Training and test patients of a synthetic cohort, and the truth of the latter."""

    tumours: pd.DataFrame
    normals: pd.DataFrame
    test: pd.DataFrame
    test_normals: pd.DataFrame
    diluted: pd.DataFrame
    pure: pd.DataFrame
    purity: np.ndarray


def make_data(seed: int, n_tumours: int = 200, n_genes: int = 300) -> Data:
    n_normals = n_tumours // 5
    settings = SyntheticSettings(
        n_tumours=n_tumours,
        n_normals=n_normals,
        n_matched_normals=n_normals // 2,
        n_genes=n_genes,
        seed=seed,
    )
    cohort = generate_synthetic_cohort(settings)
    samples = cohort.samples.set_index("sample")
    is_tumour = (samples["tissue"] == "tumour").to_numpy()
    patients = samples["patient_id"].unique()[: n_tumours * 3 // 10]
    in_test = samples["patient_id"].isin(patients).to_numpy()
    profiles = cohort.expression
    test, test_normals = profiles[is_tumour & in_test], profiles[~is_tumour & in_test]
    diluted = dilute(
        test.to_numpy(), test_normals.to_numpy(), FRACTION, np.random.default_rng(seed)
    )
    return Data(
        profiles[is_tumour & ~in_test],
        profiles[~is_tumour & ~in_test],
        test,
        test_normals,
        pd.DataFrame(diluted, index=test.index, columns=test.columns),
        cohort.pure_profiles.loc[test.index],
        cohort.truth_table.loc[test.index, "purity"].to_numpy(),
    )


def found_again(method: Any, data: Data) -> float:
    """Share of diluted tumours whose nearest undiluted one, by cosine, is their own."""
    queries, targets = method.transform(data.diluted), method.transform(data.test)
    queries = queries / np.linalg.norm(queries, axis=1, keepdims=True)
    targets = targets / np.linalg.norm(targets, axis=1, keepdims=True)
    return float(((queries @ targets.T).argmax(axis=1) == np.arange(len(queries))).mean())


def found_by_rivals(data: Data, n_dimensions: int) -> tuple[float, float]:
    """The same share by raw expression, and by so many principal components."""
    rivals = (RawExpression(), PrincipalComponents(n_dimensions=n_dimensions))
    return tuple(found_again(rival.fit(data.tumours), data) for rival in rivals)


def error(profiles: pd.DataFrame, truth: pd.DataFrame) -> float:
    """Root mean square difference."""
    return float(np.sqrt(np.square(profiles.to_numpy() - truth.to_numpy()).mean()))


def neighbour_overlap(first: np.ndarray, second: np.ndarray, n_neighbours: int = 10) -> float:
    """Mean share of the nearest neighbours, by cosine, that two embeddings have in common."""
    shares = []
    for i in range(len(first)):
        near = []
        for embedding in (first, second):
            cosine = embedding @ embedding[i] / np.linalg.norm(embedding, axis=1)
            cosine[i] = -np.inf
            near.append(set(np.argsort(-cosine)[:n_neighbours]))
        shares.append(len(near[0] & near[1]) / n_neighbours)
    return float(np.mean(shares))
