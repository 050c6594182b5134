"""What neural methods share, on a method whose loss is as simple as can be."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from twinpurify.training import encoder_method
from twinpurify.training.encoder_method import EncoderMethod


class Positive(EncoderMethod):
    """Trains the encoder to give ones; normals change nothing but the fingerprint."""

    name = "positive"
    uses_background = True
    n_steps, max_epochs, batch_size, learning_rate, weight_decay = 12, 100, 8, 0.01, 0.0
    device, precision = "cpu", "float32"
    hidden: Sequence[int] = (8,)
    n_dimensions = 3

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self.steps: list[int] = []

    def _prepare_loss(self, normals, generator):
        from torch import nn

        from twinpurify.training.encoder import build_mlp

        head = build_mlp(3, (), 3, generator)
        standardize = self._standardizer()

        def loss_of_batch(batch, draws):
            self.steps.append(len(batch))
            return {"loss": (head(self.encoder_(standardize(batch))) - 1.0).square().mean()}

        return nn.ModuleDict({"head": head}), loss_of_batch


def profiles(n: int, seed: int = 0) -> pd.DataFrame:
    values = np.random.default_rng(seed).gamma(4.0, 1.5, (n, 10)).astype(np.float32)
    return pd.DataFrame(values, columns=[f"g{i}" for i in range(10)])


TUMOURS, NORMALS = profiles(16), profiles(4, seed=1)


def fit(method: Positive, tumours=TUMOURS, normals=NORMALS) -> Positive:
    return method.fit(tumours, background=normals)


def test_the_embedding_is_standardised_by_the_training_tumours():
    embedding = fit(Positive()).transform(TUMOURS)
    np.testing.assert_allclose(embedding.mean(axis=0), 0.0, atol=1e-5)
    np.testing.assert_allclose(embedding.std(axis=0), 1.0, atol=1e-4)


def test_profiles_are_embedded_in_batches(monkeypatch):
    method = fit(Positive())
    expected = method.transform(TUMOURS)
    monkeypatch.setattr(encoder_method, "EMBEDDING_BATCH", 5)
    np.testing.assert_allclose(method.transform(TUMOURS), expected, atol=1e-5)


def test_only_the_encoder_is_kept(tmp_path):
    state = fit(Positive())._state()
    assert {name for name in state if "weight" in name} == {
        "encoder.0.weight",
        "encoder.1.weight",
        "encoder.3.weight",
    }
    assert not any("head" in name for name in state)


def test_the_history_is_stored_with_the_model(tmp_path):
    method = fit(Positive())
    assert method.history_["epoch"].tolist() == [1, 2, 3, 4, 5, 6]
    loaded = Positive.restore(method.describe(), method._state())
    pd.testing.assert_frame_equal(loaded.history_, method.history_)
    np.testing.assert_array_equal(loaded.transform(TUMOURS), method.transform(TUMOURS))


def test_a_model_without_history_is_restored_without():
    method = fit(Positive())
    loaded = Positive.restore({**method.describe(), "history": None}, method._state())
    assert loaded.history_ is None


def test_no_checkpoints_unless_asked_for(tmp_path):
    fit(Positive())
    assert list(tmp_path.iterdir()) == []
    fit(Positive().with_checkpoints(tmp_path))
    assert [path.suffix for path in tmp_path.iterdir()] == [".pt"]


def test_a_finished_fit_is_taken_from_its_checkpoint(tmp_path):
    first = fit(Positive().with_checkpoints(tmp_path))
    second = fit(Positive().with_checkpoints(tmp_path))
    assert (len(first.steps), len(second.steps)) == (12, 0)
    np.testing.assert_array_equal(second.transform(TUMOURS), first.transform(TUMOURS))
    pd.testing.assert_frame_equal(second.history_, first.history_)


@pytest.mark.parametrize(
    ("method", "tumours", "normals"),
    [
        (Positive(seed=1), TUMOURS, NORMALS),
        (Positive(), TUMOURS + 0.01, NORMALS),
        (Positive(), TUMOURS, NORMALS + 0.01),
        (Positive(), TUMOURS[::-1], NORMALS),
    ],
    ids=["settings", "tumours", "normals", "order"],
)
def test_the_checkpoint_of_another_training_is_not_used(tmp_path, method, tumours, normals):
    fit(Positive().with_checkpoints(tmp_path))
    method.steps = []
    fit(method.with_checkpoints(tmp_path), tumours, normals)
    assert len(method.steps) == 12
    assert len(list(tmp_path.iterdir())) == 2


def test_a_small_cohort_ends_after_so_many_times_through_it():
    method = Positive()
    method.max_epochs = 3
    # 16 tumours in batches of 8: two steps an epoch, so 6 of the 12.
    assert len(fit(method).steps) == 6
    assert len(fit(Positive()).steps) == 12
