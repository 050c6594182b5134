"""The time, as pages print it."""

from datetime import UTC, datetime


def now() -> str:
    """Write the time as pages print it."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
