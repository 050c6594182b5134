"""The page that a person reads."""

from twinpurify.extras import require

require("jinja2", "markupsafe")
