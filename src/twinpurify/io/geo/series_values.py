"""The table of a series matrix file, between its two marker lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from twinpurify.errors import TableError, listed
from twinpurify.io.files.streams import open_bytes
from twinpurify.io.geo.series_prologue import BEGIN, END, Prologue, cells_of, is_marker
from twinpurify.io.tables.delimited import MISSING
from twinpurify.io.tables.matrices import fill_matrix

ID = "ID_REF"
# A row of 60,000 samples has to fit into one block.
BLOCK_BYTES = 1 << 24
SUPPLEMENTARY = ("!Series_supplementary_file", "!Sample_supplementary_file")


class SeriesTable:
    """The values of a series matrix file: a row a probe, a column a sample.

    Parameters
    ----------
    path : Path
        The file.
    prologue : Prologue
        What stands before the values.

    Raises
    ------
    TableError
        The file has no table, or an empty one.
    """

    default_id = 0

    def __init__(self, path: Path, prologue: Prologue):
        self._path = path
        self._prologue = prologue
        self.names = prologue.header
        _check_header(path, prologue)

    def read_text(self, columns: Sequence[int]) -> pa.Table:
        """Read columns as text.

        Parameters
        ----------
        columns : sequence of int
            Positions, that of the probes first.

        Returns
        -------
        pyarrow.Table
            The columns in the order asked for, null where missing.

        Raises
        ------
        TableError
            The table is cut off, or has no rows.
        """
        return self._parse(columns, ())

    def read_numbers(
        self, texts: Sequence[int], numbers: Sequence[int], turned: bool
    ) -> tuple[pa.Table, np.ndarray] | None:
        """Read some columns as text and others as float32.

        Parameters
        ----------
        texts, numbers : sequence of int
            Positions; of the texts, that of the probes first.
        turned : bool
            Give the numbers as columns × rows.

        Returns
        -------
        pyarrow.Table
            The text.
        array, rows × numbers or numbers × rows
            The numbers, NaN where missing. In place of both, None where one of them is text.

        Raises
        ------
        TableError
            The table is cut off, or has no rows.
        """
        try:
            table = self._parse(texts, numbers)
        except pa.ArrowInvalid as error:
            if "conversion error to float" not in str(error):
                raise
            return None
        text = table.select(range(len(texts)))
        return text, fill_matrix(table.select(range(len(texts), table.num_columns)), turned)

    def _parse(self, texts: Sequence[int], numbers: Sequence[int]) -> pa.Table:
        types = dict.fromkeys(map(str, texts), pa.string())
        types |= dict.fromkeys(map(str, numbers), pa.float32())
        ends: list[bool] = []

        def pass_the_end(row: pa_csv.InvalidRow) -> str:
            ends.append(is_marker(row.text, END))
            return "skip" if ends[-1] else "error"

        with open_bytes(self._path) as stream:
            stream.read(self._prologue.start)
            table = pa_csv.read_csv(
                stream,
                pa_csv.ReadOptions(
                    column_names=[str(place) for place in range(self._prologue.width)],
                    block_size=BLOCK_BYTES,
                ),
                pa_csv.ParseOptions(delimiter="\t", invalid_row_handler=pass_the_end),
                pa_csv.ConvertOptions(
                    column_types=types,
                    include_columns=list(types),
                    null_values=list(MISSING),
                    strings_can_be_null=True,
                ),
            )
        return self._until_the_end(table, any(ends))

    def _until_the_end(self, table: pa.Table, has_ended: bool) -> pa.Table:
        # Filled up with tabs by a spreadsheet, the end of the table is a row like others.
        probes = table.column(0).to_pylist()
        rows = [row for row, probe in enumerate(probes) if probe and is_marker(probe, END)]
        if not rows and not has_ended:
            raise TableError(
                f"{self._path} is cut off: the line {END} is missing behind {len(probes)} rows of "
                "values. Fetch it again."
            )
        table = table.slice(0, rows[0]) if rows else table
        if not table.num_rows:
            raise TableError(_describe_empty(self._path, self._prologue))
        return table


def _check_header(path: Path, prologue: Prologue) -> None:
    if not prologue.start:
        raise TableError(
            f"{path} has no line {BEGIN}: it is cut off, or isn't a series matrix. Fetch it again, "
            "or set expression.format."
        )
    if prologue.header and prologue.header[0].casefold() != ID.casefold():
        raise TableError(
            f"The table of {path} should have the header {ID}, but it begins with "
            f"{listed(prologue.header)}: the file is damaged. Fetch it again."
        )
    if not prologue.samples:
        raise TableError(_describe_empty(path, prologue))


def _describe_empty(path: Path, prologue: Prologue) -> str:
    lines = [cells_of(line) for line in prologue.lines if line.startswith(SUPPLEMENTARY)]
    files = [PurePosixPath(file).name for _, *files in lines for file in files]
    names = dict.fromkeys(name for name in files if name not in ("", "NONE"))
    return (
        f"{path} holds no values: its table is empty, as that of an RNA-seq series always is. The "
        f"counts are in the supplementary files of the series ({listed(names)}). Set "
        "expression.path to one of them, and samples.path to this file."
    )
