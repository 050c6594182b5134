"""The console command ``twinpurify``.

It starts in an instant: what the commands need is imported when they run.
"""

from __future__ import annotations

import os

import click

from twinpurify.command.check import check
from twinpurify.command.failures import Commands
from twinpurify.command.fetching import fetch
from twinpurify.command.runs import compare, demo, run_cohort, score
from twinpurify.command.serving import mlflow, viz
from twinpurify.command.studies import study


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="twinpurify", message="%(prog)s %(version)s")
def main() -> None:
    """Take normal tissue out of bulk tumour transcriptomes, and see the evidence.

    \b
    To begin:
      twinpurify demo                          a simulated cohort, in 3 minutes
      twinpurify check mine.yml --raw ~/mine   what of your files will be used
      twinpurify run mine.yml --raw ~/mine     purify them

    Results go to data/ of this folder, or of that of --project. `twinpurify COMMAND --help` tells
    of each command.
    """
    # Nothing that the command runs on reports home.
    os.environ.setdefault("DO_NOT_TRACK", "true")
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")


for command in (demo, fetch, check, run_cohort, score, compare, study, viz, mlflow):
    main.add_command(command)
