"""Any series of GEO: its series matrices, and the annotation of their platforms."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from twinpurify.cohort.declaration.sources import ExpressionTable, SampleTable
from twinpurify.errors import TableError
from twinpurify.fetch.definitions.draft import OPEN, Draft, comments, flow, quoted
from twinpurify.fetch.definitions.gene_lines import gene_lines
from twinpurify.fetch.recipes.geo_paths import (
    MATRIX_ENDING,
    is_matrix,
    matrices_in,
    platform_file,
    series_folder,
)
from twinpurify.fetch.recipes.geo_sheet import sheet_lines
from twinpurify.fetch.recipes.geo_unit import unit_lines
from twinpurify.fetch.sources import addresses
from twinpurify.fetch.transfer.fetcher import Fetcher
from twinpurify.fetch.transfer.remote_file import RemoteFile, UnreachableError
from twinpurify.io.geo.series_matrix import read_expression, read_samples
from twinpurify.io.tables.platform_annotation import read_platform_table

SYMBOLS = ("Gene symbol", "Gene Symbol", "Symbol", "ILMN_Gene", "GENE_SYMBOL", "gene_symbol")
SEPARATOR = "///"
TABLE_OF_PLATFORM = "https://www.ncbi.nlm.nih.gov/geo/query/acc.cgi?acc={}"


def fetch(series: str, fetcher: Fetcher, bases: tuple[str, ...]) -> list[Draft]:
    """Fetch a series.

    Parameters
    ----------
    series : str
        For example ``GSE42568``.
    fetcher : Fetcher
        Brings the files.
    bases : tuple of str
        Address of GEO.

    Returns
    -------
    list of Draft
        A definition a platform: what was measured by two can't be one cohort.

    Raises
    ------
    TableError
        The series has no series matrix, or its values are elsewhere.
    """
    folder = f"{series.lower()}/geo"
    names = _find_matrices(series, folder, fetcher, bases)
    there = f"{series_folder(series)}/matrix"
    files = [RemoteFile(addresses(bases, f"{there}/{n}"), f"{folder}/{n}") for n in names]
    fetcher.get(files)
    return [_draft(file, series, fetcher, bases, several=len(files) > 1) for file in files]


def _find_matrices(series: str, folder: str, fetcher: Fetcher, bases: tuple[str, ...]) -> list[str]:
    """Look into the folder of the series; without a network, into that on this machine."""
    place = fetcher.raw / folder
    urls = addresses(bases, f"{series_folder(series)}/matrix/")
    listing = RemoteFile(urls, f"{folder}/listing.html", web_page=True)
    try:
        fetcher.get([listing])
    except UnreachableError as error:
        present = sorted(p.name for p in place.glob("*") if is_matrix(p.name, series))
        if present:
            return present
        raise UnreachableError(_describe_by_hand(series, folder, fetcher, bases)) from error
    names = matrices_in(fetcher.path_of(listing).read_text("utf-8", "replace"), series)
    if not names:
        raise TableError(
            f"{urls[0]} lists no file …{MATRIX_ENDING} of {series}. Look there which files the "
            "series has, and write the cohort's definition by hand: docs/add_your_cohort.md."
        )
    return names


def _describe_by_hand(series: str, folder: str, fetcher: Fetcher, bases: tuple[str, ...]) -> str:
    name = f"{series}{MATRIX_ENDING}"
    (url,) = addresses(bases, f"{series_folder(series)}/matrix/{name}")
    return (
        f"{bases[0]} can't be reached. Try again later; or fetch elsewhere, and place here:\n"
        f"  {url} -> {fetcher.raw / folder / name}\n"
        f"A series of several platforms has such a file for each ({series}-GPL…{MATRIX_ENDING}). "
        "The same command then goes on, and names the annotation of the platform."
    )


def _draft(
    file: RemoteFile, series: str, fetcher: Fetcher, bases: tuple[str, ...], several: bool
) -> Draft:
    path = fetcher.path_of(file)
    values = read_expression(path, ExpressionTable(path=file.path), fetcher.raw).values
    sheet = read_samples(path, SampleTable(), fetcher.raw).reindex(values.index)
    platform = _platform(file, sheet)
    suffix = f"_{platform.lower()}" if several and platform else ""
    genes = _genes(platform, file, fetcher, bases, values.columns)
    source = {"path": file.path, "format": "series_matrix"}
    return Draft(
        cohort=f"{series.lower()}{suffix}",
        source="geo",
        lines=(
            f"title: {quoted(f'{series} {platform}'.strip())}",
            *unit_lines(values, sheet),
            f"expression: {flow(source)}",
            *sheet_lines(sheet),
            *genes,
        ),
    )


def _platform(file: RemoteFile, sheet: pd.DataFrame) -> str:
    """Tell the platform by the file's name, else by its sample sheet."""
    found = re.search(r"-(GPL\d+)_", file.path)
    if found:
        return found[1]
    named = sheet["platform_id"].dropna().unique() if "platform_id" in sheet else []
    return str(named[0]) if len(named) == 1 else ""


def _genes(
    platform: str,
    matrix: RemoteFile,
    fetcher: Fetcher,
    bases: tuple[str, ...],
    probes: Sequence[str],
) -> list[str]:
    """Fetch the annotation of the platform, and write how probes become genes."""
    folder = matrix.path.rpartition("/")[0]
    if re.fullmatch(r"GPL\d+", platform):
        here = f"{folder}/{platform}.annot.gz"
        file = RemoteFile(addresses(bases, platform_file(platform)), here, optional=True)
        fetcher.get([file])
        table = fetcher.path_of(file)
        read = read_platform_table(table) if table.is_file() else None
        symbols = [name for name in SYMBOLS if read is not None and name in read]
        if symbols and "ID" in read and read["ID"].isin(probes).any():
            names = {"from_column": "ID", "to_column": symbols[0], "separator": SEPARATOR}
            return gene_lines(
                fetcher.raw, ["id_type: probe", f"map: {flow({'path': here} | names)}"]
            )
    return comments(
        [
            f"{OPEN}: genes.map, unless the rows are symbols ({', '.join(map(repr, probes[:3]))}). "
            f"GEO has no ready annotation of {platform or 'this platform'} that fits.",
            f"Download the full table at {TABLE_OF_PLATFORM.format(platform)} into {folder}, and "
            "name its columns:",
            "genes: {map: {path: <table>, from_column: ID, to_column: <column of symbols>}}",
        ]
    ) + gene_lines(fetcher.raw)
