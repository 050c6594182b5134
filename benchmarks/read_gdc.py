"""Time and memory of reading a GDC download: 551 files of HTSeq counts, of 60,483 genes each.

    python benchmarks/read_gdc.py
    python benchmarks/read_gdc.py --like <folder of a GDC download> --files 551

The files are written to a temporary folder: counts of random depth for the genes of the first file
of ``--like``, or for genes that are made up. Prints the seconds of reading, those of nothing but
unpacking and parsing the same files one after the other, and the growth of the peak resident
memory in units of the float32 matrix. The goal is 20 s on two cores, and less than three matrices.
"""

import argparse
import gzip
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.csv as pa_csv

from twinpurify.cohort.declaration.sources import ExpressionTable
from twinpurify.io.gdc.counts import HTSEQ, count_files, read_expression
from twinpurify.io.per_sample.profiles import read_first

GENES = 60_483
TAIL = ("__no_feature", "__ambiguous", "__too_low_aQual", "__not_aligned", "__alignment_not_unique")


def main() -> None:
    """Write the files, read them in a process of its own, print what it took."""
    arguments = parse_arguments()
    genes, counts = pattern(arguments.like)
    spawned = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder, spawned.Pool() as pool:
        calls = [(Path(folder), genes, counts, number) for number in range(arguments.files)]
        pool.starmap(write_file, calls, chunksize=8)
        with spawned.Pool(1) as reader:
            seconds, growth, size = reader.apply(measure, (Path(folder),))
        with spawned.Pool(1) as parser:
            bare = parser.apply(parse_alone, (Path(folder),))
    print(f"{arguments.files} files of {len(genes)} genes; the matrix has {size / 1e6:.0f} MB")
    print(f"read in {seconds:.1f} s; unpacked and parsed one by one in {bare:.1f} s")
    print(f"ratio of the two {seconds / bare:.2f}; peak memory {growth / size:.2f} matrices")


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--like", type=Path)
    parser.add_argument("--files", type=int, default=551)
    return parser.parse_args()


def pattern(like: Path | None) -> tuple[list[str], np.ndarray]:
    """Genes and the counts that the files vary."""
    if like is not None:
        first = read_first(next(count_files(like)), HTSEQ)
        return first.ids.to_pylist(), first.values
    generator = np.random.default_rng(0)
    means = np.exp(generator.normal(2, 3, GENES)) * (generator.random(GENES) < 0.6)
    return [f"ENSG{number:011d}.{number % 19}" for number in range(GENES)], means


def write_file(folder: Path, genes: list[str], means: np.ndarray, number: int) -> None:
    """Write one file as the GDC packs it."""
    generator = np.random.default_rng(number)
    counts = generator.poisson(np.minimum(means, 1e6) * generator.uniform(0.3, 3))
    names, values = [*genes, *TAIL], [*counts, *generator.integers(0, 10_000_000, len(TAIL))]
    text = "".join(f"{name}\t{value}\n" for name, value in zip(names, values, strict=True))
    path = folder / f"{number:08d}-0000-4000-8000-000000000000" / f"{number}.htseq.counts.gz"
    path.parent.mkdir()
    path.write_bytes(gzip.compress(text.encode(), 6))


def measure(folder: Path) -> tuple[float, int, int]:
    """Seconds, growth of the peak resident memory, and size of the matrix, in bytes."""
    before, start = psutil.Process().memory_info().rss, time.perf_counter()
    table = ExpressionTable(path=folder.name, format="gdc")
    matrix = read_expression(folder, table, folder.parent).values.to_numpy()
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return seconds, peak - before, matrix.nbytes


def parse_alone(folder: Path) -> float:
    """Seconds to unpack and parse every file, and keep nothing."""
    start = time.perf_counter()
    for path in count_files(folder):
        content = gzip.decompress(path.read_bytes())
        options = pa_csv.ReadOptions(column_names=["gene", "count"])
        tabs = pa_csv.ParseOptions(delimiter="\t")
        pa_csv.read_csv(pa.BufferReader(content), options, tabs)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
