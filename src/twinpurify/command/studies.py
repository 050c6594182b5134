"""The command ``study``: experiments with a design of their own."""

from __future__ import annotations

from pathlib import Path

import click

from twinpurify.command.options import (
    Function,
    cohort_list,
    params_option,
    project_options,
    raw_option,
)
from twinpurify.command.running import Run
from twinpurify.command.runs import give_reference


@click.group(short_help="Answer one question by an experiment of its own.")
def study() -> None:
    """Answer one question by an experiment with a design of its own.

    What a study varies is set by its section of the parameters, docs/parameters.md.
    """


def _of_a_cohort(function: Function) -> Function:
    """Add what all studies of a cohort take."""
    reference = click.option(
        "--reference", metavar="COHORT", help="Cohort whose normals serve, where there are none."
    )
    shared = raw_option(reference(params_option(project_options(function))))
    return click.argument("cohort")(shared)


@study.command(short_help="How few labels a classifier needs.")
@click.option("--label", metavar="COLUMN", help="Column that is learnt. Default: subtype.")
@click.option("--pretrain", metavar="COHORT", help="Another cohort to pretrain on.")
@_of_a_cohort
def labels(
    cohort: str,
    raw: Path | None,
    reference: str | None,
    params: list[str],
    project: Path | None,
    env: str | None,
    label: str | None,
    pretrain: str | None,
) -> None:
    """Measure how few labels of COHORT a classifier needs, on top of which encoder.

    \b
    Examples:
      twinpurify study labels tcga_brca --raw ~/data --label subtype
      twinpurify study labels tcga_brca --raw ~/data --label grade --pretrain scanb
    """
    run = Run(project, env, params, raw)
    section = {"label": label, "pretraining_cohort": pretrain and run.cohort(pretrain)}
    run.give({"label_efficiency": section})
    _start(run, "label_efficiency", cohort, reference, "label_efficiency")


@study.command(short_help="Classes told from random panels of genes.")
@click.option("--label", metavar="COLUMN", help="Column that is told. Default: cancer.")
@_of_a_cohort
def panels(
    cohort: str,
    raw: Path | None,
    reference: str | None,
    params: list[str],
    project: Path | None,
    env: str | None,
    label: str | None,
) -> None:
    """Tell the classes of COHORT from random panels of its genes.

    \b
    Examples:
      twinpurify study panels tcga_pancancer --raw ~/data
      twinpurify study panels tcga_brca --raw ~/data --label subtype
    """
    run = Run(project, env, params, raw)
    run.give({"gene_panels": {"label": label}})
    _start(run, "gene_panels", cohort, reference, "gene_panels/gene_panels.html")


@study.command(short_help="Survival by genes that test patients lack.")
@click.option("--endpoint", metavar="NAME", help="os, dss, dfi, pfi or rfs. Default: os.")
@_of_a_cohort
def anchors(
    cohort: str,
    raw: Path | None,
    reference: str | None,
    params: list[str],
    project: Path | None,
    env: str | None,
    endpoint: str | None,
) -> None:
    """Predict the survival of COHORT by prognostic genes that are restored.

    \b
    Examples:
      twinpurify study anchors tcga_pancancer --raw ~/data
      twinpurify study anchors tcga_pancancer --raw ~/data --endpoint pfi
    """
    run = Run(project, env, params, raw)
    run.give({"restored_anchors": {"endpoint": endpoint}})
    _start(run, "restored_anchors", cohort, reference, "restored_anchors/restored_anchors.html")


@study.command(short_help="Which genes tell a class.")
@click.option("--label", metavar="COLUMN", help="Column that is told. Default: cancer.")
@_of_a_cohort
def attribution(
    cohort: str,
    raw: Path | None,
    reference: str | None,
    params: list[str],
    project: Path | None,
    env: str | None,
    label: str | None,
) -> None:
    """Ask which genes tell the classes of COHORT, by three accounts that needn't agree.

    \b
    Examples:
      twinpurify study attribution tcga_pancancer --raw ~/data
    """
    run = Run(project, env, params, raw)
    run.give({"gene_attribution": {"label": label}})
    _start(run, "gene_attribution", cohort, reference, "gene_attribution/gene_attribution.html")


@study.command(short_help="How near imputers come to hidden values.")
@cohort_list("--transfer", text="Cohorts of another platform whose genes are filled in.")
@_of_a_cohort
def impute(
    cohort: str,
    raw: Path | None,
    reference: str | None,
    params: list[str],
    project: Path | None,
    env: str | None,
    transfer: list[str],
) -> None:
    """Hide values of COHORT and measure how near each imputer comes to them.

    \b
    Examples:
      twinpurify study impute tcga_pancancer --raw ~/data
      twinpurify study impute tcga_brca --raw ~/data --params imputation.rates=[0.1,0.5]
    """
    run = Run(project, env, params, raw)
    run.give({"transfer": [run.cohort(other) for other in transfer]})
    _start(run, "imputation", cohort, reference, "imputation.html")


@study.command(short_help="Mixtures of known proportions.")
@raw_option
@params_option
@project_options
def mixtures(raw: Path | None, params: list[str], project: Path | None, env: str | None) -> None:
    """Measure what is recovered of mixtures whose proportions are known: conf/base/mixtures.yml.

    \b
    Examples:
      twinpurify study mixtures --raw ~/data
    """
    run = Run(project, env, params, raw)
    run.pipelines("mixtures")
    run.results("data/08_reporting/mixtures/mixtures.csv")


def _start(run: Run, pipeline: str, cohort: str, reference: str | None, result: str) -> None:
    """Run the pipeline of a study of a cohort, and say where its result lies."""
    name = run.cohort(cohort)
    run.give({"cohort": name})
    give_reference(run, name, reference)
    run.pipelines(pipeline)
    run.results(f"data/08_reporting/{name}/{result}")
