"""Fitted methods as folders."""

import numpy as np
import pandas as pd
import pytest

from twinpurify.kedro_datasets.models import ModelDataset, ModelsDataset
from twinpurify.representation.linear.pca import PrincipalComponents
from twinpurify.representation.linear.raw import RawExpression


@pytest.fixture
def profiles():
    values = np.random.default_rng(4).uniform(0, 12, (8, 5)).astype(np.float32)
    return pd.DataFrame(values, columns=list("ABCDE"))


def test_a_model_embeds_as_before(profiles, tmp_path):
    model = PrincipalComponents(n_dimensions=3).fit(profiles)
    dataset = ModelDataset(filepath=str(tmp_path / "final"))
    dataset.save(model)
    np.testing.assert_array_equal(dataset.load().transform(profiles), model.transform(profiles))


def test_models_are_replaced_as_a_whole(profiles, tmp_path):
    model = RawExpression().fit(profiles)
    dataset = ModelsDataset(filepath=str(tmp_path / "splits"))
    dataset.save({f"split_{number}": model for number in range(3)})
    dataset.save({"split_0": model})
    assert list(dataset.load()) == ["split_0"]


def test_models_come_back_by_their_keys(profiles, tmp_path):
    first, second = (PrincipalComponents(n_dimensions=n).fit(profiles) for n in (2, 3))
    dataset = ModelsDataset(filepath=str(tmp_path / "splits"))
    dataset.save({"split_1": second, "split_0": first})
    loaded = dataset.load()
    assert {key: method.n_dimensions_ for key, method in loaded.items()} == {
        "split_0": 2,
        "split_1": 3,
    }


def test_the_folder_can_be_read_by_others(profiles, tmp_path):
    dataset = ModelsDataset(filepath=str(tmp_path / "splits"))
    dataset.save({"split_0": RawExpression().fit(profiles)})
    assert (tmp_path / "splits").stat().st_mode & 0o777 == 0o755
