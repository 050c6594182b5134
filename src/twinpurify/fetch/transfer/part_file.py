"""The unfinished part of a download, which a later try goes on from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


class PartFile:
    """``<name>.part`` beside the place of a file, and what version of the file it is a part of.

    Parameters
    ----------
    target : Path
        Where the whole file belongs.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = target.with_name(f"{target.name}.part")
        self._origin = target.with_name(f"{target.name}.part.json")

    @property
    def size(self) -> int:
        """Bytes at hand."""
        return self.path.stat().st_size if self.path.is_file() else 0

    def validator(self, url: str) -> str | None:
        """Tell by what the server can see that its file is still the one of this part.

        Parameters
        ----------
        url : str
            Address that is asked now.

        Returns
        -------
        str or None
            Value for ``If-Range``; None when the part is of another address, or nothing identifies
            its version, so that it must not be gone on from.
        """
        origin = self._read_origin()
        return origin.get("validator") if origin.get("url") == url else None

    def begin(self, url: str, headers: Any) -> None:
        """Start anew, and keep what identifies the version that now comes.

        Parameters
        ----------
        url : str
            Its address.
        headers : mapping
            Headers of the server's answer.
        """
        self.target.parent.mkdir(parents=True, exist_ok=True)
        tag = headers.get("ETag", "")
        # A weak tag (W/…) promises the same meaning, not the same bytes.
        validator = headers.get("Last-Modified") if not tag or tag.startswith("W/") else tag
        self._origin.write_text(json.dumps({"url": url, "validator": validator}), encoding="utf-8")
        self.path.write_bytes(b"")

    def finish(self) -> None:
        """Put the whole file in its place."""
        self.path.replace(self.target)
        self._origin.unlink(missing_ok=True)

    def discard(self) -> None:
        """Throw the part away."""
        self.path.unlink(missing_ok=True)
        self._origin.unlink(missing_ok=True)

    def _read_origin(self) -> dict[str, Any]:
        try:
            origin = json.loads(self._origin.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return origin if isinstance(origin, dict) else {}
