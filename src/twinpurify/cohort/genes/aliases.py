"""From outdated and alias symbols to approved ones, without taking one gene for another."""

from __future__ import annotations

import pandas as pd

from twinpurify.cohort.genes.mapping import without_fillers
from twinpurify.cohort.ingestion_log import IngestionLog

# HGNC writes open reading frames C1orf112; much software turns them into capitals.
READING_FRAME = r"^C(\d{1,2}|X|Y)ORF(\d+)"


def approve_symbols(names: pd.Series, aliases: pd.DataFrame | None, log: IngestionLog) -> pd.Series:
    """Replace outdated symbols by approved ones where it is certain which gene is meant.

    An approved symbol stays. Any other becomes the approved one of which it is an alias, unless it
    is an alias of several; or that one is measured under its own name as well, or under another
    alias, so that the alias may mean another gene. Those stay as they are, and are listed.

    Parameters
    ----------
    names : Series of str
        Symbols.
    aliases : DataFrame or None
        Text columns `from` and `to`; without it only the case of reading frames is corrected.
    log : IngestionLog
        Is told of names without a symbol, and which symbols were renamed and which stay in doubt.

    Returns
    -------
    Series of str
        Symbols, with the index of `names`; names without a symbol are left out.
    """
    filled = without_fillers(names)
    log.drop_genes("unmapped", list(names[filled.isna()]), "names without a symbol")
    names = filled.dropna().str.replace(READING_FRAME, r"C\1orf\2", regex=True)
    if aliases is None:
        return names
    renamed, doubts = _rename(set(names), aliases)
    pairs = [f"{old} → {new}" for old, new in sorted(renamed.items())]
    found = {"outdated symbols replaced by approved ones": pairs, **doubts}
    for what, examples in found.items():
        if examples:
            log.note("aliases", f"{len(examples)} {what}", examples=examples)
    return names.map(renamed).fillna(names)


def _rename(
    present: set[str], aliases: pd.DataFrame
) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Old symbol -> approved one; and why others stay."""
    approved = set(aliases["to"])
    pairs = aliases[aliases["from"].isin(present - approved)].drop_duplicates(["from", "to"])
    several = pairs["from"].duplicated(keep=False)
    one = pairs[~several]
    measured = one["to"].isin(present)
    rivals = one["to"].duplicated(keep=False) & ~measured
    certain = one[~measured & ~rivals]
    doubts = {
        "aliases of several genes, left as they are": sorted(set(pairs["from"][several])),
        "aliases of genes that are measured under their own name, left as they are": sorted(
            one["from"][measured]
        ),
        "aliases of a gene that has another alias here, left as they are": sorted(
            one["from"][rivals]
        ),
    }
    return dict(zip(certain["from"], certain["to"], strict=True)), doubts
