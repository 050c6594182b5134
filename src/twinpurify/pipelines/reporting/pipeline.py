"""The reporting pipeline: figures, the page, and the record in MLflow."""

from collections.abc import Callable

from kedro.pipeline import Node, Pipeline

from twinpurify.cohort.declaration.definition import ENDPOINTS
from twinpurify.pipelines.reporting.figures import (
    draw_calibration,
    draw_confusion,
    draw_dilution_curves,
    draw_embedding_map,
    draw_few_normals,
    draw_label_efficiency,
    draw_loss_curve,
    draw_marker_genes,
    draw_pathway_purity,
    draw_pathway_volcano,
    draw_purity_bins,
    draw_purity_scatter,
    draw_quality_map,
    draw_sample_quality,
    draw_survival_forest,
    draw_trade_off,
    make_draw_kaplan_meier,
    slot,
)
from twinpurify.pipelines.reporting.page import (
    make_build_report,
    measure_cohorts,
    note_reference,
    note_transfer,
)
from twinpurify.pipelines.reporting.record import make_log_evidence, register_model
from twinpurify.run_selection import RunSelection

Drawings = dict[str, tuple[Callable, list[str]]]

NAMESPACE = "reporting"
# Apart from the page, so that figures and page stand in the picture between the two.
TRACKING = "tracking"


def create_pipeline(selection: RunSelection) -> Pipeline:
    """Draw the figures, write the page, log the evidence and register the model."""
    cohort = selection.cohort
    drawings = _drawings(cohort, selection.final_method) | _quality_drawings(selection)
    figures = {key: _dataset(selection, key) for key in drawings}
    draw = [
        Node(
            function,
            inputs=inputs,
            outputs=figures[key],
            name=f"draw_{key.replace('@', '_of_')}",
            namespace=NAMESPACE,
        )
        for key, (function, inputs) in drawings.items()
    ]
    return Pipeline([*draw, *_page(selection, figures), *_mlflow(cohort, figures)])


def _dataset(selection: RunSelection, key: str) -> str:
    """Name the dataset of a figure; a cohort behind the @ is the one that it shows."""
    figure, _, part = key.partition("@")
    if part in selection.transfer:
        return f"{part}__figure__{figure}"
    return f"{selection.cohort}__figure__{key.replace('@', '_')}"


def _drawings(cohort: str, method: str) -> Drawings:
    """Name each figure of the page's questions, with its node function and inputs."""
    split_models = [
        f"{cohort}__cohort",
        f"{cohort}__normalizers",
        f"{cohort}__splits",
        f"{cohort}__{method}__split_models",
    ]
    summary = [f"{cohort}__summary"]
    tables = [f"{cohort}__tables", "params:final_method"]
    return {
        "dilution_curves": (draw_dilution_curves, summary),
        "label_efficiency": (draw_label_efficiency, summary),
        "few_normals": (draw_few_normals, summary),
        "confusion": (draw_confusion, tables),
        "calibration": (draw_calibration, tables),
        "purity_bins": (draw_purity_bins, tables),
        "trade_off": (draw_trade_off, summary),
        "pathway_volcano": (draw_pathway_volcano, tables),
        "pathway_purity": (draw_pathway_purity, tables),
        "embedding_map": (draw_embedding_map, [f"{cohort}__purified"]),
        "survival_forest": (draw_survival_forest, summary),
        **{
            f"kaplan_meier@{endpoint}": (make_draw_kaplan_meier(endpoint), tables)
            for endpoint in ENDPOINTS
        },
        "loss_curve": (draw_loss_curve, [f"{cohort}__training_history"]),
        "purity_scatter": (draw_purity_scatter, split_models),
    }


def _quality_drawings(selection: RunSelection) -> Drawings:
    """Name the figures of what went in, of every cohort of the run."""
    drawings: Drawings = {}
    for cohort in selection.cohorts:
        part = "" if cohort == selection.cohort else f"@{cohort}"
        source = f"{cohort}__cohort"
        drawings[f"sample_quality{part}"] = (draw_sample_quality, [source])
        drawings[f"quality_map{part}"] = (draw_quality_map, [source])
        drawings[f"marker_genes{part}"] = (draw_marker_genes, [source, f"params:{cohort}"])
    return drawings


def _page(selection: RunSelection, figures: dict[str, str]) -> list[Node]:
    """Write the page, and before it the notes on cohorts that meet another platform."""
    cohort, reference = selection.cohort, selection.reference
    lender = {"cohort": f"{cohort}__cohort", "reference": f"{reference}__cohort"}
    note = Node(
        note_reference if reference else note_transfer,
        inputs={
            "normalized": f"{cohort}__normalized",
            "normalization": "params:normalization",
            **(lender if reference else {}),
            **{f"target_{name}": f"{name}__normalized" for name in selection.transfer},
        },
        outputs=f"{cohort}__transfer_notes",
        name="note_transfer",
        namespace=NAMESPACE,
    )
    measure = Node(
        measure_cohorts,
        inputs=[f"{name}__cohort" for name in selection.cohorts],
        outputs=f"{cohort}__cohort_sizes",
        name="measure_cohorts",
        namespace=NAMESPACE,
    )
    # Foreign tissue is mixed in as it is; what was read of all others is told.
    told = [name for name in selection.read_cohorts if name not in selection.foreign]
    build = Node(
        make_build_report(list(figures), told),
        inputs={
            "definition": f"params:{cohort}",
            "purified": f"{cohort}__purified",
            "summary": f"{cohort}__summary",
            "tables": f"{cohort}__tables",
            "skipped": f"{cohort}__skipped",
            "notes": f"{cohort}__transfer_notes",
            "sizes": f"{cohort}__cohort_sizes",
            "parameters": "parameters_of_run",
            **{slot(name): dataset for name, dataset in figures.items()},
            **{f"log_of_{name}": f"{name}__ingestion_log" for name in told},
        },
        outputs=f"{cohort}__report",
        name="build_report",
        namespace=NAMESPACE,
    )
    return [note, measure, build]


def _mlflow(cohort: str, figures: dict[str, str]) -> list[Node]:
    """Log the evidence to MLflow and register the model."""
    log = Node(
        make_log_evidence(list(figures)),
        inputs={
            "purified": f"{cohort}__purified",
            "summary": f"{cohort}__summary",
            "history": f"{cohort}__training_history",
            "parameters": "parameters_of_run",
            "report": f"{cohort}__report",
            **{slot(name): dataset for name, dataset in figures.items()},
        },
        outputs=None,
        name="log_evidence",
        namespace=TRACKING,
    )
    register = Node(
        register_model,
        inputs={
            "purified": f"{cohort}__purified",
            "model": f"{cohort}__model",
            "normalizer": f"{cohort}__normalizer",
            "summary": f"{cohort}__summary",
            "registration": "params:registration",
        },
        outputs=f"{cohort}__registered_version",
        name="register_model",
        namespace=TRACKING,
    )
    return [log, register]
