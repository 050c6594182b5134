"""Checkpoints of a training, tied to its data and settings by a fingerprint."""

import hashlib
import io
import json
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from twinpurify.persistence import replacing

logger = logging.getLogger(__name__)
DIGEST_SIZE = hashlib.sha256().digest_size


def fingerprint(settings: dict[str, Any], *matrices: Iterable[np.ndarray]) -> str:
    """Hash settings and data, so that a checkpoint is only ever resumed by the same training.

    Each matrix comes in blocks of rows, one or many.
    """
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True, default=str).encode())
    for blocks in matrices:
        digest.update(b"matrix")
        for array in blocks:
            digest.update(str(array.shape).encode())
            # The array itself, not its bytes, which would be a copy of all profiles.
            digest.update(np.ascontiguousarray(array))
    return digest.hexdigest()[:32]


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write a checkpoint beside its place and move it there, so that it is never half-written.

    Its checksum stands before it: torch reads damaged weights without a word.
    """
    buffer = io.BytesIO()
    torch.save(state, buffer)
    with replacing(path) as unfinished, unfinished.open("wb") as file:
        file.write(hashlib.sha256(buffer.getbuffer()).digest())
        file.write(buffer.getbuffer())


def load_checkpoint(path: Path) -> dict[str, Any] | None:
    """Read a checkpoint to the CPU, or None where there is none or it is damaged.

    Only tensors and plain values are read (``weights_only``): a checkpoint can't run code.
    """
    if not path.is_file():
        return None
    content = path.read_bytes()
    payload = content[DIGEST_SIZE:]
    if hashlib.sha256(payload).digest() != content[:DIGEST_SIZE]:
        logger.warning("%s is damaged; the training starts anew", path)
        return None
    return torch.load(io.BytesIO(payload), map_location="cpu", weights_only=True)
