"""Gene symbols that a spreadsheet took for dates or numbers."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pandas as pd

from twinpurify.cohort.ingestion_log import IngestionLog
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
NUMBER = re.compile(r"\d{5}(?:\.0)?")
# RIKEN clones such as 2310009E13 lose their digits for good.
SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d{2}")
SUSPECT = re.compile(rf"(?i:\d|(?:{'|'.join(MONTHS)})[a-z]*[-./ ])")
EPOCH = date(1899, 12, 30)
YEARS = range(2000, 2036)
CENTURY = 2000


def restore_symbols(names: pd.Series, log: IngestionLog) -> pd.Series:
    """Undo what spreadsheets did to gene symbols where only one gene can be meant.

    Parameters
    ----------
    names : Series of str
        Symbols.
    log : IngestionLog
        Is warned of what was found; symbols that could be several genes are dropped.

    Returns
    -------
    Series of str
        Symbols, with the index of `names`; those that can't be restored are left out.

    References
    ----------
    Ziemann M, Eren Y, El-Osta A. Gene name errors are widespread in the scientific literature.
    Genome Biology 2016. doi:10.1186/s13059-016-1044-7
    """
    suspects = names[names.str.match(SUSPECT)].unique()
    candidates = {name: _genes_of(name) for name in suspects}
    if not _are_serial_dates(candidates):
        candidates = {
            name: None if NUMBER.fullmatch(name) else genes for name, genes in candidates.items()
        }
    mangled = {name: genes for name, genes in candidates.items() if genes is not None}
    restored = {name: genes[0] for name, genes in mangled.items() if len(genes) == 1}
    lost = names.isin(set(mangled) - set(restored))
    _tell(restored, mangled, list(names[lost]), log)
    names = names[~lost]
    return names.map(FORMER | restored).fillna(names)


def _tell(
    restored: dict[str, str],
    mangled: dict[str, tuple[str, ...]],
    lost: list[str],
    log: IngestionLog,
) -> None:
    if not mangled:
        return
    log.warn(
        f"A spreadsheet turned gene symbols into dates or numbers: {listed(mangled)}. "
        f"{len(restored)} were restored; {len(lost)} rows could be several genes and were "
        "dropped. Take the matrix from before the spreadsheet."
    )
    pairs = [f"{name} → {gene}" for name, gene in sorted(restored.items())]
    if pairs:
        what = f"{len(pairs)} dates turned back into gene symbols"
        log.note("mangled_symbols", what, examples=pairs)
    log.drop_genes("mangled_symbols", lost, "dates and numbers that could be several genes")


def _are_serial_dates(candidates: dict[str, tuple[str, ...] | None]) -> bool:
    """Numbers among symbols are dates only when all of them can be: others are Entrez ids."""
    numbers = [name for name in candidates if name.removesuffix(".0").isdigit()]
    return all(candidates[name] for name in numbers)


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
