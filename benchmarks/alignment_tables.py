"""Tables of compare_alignments.py: every pair and the means, with intervals and differences."""

import numpy as np
import pandas as pd

BASELINES = ("none", "location_scale")


def summarize(draws: dict[tuple, np.ndarray]) -> pd.DataFrame:
    """One row per measurement and per mean over pairs, with paired differences."""
    rows, averaged = [], {}
    for (*what, training, target), values in draws.items():
        row = [
            values,
            *(draws.get((*with_step(what, name), training, target)) for name in BASELINES),
        ]
        averaged.setdefault(tuple(what), []).append(row)
        rows.append([*what, training, target, 1, *estimates([row])])
    rows += [[*what, "mean", "mean", len(own), *estimates(own)] for what, own in averaged.items()]
    columns = ["task", "variant", "step", "n_fit", "trained_on", "target", "n_pairs"]
    named = ["value", *(f"minus_{baseline}" for baseline in BASELINES)]
    columns += [f"{name}{end}" for name in named for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=columns)


def with_step(what: list, step: str) -> list:
    """Name the same measurement of another step."""
    task, variant, _, count = what
    return [task, variant, step, count]


def estimates(pairs: list[list[np.ndarray | None]]) -> list[float]:
    """Mean over pairs, and of the differences to the baselines, each with its interval."""
    found = interval(np.mean([values for values, *_ in pairs], axis=0))
    for place in range(len(BASELINES)):
        others = [(values, rest[place]) for values, *rest in pairs]
        known = all(other is not None for _, other in others)
        differences = [values - other for values, other in others] if known else []
        found += interval(np.mean(differences, axis=0)) if known else [np.nan] * 3
    return found


def interval(values: np.ndarray) -> list[float]:
    """Estimate, and the 2.5th and 97.5th percentile of its bootstrap draws."""
    return [float(values[0]), *map(float, np.nanpercentile(values[1:], (2.5, 97.5)))]


def show(table: pd.DataFrame) -> None:
    """Print means over pairs with intervals, then every pair."""
    text = table.apply(
        lambda row: f"{row.value:.3f} [{row.value_low:.3f}, {row.value_high:.3f}]", axis=1
    )
    table = table.assign(
        text=text, pair=table["trained_on"] + " to " + table["target"], fit=table["n_fit"]
    )
    for (task, variant), part in table.groupby(["task", "variant"], sort=False):
        print(f"\n{task}, {variant}")
        mean = part[part["trained_on"] == "mean"]
        shown = ["step", "fit", "n_pairs", "text"]
        shown += [column for column in table.columns if column.startswith("minus_")]
        print(mean[shown].round(3).to_string(index=False))
        if variant in ("all", "half"):
            print(
                part.pivot_table(
                    index="pair", columns="step", values="text", aggfunc="first", sort=False
                )
                .drop(index="mean to mean")
                .to_string()
            )
