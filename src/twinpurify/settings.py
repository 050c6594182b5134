"""Settings of the Kedro project."""

import os

from twinpurify.configuration import CONFIG_LOADER_ARGS, CONFIG_LOADER_CLASS
from twinpurify.hooks import RunHooks

# Nothing that the project runs on reports home.
os.environ.setdefault("DO_NOT_TRACK", "true")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

HOOKS = (RunHooks(),)

__all__ = ["CONFIG_LOADER_ARGS", "CONFIG_LOADER_CLASS", "HOOKS"]
