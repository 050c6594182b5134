"""Train and embed out of a file against the same in memory: throughput and peak memory.

    .venv/bin/python benchmarks/stream.py --samples 100000 --genes 10000

A backed h5ad of simulated profiles is made in a temporary folder. `train` compares the samples a
second of a training on that file with those of the same training on a part of it in memory; they
take turns, each turn begins with nothing read ahead, and the ratio is the median of the turns'.
`embed` relates the bytes of profiles embedded a second to those that a copy in memory moves, by the
network and by `pca`. `peak` is the resident memory of a process that opens the file, fits for so
many steps and embeds it all, in megabytes, and that over the size of the matrix.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import torch

from twinpurify.interface.stored_profiles import StoredProfiles
from twinpurify.representation.registry import create_method
from twinpurify.training.encoder_method import EncoderMethod
from twinpurify.training.profile_source import (
    ProfileSource,
    ResidentProfiles,
    ShuffledBlocks,
)

ROWS_AT_ONCE = 500
# In memory, so many profiles stand for all: a step costs the same.
RESIDENT_ROWS = 8192
NETWORK = {"device": "cpu", "batch_size": 256, "max_epochs": 10**6}


def write_profiles(path: Path, n_samples: int, n_genes: int) -> None:
    """Simulate log2 profiles, some samples at a time."""
    ad.AnnData(
        obs=pd.DataFrame(index=[f"s{i}" for i in range(n_samples)]),
        var=pd.DataFrame(index=[f"G{i}" for i in range(n_genes)]),
    ).write_h5ad(path)
    rng = np.random.default_rng(0)
    level = rng.uniform(0.0, 12.0, n_genes).astype(np.float32)
    with h5py.File(path, "r+") as file:
        matrix = file.create_dataset("X", (n_samples, n_genes), dtype=np.float32)
        matrix.attrs.update({"encoding-type": "array", "encoding-version": "0.2.0"})
        for start in range(0, n_samples, ROWS_AT_ONCE):
            rows = min(ROWS_AT_ONCE, n_samples - start)
            noise = rng.standard_normal((rows, n_genes), dtype=np.float32)
            matrix[start : start + rows] = np.maximum(level + noise, 0.0)


def epoch(method: EncoderMethod, source: ProfileSource) -> Callable[[int], float]:
    """Return what trains some steps on a source and tells the samples a second."""
    trainer = method._trainer(source, None, None)
    trainer.module.train()

    def run(n_steps: int) -> float:
        start = time.perf_counter()
        for batch in source.batches(trainer.batch_size, n_steps, trainer.generator):
            trainer.take_step(batch)
        return n_steps * trainer.batch_size / (time.perf_counter() - start)

    return run


def compare_training(path: Path, n_steps: int, rounds: int) -> pd.DataFrame:
    """Train in turns on the file and in memory."""
    stored = StoredProfiles(ad.read_h5ad(path, backed="r"))
    resident = stored.rows(np.arange(min(len(stored), RESIDENT_ROWS))).numpy()
    runs = {}
    for name, source in {
        "memory": ResidentProfiles(resident),
        "file": ShuffledBlocks(stored),
    }.items():
        method = create_method("barlow_generic", NETWORK)
        method._device = torch.device("cpu")
        method._fit_moments([resident])
        runs[name] = epoch(method, source)
        runs[name](2)
    n_steps = min(n_steps, len(resident) // NETWORK["batch_size"])
    speed = pd.DataFrame([{k: run(n_steps) for k, run in runs.items()} for _ in range(rounds)])
    ratio = (speed["file"] / speed["memory"]).median()
    return pd.DataFrame([{**speed.max().add_suffix(", samples/s"), "file / memory": ratio}])


def compare_embedding(path: Path, rounds: int) -> pd.DataFrame:
    """Embed the file in turns with copying a matrix of that width in memory."""
    backed = ad.read_h5ad(path, backed="r")
    stored = StoredProfiles(backed)
    some = stored.rows(np.arange(min(len(stored), 1024))).numpy()
    target, rows = np.empty_like(some), []
    for name, settings in {"barlow_generic": {**NETWORK, "n_steps": 1}, "pca": {}}.items():
        method = create_method(name, settings)
        method.show_progress = False
        method.fit(pd.DataFrame(some, columns=stored.genes))
        speeds = []
        for _ in range(rounds):
            start = time.perf_counter()
            method.transform(backed)
            middle = time.perf_counter()
            for _ in range(20):
                np.copyto(target, some)
            copied = 20 * some.nbytes / (time.perf_counter() - middle)
            size = 4.0 * stored.shape[0] * stored.shape[1]
            speeds.append((size / (middle - start), copied))
        embedded, copied = np.max(speeds, axis=0) / 2**30
        rows.append(
            {
                "embedding": name,
                "GB/s": embedded,
                "copy in memory, GB/s": copied,
                "ratio": embedded / copied,
                "samples/s": embedded * 2**30 / (4 * stored.shape[1]),
            }
        )
    return pd.DataFrame(rows)


def fit_and_embed(path: Path, n_steps: int) -> dict[str, float]:
    """Fit on the file in this process, embed it, and tell the peak of memory."""
    backed = ad.read_h5ad(path, backed="r")
    method = create_method("barlow_generic", {**NETWORK, "n_steps": n_steps})
    method.show_progress = False
    start = time.perf_counter()
    method.fit(backed)
    method.transform(backed)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"steps": n_steps, "seconds": time.perf_counter() - start, "peak": peak}


def main() -> None:
    """Print the tables, or, called by itself, fit and embed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=20_000)
    parser.add_argument("--genes", type=int, default=5_000)
    parser.add_argument("--steps", type=int, default=32, help="of a turn")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="of the file, where a disk is to be asked")
    parser.add_argument("--fit", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    if arguments.fit:
        print(json.dumps(fit_and_embed(arguments.fit, arguments.steps)))
        return
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        path = Path(folder) / "profiles.h5ad"
        write_profiles(path, arguments.samples, arguments.genes)
        call = [sys.executable, __file__, "--fit", str(path), "--steps", str(arguments.steps)]
        done = subprocess.run(call, check=True, capture_output=True, text=True)
        found = json.loads(done.stdout.splitlines()[-1])
        matrix = arguments.samples * arguments.genes * 4 / 2**20
        whole = pd.DataFrame([{**found, "peak / matrix": found["peak"] / matrix}])
        for table in (
            whole,
            compare_training(path, arguments.steps, arguments.rounds),
            compare_embedding(path, arguments.rounds),
        ):
            print(table.to_string(index=False, float_format="{:.2f}".format))


if __name__ == "__main__":
    main()
