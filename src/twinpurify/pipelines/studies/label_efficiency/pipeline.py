"""The label-efficiency pipeline, which is run on its own."""

import re
from collections.abc import Callable

from kedro.pipeline import Node, Pipeline

from twinpurify.pipelines.studies.label_efficiency.nodes import (
    build_label_page,
    draw_label_curves,
    draw_label_sweeps,
    draw_spectra,
    log_study,
    make_run_study,
)
from twinpurify.run_selection import RunSelection

NAMESPACE = "label_efficiency"
TABLES = ("scores", "summary", "differences", "labels_saved", "spectra", "replicates", "skipped")
SHOWN = ("summary", "differences", "labels_saved", "skipped")


def create_pipeline(selection: RunSelection) -> Pipeline:
    """Run the study on the selected cohort, draw it, and write its page."""
    cohort = selection.cohort
    # Columns of a sheet have any names, files and datasets don't.
    label = re.sub(r"\W+", "_", selection.label)
    tables = {name: f"{cohort}__label_efficiency__{label}__{name}" for name in TABLES}
    summary, page = tables["summary"], f"{cohort}__label_efficiency__{label}__page"
    drawings: dict[str, tuple[Callable, str]] = {
        "label_curves": (draw_label_curves, summary),
        "label_sweeps": (draw_label_sweeps, summary),
        "spectra": (draw_spectra, tables["spectra"]),
    }
    figures = {name: f"{cohort}__figure__{name}_{label}" for name in drawings}
    draw = [
        Node(
            function,
            inputs=[source],
            outputs=figures[name],
            name=f"draw_{name}",
            namespace=NAMESPACE,
        )
        for name, (function, source) in drawings.items()
    ]
    build = Node(
        build_label_page,
        inputs={name: tables[name] for name in SHOWN} | figures,
        outputs=page,
        name="build_label_page",
        namespace=NAMESPACE,
    )
    log = Node(
        log_study,
        inputs={
            "label_efficiency": "params:label_efficiency",
            "summary": summary,
            "page": page,
            **figures,
        },
        outputs=None,
        name="log_study",
        namespace="tracking",
    )
    return Pipeline([_study(selection, list(tables.values())), *draw, build, log])


def _study(selection: RunSelection, outputs: list[str]) -> Node:
    others = {"reference": selection.reference, "pretraining": selection.pretraining}
    sections = ("label_efficiency", "normalization", "methods", "checkpoints", "n_jobs", "cluster")
    return Node(
        make_run_study(selection.raw.expanduser()),
        inputs={
            "cohort": f"{selection.cohort}__cohort",
            **{section: f"params:{section}" for section in sections},
            **{place: f"{name}__cohort" for place, name in others.items() if name},
        },
        outputs=outputs,
        name="run_study",
        namespace=NAMESPACE,
    )
