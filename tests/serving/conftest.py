"""A copy of the migrated MLflow store for each test, and two small models."""

import shutil

import numpy as np
import pandas as pd
import pytest

from twinpurify.purification.twinpurify.twinpurify import TwinPurify
from twinpurify.representation.linear.pca import PrincipalComponents

GENES = [f"GENE{place}" for place in range(12)]


def profiles(n: int, seed: int) -> pd.DataFrame:
    """Draw profiles in log2(x + 1)."""
    values = np.log2(np.random.default_rng(seed).gamma(2.0, 50.0, (n, len(GENES))) + 1)
    samples = [f"s{place}" for place in range(n)]
    return pd.DataFrame(values.astype(np.float32), index=samples, columns=GENES)


@pytest.fixture(scope="session")
def tumours() -> pd.DataFrame:
    return profiles(24, seed=1)


@pytest.fixture(scope="session")
def twinpurify_model(tumours) -> TwinPurify:
    method = TwinPurify(n_dimensions=3, n_views=2)
    return method.fit(tumours, background=profiles(8, seed=2))


@pytest.fixture(scope="session")
def pca_model(tumours) -> PrincipalComponents:
    return PrincipalComponents(n_dimensions=2).fit(tumours)


@pytest.fixture
def store(migrated_store, tmp_path):
    """A store of the test's own, as MLflow's tracking and registry address."""
    import mlflow

    shutil.copy(migrated_store, tmp_path / "mlflow.db")
    former = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path / 'mlflow.db'}")
    yield mlflow.MlflowClient()
    mlflow.set_tracking_uri(former)


@pytest.fixture
def run_id(store, tmp_path) -> str:
    experiment = store.create_experiment("tests", (tmp_path / "artifacts").as_uri())
    return store.create_run(experiment).info.run_id
