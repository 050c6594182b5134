"""The pipeline of a study that asks contestants, split by split, and writes tables and a page.

Three studies are of this shape. Each declares in its own file what is its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from kedro.pipeline import Node, Pipeline
from pydantic import BaseModel

from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.imputation.settings import ImputersSettings
from twinpurify.pipelines.clock import now
from twinpurify.pipelines.method_parameters import method_parameters
from twinpurify.pipelines.reporting.figures import or_reason, shown_and_absent
from twinpurify.pipelines.studies.study_cells import SplitStudy, run_cells
from twinpurify.pipelines.types import Cohort, Figure, Normalizer
from twinpurify.run_selection import RunSelection


class Contest(NamedTuple):
    """What a study computes.

    Attributes
    ----------
    contestants : sequence of str
        The one that takes longest first.
    run : callable
        As ``SplitStudy.run``.
    put_together : callable
        From what the cells gave to all tables, in the order of ``tables`` and ``parts``.
    """

    contestants: Sequence[str]
    run: Callable[..., dict[str, Any]]
    put_together: Callable[[list[dict[str, Any]]], Sequence[Any]]


class Drawing(NamedTuple):
    """A figure of a study: what draws it, and the table that it shows."""

    draw: Callable[[pd.DataFrame], Figure]
    table: str


@dataclass(frozen=True)
class StudyDeclaration:
    """A study, declared.

    Attributes
    ----------
    name : str
        Of its pipeline, of its section of the parameters, and of its files.
    settings : type of BaseModel
    measure, build : str
        Names of the nodes that measure, and that write the page.
    contest : callable
        From the settings to what is computed; it imports what is heavy.
    page : callable
        From the tables of ``shown``, the figures drawn, the reasons for those that weren't, and
        the time, to the page; it imports what is heavy.
    tables : tuple of str
    shown : tuple of str
        Tables and parts that the page is written from.
    drawings : dict of str to Drawing
    parts : tuple of str
        What is written beside the tables.
    reads_gene_sets : bool
    has_summary : bool
        Whether a table of mean scores is among the tables, which MLflow then gets.
    """

    name: str
    settings: type[BaseModel]
    measure: str
    build: str
    contest: Callable[[Any], Contest]
    page: Callable[..., str]
    tables: tuple[str, ...]
    shown: tuple[str, ...]
    drawings: dict[str, Drawing]
    parts: tuple[str, ...] = ("replicates", "skipped")
    reads_gene_sets: bool = False
    has_summary: bool = True

    def dataset(self, cohort: str, name: str) -> str:
        """Name the dataset of a table, a part, a figure, or the page."""
        if name in self.drawings:
            return f"{cohort}__figure__{name}"
        if name in self.tables:
            return f"{cohort}__masked_genes__{self.name}__{name}"
        return f"{cohort}__study_{name}__{self.name}"


def create_study_pipeline(study: StudyDeclaration, selection: RunSelection) -> Pipeline:
    """Run a study on the selected cohort, draw it, write its page, and log it.

    Parameters
    ----------
    study : StudyDeclaration
    selection : RunSelection

    Returns
    -------
    Pipeline
        It runs behind ingestion and normalisation.
    """
    cohort = selection.cohort

    def named(names: Sequence[str]) -> dict[str, str]:
        return {name: study.dataset(cohort, name) for name in names}

    sections = ("methods", "imputers", "evaluation", "checkpoints", "n_jobs", "cluster")
    measure = Node(
        make_measure(study),
        inputs={
            **{part: f"{cohort}__{part}" for part in ("cohort", "normalizers", "splits")},
            "settings": f"params:{study.name}",
            **{section: f"params:{section}" for section in sections},
            **({"gene_sets": "gene_sets"} if study.reads_gene_sets else {}),
        },
        outputs=list(named([*study.tables, *study.parts]).values()),
        name=study.measure,
        namespace=study.name,
    )
    draw = [
        Node(
            or_reason(drawing.draw),
            inputs=[study.dataset(cohort, drawing.table)],
            outputs=study.dataset(cohort, name),
            name=f"draw_{name}",
            namespace=study.name,
        )
        for name, drawing in study.drawings.items()
    ]
    build = Node(
        make_build_page(study),
        inputs=named([*study.shown, *study.drawings]),
        outputs=study.dataset(cohort, "page"),
        name=study.build,
        namespace=study.name,
    )
    summary = ["summary"] if study.has_summary else []
    log = Node(
        make_log(study),
        inputs={"settings": f"params:{study.name}", **named(["page", *summary, *study.drawings])},
        outputs=None,
        name=f"log_{study.name}",
        namespace="tracking",
    )
    return Pipeline([measure, *draw, build, log])


def make_measure(study: StudyDeclaration) -> Callable[..., tuple[Any, ...]]:
    """Make the node function that runs the cells of a study and puts them together."""

    def measure(
        cohort: Cohort,
        normalizers: dict[str, Normalizer],
        splits: list[dict[str, Any]],
        settings: Any,
        methods: Any,
        imputers: ImputersSettings,
        evaluation: EvaluationSettings,
        checkpoints: str,
        n_jobs: int,
        cluster: str,
        gene_sets: pd.DataFrame | None = None,
    ) -> tuple[Any, ...]:
        """Ask every contestant on every split."""
        from twinpurify.evaluation.known_truths.resources import Resources

        contest = study.contest(settings)
        cells = SplitStudy(
            study.name,
            contest.run,
            cohort,
            normalizers,
            splits,
            settings,
            taking_part(methods, imputers, contest.contestants),
            evaluation.seed,
            None if gene_sets is None else Resources(gene_sets=gene_sets),
            # The workers of a cluster may share no disk.
            None if cluster else Path(checkpoints),
        )
        return tuple(contest.put_together(run_cells(cells, contest.contestants, n_jobs, cluster)))

    # Kedro checks parameters by these hints before the first node; methods have their own.
    measure.__annotations__ |= {"settings": study.settings, "methods": method_parameters()}
    return measure


def make_build_page(study: StudyDeclaration) -> Callable[..., str]:
    """Make the node function that writes the page of a study."""

    def build_page(**given: Any) -> str:
        """Write the study's page."""
        tables = [given[name] for name in study.shown]
        return study.page(*tables, *shown_and_absent(_figures(study, given)), now())

    return build_page


def make_log(study: StudyDeclaration) -> Callable[..., None]:
    """Make the node function that logs settings, mean scores, figures and the page to MLflow."""

    def log_study(settings: Any, page: str, **given: Any) -> None:
        """Log settings, mean scores, figures and the page to MLflow."""
        from twinpurify.pipelines.reporting.record import active_run_id
        from twinpurify.serving import tracking

        run_id = active_run_id()
        if run_id is None:
            return
        tracking.log_parameters(run_id, {study.name: settings})
        if study.has_summary:
            tracking.log_summary(run_id, as_run_summary(given["summary"]))
        shown, _ = shown_and_absent(_figures(study, given))
        tracking.log_figures(run_id, shown)
        tracking.log_report(run_id, page)

    log_study.__annotations__["settings"] = study.settings
    return log_study


def _figures(study: StudyDeclaration, given: Mapping[str, Any]) -> dict[str, Figure]:
    return {name: given[name] for name in study.drawings}


def taking_part(methods: BaseModel, imputers: BaseModel, names: Sequence[str]) -> dict[str, Any]:
    """Select the parameters of the methods and imputers that take part."""
    known = imputers.model_dump() | methods.model_dump()
    return {name: known[name] for name in names if name in known}


def as_run_summary(summary: pd.DataFrame) -> pd.DataFrame:
    """Call the columns as those of other runs are."""
    return summary.assign(trained_on=summary["cohort"], fraction=1.0)
