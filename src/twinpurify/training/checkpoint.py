"""Checkpoints of a training, tied to its data and settings by a fingerprint."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import torch


def fingerprint(settings: dict[str, Any], *arrays: np.ndarray | None) -> str:
    """Hash settings and data, so that a checkpoint is only ever resumed by the same training."""
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True, default=str).encode())
    for array in arrays:
        if array is not None:
            digest.update(str(array.shape).encode())
            digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:32]


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write a checkpoint beside its place and move it there, so that it is never half-written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    torch.save(state, unfinished)
    os.replace(unfinished, path)


def load_checkpoint(path: Path) -> dict[str, Any] | None:
    """Read a checkpoint, or None where there is none or it can't be read.

    Only tensors and plain values are read (``weights_only``): a checkpoint can't run code.
    """
    if not path.is_file():
        return None
    try:
        return torch.load(path, weights_only=True)
    except (RuntimeError, EOFError, ValueError, OSError, KeyError):
        return None
