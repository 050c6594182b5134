"""Made-up tables of the study of few labels."""

import pandas as pd

from twinpurify.studies.label_efficiency.spectra import SPECTRA
from twinpurify.studies.label_efficiency.tables import SUMMARY

SHARES = {0.1: 20, 0.5: 100, 1.0: 200}
ENCODERS = {
    "scarf": ("frozen", "unfrozen"),
    "pca": ("frozen",),
    "raw": ("frozen",),
    "scratch": ("unfrozen",),
}


def _row(method: str, encoder: str, task: str, share: float, mean: float) -> dict:
    """Write one row with an interval of ±0.05."""
    ends = {"mean": mean, "low": mean - 0.05, "high": mean + 0.05, "sd_repeats": 0.01}
    who = {"cohort": "toy", "pretrained_on": "toy", "method": method, "encoder": encoder}
    what = {"task": task, "metric": "balanced_accuracy", "label_fraction": share}
    return {**who, **what, "n_labels": SHARES[share], "n_repeats": 2, **ends}


def study_summary() -> pd.DataFrame:
    """One method, three controls, permuted labels, and comparisons of size and depth."""
    rows = [
        _row(method, encoder, "subtype", share, 0.4 + 0.4 * share)
        for method, encoders in ENCODERS.items()
        for encoder in encoders
        for share in SHARES
    ]
    rows += [_row("pca", "frozen", "control_permuted", share, 0.25) for share in SHARES]
    rows += [
        _row("scarf", encoder, f"subtype@{detail}", 0.1, 0.5)
        for encoder in ENCODERS["scarf"]
        for detail in ("pretraining=0.5", "pretraining=1", "hidden_layers=4", "hidden_layers=10")
    ]
    return pd.DataFrame(rows)[SUMMARY]


def study_spectra() -> pd.DataFrame:
    """Three singular values in two repeats, and the effective rank."""
    rows = [
        ("toy", "toy", "scarf", repeat, quantity, place, value)
        for repeat in range(2)
        for quantity, place, value in (
            ("singular_value", 1, 1.0),
            ("singular_value", 2, 0.4 + 0.2 * repeat),
            ("singular_value", 3, 1e-6),
            ("effective_rank", 0, 2.0 + repeat),
        )
    ]
    return pd.DataFrame(rows, columns=SPECTRA)
