"""Nodes of the mixtures pipeline."""

from typing import Any

import pandas as pd

from twinpurify.parallel.side_by_side import run_side_by_side

# Those that can be fitted on a handful of mixtures and their references; the other networks need
# more samples than any of these laboratories made.
METHODS = ("raw", "mean_subtraction", "two_component", "linear_twin", "twinpurify")


def measure_mixtures(mixtures: dict[str, Any], n_jobs: int) -> pd.DataFrame:
    """Ask every laboratory's mixtures what is recovered of them."""
    calls = [(name, tables, METHODS) for name, tables in mixtures.items()]
    parts = run_side_by_side(_measure, calls, n_jobs, "measuring mixtures")
    return pd.concat(parts, ignore_index=True)


def _measure(name: str, tables: Any, names: tuple[str, ...]) -> pd.DataFrame:
    """Fit the methods on the mixtures of one laboratory, and ask."""
    from twinpurify.evaluation.known_truths.mixture_questions import measure_mixture
    from twinpurify.evaluation.known_truths.mixtures import as_mixture
    from twinpurify.representation.registry import METHODS as REGISTRY

    methods = {method: REGISTRY[method]() for method in names}
    for method in methods.values():
        method.show_progress = False
    return measure_mixture(as_mixture(name, *tables), methods)
