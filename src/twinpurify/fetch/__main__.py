"""The command ``python -m twinpurify.fetch``, behind ``make fetch``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from twinpurify.errors import TwinPurifyError
from twinpurify.fetch.definitions.definition_writer import write_definition
from twinpurify.fetch.registry import find_recipe
from twinpurify.fetch.sources import base_urls
from twinpurify.fetch.transfer.fetcher import Fetcher

FAILED, INTERRUPTED = 1, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch a public cohort, and write the definition that reads it.

    Parameters
    ----------
    arguments : sequence of str, optional
        Of the command line.

    Returns
    -------
    int
        0, or what tells a shell that it failed or was interrupted.
    """
    options = _parser().parse_args(arguments)
    try:
        recipe = find_recipe(options.cohort, options.source)
        fetcher = Fetcher(options.raw.expanduser())
        bases = base_urls(recipe.source, options.base_url)
        for draft in recipe.fetch(fetcher, bases):
            write_definition(draft, options.conf, fetcher.say)
    except TwinPurifyError as error:
        print(error, file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("Interrupted; the same command goes on from what has come.", file=sys.stderr)
        return INTERRUPTED
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m twinpurify.fetch", description=main.__doc__)
    parser.add_argument("cohort", help="for example tcga_brca, metabric, scanb or gse42568")
    parser.add_argument("--raw", type=Path, default=Path("data/01_raw"), help="folder of raw data")
    parser.add_argument("--source", help="of TCGA: xena or gdc")
    parser.add_argument("--base-url", help="address of a mirror of the source")
    parser.add_argument(
        "--conf",
        type=Path,
        default=Path("conf/local/cohorts"),
        help="folder that the definition is written to",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
