"""The command that downloads public cohorts."""

from __future__ import annotations

from pathlib import Path

import click

from twinpurify.command.options import raw_option
from twinpurify.command.project import find_project, shipped_configuration


@click.command(short_help="Download a public cohort, and write the YAML file that reads it.")
@click.argument("name")
@raw_option
@click.option("--source", type=click.Choice(["xena", "gdc"]), help="Of TCGA. Default: xena.")
@click.option("--base-url", metavar="URL", help="Address of a mirror of the source.")
@click.option(
    "--project",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Its conf/local/cohorts takes the file. Default: this folder, or the clone around it.",
)
def fetch(
    name: str,
    raw: Path | None,
    source: str | None,
    base_url: str | None,
    project: Path | None,
) -> None:
    """Download the public cohort NAME, and write the YAML file that reads it.

    NAME is tcga_<project>, metabric, scanb, gse<number>, or annotation for the table of gene
    symbols. Files that are there are checked and not fetched again; without a network the command
    says which files to place where. docs/public_cohorts.md tells more.

    \b
    Examples:
      twinpurify fetch annotation
      twinpurify fetch tcga_brca --raw ~/data
      twinpurify fetch tcga_luad --source gdc --raw ~/data
      twinpurify fetch gse42568 --raw ~/data
    """
    from twinpurify.fetch.definitions.definition_writer import write_definition
    from twinpurify.fetch.registry import find_recipe
    from twinpurify.fetch.sources import base_urls
    from twinpurify.fetch.transfer.fetcher import Fetcher

    recipe = find_recipe(name, source)
    found = find_project(project)
    fetcher = Fetcher(raw.expanduser() if raw else found.folder / "data/01_raw", say=click.echo)
    for draft in recipe.fetch(fetcher, base_urls(recipe.source, base_url)):
        written = found.folder / "conf" / "local" / "cohorts"
        write_definition(draft, written, shipped_configuration() / "base/cohorts", fetcher.say)
