"""Functions that return a figure."""

from twinpurify.extras import require

require("plotly", "lifelines")
