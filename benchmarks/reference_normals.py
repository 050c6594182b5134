"""Do the normals of another cohort serve as well as a cohort's own?

    python benchmarks/reference_normals.py --raw <folder> --out reference_normals.csv

``<folder>`` holds the cohorts tcga_brca and gse42568. Both have normals, so that what another
cohort's normals are worth can be asked: methods are fitted with the training normals of the
cohort itself, or with those of the other, brought over by each alignment. All are asked the same,
about test tumours that are diluted with the cohort's own test normals. ``normals as tumours`` is
what must not be done: an alignment that is fitted on the normals themselves. docs/platforms.md
says what came out.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from twinpurify.cohort.assembly import assemble_cohort
from twinpurify.cohort.declaration.definition import parse_definition
from twinpurify.cohort.splits import split_patients
from twinpurify.evaluation.protocol import evaluate_split
from twinpurify.evaluation.settings import EvaluationSettings
from twinpurify.evaluation.splits.data import SplitData, split_data
from twinpurify.evaluation.uncertainty.bootstrap import PatientBootstrap
from twinpurify.io.reading import read_expression, read_sample_sheet
from twinpurify.normalization.alignment.reference_normals import align_normals, shared_genes
from twinpurify.normalization.alignment.registry import ALIGNMENTS, create_alignment
from twinpurify.normalization.cohorts import to_log2
from twinpurify.representation.registry import create_method

DEFINITIONS = Path(__file__).parents[1] / "conf" / "base" / "cohorts"
PAIRS = (("gse42568", "tcga_brca"), ("tcga_brca", "gse42568"))
METHODS = ("linear_twin", "twinpurify")
OWN, WRONG = "own normals", "normals as tumours"
SETTINGS = EvaluationSettings(
    n_bootstrap=2, fractions=[1.0, 0.4, 0.2], tasks=["retrieval", "purity_left", "control_normals"]
)
METRICS = {
    ("retrieval", "top1_cosine", 0.2): "own tumour at 0.2",
    ("purity_left@fraction", "r2_rbf", None): "fraction left",
    ("control_normals", "balanced_accuracy", 1.0): "own normals told",
}


def read_cohort(raw: Path, name: str):
    """Read a shipped cohort and bring it to log2(x + 1)."""
    settings = yaml.safe_load((DEFINITIONS / f"{name}.yml").read_text(encoding="utf-8"))[name]
    definition = parse_definition(name, settings)
    matrix = read_expression(definition.expression, raw)
    sheet = read_sample_sheet(definition.samples, definition.expression, raw)
    cohort, _ = assemble_cohort(matrix.values, sheet, definition, name, annotation=matrix.genes)
    return to_log2(cohort)


def backgrounds(data: SplitData, reference) -> dict[str, pd.DataFrame]:
    """Give the normals to fit with: the cohort's own, and the other's by each alignment."""
    held_out = set(data.test_obs["patient_id"]) | set(data.test_normals_obs["patient_id"])
    found = {OWN: data.train_normals}
    for name in ALIGNMENTS:
        found[name] = align_normals(reference, data.train_tumours, held_out, name)
    normals = reference[reference.obs["tissue"] == "normal", data.train_tumours.columns].to_df()
    wrong = create_alignment("location_scale").fit(normals, reference=data.train_tumours)
    return found | {WRONG: wrong.transform(normals)}


def agreement(data: SplitData, normals: pd.DataFrame) -> dict[str, float]:
    """Hold the difference of normals and tumours against that of the cohort's own test normals."""
    centre = data.train_tumours.mean()
    own, lent = data.test_normals.mean() - centre, normals.mean() - centre
    return {"correlation": np.corrcoef(own, lent)[0, 1], "kept": (own @ lent) / (own @ own)}


def measure(data: SplitData, background: pd.DataFrame, bootstrap: PatientBootstrap) -> dict:
    """Fit the methods with these normals, and ask them."""
    scores = {}
    for name in METHODS:
        method = create_method(name, {}).fit(data.train_tumours, background=background)
        for found in evaluate_split(method, data, SETTINGS, bootstrap).measurements:
            fraction = None if np.isnan(found.fraction) else found.fraction
            question = METRICS.get((found.task, found.metric, fraction))
            if question:
                scores[f"{name}: {question}"] = found.value
    return scores


def main() -> None:
    """Measure both pairs and write a row for every split and kind of normals."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--raw", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--splits", type=int, default=5)
    options, rows = parser.parse_args(), []
    cohorts = {name: read_cohort(options.raw, name) for name in PAIRS[0]}
    for own, other in PAIRS:
        cohort, reference = cohorts[own], cohorts[other]
        cohort = cohort[:, shared_genes(cohort, reference)].copy()
        bootstrap = PatientBootstrap(cohort.obs["patient_id"], SETTINGS.n_bootstrap, 0)
        for split in tqdm(split_patients(cohort.obs, options.splits), disable=None):
            data = split_data(cohort, split)
            for kind, normals in backgrounds(data, reference).items():
                said = {"cohort": own, "reference": other, "genes": cohort.n_vars, "normals": kind}
                scores = measure(data, normals, bootstrap)
                rows.append({**said, "split": split.split, **agreement(data, normals), **scores})
    table = pd.DataFrame(rows)
    table.to_csv(options.out, index=False)
    means = table.drop(columns="split").groupby(
        ["cohort", "reference", "genes", "normals"], sort=False
    )
    print(means.mean().round(2).to_string())


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
