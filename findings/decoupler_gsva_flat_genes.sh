#!/usr/bin/env bash
# Package: decoupler 2.2.0 (with numba 0.68.1, numpy 2.4.6).
#
# Behaviour: dc.mt.gsva on a matrix in which one gene has the same value in every sample gives
# wrong scores to gene sets that don't hold this gene, with neither an error nor a warning.
#
# The kernel density of a gene divides by a quarter of its standard deviation, which is 0, inside
# numba's parallel loop over genes. There the error ends a worker's block of genes, and is lost:
# the densities of all later genes of the block stay 0, as if none of them varied. How many genes
# that are depends on the number of threads. A gene of zeros does no harm, since empty genes are
# left out of the matrix by default.
#
# The script fixes numba's own threading layer and one thread, so that the result is always the
# same: its workers run every block. In other settings the error may reach Python instead.
#
# Input: 30 samples, 100 genes of standard normal values; gene G50 set to 3 in every sample; four
# sets of ten genes each, G00 to G39, so that G50 is in none. Right scores: those without G50. For
# comparison, G50 with a spread of a billionth, as a gene that varies.
#
# Seen on Linux, Python 3.11:
#   genes whose density is the same in all samples: 50, of which 1 is flat
#   flat: largest change of a score 0.90, correlation with the right scores 0.18
#   hardly varying: largest change of a score 0.04, correlation with the right scores 1.00
#
# What helps: leave genes without spread out of the matrix.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    decoupler==2.2.0 numba==0.68.1 numpy==2.4.6

cd "$folder"
NUMBA_CACHE_DIR="$folder/cache" NUMBA_THREADING_LAYER=workqueue NUMBA_NUM_THREADS=1 \
    "$folder/venv/bin/python" -W error::RuntimeWarning - <<'PYTHON'
import decoupler as dc
import numpy as np
import pandas as pd
from decoupler.mt._gsva import _density

FLAT = "G50"
genes = [f"G{index:02d}" for index in range(100)]
values = np.random.default_rng(0).normal(size=(30, 100))
profiles = pd.DataFrame(values, columns=genes).rename(index="S{:02d}".format)
profiles[FLAT] = 3.0
sets = pd.DataFrame({"source": np.repeat(list("ABCD"), 10), "target": genes[:40], "weight": 1.0})


def gsva(matrix: pd.DataFrame) -> pd.DataFrame:
    scores = dc.mt.gsva(matrix, sets, tmin=5)
    return scores[0] if isinstance(scores, tuple) else scores


def compare(name: str, matrix: pd.DataFrame) -> tuple[float, float]:
    found = gsva(matrix)[list(right)]
    change = float(np.abs(found - right).to_numpy().max())
    correlation = float(np.corrcoef(found.to_numpy().ravel(), right.to_numpy().ravel())[0, 1])
    print(
        f"{name}: largest change of a score {change:.2f}, "
        f"correlation with the right scores {correlation:.2f}"
    )
    return change, correlation


right = gsva(profiles.drop(columns=FLAT))
assert not (sets["target"] == FLAT).any()

density = _density(profiles.to_numpy(), "gaussian")
without = int((np.ptp(density, axis=0) == 0.0).sum())
print(f"decoupler {dc.__version__}")
print(f"genes whose density is the same in all samples: {without}, of which 1 is flat")
change, correlation = compare("flat", profiles)
noise = np.random.default_rng(1).normal(size=30)
little, close = compare("hardly varying", profiles.assign(**{FLAT: 3.0 + 1e-9 * noise}))
assert dc.__version__ == "2.2.0"
assert without == 50 and change > 0.3 and correlation < 0.9, "the finding no longer holds"
assert little < 0.1 and close > 0.98, "a gene that varies does as much"
print("the finding holds")
PYTHON
