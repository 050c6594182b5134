"""TwinPurify, which is solved: twin views' excess over normal tissue, and where they agree."""

from twinpurify.purification.twinpurify.twinpurify import TwinPurify

__all__ = ["TwinPurify"]
