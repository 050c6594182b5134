"""Nodes that note what a reader must know, and write the page."""

import logging
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any

import pandas as pd

from twinpurify.cohort.declaration.definition import CohortDefinition
from twinpurify.errors import TableError
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.pipelines.clock import now
from twinpurify.pipelines.reporting.figures import shown_and_absent, slot
from twinpurify.pipelines.reporting.record import plain_parameters
from twinpurify.pipelines.types import Cohort, Figure

logger = logging.getLogger(__name__)
# Below this, alignment by gene loses more than alignment by sample (docs/platforms.md).
FEWEST_TO_ALIGN = 10
VERSIONS = (
    "twinpurify",
    "kedro",
    "torch",
    "scikit-learn",
    "lifelines",
    "decoupler",
    "numpy",
    "pandas",
)
Tables = dict[str, pd.DataFrame]
Records = list[dict[str, Any]]


def note_transfer(
    normalized: Cohort, normalization: NormalizationSettings, **targets: Cohort
) -> list[str]:
    """Say how many genes of the training cohort a target lacks, and if its tumours are few."""
    notes = []
    for target in targets.values():
        shared = normalized.var_names.isin(target.var_names)
        if not shared.all():
            notes.append(
                f"{target.uns['cohort']} lacks {(~shared).sum()} of the {len(shared)} genes that "
                f"{normalized.uns['cohort']} was trained on ({(~shared).mean():.0%}); "
                f"`normalization.missing_genes: {normalization.missing_genes}` says what becomes "
                "of them"
            )
        notes += _few_to_align(target, normalization.transfer_alignment)
    for note in notes:
        logger.info(note)
    return notes


def note_reference(
    normalized: Cohort,
    normalization: NormalizationSettings,
    cohort: Cohort,
    reference: Cohort,
    **targets: Cohort,
) -> list[str]:
    """Say whose normals serve, on how many genes, and then what `note_transfer` says."""
    own, other = normalized.uns["cohort"], reference.uns["cohort"]
    normals = int((reference.obs["tissue"] == "normal").sum())
    shared = int(cohort.var_names.isin(reference.var_names).sum())
    note = (
        f"the normals are {normals} of {other}, aligned by {normalization.transfer_alignment} as "
        f"tumours of both cohorts say; of the {cohort.n_vars} genes of {own} the {shared} that "
        f"{other} has were used, {normalized.n_vars} after the normalisation's filters. Tumours "
        "were diluted with these normals too, those of test patients: how much of the normal "
        f"tissue in {own} itself is removed, this page can't tell"
    )
    logger.info(note)
    return [note, *note_transfer(normalized, normalization, **targets)]


def _few_to_align(target: Cohort, name: str) -> list[str]:
    """Warn of an alignment that is fitted on few tumours: it fails without a word."""
    from twinpurify.normalization.alignment.registry import ALIGNMENTS

    tumours = int((target.obs["tissue"] == "tumour").sum())
    if tumours >= FEWEST_TO_ALIGN or not ALIGNMENTS[name].needs_target:
        return []
    return [
        f"{target.uns['cohort']} has {tumours} tumours, on which {name} can hardly be fitted: "
        "`normalization.transfer_alignment: quantile` needs none"
    ]


def measure_cohorts(*cohorts: Cohort) -> Records:
    """Count tumours, normals and patients of every cohort of the run, for the methods section."""
    from twinpurify.cohort.units.unit import Unit

    return [
        {
            "name": str(cohort.uns["cohort"]),
            "platform": str(cohort.uns["platform"]),
            "unit": Unit(**cohort.uns["unit"]).describe(),
            "n_tumours": int((cohort.obs["tissue"] == "tumour").sum()),
            "n_normals": int((cohort.obs["tissue"] == "normal").sum()),
            "n_patients": int(cohort.obs["patient_id"].nunique()),
            "n_genes": int(cohort.n_vars),
        }
        for cohort in cohorts
    ]


def make_build_report(figure_names: Sequence[str], cohorts: Sequence[str]) -> Callable[..., str]:
    """Make the node function that writes the page.

    Parameters
    ----------
    figure_names : sequence of str
        In their order on the page; each is handed in under its ``slot``.
    cohorts : sequence of str
        Whose ingestion is told, in this order; each log is handed in as ``log_of_<cohort>``.
    """

    def build_report(
        definition: CohortDefinition,
        purified: Cohort,
        summary: pd.DataFrame,
        tables: Tables,
        skipped: Records,
        notes: list[str],
        sizes: Records,
        parameters: dict[str, Any],
        **figures_and_logs: Any,
    ) -> str:
        """Write the one page that a person reads."""
        from twinpurify.report import page
        from twinpurify.report.evidence_warnings import evidence_warnings

        cohort = str(purified.uns["cohort"])
        method = next(iter(purified.obsm)).removeprefix("X_")
        drawn = {name: figures_and_logs[slot(name)] for name in figure_names}
        settings = plain_parameters(parameters, cohort)
        versions = {name: version(name) for name in VERSIONS}
        content = page.ReportContent(
            cohort=cohort,
            title=definition.title,
            created=now(),
            summary=summary,
            logs=[figures_and_logs[f"log_of_{name}"] for name in cohorts],
            warnings=[*notes, *evidence_warnings(summary, tables, method)],
            skipped=_skipped_sentences(skipped),
            methods_text=_methods_text(definition, sizes, summary, settings, versions),
            settings=settings,
            versions=versions,
            **_figures_and_tables(drawn, tables, method),
        )
        return page.build_report(content)

    return build_report


def _figures_and_tables(
    drawn: dict[str, Figure], tables: Tables, method: str
) -> dict[str, dict[str, Any]]:
    """Sort what the sections show from the reasons why they show nothing."""
    from twinpurify.report.dimension_table import dimension_table

    figures, absent = shown_and_absent(drawn)
    shown = {}
    try:
        shown["dimension_names"] = dimension_table(tables, method)
    except TableError as error:
        absent["dimension_names"] = str(error)
    return {"figures": figures, "tables": shown, "absent": absent}


def _methods_text(
    definition: CohortDefinition,
    sizes: Records,
    summary: pd.DataFrame,
    settings: dict[str, Any],
    versions: dict[str, str],
) -> dict[str, list[str]]:
    """Write the methods section of a supplement."""
    from twinpurify.report.methods_text import CohortSize, methods_text

    own, *others = sizes
    lender = definition.reference_normals
    trained = CohortSize(title=definition.title, reference=lender.cohort if lender else "", **own)
    cohorts = [trained, *(CohortSize(title="", **size) for size in others)]
    return methods_text(cohorts, list(summary["task"].unique()), settings, versions)


def _skipped_sentences(skipped: Records) -> list[str]:
    """Tell once what was skipped in all splits, with the methods that it concerns."""
    # Which methods estimate no purity is plain from the table of scores.
    told = [one for one in skipped if one["reason"] != f"{one['method']} estimates no purity"]
    if not told:
        return []
    table = pd.DataFrame(told)
    groups = table.groupby(["cohort", "task", "reason"], sort=False)["method"].unique()
    return [
        f"{cohort}, {task} ({', '.join(methods)}): {reason}"
        for (cohort, task, reason), methods in groups.items()
    ]
