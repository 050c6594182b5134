"""A titration in the layout of SEQC, with a known tumour, for the tests of mixtures."""

import numpy as np
import pandas as pd

N_GENES = 300


def titration(fractions=(0.75, 0.25, 0.5), repeats=3, noise=0.02, pure=True):
    """Counts of tumour, background and mixtures of both; each expresses genes of its own."""
    rng = np.random.default_rng(5)
    tumour, background = rng.lognormal(4.0, 1.0, (2, N_GENES))
    tumour[:60], background[60:120] = 0.0, 0.0
    tumour *= 1e6 / tumour.sum()
    background *= 1e6 / background.sum()
    shares = [1.0] * repeats * pure + [0.0] * repeats + list(np.repeat(fractions, repeats))
    depth = rng.uniform(0.5, 2.0, len(shares))
    made = [depth[i] * (a * tumour + (1 - a) * background) for i, a in enumerate(shares)]
    noisy = np.array(made) * rng.lognormal(0.0, noise, (len(shares), N_GENES))
    samples = pd.Index([f"s{number}" for number in range(len(shares))], name="sample")
    genes = [f"G{number}" for number in range(N_GENES)]
    proportions = pd.DataFrame({"A": shares, "B": 1.0 - np.array(shares)}, index=samples)
    return pd.DataFrame(noisy, samples, genes), proportions, pd.Series(tumour, genes)
