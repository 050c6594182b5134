"""Nodes that draw the figures of the page, each from the tables that it shows."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import pandas as pd

from twinpurify.cohort.declaration.definition import CohortDefinition
from twinpurify.errors import TwinPurifyError
from twinpurify.pipelines.splits import split_key
from twinpurify.pipelines.types import Cohort, Figure, Method, Normalizer

Tables = dict[str, pd.DataFrame]

ABSENT = "absent"


def or_reason(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """Let a figure that the cohort's labels don't allow come out empty, with the reason.

    The pipeline is the same for every cohort, whether it has survival times or not.
    """

    @wraps(draw)
    def drawn(*tables: Any) -> Figure:
        try:
            return draw(*tables)
        except TwinPurifyError as error:
            import plotly.graph_objects as go

            return go.Figure(layout={"meta": {ABSENT: str(error)}, "title": {"text": str(error)}})

    return drawn


def absent_reason(figure: Figure) -> str | None:
    """Return why a figure is empty, or None for one that was drawn."""
    return (figure.layout.meta or {}).get(ABSENT)


def shown_and_absent(figures: Mapping[str, Figure]) -> tuple[dict[str, Figure], dict[str, str]]:
    """Tell figures that were drawn from the reasons of those that weren't."""
    reasons = {name: absent_reason(figure) for name, figure in figures.items()}
    shown = {name: figure for name, figure in figures.items() if reasons[name] is None}
    return shown, {name: reason for name, reason in reasons.items() if reason is not None}


def slot(figure: str) -> str:
    """Name the argument under which a node takes a figure, such as ``quality_map@scanb``."""
    return f"figure_{figure.replace('@', '_of_')}"


def own(summary: pd.DataFrame) -> pd.DataFrame:
    """Keep the scores of the cohort that was trained on."""
    return summary[summary["cohort"] == summary["trained_on"]]


@or_reason
def draw_dilution_curves(summary: pd.DataFrame) -> Figure:
    """Draw subtype and retrieval against the tumour fraction."""
    from twinpurify.plots.curves.dilution_curves import dilution_panels

    return dilution_panels(own(summary))


@or_reason
def draw_embedding_map(purified: Cohort) -> Figure:
    """Draw the samples before and after purification."""
    from twinpurify import pl

    return pl.embedding(purified)


@or_reason
def draw_loss_curve(history: pd.DataFrame) -> Figure:
    """Draw the loss of every split's training."""
    from twinpurify.plots.quality.loss_curve import loss_curve

    return loss_curve(history)


@or_reason
def draw_purity_scatter(
    cohort: Cohort,
    normalizers: dict[str, Normalizer],
    splits: list[dict[str, Any]],
    models: dict[str, Method],
) -> Figure:
    """Draw the purity estimated for held-out tumours against the published one."""
    from twinpurify.errors import TableError
    from twinpurify.normalization.cohorts import normalize
    from twinpurify.plots.purity.purity_scatter import purity_scatter

    sources = [str(source) for source in cohort.uns["purity_sources"]]
    if not sources:
        raise TableError("the cohort has no published purity to compare with")
    obs = cohort.obs
    estimates = []
    for split in splits:
        held_out = (obs["patient_id"].isin(split["test"]) & (obs["tissue"] == "tumour")).to_numpy()
        key = split_key(split)
        profiles = normalize(cohort[held_out], normalizers[key]).to_df()
        purity = models[key].estimate_purity(profiles)
        estimates.append(pd.Series(purity, index=obs.index[held_out]))
    estimated = pd.concat(estimates).groupby(level=0).mean()
    labels = obs.loc[estimated.index]
    table = pd.DataFrame(
        {
            "sample_id": estimated.index,
            "estimated": estimated.to_numpy(),
            "published": labels[f"purity_{sources[0]}"].to_numpy(),
        }
    )
    if "subtype" in labels:
        table["subtype"] = labels["subtype"].to_numpy()
    return purity_scatter(table, sources[0])


@or_reason
def draw_confusion(tables: Tables, method: str) -> Figure:
    """Draw which classes are taken for which."""
    from twinpurify.plots.labels.confusion import confusion

    return confusion(tables, method)


@or_reason
def draw_calibration(tables: Tables, method: str) -> Figure:
    """Draw whether predicted probabilities come true."""
    from twinpurify.plots.labels.calibration import calibration

    return calibration(tables, method)


@or_reason
def draw_label_efficiency(summary: pd.DataFrame) -> Figure:
    """Draw scores against the share of labels."""
    from twinpurify.plots.curves.size_curves import size_curves

    return size_curves(own(summary), "labels", "share of the training labels")


@or_reason
def draw_few_normals(summary: pd.DataFrame) -> Figure:
    """Draw scores against the number of normals."""
    from twinpurify.plots.curves.size_curves import size_curves

    return size_curves(own(summary), "normals", "normals in training")


@or_reason
def draw_purity_bins(tables: Tables, method: str) -> Figure:
    """Draw the error of purified profiles against the tumour's purity."""
    from twinpurify.plots.purity.purity_bins import purity_bins

    return purity_bins(tables, method)


@or_reason
def draw_trade_off(summary: pd.DataFrame) -> Figure:
    """Draw what is kept of the tumours against the purity that is left."""
    from twinpurify.plots.purity.trade_off import trade_off

    return trade_off(own(summary))


@or_reason
def draw_pathway_volcano(tables: Tables, method: str) -> Figure:
    """Draw the pathways that differ between known groups."""
    from twinpurify.plots.pathways.pathway_volcano import pathway_volcano

    return pathway_volcano(tables, method)


@or_reason
def draw_pathway_purity(tables: Tables, method: str) -> Figure:
    """Draw how pathways follow purity, before and after."""
    from twinpurify.plots.pathways.pathway_purity import pathway_purity

    return pathway_purity(tables, method)


def make_draw_kaplan_meier(endpoint: str) -> Callable[..., Figure]:
    """Make the node function that draws the curves of an endpoint."""

    @or_reason
    def draw_kaplan_meier(tables: Tables, method: str) -> Figure:
        """Draw survival by thirds of the risk that was predicted for held-out patients."""
        from twinpurify.evaluation.declaration.task import Task
        from twinpurify.plots.names import method_name, task_name
        from twinpurify.plots.survival.kaplan_meier import kaplan_meier
        from twinpurify.plots.survival.survival_thirds import survival_thirds

        thirds = survival_thirds(tables, method, task := str(Task("survival", endpoint=endpoint)))
        title = f"{task_name(task)}, {method_name(method)}"
        columns = (thirds[name] for name in ("time", "event", "third", "stratum"))
        return kaplan_meier(*columns, title)

    return draw_kaplan_meier


@or_reason
def draw_survival_forest(summary: pd.DataFrame) -> Figure:
    """Draw the concordance of all methods and endpoints."""
    from twinpurify.plots.survival.survival_forest import survival_forest

    return survival_forest(own(summary))


@or_reason
def draw_sample_quality(cohort: Cohort) -> Figure:
    """Draw how each sample stands among those of its tissue."""
    from twinpurify import pl

    return pl.sample_quality(cohort)


@or_reason
def draw_quality_map(cohort: Cohort) -> Figure:
    """Draw the samples as they came in."""
    from twinpurify import pl

    return pl.quality_map(cohort)


@or_reason
def draw_marker_genes(cohort: Cohort, definition: CohortDefinition) -> Figure:
    """Draw tumours and normals on the genes that the definition names."""
    from twinpurify import pl

    return pl.marker_genes(cohort, definition.markers.tumour, definition.markers.normal)
