"""How the folder ``conf`` is read: by Kedro in a run, and without a session by the command."""

from pathlib import Path
from typing import Any

from kedro.config import OmegaConfigLoader

CONFIG_LOADER_CLASS = OmegaConfigLoader
CONFIG_LOADER_ARGS: dict[str, Any] = {
    "base_env": "base",
    "default_run_env": "local",
    # A cohort's file is a parameter like any other: conf/local can override one key of it.
    "config_patterns": {
        "parameters": ["parameters*", "parameters*/**", "cohorts/*"],
        "cohorts": ["cohorts/*"],
        "mixtures": ["mixtures*"],
        "mlflow": ["mlflow*"],
    },
    "merge_strategy": {"parameters": "soft", "cohorts": "soft", "mlflow": "soft"},
}


def read_configuration(conf: Path, env: str | None, kind: str) -> dict[str, Any]:
    """Read one kind of configuration, as a run would.

    Parameters
    ----------
    conf : Path
        The folder of all environments.
    env : str or None
        The environment that lies over the base; by default that of a run.
    kind : str
        For example ``cohorts``.

    Returns
    -------
    dict
    """
    return dict(CONFIG_LOADER_CLASS(str(conf), env=env, **CONFIG_LOADER_ARGS)[kind])
