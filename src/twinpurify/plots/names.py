"""What methods, tasks and metrics are called in figures and on the page."""

from collections.abc import Iterable
from html import escape
from textwrap import wrap

import numpy as np

from twinpurify.evaluation.declaration.registry import metrics
from twinpurify.evaluation.declaration.task import Task, read_task
from twinpurify.imputation.registry import IMPUTERS
from twinpurify.interface.presentation import Presentation
from twinpurify.representation.registry import METHODS
from twinpurify.studies.contestants import CONTESTANTS

# Sources of truth, and endpoints, by what tasks call them.
DETAILS = {
    "foreign": "unseen background",
    "diluted": "of diluted tumours",
    "truth": "truth",
    "fraction": "mixing fraction",
    "absolute": "ABSOLUTE",
    "cpe": "CPE",
    "lump": "LUMP",
    "hallmark": "Hallmark",
    "progeny": "PROGENy",
    "oestrogen": "oestrogen receptor",
    "her2": "HER2",
    "leukocyte": "leukocyte fraction",
    "estimate_immune": "ESTIMATE immune score",
    "estimate_stromal": "ESTIMATE stromal score",
    "mcp_t_cells": "T cells",
    "mcp_b_lineage": "B cells",
    "mcp_endothelial_cells": "endothelial cells",
    "mcp_neutrophils": "neutrophils",
    "mcp_fibroblasts": "fibroblasts",
    "mcp_monocytic_lineage": "monocytes",
    "mcp_myeloid_dendritic_cells": "dendritic cells",
    "mcp_cytotoxic_lymphocytes": "cytotoxic lymphocytes",
    "mcp_nk_cells": "NK cells",
    "os": "overall",
    "dss": "disease-specific",
    "dfi": "disease-free",
    "pfi": "progression-free",
    "rfs": "relapse-free",
}
# Those of studies, beside the ones that questions declare.
METRICS = {"relative_rmse": "error over the gene’s SD"}
ACCOUNTS = {
    "attention": "attention",
    "integrated_gradients": "integrated gradients",
    "permutation": "permutation",
}


def presentation_of(method: str) -> Presentation:
    """Look up what a method, an imputer or a contestant of a study says of itself.

    Parameters
    ----------
    method : str
        Its name in the tables.

    Returns
    -------
    Presentation
        An unknown one keeps its name, without underscores.
    """
    for registered in (METHODS, IMPUTERS):
        if method in registered:
            return registered[method].presentation
    return CONTESTANTS.get(method) or Presentation(_spaced(method))


def method_name(method: str) -> str:
    """Return the readable name of a method; an unknown one keeps its own, without underscores."""
    return presentation_of(method).title


def metric_name(metric: str) -> str:
    """Return the readable name of a metric; an unknown one keeps its own, without underscores."""
    declared = (known.called(metric) for known in metrics().values())
    return next(filter(None, declared), None) or METRICS.get(metric, _spaced(metric))


def task_name(task: str) -> str:
    """Return the readable name of a task, its part behind the @ included.

    Parameters
    ----------
    task : str
        For example ``purity_left@absolute_within_subtype`` or ``survival_os``.

    Returns
    -------
    str
        For example ``Purity left in the embedding (ABSOLUTE, within subtype)``.
    """
    asked = read_task(task)
    detail = _detail_name(asked)
    return f"{asked.score.title} ({detail})" if detail else asked.score.title


def _detail_name(asked: Task) -> str:
    """Write out whose truth a task is asked of, and whom alone."""
    if asked.given:
        return f"{_spaced(asked.given)} {asked.amount:g}"
    tissue = f": {_spaced(asked.tissue)}" if asked.tissue else ""
    of = asked.source or asked.endpoint
    parts = (f"{DETAILS.get(of, _spaced(of))}{tissue}", _spaced(asked.stratum))
    return ", ".join(filter(None, parts))


def _spaced(name: str) -> str:
    """Turn an identifier into words."""
    return name.replace("_", " ")


def in_order(methods: Iterable[str]) -> list[str]:
    """Sort methods for a legend: TwinPurify, raw expression, the others; unknown ones last."""
    return sorted(set(methods), key=lambda method: (presentation_of(method).place, method))


def number(value: float, signed: bool = False) -> str:
    """Write a score with two decimals and a true minus sign, or a dash where there is none.

    A signed one near zero gets a third, since the end of an interval must not round to zero.
    """
    if not np.isfinite(value):
        return "–"
    decimals = 3 if signed and 0.0005 <= abs(value) < 0.005 else 2
    rounded = round(float(value), decimals) or 0.0
    sign = "+" if signed and rounded > 0 else ""
    return f"{sign}{rounded:.{decimals}f}".replace("-", "−")


def interval(low: float, high: float, signed: bool = False) -> str:
    """Write an interval in words, since a dash between numbers reads as a minus sign."""
    return f"{number(low, signed)} to {number(high, signed)}"


def wrapped(text: str, width: int = 10) -> str:
    """Break a label into lines of about `width` letters, for figures."""
    return "<br>".join(wrap(text, width, break_long_words=False))


def plain(text: object) -> str:
    """Write a user's text so that a figure shows it literally, tags included."""
    return escape(str(text), quote=False)
