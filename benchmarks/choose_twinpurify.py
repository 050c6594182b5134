"""Choose TwinPurify's defaults on inner validation: the test patients of the splits stay unseen.

Run a cohort once (``make run COHORT=tcga_brca RAW=...``), then

    python benchmarks/choose_twinpurify.py --cohort tcga_brca --candidates candidates.yml

``candidates.yml`` maps a name to parameters that differ from the defaults. For every candidate
the training patients of each outer split are divided again; the model is fitted on one part and
asked on the other. Prints a table, and writes it with --output.
"""

import argparse
import itertools
import json
from pathlib import Path

import anndata
import pandas as pd
import yaml

from twinpurify.cohort.splits import PatientSplit, split_patients
from twinpurify.evaluation.data import split_data
from twinpurify.evaluation.protocol import evaluate_split
from twinpurify.evaluation.resources import Resources
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.evaluation.statistics import PatientBootstrap
from twinpurify.normalization.cohorts import fit_normalizer, normalize
from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.pipelines.parallel import run_side_by_side
from twinpurify.representation.registry import create_method

TASKS = ["subtype", "retrieval", "purity_left", "control_normals", "true_neighbours"]
FRACTIONS = [1.0, 0.4, 0.2]


def main() -> None:
    """Fit and score every candidate on every inner division."""
    arguments = parse_arguments()
    candidates = yaml.safe_load(arguments.candidates.read_text(encoding="utf-8"))
    cohort = anndata.read_h5ad(f"data/02_intermediate/{arguments.cohort}/cohort.h5ad")
    truth = read_truth(arguments.cohort)
    inner = [
        (number, split)
        for number, outer in enumerate(read_splits(arguments.cohort)[: arguments.outer])
        for split in divide_again(cohort, outer, arguments.inner)
    ]
    calls = [
        (name, parameters or {}, cohort, split, number, truth)
        for (name, parameters), (number, split) in itertools.product(candidates.items(), inner)
    ]
    tables = run_side_by_side(score, calls, -1, "candidates")
    scores = pd.concat(tables, ignore_index=True)
    keys = ["task", "metric", "fraction"]
    table = scores.pivot_table(index="candidate", columns=keys, values="value", sort=False)
    print(table.round(3).T.to_string())
    if arguments.output:
        scores.to_csv(arguments.output, index=False)


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cohort", default="tcga_brca")
    parser.add_argument("--candidates", type=Path, required=True)
    parser.add_argument("--outer", type=int, default=2, help="outer splits to look into")
    parser.add_argument("--inner", type=int, default=1, help="inner divisions of each")
    parser.add_argument("--output", type=Path)
    return parser.parse_args()


def read_splits(cohort: str) -> list[PatientSplit]:
    """Read the outer splits of the last run."""
    path = Path(f"data/05_model_input/{cohort}/splits.json")
    return [PatientSplit(**split) for split in json.loads(path.read_text(encoding="utf-8"))]


def read_truth(cohort: str) -> pd.DataFrame | None:
    """Read the pure profiles of a simulated cohort."""
    path = Path(f"data/03_primary/{cohort}/normalized_truth.parquet")
    return pd.read_parquet(path) if path.exists() else None


def divide_again(cohort, outer: PatientSplit, n_inner: int) -> list[PatientSplit]:
    """Divide the training patients of an outer split."""
    training = cohort.obs[cohort.obs["patient_id"].isin(outer.train)]
    label = "subtype" if "subtype" in training else "patient_id"
    return split_patients(training, n_splits=n_inner, seed=100 + outer.split, stratify_by=label)


def score(name, parameters, cohort, split, outer, truth) -> pd.DataFrame:
    """Fit one candidate on one inner division and ask it the questions."""
    settings = EvaluationSettings(fractions=FRACTIONS, n_bootstrap=1, tasks=TASKS)
    training = cohort[cohort.obs["patient_id"].isin(split.train).to_numpy()]
    normalizer = fit_normalizer(training, NormalizationSettings())
    data = split_data(normalize(cohort, normalizer), split, Resources(truth=truth))
    method = create_method(parameters.pop("method", "twinpurify"), parameters)
    method.show_progress = False
    method.fit(data.train_tumours, background=data.train_normals)
    bootstrap = PatientBootstrap(cohort.obs["patient_id"], 1, 0)
    measurements = evaluate_split(method, data, settings, bootstrap).measurements
    rows = [(m.task, m.metric, m.fraction, m.value) for m in measurements]
    table = pd.DataFrame(rows, columns=["task", "metric", "fraction", "value"])
    return table.fillna({"fraction": 0.0}).assign(candidate=name, outer=outer, inner=split.split)


if __name__ == "__main__":
    main()
