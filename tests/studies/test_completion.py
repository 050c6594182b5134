"""What completes profiles: asked in one way, and training profiles never by themselves."""

import numpy as np
import pandas as pd
import pytest

from tests.studies.stand_in import GENES, toy_split
from twinpurify.studies.completion import TRANSFORMER, Completer, CrossFitted

pytestmark = pytest.mark.usefixtures("stand_in")
SHOWN = GENES[::3]


@pytest.mark.parametrize("name", ["mean", "principal_components", TRANSFORMER])
def test_what_is_there_stays_and_the_rest_is_filled_in(name):
    data = toy_split()
    shown = data.test_tumours[SHOWN]
    found = Completer(name, {}).fit(data.train_tumours).complete(shown)
    assert list(found.columns) == GENES
    pd.testing.assert_frame_equal(found[SHOWN], shown, check_dtype=False)
    assert np.isfinite(found.to_numpy()).all()


def test_parameters_reach_the_imputer():
    parameters = {"nearest_neighbours": {"n_neighbours": 3}}
    assert Completer("nearest_neighbours", parameters).model.n_neighbours == 3


def test_no_training_profile_completes_itself():
    """The nearest neighbour of a profile is itself: all hidden values would come out right."""
    data = toy_split()
    train, patients = data.train_tumours, data.train_obs["patient_id"].to_numpy()
    parameters = {"nearest_neighbours": {"n_neighbours": 1}}
    name, hidden = "nearest_neighbours", [gene for gene in GENES if gene not in SHOWN]
    itself = Completer(name, parameters).fit(train).complete(train[SHOWN])
    assert np.abs(itself[hidden] - train[hidden]).to_numpy().max() < 1e-5
    crossed = CrossFitted(name, parameters, train, patients, 4, np.random.default_rng(0))
    found = crossed.complete_training(train[SHOWN])
    assert list(found.index) == list(train.index)
    assert (np.abs(found[hidden] - train[hidden]) > 1e-3).to_numpy().mean() > 0.99


def test_samples_of_one_patient_are_completed_by_others():
    data = toy_split()
    train = pd.concat([data.train_tumours, data.train_tumours])
    train.index = [f"{name}-{half}" for half in "ab" for name in data.train_tumours.index]
    patients = np.tile(data.train_obs["patient_id"].to_numpy(), 2)
    parameters = {"nearest_neighbours": {"n_neighbours": 1}}
    crossed = CrossFitted(
        "nearest_neighbours", parameters, train, patients, 3, np.random.default_rng(0)
    )
    hidden = [gene for gene in GENES if gene not in SHOWN]
    found = crossed.complete_training(train[SHOWN])
    assert (np.abs(found[hidden] - train[hidden]) > 1e-3).to_numpy().mean() > 0.99


def test_others_are_completed_by_all_of_the_training():
    data = toy_split()
    patients = data.train_obs["patient_id"].to_numpy()
    crossed = CrossFitted("mean", {}, data.train_tumours, patients, 3, np.random.default_rng(0))
    hidden = [gene for gene in GENES if gene not in SHOWN]
    found = crossed.complete(data.test_tumours[SHOWN])
    np.testing.assert_allclose(found[hidden].iloc[0], data.train_tumours[hidden].mean(), rtol=1e-5)
