"""A run's evidence in MLflow: parameters, losses, scores, figures and the report, in few calls."""

import json
import logging
import re
import time
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Metric, Param
from pydantic import BaseModel

from twinpurify.errors import TableError, listed
from twinpurify.plots.selections import require_columns

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

logger = logging.getLogger(__name__)

# Limits of MLflow.
LONGEST_VALUE = 6000
LONGEST_NAME = 250
# A slash too, and dots in front: MLflow takes a name for a path, and refuses one that leads
# elsewhere or can be written otherwise, such as `a//b`, `a/` and `../a`.
FORBIDDEN_IN_NAME = re.compile(r"^\.+|[^\w.\- ]")
MARK_LENGTH = 8

HISTORY_KEYS = ("split", "epoch")
SUMMARY_KEYS = ("cohort", "trained_on", "method", "task", "metric", "fraction", "mean")


def flatten_parameters(parameters: Mapping[str, Any] | BaseModel) -> dict[str, str]:
    """Flatten nested parameters to dotted names, since MLflow compares runs one value at a time.

    Parameters
    ----------
    parameters : mapping or pydantic model
        Nested at will; lists are written as JSON.

    Returns
    -------
    dict of str to str
        Names as MLflow allows them, each once; values cut to 6,000 characters. An empty mapping,
        such as the parameters of a method without any, leaves nothing.
    """
    flat = dict(_leaves(parameters))
    names = unique_names({path: ".".join(map(str, path)) for path in flat})
    return {names[path]: text for path, text in flat.items()}


def log_parameters(run_id: str, parameters: Mapping[str, Any] | BaseModel) -> None:
    """Log parameters that the run doesn't have yet, so that a node may run twice.

    MLflow never changes a logged parameter: where the run has another value, that one stays, and
    a warning says so.

    Parameters
    ----------
    run_id : str
    parameters : mapping or pydantic model
        Flattened by ``flatten_parameters``.
    """
    client = MlflowClient()
    present = client.get_run(run_id).data.params
    wanted = flatten_parameters(parameters)
    differing = [name for name, text in wanted.items() if present.get(name, text) != text]
    if differing:
        logger.warning(
            "the run has other values of the parameters %s; they stay", listed(differing)
        )
    fresh = [Param(name, text) for name, text in wanted.items() if name not in present]
    client.log_batch(run_id, params=fresh)


def log_history(run_id: str, history: pd.DataFrame, prefix: str = "twinpurify") -> None:
    """Log the losses of each epoch, as ``<prefix>.split_<split>.<term>`` with the epoch as step.

    Parameters
    ----------
    run_id : str
    history : DataFrame
        ``split, epoch`` and the terms; missing values are left out.
    prefix : str
        Name of the method.

    Raises
    ------
    TableError
        If ``split`` or ``epoch`` is missing.
    """
    require_columns(history, HISTORY_KEYS, "the training history")
    terms = [term for term in history.columns if term not in (*HISTORY_KEYS, "step")]
    long = history.melt(list(HISTORY_KEYS), terms, "term", "value").dropna(subset="value")
    rows = zip(long["split"], long["epoch"], long["term"], long["value"], strict=True)
    _log_metrics(
        run_id,
        ((f"{prefix}.split_{split}.{term}", value, epoch) for split, epoch, term, value in rows),
    )


def log_summary(run_id: str, summary: pd.DataFrame) -> None:
    """Log the mean scores, as ``<task>.<metric>.fraction_<fraction>.<method>``.

    A model scored on another cohort than its own has ``<trained_on>_to_<cohort>.`` in front.

    Parameters
    ----------
    run_id : str
    summary : DataFrame
        As in ``summary.csv``; rows without a finite mean are left out.

    Raises
    ------
    TableError
        If a column of the summary is missing.
    """
    require_columns(summary, SUMMARY_KEYS, "the summary")
    finite = summary[np.isfinite(summary["mean"].astype(float))]
    rows = finite[list(SUMMARY_KEYS)].to_dict("records")
    _log_metrics(run_id, ((_metric_of(row), row["mean"], 0) for row in rows))


def _metric_of(row: Mapping[str, Any]) -> str:
    """Name the metric of one row of the summary."""
    transfer = row["trained_on"] != row["cohort"]
    fraction = None if pd.isna(row["fraction"]) else f"fraction_{row['fraction']:g}"
    parts = [
        f"{row['trained_on']}_to_{row['cohort']}" if transfer else None,
        row["task"],
        row["metric"],
        fraction,
        row["method"],
    ]
    return ".".join(part for part in parts if part)


def log_figures(run_id: str, figures: Mapping[str, "Figure"], folder: str = "figures") -> None:
    """Log figures as web pages ``<folder>/<name>.html``.

    They load plotly from the network to stay small; the report carries its own.

    Parameters
    ----------
    run_id : str
    figures : mapping of str to plotly Figure
    folder : str
        Folder among the run's artifacts.
    """
    client = MlflowClient()
    for name, figure in figures.items():
        client.log_figure(run_id, figure, f"{folder}/{name}.html")


def log_report(run_id: str, report: str | Path) -> None:
    """Log the report of a run.

    Parameters
    ----------
    run_id : str
    report : Path or str
        A file, logged under its own name; or the text of the page, logged as ``report.html``.

    Raises
    ------
    TableError
        If the file doesn't exist.
    """
    client = MlflowClient()
    if not isinstance(report, Path):
        client.log_text(run_id, report, "report.html")
        return
    if not report.is_file():
        raise TableError(f"there is no report at {report}; run the reporting pipeline first")
    client.log_artifact(run_id, str(report))


def valid_name(name: str) -> str:
    """Make a name of a metric or parameter that MLflow takes: @ becomes _at_, other signs _."""
    return FORBIDDEN_IN_NAME.sub("_", name.replace("@", "_at_"))[:LONGEST_NAME] or "_"


def unique_names(names: Mapping[Hashable, str]) -> dict[Hashable, str]:
    """Make names that MLflow takes, and no two of them the same.

    Parameters
    ----------
    names : mapping of hashable to str
        What is named, and its name as it is.

    Returns
    -------
    dict of hashable to str
        As ``valid_name`` makes them. Where several become one, a mark stands behind each, made of
        what it names alone, so that it is the same in every run.
    """
    valid = {named: valid_name(name) for named, name in names.items()}
    times = Counter(valid.values())
    return {
        named: _marked(name, named) if times[name] > 1 else name for named, name in valid.items()
    }


def _marked(name: str, named: Hashable) -> str:
    mark = sha256(repr(named).encode()).hexdigest()[:MARK_LENGTH]
    return f"{name[: LONGEST_NAME - MARK_LENGTH - 1]}_{mark}"


def _log_metrics(run_id: str, values: Iterable[tuple[str, float, int]]) -> None:
    """Log name, value, step triples; the client cuts them into batches."""
    now, values = int(time.time() * 1000), list(values)
    names = unique_names({name: name for name, _, _ in values})
    metrics = [Metric(names[name], float(value), now, int(step)) for name, value, step in values]
    MlflowClient().log_batch(run_id, metrics=metrics)


def _leaves(
    parameters: Mapping[str, Any] | BaseModel, above: tuple[Any, ...] = ()
) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Give each value that is no mapping as text, by the keys that lead to it."""
    for key, value in _plain(parameters).items():
        value, path = _plain(value), (*above, key)
        if isinstance(value, Mapping):
            yield from _leaves(value, path)
        else:
            yield path, _text(value)


def _plain(value: Any) -> Any:
    """Turn a pydantic model into a mapping and leave everything else."""
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value


def _text(value: Any) -> str:
    """Write a value on one line, cut to what MLflow keeps."""
    is_container = isinstance(value, list | tuple | Mapping)
    text = json.dumps(value, default=_jsonable) if is_container else str(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _jsonable(value: Any) -> Any:
    """Write models inside lists as JSON, anything else that JSON lacks as text."""
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else str(value)
