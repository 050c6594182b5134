"""Choose TwinPurify's defaults on inner validation: the test patients of the splits stay unseen.

Run a cohort once (``make run COHORT=tcga_brca RAW=...``), then

    python benchmarks/choose_twinpurify.py --cohort tcga_brca --candidates candidates.yml

``candidates.yml`` maps a name to parameters that differ from the defaults, with ``method`` for
another one; ``benchmarks/ablation.yml`` takes TwinPurify apart. For every candidate the training
patients of each outer split are divided again; the model is fitted on one part and asked on the
other, once for each seed. Prints, in Markdown, means over divisions and seeds with 95% intervals
(t over the divisions), and a star where the paired difference to the first candidate is clear.
--output keeps all scores.
"""

import argparse
import itertools
import json
from pathlib import Path

import anndata
import pandas as pd
import yaml
from scipy import stats

from twinpurify.cohort.splits import PatientSplit, split_patients
from twinpurify.evaluation.known_truths.foreign_tissue import select_foreign
from twinpurify.evaluation.known_truths.resources import Resources
from twinpurify.evaluation.protocol import evaluate_split
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.evaluation.splits.data import split_data
from twinpurify.evaluation.uncertainty.bootstrap import PatientBootstrap
from twinpurify.normalization.cohorts import fit_normalizer, normalize
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.parallel.side_by_side import run_side_by_side
from twinpurify.representation.registry import create_method

TASKS = [
    "subtype",
    "retrieval",
    "foreign_background",
    "purity_left",
    "purity_stratified",
    "purity_estimate",
    "purified_profile",
    "control_normals",
    "true_neighbours",
]
FRACTIONS = [1.0, 0.4, 0.2]
CANDIDATES_BESIDE = 5
# What the table shows: task, metric, fraction (0 where it varies), heading.
COLUMNS = [
    ("subtype", "balanced_accuracy", 1.0, "Subtype, 1"),
    ("subtype", "balanced_accuracy", 0.4, "Subtype, .4"),
    ("subtype", "balanced_accuracy", 0.2, "Subtype, .2"),
    ("retrieval", "top1_cosine", 0.2, "Top-1, .2"),
    ("retrieval@foreign", "top1_cosine", 0.2, "Top-1, foreign, .2"),
    ("purity_left@fraction", "r2_linear", 0.0, "Fraction left, linear"),
    ("purity_left@fraction", "r2_rbf", 0.0, "Fraction left, RBF"),
    ("purity_left@absolute", "r2_linear", 1.0, "ABSOLUTE left"),
    ("purity_left@cpe", "r2_linear", 1.0, "CPE left"),
    ("purity_stratified", "balanced_accuracy", 1.0, "Pure to impure"),
    ("control_normals", "balanced_accuracy", 1.0, "Normals"),
    ("purity_estimate@absolute", "spearman", 1.0, "Purity estimate"),
    ("purified_profile@diluted", "rmse", 0.4, "Error undiluted, .4"),
    ("purified_profile@foreign", "rmse", 0.4, "Error undiluted, foreign, .4"),
    ("true_neighbours", "overlap10", 1.0, "True neighbours"),
]


def main() -> None:
    """Fit and score every candidate on every inner division."""
    arguments = parse_arguments()
    candidates = yaml.safe_load(arguments.candidates.read_text(encoding="utf-8"))
    cohort = anndata.read_h5ad(f"data/02_intermediate/{arguments.cohort}/cohort.h5ad")
    resources = read_resources(arguments.cohort, arguments.foreign, cohort)
    inner = [
        (number, split)
        for number, outer in enumerate(read_splits(arguments.cohort)[: arguments.outer])
        for split in divide_again(cohort, outer, arguments.inner)
    ]
    calls = [
        (name, parameters or {}, cohort, split, (number, seed), resources)
        for (name, parameters), seed, (number, split) in itertools.product(
            candidates.items(), range(arguments.seeds), inner
        )
    ]
    tables = run_side_by_side(score, calls, -1, "candidates")
    scores = pd.concat(tables, ignore_index=True)
    first, *others = candidates
    for start in range(0, max(len(others), 1), CANDIDATES_BESIDE):
        print(as_markdown(scores, [first, *others[start : start + CANDIDATES_BESIDE]]), end="\n\n")
    if arguments.output:
        scores.to_csv(arguments.output, index=False)


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cohort", default="tcga_brca")
    parser.add_argument("--candidates", type=Path, required=True)
    parser.add_argument("--outer", type=int, default=2, help="outer splits to look into")
    parser.add_argument("--inner", type=int, default=1, help="inner divisions of each")
    parser.add_argument("--seeds", type=int, default=1, help="fits of each candidate")
    parser.add_argument("--foreign", help="cohort of the same run to dilute with, e.g. tcga_dlbc")
    parser.add_argument("--output", type=Path)
    return parser.parse_args()


def read_splits(cohort: str) -> list[PatientSplit]:
    """Read the outer splits of the last run."""
    path = Path(f"data/05_model_input/{cohort}/splits.json")
    return [PatientSplit(**split) for split in json.loads(path.read_text(encoding="utf-8"))]


def read_resources(name: str, foreign: str | None, cohort: anndata.AnnData) -> Resources:
    """Read the pure profiles of a simulated cohort, and the foreign tissue that is named."""
    path = Path(f"data/03_primary/{name}/normalized_truth.parquet")
    truth, tissues = pd.read_parquet(path) if path.exists() else None, {}
    if foreign:
        other = anndata.read_h5ad(f"data/03_primary/{foreign}/normalized.h5ad")
        tissues = {foreign: select_foreign(other, cohort)}
    return Resources(truth=truth, foreign=tissues)


def divide_again(cohort, outer: PatientSplit, n_inner: int) -> list[PatientSplit]:
    """Divide the training patients of an outer split."""
    training = cohort.obs[cohort.obs["patient_id"].isin(outer.train)]
    label = "subtype" if "subtype" in training else "patient_id"
    return split_patients(training, n_splits=n_inner, seed=100 + outer.split, stratify_by=label)


def score(name, parameters, cohort, split, number, resources) -> pd.DataFrame:
    """Fit one candidate with one seed on one inner division and ask it the questions."""
    outer, seed = number
    parameters = dict(parameters)
    settings = EvaluationSettings(fractions=FRACTIONS, n_bootstrap=1, tasks=TASKS)
    training = cohort[cohort.obs["patient_id"].isin(split.train).to_numpy()]
    normalizer = fit_normalizer(training, NormalizationSettings())
    data = split_data(normalize(cohort, normalizer), split, resources)
    method = create_method(parameters.pop("method", "twinpurify"), parameters)
    if "seed" in method.get_params():
        method.set_params(seed=seed)
    method.show_progress = False
    method.fit(data.train_tumours, background=data.train_normals)
    bootstrap = PatientBootstrap(cohort.obs["patient_id"], 1, 0)
    measurements = evaluate_split(method, data, settings, bootstrap).measurements
    rows = [(m.task, m.metric, m.fraction, m.value) for m in measurements]
    table = pd.DataFrame(rows, columns=["task", "metric", "fraction", "value"])
    return table.fillna({"fraction": 0.0}).assign(
        candidate=name, outer=outer, inner=split.split, seed=seed
    )


def as_markdown(scores: pd.DataFrame, candidates: list[str]) -> str:
    """Write a row a score and a column a candidate: mean (interval).

    A star stands where the interval of the paired difference to the first candidate leaves out 0.
    """
    lines = ["| Score | " + " | ".join(candidates) + " |", "|---" * (len(candidates) + 1) + "|"]
    by_score = scores.groupby(["task", "metric", "fraction"])
    for *key, heading in COLUMNS:
        if tuple(key) not in by_score.groups:
            continue
        rows = by_score.get_group(tuple(key))
        table = rows.pivot_table(index=["outer", "inner"], columns="candidate", values="value")
        cells = [cell(table, name, candidates[0]) for name in candidates]
        lines.append(f"| {heading} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def cell(table: pd.DataFrame, name: str, first: str) -> str:
    """Format one candidate's mean over divisions, its interval, and whether it differs."""
    if name not in table:
        return ""
    low, high = interval(table[name])
    text = f"{table[name].mean():.3f} ({low:.3f} to {high:.3f})"
    if name == first:
        return text
    low, high = interval(table[name] - table[first])
    return text + (" *" if low > 0 or high < 0 else "")


def interval(values: pd.Series) -> tuple[float, float]:
    """95% interval of a mean by Student's t; divisions overlap, so that it is a little narrow."""
    values = values.dropna()
    half = stats.t.ppf(0.975, max(len(values) - 1, 1)) * values.std() / len(values) ** 0.5
    return values.mean() - half, values.mean() + half


if __name__ == "__main__":
    main()
