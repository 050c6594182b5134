"""Profiles whose class is known, and a classifier that learns it in little time."""

import numpy as np
import pandas as pd

from twinpurify.fine_tuning import FineTunedClassifier

N_GENES = 30
CLASSES = np.array(["Basal", "Her2", "LumA"])
LEVEL = np.random.default_rng(98).uniform(4.0, 10.0, N_GENES)
FACTORS = np.random.default_rng(99).normal(size=(4, N_GENES))
FAST = {
    "max_epochs": 30,
    "patience": 8,
    "epochs_without_validation": 5,
    "head_hidden": (8,),
    "learning_rate": 0.02,
    "encoder_learning_rate": 0.002,
}
SMALL_NETWORK = {"n_dimensions": 4, "hidden": (16,), "device": "cpu"}


def profiles(
    n: int, seed: int = 0, effect: float = 1.0, classes: np.ndarray = CLASSES
) -> tuple[pd.DataFrame, np.ndarray]:
    """Draw profiles in which each class has factors of its own, and their classes."""
    rng = np.random.default_rng(seed)
    codes = np.arange(n) % len(classes)
    amounts = rng.normal(size=(n, 4)) + effect * 2.0 * np.eye(4)[codes]
    values = LEVEL + 0.5 * amounts @ FACTORS + 0.3 * rng.normal(size=(n, N_GENES))
    genes = [f"GENE{i}" for i in range(N_GENES)]
    samples = [f"sample{seed}_{i}" for i in range(n)]
    table = pd.DataFrame(np.clip(values, 0, None).astype(np.float32), index=samples, columns=genes)
    return table, classes[codes]


NORMALS = profiles(8, seed=3)[0] + np.float32(1.0)


def classifier(**changes) -> FineTunedClassifier:
    """Make a classifier on few principal components."""
    return FineTunedClassifier(
        **{
            "method": "pca",
            "method_parameters": None if "method" in changes else {"n_dimensions": 4},
            "device": "cpu",
            "precision": "float32",
            **FAST,
            **changes,
        }
    )
