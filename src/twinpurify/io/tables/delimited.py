"""Delimited text: its header, its fields as text, and its numbers as a matrix."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from twinpurify.io.files.streams import encoding_of, head_of, open_bytes, open_text
from twinpurify.io.tables.missing import MISSING

DELIMITERS = {"csv": ",", "tsv": "\t", "gct": "\t"}
COMMENT = "#"
# A block takes several rows, however long they are: each costs a builder a column.
SMALLEST_BLOCK, LARGEST_BLOCK = 1 << 24, 1 << 26
ROWS_A_BLOCK = 256


class DelimitedText:
    """A CSV or TSV file with a header, compressed or not; a `TableFile`.

    Columns are known by their positions, since their names may repeat.

    Parameters
    ----------
    path : Path
        The file.
    delimiter : str
        What separates the fields.
    skip_comments : bool
        Leave out the lines on top that begin with #.
    above, below : int
        Lines before the header, and between it and the rows.
    missing : sequence of str
        What is read as missing.
    quoted : bool
        Fields may stand in quotes.
    """

    # The ids are in the first column.
    default_id = 0

    def __init__(
        self,
        path: Path,
        delimiter: str,
        skip_comments: bool = False,
        above: int = 0,
        below: int = 0,
        missing: Sequence[str] = MISSING,
        quoted: bool = True,
    ):
        self._path = path
        self._delimiter = delimiter
        self._skip_comments = skip_comments
        self._above, self._below = above, below
        self._missing, self._quoted = missing, quoted

    @cached_property
    def _encoding(self) -> str:
        return encoding_of(head_of(self._path, 4)).removesuffix("-sig")

    @cached_property
    def _top(self) -> tuple[int, list[str], list[str]]:
        """Lines down to the header, the header's fields, and those of the first row."""
        quoting = csv.QUOTE_MINIMAL if self._quoted else csv.QUOTE_NONE
        with open_text(self._path) as lines:
            rows = csv.reader(lines, delimiter=self._delimiter, quoting=quoting)
            header = next((row for row in islice(rows, self._above, None) if self._heads(row)), [])
            number = rows.line_num
            return number, header, next(islice(rows, self._below, None), [])

    def _heads(self, row: list[str]) -> bool:
        return bool(row) and not (self._skip_comments and row[0].startswith(COMMENT))

    @cached_property
    def names(self) -> list[str]:
        """Names of the columns; R leaves that of the row names out, which is then empty."""
        _, header, first = self._top
        lacks_ids = len(first) == len(header) + 1 and first[-1] != ""
        return ["", *header] if lacks_ids else header

    def read_text(self, columns: Sequence[int]) -> pa.Table:
        """Read columns as text, in which quoted fields may hold line ends; see `TableFile`."""
        return self._parse(columns, (), newlines=True)

    def read_numbers(
        self, texts: Sequence[int], numbers: Sequence[int], turned: bool
    ) -> tuple[pa.Table, np.ndarray] | None:
        """Read some columns as text and others as float32; see `TableFile`."""
        try:
            table = self._parse(texts, numbers, newlines=False)
        except pa.ArrowInvalid as error:
            if "conversion error to float" not in str(error):
                raise
            return None
        text = table.select(range(len(texts)))
        batches = table.select(range(len(texts), table.num_columns)).to_batches()
        # Else the table would keep every block until the matrix is whole.
        del table
        return text, _consume(batches, len(numbers), turned)

    def _parse(
        self,
        texts: Sequence[int],
        numbers: Sequence[int],
        newlines: bool,
        first_byte: int = 0,
        width: int | None = None,
        on_invalid_row: Callable[[pa_csv.InvalidRow], str] | None = None,
    ) -> pa.Table:
        """Parse columns; rows may begin at a byte, be wider than the header, and be looked at."""
        types = dict.fromkeys(map(str, texts), pa.string())
        types |= dict.fromkeys(map(str, numbers), pa.float32())
        with open_bytes(self._path) as stream:
            stream.read(first_byte)
            return pa_csv.read_csv(
                stream,
                pa_csv.ReadOptions(
                    column_names=[str(place) for place in range(width or len(self.names))],
                    skip_rows=self._top[0] + self._below,
                    block_size=self.block_bytes(),
                    encoding=self._encoding,
                ),
                pa_csv.ParseOptions(
                    delimiter=self._delimiter,
                    quote_char='"' if self._quoted else False,
                    newlines_in_values=newlines and self._quoted,
                    invalid_row_handler=on_invalid_row,
                ),
                pa_csv.ConvertOptions(
                    column_types=types,
                    include_columns=[str(position) for position in (*texts, *numbers)],
                    null_values=list(self._missing),
                    strings_can_be_null=True,
                ),
            )

    def block_bytes(self) -> int:
        """Bytes of the blocks that are parsed at once: they hold some rows, of whatever length."""
        row_bytes = sum(len(field) + 1 for field in (*self._top[1], *self._top[2])) // 2
        return min(max(row_bytes * ROWS_A_BLOCK, SMALLEST_BLOCK), LARGEST_BLOCK)


def _consume(batches: list[pa.RecordBatch], n_columns: int, turned: bool) -> np.ndarray:
    """Move blocks of float32 columns into one matrix; each is given up once it is copied."""
    n_rows = sum(batch.num_rows for batch in batches)
    matrix = np.empty((n_columns, n_rows) if turned else (n_rows, n_columns), dtype=np.float32)
    start, batches[:] = 0, batches[::-1]
    while batches and n_columns:
        batch = batches.pop()
        rows = slice(start, start + batch.num_rows)
        block = batch.to_tensor(null_to_nan=True, row_major=not turned).to_numpy()
        matrix[(slice(None), rows) if turned else rows] = block.T if turned else block
        start += batch.num_rows
    return matrix
