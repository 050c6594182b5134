"""What does each question cost, of each method?

Run a cohort once (``make run COHORT=tcga_brca RAW=...``), then

    .venv/bin/python benchmarks/protocol.py --cohort tcga_brca --raw <folder>

asks all questions of all fitted methods on all splits anew, and prints the CPU seconds of each
question and method, summed over the splits, so that other work on the machine doesn't count. The
last lines say what the whole took, and how long the fits of the variants take that `few_normals`
and `stability` compare, when they are made anew (--fit-again).
"""

import argparse
import time
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project

from twinpurify.evaluation.declaration.registry import questions
from twinpurify.evaluation.protocol import ask
from twinpurify.evaluation.splits.embedded import EmbeddedSplit
from twinpurify.evaluation.uncertainty.bootstrap import PatientBootstrap
from twinpurify.parallel.side_by_side import run_side_by_side
from twinpurify.pipelines.evaluation.grid import Grid, by_key, of_split, prepare

PROJECT = Path(__file__).resolve().parents[1]
EMBEDDING = "(embedding)"
PREPARATION = "(normalising)"


def main() -> None:
    """Time every cell of the grid, and print the table."""
    arguments = parse_arguments()
    grid, fitted, n_jobs = read_run(arguments)
    calls = [
        (grid, key, models[key], {} if arguments.fit_again else of_split(refits, key))
        for key in list(grid.splits)[: arguments.splits]
        for models, refits in fitted.values()
    ]
    started = time.perf_counter()
    rows = [row for cell in run_side_by_side(time_cell, calls, n_jobs, "timing") for row in cell]
    wall = time.perf_counter() - started
    table = pd.DataFrame(rows, columns=["method", "question", "seconds"])
    if arguments.output:
        table.to_csv(arguments.output, index=False)
    show(table, wall, len(fitted), len(calls) // len(fitted))


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cohort", default="tcga_brca")
    parser.add_argument("--raw", default="data/01_raw", help="folder of the raw files")
    parser.add_argument("--methods", nargs="+", help="all of methods_to_run by default")
    parser.add_argument("--splits", type=int, help="the first so many")
    parser.add_argument("--fit-again", action="store_true", help="make the variants anew")
    parser.add_argument("--n-jobs", type=int, help="as the parameter by default")
    parser.add_argument("--output", type=Path, help="CSV of all times")
    return parser.parse_args()


def read_run(arguments: argparse.Namespace) -> tuple[Grid, dict[str, Any], int]:
    """Read what the last run of the cohort has stored."""
    bootstrap_project(PROJECT)
    chosen = {"cohort": arguments.cohort, "raw": arguments.raw}
    with KedroSession.create(PROJECT, runtime_params=chosen) as session:
        context = session.load_context()
        load = context.catalog.load
        parameters, name = context.params, arguments.cohort
        cohort = load(f"{name}__cohort")
        settings = parameters["evaluation"]
        fitted = {
            method: (load(f"{name}__{method}__split_models"), load(f"{name}__{method}__refits"))
            for method in arguments.methods or parameters["methods_to_run"]
        }
        grid = Grid(
            cohort,
            load(f"{name}__normalizers"),
            by_key(load(f"{name}__splits")),
            settings,
            load(f"{name}__resources"),
            PatientBootstrap(cohort.obs["patient_id"], settings.n_bootstrap, settings.seed),
        )
    return grid, fitted, arguments.n_jobs or parameters["n_jobs"]


def time_cell(
    grid: Grid, key: str, method: Any, refits: dict[str, Any]
) -> list[tuple[str, str, float]]:
    """Time every question asked of one method on one split."""
    rows: list[tuple[str, str, float]] = []

    def timed(question: str, function: Any) -> Any:
        before = time.process_time()
        result = function()
        rows.append((method.name, question, time.process_time() - before))
        return result

    data = timed(PREPARATION, partial(prepare, grid, key))
    embedded = EmbeddedSplit(method, data, grid.evaluation, grid.bootstrap, refits=refits)
    timed(EMBEDDING, partial(embed_all, embedded))
    for key in grid.evaluation.tasks:
        timed(key, partial(ask, key, questions()[key].ask, embedded))
    return rows


def embed_all(embedded: EmbeddedSplit) -> None:
    """Compute what the questions share, which the first of them would pay for otherwise."""
    for fraction in embedded.fractions:
        embedded.at_fraction(fraction)
    for name in ("train", "train_normals", "test_normals", "random_mixes", "test_weights"):
        getattr(embedded, name)


def show(table: pd.DataFrame, wall: float, n_methods: int, n_splits: int) -> None:
    """Print seconds of questions × methods, the dearest question first."""
    seconds = table.pivot_table(
        index="question", columns="method", values="seconds", aggfunc="sum", sort=False
    )
    seconds["all"] = seconds.sum(axis=1)
    seconds = seconds.sort_values("all", ascending=False)
    seconds.loc["all"] = seconds.sum()
    print(seconds.round(1).to_string())
    total = seconds.loc["all", "all"]
    print(
        f"\n{n_methods} methods × {n_splits} splits: {total / 60:.1f} minutes of CPU, "
        f"{wall / 60:.1f} minutes on the clock"
    )


if __name__ == "__main__":
    main()
