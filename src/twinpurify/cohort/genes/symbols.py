"""From symbols as they are written to approved ones, without taking one gene for another."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pandas as pd

from twinpurify.cohort import codes
from twinpurify.cohort.notes import Notes, Told
from twinpurify.errors import listed

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Month and number -> the genes whose symbols, at the time, were read as that date: MARCH1 and
# MARC1 both became 1-Mar. There was no SEPT13 and no MARCH12; SEP15 is SELENOF today. DEC1 stays
# DEC1 for the table of aliases, since it stands for two genes in the literature.
DATED_GENES = {
    **{(3, number): (f"MARCHF{number}",) for number in range(3, 12)},
    (3, 1): ("MARCHF1", "MTARC1"),
    (3, 2): ("MARCHF2", "MTARC2"),
    **{(9, number): (f"SEPTIN{number}",) for number in (*range(1, 13), 14)},
    (9, 15): ("SELENOF",),
    (12, 1): ("DEC1",),
}
# The same genes under the symbols that were given up in 2020 because of spreadsheets.
FORMER = {
    **{f"MARCH{number}": f"MARCHF{number}" for number in range(1, 12)},
    **{f"SEPT{number}": f"SEPTIN{number}" for number in (*range(1, 13), 14)},
    "MARC1": "MTARC1",
    "MARC2": "MTARC2",
    "SEP15": "SELENOF",
}
DAY_MONTH = re.compile(r"(?P<number>\d{1,2})[-./ ](?P<month>[a-z]{3})[a-z]*(?:[-./ ]\d{2,4})?")
MONTH_DAY = re.compile(r"(?P<month>[a-z]{3})[a-z]*[-./ ](?P<number>\d{1,2})")
YEAR_FIRST = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?:[ t]00:00(?::00)?)?")
YEAR_LAST = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})")
# A bare 9-27 is an alias of IFITM1, so that these count only where they can be one of the genes.
NO_YEAR = re.compile(r"(\d{1,2})[-/](\d{1,2})")
NUMERIC, NUMBER = re.compile(r"\d+(?:\.0)?"), re.compile(r"\d{5}(?:\.0)?")
# RIKEN clones such as 2310009E13 lose their digits for good.
SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d{2}")
SUSPECT = re.compile(rf"(?i:\d|(?:{'|'.join(MONTHS)})[a-z]*[-./ ])")
EPOCH = date(1899, 12, 30)
YEARS = range(2000, 2036)
CENTURY = 2000
# HGNC writes open reading frames C1orf112; much software turns them into capitals.
READING_FRAME = r"^C(\d{1,2}|X|Y)ORF(\d+)"


def restore_symbols(names: pd.Series) -> Told[pd.Series]:
    """Undo what spreadsheets did to gene symbols where only one gene can be meant.

    Symbols that could be several genes are left out; a warning says what was found.

    Parameters
    ----------
    names : Series of str
        Symbols.

    References
    ----------
    Ziemann M, Eren Y, El-Osta A. Gene name errors are widespread in the scientific literature.
    Genome Biology 2016. doi:10.1186/s13059-016-1044-7
    """
    notes = Notes()
    candidates = {name: _genes_of(name) for name in names[names.str.match(SUSPECT)].unique()}
    # Numbers among symbols are dates only when all of them can be: others are Entrez ids.
    are_dates = all(genes for name, genes in candidates.items() if NUMERIC.fullmatch(name))
    mangled = {
        name: genes
        for name, genes in candidates.items()
        if genes is not None and (are_dates or not NUMBER.fullmatch(name))
    }
    restored = {name: genes[0] for name, genes in mangled.items() if len(genes) == 1}
    is_lost = names.isin(set(mangled) - set(restored))
    lost = list(names[is_lost])
    pairs = [f"{name} → {gene}" for name, gene in sorted(restored.items())]
    if mangled:
        notes.warn(
            f"A spreadsheet turned gene symbols into dates or numbers: {listed(mangled)}. "
            f"{len(restored)} were restored; {len(lost)} rows could be several genes and were "
            "dropped. Take the matrix from before the spreadsheet."
        )
    what = f"{len(pairs)} dates turned back into gene symbols"
    notes.add("mangled_symbols", what, pairs)
    what = "dates and numbers that could be several genes"
    notes.lose("genes", "mangled_symbols", lost, what)
    names = names[~is_lost]
    return names.map(FORMER | restored).fillna(names), notes


def approve_symbols(names: pd.Series, aliases: pd.DataFrame | None) -> Told[pd.Series]:
    """Replace outdated symbols by approved ones where it is certain which gene is meant.

    An approved symbol stays. Any other becomes the approved one of which it is an alias, unless it
    is an alias of several; or that one is measured under its own name as well, or under another
    alias, so that the alias may mean another gene. Those stay as they are, and are listed in the
    notes. Names without a symbol are left out.

    Parameters
    ----------
    names : Series of str
        Symbols.
    aliases : DataFrame or None
        Text columns `from` and `to`; without it only the case of reading frames is corrected.
    """
    notes, filled = Notes(), codes.symbols(names)
    notes.lose("genes", "unmapped", list(names[filled.isna()]), "names without a symbol")
    names = filled.dropna().str.replace(READING_FRAME, r"C\1orf\2", regex=True)
    if aliases is None:
        return names, notes
    renamed, doubts = _rename(set(names), aliases)
    pairs = [f"{old} → {new}" for old, new in sorted(renamed.items())]
    found = {"outdated symbols replaced by approved ones": pairs, **doubts}
    for what, examples in found.items():
        notes.add("aliases", f"{len(examples)} {what}", examples)
    return names.map(renamed).fillna(names), notes


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
    stay = {
        "aliases of several genes": set(pairs["from"][several]),
        "aliases of genes that are measured under their own name": one["from"][measured],
        "aliases of a gene that has another alias here": one["from"][rivals],
    }
    doubts = {f"{what}, left as they are": sorted(names) for what, names in stay.items()}
    return dict(zip(certain["from"], certain["to"], strict=True)), doubts


def _genes_of(name: str) -> tuple[str, ...] | None:
    """The genes that a mangled symbol can be; None for a symbol that isn't mangled."""
    folded = name.casefold()
    if SCIENTIFIC.fullmatch(name):
        return ()
    for pattern in (DAY_MONTH, MONTH_DAY):
        found = pattern.fullmatch(folded)
        if found and found["month"] in MONTHS:
            genes = _dated([(MONTHS.index(found["month"]) + 1, int(found["number"]))])
            # A spreadsheet writes Apr-05; APR-5 is an alias that none has touched.
            return None if not genes and name.isupper() else genes
    if found := YEAR_FIRST.fullmatch(folded):
        return _dated(_readings(*map(int, found.groups())))
    if found := YEAR_LAST.fullmatch(folded):
        first, second, year = map(int, found.groups())
        return _dated([*_readings(year, first, second), *_readings(year, second, first)])
    if found := NO_YEAR.fullmatch(folded):
        first, second = map(int, found.groups())
        return _dated([(first, second), (second, first)]) or None
    if NUMBER.fullmatch(name):
        day = EPOCH + timedelta(days=int(name[:5]))
        return _dated(_readings(day.year, day.month, day.day)) if day.year in YEARS else None
    return None


def _readings(year: int, month: int, day: int) -> list[tuple[int, int]]:
    """Month and number that a date was typed as: 2002/09/01 is 1-Sep of 2002, or Sep-02."""
    as_year = [(month, year - CENTURY)] if day == 1 and year > CENTURY else []
    return [(month, day), *as_year]


def _dated(readings: list[tuple[int, int]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(gene for key in readings for gene in DATED_GENES.get(key, ())))
