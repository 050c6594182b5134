"""Which step between platforms lets a model trained on one cohort work best on another?

    python benchmarks/compare_alignments.py --raw <folder> --out alignments.csv

``<folder>`` holds the cohorts tcga_brca, scanb, metabric and gse42568. A linear subtype probe and
a penalised Cox regression are trained on the tumours of one cohort, their penalties chosen there,
and asked about the tumours of another, for every ordered pair and every alignment.
docs/platforms.md says what the variants are and what came out. Intervals are 95%, by a bootstrap
over the patients of the target; all steps share its draws, so that their differences are paired.
"""

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from alignment_tables import show, summarize
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from twinpurify.cohort.assembly import assemble_cohort
from twinpurify.cohort.declaration.definition import CohortDefinition
from twinpurify.evaluation.formulas.concordance import c_index
from twinpurify.evaluation.formulas.weighted import balanced_accuracy
from twinpurify.evaluation.probes.classification import ClassificationProbe
from twinpurify.evaluation.probes.survival import CoxProbe
from twinpurify.evaluation.uncertainty.bootstrap import PatientBootstrap
from twinpurify.io.reading import read_expression, read_sample_sheet
from twinpurify.normalization.alignment.registry import ALIGNMENTS, create_alignment
from twinpurify.normalization.cohorts import to_log2
from twinpurify.normalization.steps.combat import ComBat
from twinpurify.supervised.folds import patient_folds

DEFINITIONS = Path(__file__).parents[1] / "conf" / "base" / "cohorts"
ENDPOINTS = {"tcga_brca": "os", "scanb": "os", "metabric": "os", "gse42568": "rfs"}
COMBAT = "combat (joint)"
STEPS = (*ALIGNMENTS, COMBAT)
OWN = "(trained on the target)"
SIZES = (5, 10, 25, 50)
UNLIKE = {
    "luminal or not": (("LumA", "LumB"), ("Her2", "Basal")),
    "one subtype": (("LumA",), ("LumB",), ("Her2",), ("Basal",)),
}
SEED, N_DRAWS, N_PERMUTATIONS = 0, 10, 10


@dataclass(frozen=True)
class Cohort:
    """Tumours of one cohort; ``weights`` are draws × tumours, the first of them all ones."""

    name: str
    profiles: pd.DataFrame
    obs: pd.DataFrame
    weights: np.ndarray


def read_cohort(raw: Path, name: str, n_bootstrap: int) -> Cohort:
    """Read the tumours of a shipped cohort: log2(x + 1), subtype, time and event."""
    text = (DEFINITIONS / f"{name}.yml").read_text(encoding="utf-8")
    definition = CohortDefinition(**yaml.safe_load(text)[name])
    matrix = read_expression(definition.expression, raw)
    sheet = read_sample_sheet(definition.samples, definition.expression, raw)
    cohort, _ = assemble_cohort(matrix.values, sheet, definition, name, annotation=matrix.genes)
    tumours = to_log2(cohort[cohort.obs["tissue"] == "tumour"])
    columns = {"patient_id": "patient", "subtype": "subtype"}
    columns |= {f"{ENDPOINTS[name]}_{part}": part for part in ("time", "event")}
    obs = tumours.obs.reindex(columns=list(columns)).rename(columns=columns)
    weights = PatientBootstrap(obs["patient"], n_bootstrap, SEED).weights(obs["patient"])
    weights = np.vstack([np.ones(len(obs)), weights])
    return Cohort(name, tumours.to_df(), obs, weights)


class Subtype:
    """Four PAM50 classes by penalised logistic regression; balanced accuracy."""

    name = "subtype"

    @staticmethod
    def known(obs: pd.DataFrame) -> np.ndarray:
        return obs["subtype"].notna().to_numpy()

    @staticmethod
    def fit(profiles: pd.DataFrame, obs: pd.DataFrame) -> Callable[[np.ndarray], np.ndarray]:
        probe = ClassificationProbe(np.random.default_rng(SEED))
        labels = obs["subtype"].to_numpy(dtype=str)
        return probe.fit(profiles.to_numpy(), labels, obs["patient"].to_numpy()).predict

    @staticmethod
    def score(weights, obs, predicted, strata) -> np.ndarray:
        labels = obs["subtype"].to_numpy(dtype=str)
        return balanced_accuracy(weights, labels, predicted, np.unique(labels))


class Survival:
    """Overall survival (gse42568: relapse) by penalised Cox regression; concordance index."""

    name = "survival"

    @staticmethod
    def known(obs: pd.DataFrame) -> np.ndarray:
        return obs["time"].notna().to_numpy()

    @staticmethod
    def fit(profiles: pd.DataFrame, obs: pd.DataFrame) -> Callable[[np.ndarray], np.ndarray]:
        probe = CoxProbe(np.random.default_rng(SEED))
        times, events = obs["time"].to_numpy(), obs["event"].to_numpy()
        return probe.fit(profiles.to_numpy(), times, events, obs["patient"].to_numpy()).predict

    @staticmethod
    def score(weights, obs, predicted, strata) -> np.ndarray:
        times, events = obs["time"].to_numpy(), obs["event"].to_numpy()
        return c_index(weights, times, events, predicted.astype(float), strata)


TASKS = (Subtype, Survival)
Groups = list[tuple[np.ndarray, np.ndarray]]


class Pair:
    """A cohort to train on and one to be asked, on the genes that they share."""

    def __init__(self, training: Cohort, target: Cohort) -> None:
        self.training, self.target = training, target
        genes = training.profiles.columns.intersection(target.profiles.columns)
        self.reference, self.profiles = training.profiles[genes], target.profiles[genes]
        self.tasks = [
            task for task in TASKS if all(task.known(c.obs).any() for c in (training, target))
        ]

    @cached_property
    def models(self) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
        """Models of the training cohort as it is."""
        return {task.name: self.model(task, self.reference) for task in self.tasks}

    def model(self, task, reference: pd.DataFrame, order: np.ndarray | None = None) -> Callable:
        """Train on the training cohort; ``order`` hands the labels to other tumours."""
        obs = self.training.obs
        known = task.known(obs)
        labels = obs[known] if order is None else obs[known].iloc[order]
        return task.fit(reference[known], labels)

    def align(self, step: str, fit: np.ndarray, ask: np.ndarray):
        """Fit a step on some tumours of the target; training and target tumours to work with."""
        if step != COMBAT:
            alignment = create_alignment(step).fit(self.profiles[fit], reference=self.reference)
            return self.reference, alignment.transform(self.profiles[ask])
        both = pd.concat([self.reference, self.profiles[fit]])
        batch = pd.Series("target", both.index.union(self.profiles.index))
        batch[self.reference.index] = "training"
        combat = ComBat().fit(both, batch=batch)
        moved = (
            combat.transform(part, batch=batch) for part in (self.reference, self.profiles[ask])
        )
        return tuple(moved)

    def scores(self, step: str, groups: Groups) -> dict[str, np.ndarray]:
        """Align group by group, predict, and score all groups together: task to draws."""
        size = len(self.profiles)
        predicted = {task.name: np.full(size, None, dtype=object) for task in self.tasks}
        strata = np.full(size, -1)
        for number, (fit, ask) in enumerate(groups):
            strata[ask] = number
            reference, profiles = self.align(step, fit, ask)
            for task in self.tasks:
                changed = reference is not self.reference
                model = self.model(task, reference) if changed else self.models[task.name]
                predicted[task.name][ask] = model(profiles.to_numpy())
        return {task.name: self.score(task, predicted[task.name], strata) for task in self.tasks}

    def score(self, task, predicted: np.ndarray, strata: np.ndarray) -> np.ndarray:
        """Score the tumours that were asked about; risks are compared within one group."""
        rows = task.known(self.target.obs) & (strata >= 0)
        weights, obs = self.target.weights[:, rows], self.target.obs[rows]
        return task.score(weights, obs, predicted[rows], strata[rows])

    def trained_on_target(self, n_folds: int = 3) -> dict[str, np.ndarray]:
        """What a model of the target's own tumours reaches on the shared genes, in folds."""
        found = {}
        for task in self.tasks:
            rows, obs = np.flatnonzero(task.known(self.target.obs)), self.target.obs
            labels = obs.iloc[rows]["subtype" if task is Subtype else "event"].to_numpy(dtype=str)
            fold = patient_folds(
                obs.iloc[rows]["patient"], n_folds, np.random.default_rng(SEED), labels
            )
            predicted, strata = np.full(len(obs), None, dtype=object), np.full(len(obs), -1)
            for number in range(n_folds):
                fit, ask = rows[fold != number], rows[fold == number]
                model = task.fit(self.profiles.iloc[fit], obs.iloc[fit])
                predicted[ask], strata[ask] = model(self.profiles.iloc[ask].to_numpy()), number
            found[task.name] = self.score(task, predicted, strata)
        return found

    def permuted(self) -> dict[str, np.ndarray]:
        """Train on labels of other tumours: what comes out must be chance."""
        rng, rows = np.random.default_rng(SEED), np.ones(len(self.profiles), dtype=bool)
        profiles = self.align("location_scale", rows, rows)[1].to_numpy()
        found = {}
        for task in self.tasks:
            size = int(task.known(self.training.obs).sum())
            draws = [
                self.model(task, self.reference, rng.permutation(size))(profiles)
                for _ in range(N_PERMUTATIONS)
            ]
            strata = np.zeros(len(profiles), dtype=int)
            scored = [self.score(task, predicted.astype(object), strata) for predicted in draws]
            found[task.name] = np.mean(scored, axis=0)
        return found


def measure(pair: Pair) -> Iterable[tuple[str, str, int, dict[str, np.ndarray]]]:
    """Run all variants of one pair: variant, step, tumours to fit on (0: all), scores."""
    size = len(pair.profiles)
    everyone = np.ones(size, dtype=bool)
    half = np.random.default_rng(SEED).permutation(size) % 2 == 0
    for step in STEPS:
        yield "all", step, 0, pair.scores(step, [(everyone, everyone)])
        yield "half", step, 0, pair.scores(step, [(half, ~half), (~half, half)])
    yield "control", "permuted labels", 0, pair.permuted()
    yield "own", OWN, 0, pair.trained_on_target()
    yield from small_targets(pair)
    if Subtype in pair.tasks:
        yield from unlike_cohorts(pair)


def small_targets(pair: Pair) -> Iterable[tuple[str, str, int, dict[str, np.ndarray]]]:
    """Fit on a few tumours, and ask about those that are in none of the sizes."""
    orders = [
        np.random.default_rng(SEED + draw).permutation(len(pair.profiles))
        for draw in range(N_DRAWS)
    ]
    for step in ALIGNMENTS:
        for count in SIZES:
            if count < ALIGNMENTS[step].minimum_target:
                continue
            draws = []
            for order in orders:
                place = np.argsort(order)
                draws.append(pair.scores(step, [(place < count, place >= max(SIZES))]))
            yield (
                "small",
                step,
                count,
                {
                    task.name: np.mean([draw[task.name] for draw in draws], axis=0)
                    for task in pair.tasks
                },
            )


def unlike_cohorts(pair: Pair) -> Iterable[tuple[str, str, int, dict[str, np.ndarray]]]:
    """Fit on and ask about some subtypes alone, as if they were the whole target cohort."""
    subtype = pair.target.obs["subtype"]
    for variant, parts in UNLIKE.items():
        groups = [(subtype.isin(part).to_numpy(),) * 2 for part in parts]
        smallest = min(int(fit.sum()) for fit, _ in groups)
        for step in ALIGNMENTS:
            if smallest >= ALIGNMENTS[step].minimum_target:
                scores = pair.scores(step, groups)
                yield variant, step, 0, {"subtype": scores["subtype"]}


def main() -> None:
    """Measure every pair, write the table and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raw", type=Path, required=True, help="folder of the cohorts")
    parser.add_argument("--out", type=Path, help="table to write")
    parser.add_argument(
        "--bootstrap", type=int, default=1000, help="draws of the target's patients"
    )
    parser.add_argument("--cohorts", nargs="+", default=list(ENDPOINTS), choices=list(ENDPOINTS))
    arguments = parser.parse_args()
    with threadpool_limits(1):
        cohorts = [read_cohort(arguments.raw, n, arguments.bootstrap) for n in arguments.cohorts]
        draws, genes = {}, {}
        for training, target in tqdm(list(permutations(cohorts, 2)), unit="pair"):
            pair = Pair(training, target)
            genes[training.name, target.name] = pair.profiles.shape[1]
            for variant, step, count, scores in measure(pair):
                for task, values in scores.items():
                    draws[task, variant, step, count, training.name, target.name] = values
    table = summarize(draws)
    table["genes"] = table.set_index(["trained_on", "target"]).index.map(genes.get)
    if arguments.out:
        table.to_csv(arguments.out, index=False)
    show(table)


if __name__ == "__main__":
    main()
