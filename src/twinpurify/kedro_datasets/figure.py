"""A plotly figure as a JSON file that Kedro-Viz previews."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NewType

from kedro.io import AbstractDataset

from twinpurify.persistence import replacing

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

# Kedro-Viz chooses the widget by the name of this annotation, which must not be a string.
PlotlyPreview = NewType("PlotlyPreview", dict)


class FigureDataset(AbstractDataset["Figure", "Figure"]):
    """Saves and loads a plotly figure.

    Parameters
    ----------
    filepath : str
        Where the JSON file lies.
    metadata : dict, optional
        For Kedro plugins, such as the layer in Kedro-Viz.
    """

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = Path(filepath)
        self.metadata = metadata

    def load(self) -> "Figure":
        """Read the figure."""
        import plotly.io

        return plotly.io.from_json(self._filepath.read_text(encoding="utf-8"))

    def save(self, data: "Figure") -> None:
        """Write beside the place and move there."""
        with replacing(self._filepath) as unfinished:
            unfinished.write_text(data.to_json(), encoding="utf-8")

    def preview(self) -> PlotlyPreview:
        """Give Kedro-Viz the figure."""
        return PlotlyPreview(json.loads(self._filepath.read_text(encoding="utf-8")))

    def _exists(self) -> bool:
        return self._filepath.is_file()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}
