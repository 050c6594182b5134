"""How long does TwinPurify take to fit, against its matrix products, and how fast does it embed?

    .venv/bin/python benchmarks/fit_twinpurify.py
    .venv/bin/python benchmarks/fit_twinpurify.py --tumours 1200 --genes 20000 --normals 120

Simulates profiles of that size (their content doesn't matter for the time), and times in one run:

- a fit;
- the bare products of a fit: each view times itself, in the span of the views where there are more
  genes than features, with the projection there;
- embedding, and a copy of the same matrix in memory, the limit of anything that reads it once.

Print seconds, and the ratios that matter. Minimum of --rounds turns.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np

from twinpurify.purification.twinpurify.twinpurify import MAX_FEATURES, N_SPANNING, TwinPurify


def main() -> None:
    """Time, and print."""
    arguments = parse_arguments()
    rng = np.random.default_rng(0)
    tumours, normals = (
        profiles(n, arguments.genes, rng) for n in (arguments.tumours, arguments.normals)
    )
    model = TwinPurify(seed=0)
    fit = shortest(lambda: model.fit(tumours, background=normals), arguments.rounds)
    bare = products(tumours, model.n_views, arguments.rounds)
    embed = shortest(lambda: model.transform(tumours), arguments.rounds)
    copy = shortest(lambda: tumours.copy(), arguments.rounds)
    size = f"{arguments.tumours} × {arguments.genes}, {arguments.normals} normals"
    print(f"fit of {size}: {fit:.1f} s, {fit / bare:.2f} times its products ({bare:.1f} s)")
    rate, limit = (tumours.nbytes / seconds / 1e9 for seconds in (embed, copy))
    print(f"embedding: {len(tumours) / embed:,.0f} profiles/s, {rate:.2f} GB/s; copy {limit:.2f}")


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tumours", type=int, default=600)
    parser.add_argument("--genes", type=int, default=1747)
    parser.add_argument("--normals", type=int, default=80)
    parser.add_argument("--rounds", type=int, default=2)
    return parser.parse_args()


def profiles(n_samples: int, n_genes: int, rng: np.random.Generator) -> np.ndarray:
    """Draw profiles of a few programmes, log2(x + 1)."""
    scores = rng.normal(size=(n_samples, 20)).astype(np.float32)
    loadings = np.random.default_rng(1).normal(size=(20, n_genes)).astype(np.float32)
    noise = rng.normal(size=(n_samples, n_genes)).astype(np.float32)
    return np.maximum(6.0 + 0.3 * scores @ loadings + 0.5 * noise, 0.0).astype(np.float32)


def products(tumours: np.ndarray, n_views: int, rounds: int) -> float:
    """Time the products of a view, for all views."""
    reduced = tumours.shape[1] > MAX_FEATURES
    basis = tumours[0][:, None] * np.ones(N_SPANNING, np.float32) if reduced else None

    def of_a_view() -> np.ndarray:
        features = tumours if basis is None else tumours @ basis
        return features.T @ features

    return n_views * shortest(of_a_view, 3 * rounds)


def shortest(call: Callable[[], object], rounds: int) -> float:
    """Seconds of the fastest of some calls."""
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


if __name__ == "__main__":
    main()
