"""Time the reader of tables against decompressing and parsing the same bytes.

    python benchmarks/read_table.py

Makes 1,200 samples × 20,000 genes as TSV.gz in a temporary folder, with samples in rows and with
genes in rows. Prints, for each, the seconds of ``read_expression``, those of decompressing by
pyarrow plus ``pyarrow.csv.read_csv`` of the bytes, and their ratio, each the best of some rounds
in turn. ``read_csv`` is timed twice: by its defaults, and told what the reader knows (float32, and
the reader's size of blocks), which is the harder measure.
"""

import argparse
import gzip
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from twinpurify.cohort.declaration.sources import ExpressionTable
from twinpurify.io.reading import read_expression
from twinpurify.io.tables.delimited import DelimitedText


def main() -> None:
    """Make the files, time both ways, print the ratios."""
    arguments = parse_arguments()
    shape = (arguments.samples, arguments.genes)
    values = np.random.default_rng(0).gamma(2.0, 3.0, shape).astype(np.float32)
    with tempfile.TemporaryDirectory() as folder:
        for orientation in ("samples_in_rows", "genes_in_rows"):
            path = Path(folder) / f"{orientation}.tsv.gz"
            write_matrix(values if orientation == "samples_in_rows" else values.T, path)
            print_ratios(path, orientation, arguments.rounds)


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=1200)
    parser.add_argument("--genes", type=int, default=20000)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def write_matrix(values: np.ndarray, path: Path) -> None:
    """Write a matrix with four decimals, as expression tables have them."""
    with gzip.open(path, "wt", compresslevel=6, encoding="ascii") as file:
        file.write("\t".join(["id", *(f"C{column:05d}" for column in range(values.shape[1]))]))
        for number, row in enumerate(values):
            fields = "\t".join(f"{value:.4f}" for value in row.tolist())
            file.write(f"\nR{number:05d}\t{fields}")
        file.write("\n")


def print_ratios(path: Path, orientation: str, rounds: int) -> None:
    """Time the ways in turn, so that a busy moment falls on all of them."""
    table = ExpressionTable(path=path.name, orientation=orientation)
    ways = {
        "read_expression": lambda: read_expression(table, path.parent),
        "defaults": lambda: parse_by_defaults(path),
        "same settings": lambda: parse_by_same_settings(path),
    }
    best = {name: min(times) for name, times in timed(ways, rounds).items()}
    ours = best.pop("read_expression")
    print(f"{orientation}: read_expression {ours:.2f} s")
    for name, seconds in best.items():
        print(f"  against decompress + pyarrow.csv ({name}) {seconds:.2f} s: {ours / seconds:.2f}")


def timed(ways: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each way in each round."""
    times = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            times[name].append(time.perf_counter() - start)
    return times


def decompress(path: Path) -> pa.Buffer:
    """Decompress a file into memory."""
    with pa.CompressedInputStream(pa.OSFile(str(path)), "gzip") as stream:
        return stream.read_buffer()


def parse_by_defaults(path: Path) -> pa.Table:
    """Parse as pyarrow does without being told anything but the delimiter."""
    return pa_csv.read_csv(
        pa.BufferReader(decompress(path)), parse_options=pa_csv.ParseOptions(delimiter="\t")
    )


def parse_by_same_settings(path: Path) -> pa.Table:
    """Parse with the types and the size of blocks that the reader uses."""
    text = DelimitedText(path, "\t")
    types = dict.fromkeys(text.names[1:], pa.float32())
    return pa_csv.read_csv(
        pa.BufferReader(decompress(path)),
        pa_csv.ReadOptions(block_size=text.block_bytes()),
        pa_csv.ParseOptions(delimiter="\t"),
        pa_csv.ConvertOptions(column_types=types),
    )


if __name__ == "__main__":
    main()
