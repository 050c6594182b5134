"""The commands that purify, score and compare."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from twinpurify.command.options import (
    cohort_list,
    cut,
    params_option,
    project_options,
    raw_option,
)
from twinpurify.command.running import Run

STAGES = ("ingestion", "normalization", "purification", "evaluation", "reporting")


@click.command(short_help="Purify a simulated cohort and write its report.")
@params_option
@project_options
def demo(project: Path | None, env: str | None, params: list[str]) -> None:
    """Purify a simulated cohort and write its report: a first look, of 3 minutes.

    400 tumours and 60 adjacent normals are made from a seed, so that the truth is known. Nothing
    is downloaded.

    \b
    Examples:
      twinpurify demo
      twinpurify demo --project tryout
    """
    run = Run(project, env, params)
    run.give({"cohort": "demo"})
    if not any(text.startswith("evaluation.n_splits=") for text in params):
        run.give({"evaluation": {"n_splits": 3}})
    run.pipelines()
    _tell_results(run, "demo")


@click.command(name="run", short_help="Purify a cohort, judge all methods on it, write the report.")
@click.argument("cohort")
@raw_option
@cohort_list("--transfer", text="Cohorts that the frozen models are tried on.")
@cohort_list("--foreign", text="Cohorts whose tissue the test tumours are diluted with.")
@click.option(
    "--reference",
    metavar="COHORT",
    help="Cohort whose normals serve, where this one has none or too few.",
)
@click.option(
    "--methods",
    multiple=True,
    callback=cut,
    metavar="METHOD[,…]",
    help="Methods to run; raw and the final method have to be among them.",
)
@click.option(
    "--final-method",
    metavar="METHOD",
    help="Method whose model is stored and registered. Default: twinpurify.",
)
@click.option(
    "--stages",
    multiple=True,
    callback=cut,
    metavar="STAGE[,…]",
    help=f"Run these stages alone, on what is there: {', '.join(STAGES)}.",
)
@params_option
@project_options
def run_cohort(
    cohort: str,
    raw: Path | None,
    transfer: list[str],
    foreign: list[str],
    reference: str | None,
    methods: list[str],
    final_method: str | None,
    stages: list[str],
    params: list[str],
    project: Path | None,
    env: str | None,
) -> None:
    """Purify COHORT, ask all methods the same questions, and write the report.

    COHORT is the name of a cohort (a file of conf/base/cohorts or conf/local/cohorts, or one that
    comes with TwinPurify), or the path of its YAML file. So are the cohorts of the options.
    `twinpurify check COHORT` reads it first, in seconds.

    An interrupted run is resumed by the same command.

    \b
    Examples:
      twinpurify run mine.yml --raw ~/mine
      twinpurify run tcga_brca --raw ~/data --transfer scanb,metabric --foreign tcga_dlbc
      twinpurify run scanb --raw ~/data --reference tcga_brca
      twinpurify run mine --raw ~/mine --methods raw,pca,twinpurify
      twinpurify run mine --raw ~/mine --params evaluation.n_splits=3 --params n_jobs=2
      twinpurify run mine --raw ~/mine --stages evaluation,reporting
    """
    unknown = [name for name in stages if name not in STAGES]
    if unknown:
        raise click.BadParameter(
            f"there is no stage {unknown[0]!r}; the stages are {', '.join(STAGES)}",
            param_hint="--stages",
        )
    run = Run(project, env, params, raw)
    name = run.cohort(cohort)
    run.give(
        {
            "cohort": name,
            "transfer": [run.cohort(other) for other in transfer],
            "foreign": [run.cohort(other) for other in foreign],
            "methods_to_run": methods,
            "final_method": final_method,
        }
    )
    give_reference(run, name, reference)
    run.pipelines(*stages)
    _tell_results(run, name)


@click.command(short_help="Put new samples through a model that is there.")
@click.argument("cohort")
@raw_option
@click.option(
    "--model",
    metavar="MODEL",
    help="A folder, or an address of MLflow. Default: models:/twinpurify@champion.",
)
@click.option(
    "--missing-genes",
    type=click.Choice(["error", "training_mean"]),
    help="What becomes of genes of the model that the samples lack. Default: error.",
)
@params_option
@project_options
def score(
    cohort: str,
    raw: Path | None,
    model: str | None,
    missing_genes: str | None,
    params: list[str],
    project: Path | None,
    env: str | None,
) -> None:
    """Embed and purify the samples of COHORT by a stored model, without a fit.

    COHORT is a name or the path of a YAML file, as for `twinpurify run`; it needs no normals, and
    a single sample will do. The model is that of a former run.

    \b
    Examples:
      twinpurify score new.yml --raw ~/new
      twinpurify score new.yml --raw ~/new --model models:/twinpurify@champion_tcga_brca
      twinpurify score new.yml --raw ~/new --model my_model --missing-genes training_mean
    """
    run = Run(project, env, params, raw)
    name = run.cohort(cohort)
    stored = model and run.project.path_of(Path(model)) if model and Path(model).exists() else model
    scoring = {"model": stored, "missing_genes": missing_genes}
    run.give({"cohort": name, "scoring": scoring})
    run.pipelines("scoring")
    run.results(f"data/07_model_output/{name}/scored.h5ad")


@click.command(short_help="Put finished runs on one page.")
@click.argument("cohorts", nargs=-1, required=True, callback=cut, metavar="COHORT COHORT…")
@params_option
@project_options
def compare(cohorts: list[str], params: list[str], project: Path | None, env: str | None) -> None:
    """Put the finished runs of two COHORTS or more on one page.

    \b
    Examples:
      twinpurify compare demo tcga_brca
    """
    if not cohorts:
        raise click.UsageError("name the cohorts to compare, two or more")
    run = Run(project, env, params)
    run.give({"compare": cohorts})
    run.pipelines("compare")
    run.results(f"data/08_reporting/{'+'.join(cohorts)}/comparison.html")


def give_reference(run: Run, cohort: str, reference: str | None) -> None:
    """Name the cohort whose normals serve."""
    if reference:
        given: dict[str, Any] = {"reference_normals": {"cohort": run.cohort(reference)}}
        run.give({cohort: given})


def _tell_results(run: Run, cohort: str) -> None:
    run.results(
        f"data/07_model_output/{cohort}/purified.h5ad", f"data/08_reporting/{cohort}/report.html"
    )
