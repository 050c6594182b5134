"""Nodes that write the page."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import pandas as pd

from twinpurify.cohort.declaration.definition import CohortDefinition
from twinpurify.errors import TableError
from twinpurify.pipelines.reporting.figures import absent_reason
from twinpurify.pipelines.reporting.nodes import plain_parameters
from twinpurify.pipelines.types import Cohort, Figure

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


def make_build_report(figure_names: Sequence[str]) -> Callable[..., str]:
    """Make the node function that writes the page with these figures, in their order."""
    n_figures = len(figure_names)

    def build_report(
        definition: CohortDefinition,
        purified: Cohort,
        summary: pd.DataFrame,
        tables: Tables,
        skipped: Records,
        notes: list[str],
        sizes: Records,
        parameters: dict[str, Any],
        *figures_and_logs: Any,
    ) -> str:
        """Write the one page that a person reads."""
        from twinpurify.report import page
        from twinpurify.report.evidence_warnings import evidence_warnings

        cohort = str(purified.uns["cohort"])
        method = next(iter(purified.obsm)).removeprefix("X_")
        drawn = dict(zip(figure_names, figures_and_logs[:n_figures], strict=True))
        settings = plain_parameters(parameters, cohort)
        versions = {name: version(name) for name in VERSIONS}
        content = page.ReportContent(
            cohort=cohort,
            title=definition.title,
            created=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
            summary=summary,
            logs=figures_and_logs[n_figures:],
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

    reasons = {name: absent_reason(figure) for name, figure in drawn.items()}
    absent = {name: reason for name, reason in reasons.items() if reason is not None}
    shown = {}
    try:
        shown["dimension_names"] = dimension_table(tables, method)
    except TableError as error:
        absent["dimension_names"] = str(error)
    figures = {name: drawn[name] for name, reason in reasons.items() if reason is None}
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
