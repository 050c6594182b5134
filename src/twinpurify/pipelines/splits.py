"""What belongs to one split of a run: its key among what was fitted."""

from typing import Any

# Key of what was fitted on all patients, beside those of the splits.
ALL = "all"


def split_key(split: dict[str, Any]) -> str:
    """Name a split among what was fitted on it, such as normalisers and models."""
    return f"split_{split['split']}"
