"""The section ``genes`` of a definition, with the aliases of HGNC where they were fetched."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from twinpurify.fetch.definitions.draft import comments, flow, section

ALIASES_PATH = "annotation/aliases.tsv"
ALIASES = {"path": ALIASES_PATH, "format": "tsv", "from_column": "alias", "to_column": "symbol"}


def gene_lines(raw: Path, entries: Sequence[str] = ()) -> list[str]:
    """Write how genes become approved symbols.

    Parameters
    ----------
    raw : Path
        The run's folder of raw data.
    entries : sequence of str
        What the source itself needs.

    Returns
    -------
    list of str
        Lines of a definition.
    """
    if (raw / ALIASES_PATH).is_file():
        return section("genes", [*entries, f"aliases: {flow(ALIASES)}"])
    missing = ["twinpurify fetch annotation gives a table of outdated symbols, for genes.aliases."]
    return [*section("genes", entries), *comments(missing)]
