"""Peak memory and time of a cohort's normalisation, from raw h5ad to normalised h5ad.

    .venv/bin/python benchmarks/normalize_cohort.py --samples 10000 --genes 20000

Counts are simulated and written to a temporary folder. Each way runs in a process of its own,
whose peak memory is given as a multiple of the cohort's float32 matrix: with the interpreter and
its libraries, and without them. `raw` does what a run does: it reads a raw h5ad file with its
sheet, assembles the cohort, writes it, and normalises it. `memory` begins with the cohort: it
reads the whole of it, fits, transforms and writes; `file` does the same from file to file.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import anndata as ad
import h5py
import numpy as np
import pandas as pd

from twinpurify.cohort.assembly import assemble_cohort
from twinpurify.cohort.declaration.definition import parse_definition
from twinpurify.cohort.units.unit import Unit
from twinpurify.io.reading import read_expression, read_sample_sheet
from twinpurify.normalization.chunks import fit_normalizer_on_file, normalize_file
from twinpurify.normalization.cohorts import fit_normalizer, normalize
from twinpurify.normalization.settings import NormalizationSettings

STEPS = {
    "default": ["cpm", "log2", {"variable_genes": {"max_genes": 5000}}],
    "all genes": ["cpm", "log2"],
    "tmm, quantile": ["tmm", "log2", "quantile", {"variable_genes": {"max_genes": 5000}}],
    "robust": ["cpm", "log2", {"standardize": {"spread": "mad"}}],
}
WAYS = ("nothing", "raw", "memory", "file")
DEFINITION = {
    "title": "simulated",
    "platform": "rna_seq",
    "unit": {"quantity": "counts", "scale": "linear"},
    "expression": {"path": "raw.h5ad"},
    "columns": {"tissue": "tissue"},
    "tissue_values": {"tumour": ["tumour"], "normal": ["normal"]},
}
NORMALS = 0.1
ROWS_AT_ONCE = 500
MEGABYTE = 2**20


def write_cohort(path: Path, n_samples: int, n_genes: int, seed: int) -> None:
    """Simulate counts, a few hundred samples at a time, and write them as a cohort."""
    rng = np.random.default_rng(seed)
    tissue = np.where(np.arange(n_samples) < NORMALS * n_samples, "normal", "tumour")
    cohort = ad.AnnData(
        obs=pd.DataFrame({"tissue": tissue}, index=[f"s{i}" for i in range(n_samples)]),
        var=pd.DataFrame(index=[f"G{i}" for i in range(n_genes)]),
    )
    unit = Unit(quantity="counts", scale="linear").model_dump()
    cohort.uns.update(unit=unit, history=["simulated"], cohort="simulated")
    cohort.write_h5ad(path)
    level = rng.gamma(0.4, 1_000.0, n_genes)
    with h5py.File(path, "r+") as file:
        matrix = file.create_dataset("X", (n_samples, n_genes), dtype=np.float32)
        matrix.attrs.update({"encoding-type": "array", "encoding-version": "0.2.0"})
        for start in range(0, n_samples, ROWS_AT_ONCE):
            rows = min(ROWS_AT_ONCE, n_samples - start)
            depth = rng.uniform(0.3, 3.0, (rows, 1))
            rate = level * depth * rng.gamma(2.0, 0.5, (rows, n_genes))
            matrix[start : start + rows] = rng.poisson(rate)


def assemble(folder: Path) -> ad.AnnData:
    """Read matrix and sheet and assemble the cohort, as the ingestion of a run does."""
    definition = parse_definition("simulated", DEFINITION)
    read = read_expression(definition.expression, folder)
    sheet = read_sample_sheet(definition.samples, definition.expression, folder)
    cohort, _ = assemble_cohort(
        read.hand_over(), sheet, definition, "simulated", annotation=read.genes, notes=read.notes
    )
    return cohort


def run_one(way: str, steps: str, source: Path, target: Path) -> dict[str, float]:
    """Normalise in this process and tell seconds and peak memory in megabytes."""
    settings, start = NormalizationSettings(steps=STEPS[steps]), time.perf_counter()
    if way == "raw":
        assemble(source.parent).write_h5ad(target)
    if way in ("raw", "memory"):
        source = target if way == "raw" else source
        cohort = ad.read_h5ad(source)
        normalize(cohort, fit_normalizer(cohort, settings)).write_h5ad(target)
    if way == "file":
        normalize_file(source, target, fit_normalizer_on_file(source, settings))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": time.perf_counter() - start, "megabytes": peak}


def measure(way: str, steps: str, source: Path, target: Path) -> dict[str, float]:
    """Normalise in a process of its own."""
    call = [sys.executable, __file__, "--way", way, "--of", steps, "--files", source, target]
    done = subprocess.run([*map(str, call)], check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def compare(n_samples: int, n_genes: int, seed: int) -> pd.DataFrame:
    """Measure every list of steps, in memory and from file to file."""
    matrix = n_samples * n_genes * 4 / MEGABYTE
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "raw.h5ad", Path(folder) / "normalized.h5ad"
        write_cohort(source, n_samples, n_genes, seed)
        start = measure("nothing", "default", source, target)["megabytes"]
        for steps in STEPS:
            for way in WAYS[1 if steps == "default" else 2 :]:
                found = measure(way, steps, source, target)
                rows.append(
                    {
                        "steps": steps,
                        "way": way,
                        "seconds": found["seconds"],
                        "peak / matrix": found["megabytes"] / matrix,
                        "without libraries": (found["megabytes"] - start) / matrix,
                    }
                )
    return pd.DataFrame(rows)


def main() -> None:
    """Print the table, or, called by itself, measure one way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--genes", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--of", choices=list(STEPS), help=argparse.SUPPRESS)
    parser.add_argument("--files", type=Path, nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.way:
        print(json.dumps(run_one(arguments.way, arguments.of, *arguments.files)))
    else:
        table = compare(arguments.samples, arguments.genes, arguments.seed)
        print(table.to_string(index=False, float_format="{:.2f}".format))


if __name__ == "__main__":
    main()
