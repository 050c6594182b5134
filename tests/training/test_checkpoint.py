"""Checkpoints: whole or ignored, and tied to the training that wrote them."""

import logging
import os
import pickle

import numpy as np
import pytest
import torch

from twinpurify.training.checkpoint import fingerprint, load_checkpoint, save_checkpoint

SETTINGS = {"method": "twinpurify", "seed": 1, "hidden": (8,)}


def arrays() -> tuple[list[np.ndarray], list[np.ndarray]]:
    return [np.arange(12.0).reshape(3, 4)], [np.ones((2, 4))]


def test_the_same_training_has_the_same_fingerprint():
    assert fingerprint(SETTINGS, *arrays()) == fingerprint(dict(SETTINGS), *arrays())
    reordered = dict(reversed(SETTINGS.items()))
    assert fingerprint(reordered, *arrays()) == fingerprint(SETTINGS, *arrays())
    as_yaml = {**SETTINGS, "hidden": [8]}
    assert fingerprint(as_yaml, *arrays()) == fingerprint(SETTINGS, *arrays())


def test_other_settings_or_data_have_another_fingerprint():
    (tumours,), normals = arrays()
    changed = tumours.copy()
    changed[2, 3] = np.nextafter(changed[2, 3], 100.0)
    found = {
        fingerprint(SETTINGS, [tumours], normals),
        fingerprint({**SETTINGS, "seed": 2}, [tumours], normals),
        fingerprint(SETTINGS, [changed], normals),
        fingerprint(SETTINGS, [tumours.reshape(4, 3)], normals),
        fingerprint(SETTINGS, [tumours[::-1]], normals),
        fingerprint(SETTINGS, [tumours], ()),
        fingerprint(SETTINGS, [tumours, *normals], ()),
        fingerprint(SETTINGS, [tumours[:2], tumours[2:]], normals),
    }
    assert len(found) == 8


def test_order_in_memory_does_not_matter():
    (tumours,), normals = arrays()
    transposed = np.asfortranarray(tumours)
    assert fingerprint(SETTINGS, [transposed], normals) == fingerprint(SETTINGS, [tumours], normals)


def test_round_trip(tmp_path):
    path = tmp_path / "new" / "folder" / "a.pt"
    state = {"weights": torch.arange(5.0), "step": 3, "history": [{"loss": 0.5}]}
    save_checkpoint(path, state)
    save_checkpoint(path, {**state, "step": 4})
    found = load_checkpoint(path)
    assert torch.equal(found["weights"], state["weights"])
    assert (found["step"], found["history"]) == (4, state["history"])
    assert [file.name for file in path.parent.iterdir()] == ["a.pt"]


def test_no_checkpoint_is_none(tmp_path):
    assert load_checkpoint(tmp_path / "none.pt") is None
    assert load_checkpoint(tmp_path) is None


def test_an_interrupted_write_leaves_the_former_checkpoint(tmp_path, monkeypatch):
    path = tmp_path / "a.pt"
    save_checkpoint(path, {"step": 1})

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        save_checkpoint(path, {"step": 2})
    assert load_checkpoint(path) == {"step": 1}


def flipped(content: bytes) -> bytes:
    """Change one bit in the middle of the weights, where no format would notice."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        flipped,
        lambda content: b"",
        lambda content: content[:20],
        lambda content: content[:-1],
        lambda content: content + b"x",
        lambda content: b"not a checkpoint, but longer than its checksum would be",
        lambda content: pickle.dumps({"step": 1}),
        lambda content: bytes(len(content)),
    ],
    ids=["flipped", "empty", "start", "cut", "longer", "text", "pickle", "zeros"],
)
def test_a_damaged_checkpoint_is_ignored_and_reported(tmp_path, caplog, damage):
    path = tmp_path / "a.pt"
    save_checkpoint(path, {"weights": torch.zeros(1000)})
    path.write_bytes(damage(path.read_bytes()))
    with caplog.at_level(logging.WARNING):
        assert load_checkpoint(path) is None
    assert "a.pt is damaged; the training starts anew" in caplog.text


class Trap:
    """Would create a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def test_a_checkpoint_runs_no_code(tmp_path):
    path, sprung = tmp_path / "a.pt", tmp_path / "sprung"
    save_checkpoint(path, {"trap": Trap(sprung)})
    with pytest.raises(pickle.UnpicklingError, match="Weights only load failed"):
        load_checkpoint(path)
    assert not sprung.exists()
