"""Nodes of the mixtures pipeline."""

from typing import Any

import pandas as pd

# Those that can be fitted on a handful of mixtures and their references; the networks beside
# TwinPurify need more samples than any of these laboratories made.
METHODS = ("raw", "mean_subtraction", "two_component", "linear_twin", "twinpurify")


def measure_mixtures(mixtures: dict[str, Any]) -> pd.DataFrame:
    """Ask every laboratory's mixtures what is recovered of them."""
    from twinpurify.evaluation.mixture_questions import measure_mixture
    from twinpurify.evaluation.mixtures import as_mixture
    from twinpurify.representation.registry import METHODS as REGISTRY

    parts = []
    for name, tables in mixtures.items():
        methods = {method: REGISTRY[method]() for method in METHODS}
        for method in methods.values():
            method.show_progress = False
        parts.append(measure_mixture(as_mixture(name, *tables), methods))
    return pd.concat(parts, ignore_index=True)
