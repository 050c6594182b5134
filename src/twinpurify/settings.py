"""Settings of the Kedro project."""

import os

from kedro.config import OmegaConfigLoader

from twinpurify.hooks import RunHooks

# Nothing that the project runs on reports home.
os.environ.setdefault("DO_NOT_TRACK", "true")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

HOOKS = (RunHooks(),)
CONFIG_LOADER_CLASS = OmegaConfigLoader
CONFIG_LOADER_ARGS = {
    "base_env": "base",
    "default_run_env": "local",
    # A cohort's file is a parameter like any other: conf/local can override one key of it.
    "config_patterns": {
        "parameters": ["parameters*", "parameters*/**", "cohorts/*"],
        "cohorts": ["cohorts/*"],
        "mixtures": ["mixtures*"],
    },
    "merge_strategy": {"parameters": "soft", "cohorts": "soft"},
}
