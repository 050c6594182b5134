"""Are tumours found that are labelled as normals, and are true normals left in peace?

    python benchmarks/mislabelled_normals.py --raw <folder> --out mislabelled.csv

``<folder>`` holds the cohorts tcga_brca, gse42568 and tcga_pancancer_tn. In each draw a few random
tumours get the label of a normal; in the draws with fewer normals than there are, the other
normals leave. docs/samples.md says what came out.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from anndata import AnnData
from tqdm import tqdm

from twinpurify.cohort.assembly import assemble_cohort
from twinpurify.cohort.declaration.definition import CohortDefinition, parse_definition
from twinpurify.cohort.quality.profiles import Profiles
from twinpurify.cohort.quality.tissue import doubt_tissues
from twinpurify.io.reading import read_expression, read_sample_sheet

DEFINITIONS = Path(__file__).parents[1] / "conf" / "base" / "cohorts"
FILES = ("tcga_brca", "gse42568", "tcga_nine_cancers")
# Normals of the cohort (None for all), and tumours among them.
PLANTED = ((None, 0), (None, 1), (None, 3), (None, 5), (8, 2))


def read_cohorts(raw: Path):
    """Yield name, definition and cohort of all that have normals."""
    for file in FILES:
        text = (DEFINITIONS / f"{file}.yml").read_text(encoding="utf-8")
        for name, settings in yaml.safe_load(text).items():
            definition = parse_definition(name, settings)
            matrix = read_expression(definition.expression, raw)
            sheet = read_sample_sheet(definition.samples, definition.expression, raw)
            cohort, _ = assemble_cohort(
                matrix.values, sheet, definition, name, annotation=matrix.genes
            )
            yield name, definition, cohort


def named(cohort: AnnData, tissue: pd.Series, definition: CohortDefinition) -> pd.Index:
    """Name the samples whose tissue is doubted."""
    profiles = Profiles(cohort.to_df(), definition.unit)
    doubt, _ = doubt_tissues(profiles, tissue, definition.markers)
    return doubt.index[doubt != ""]


def plant(name, definition, cohort, n_normals: int | None, n_planted: int, draw: int) -> dict:
    """Label some tumours as normals, and count who is named."""
    tissue = cohort.obs["tissue"].astype(str)
    tumours, normals = tissue.index[tissue == "tumour"], tissue.index[tissue == "normal"]
    rng = np.random.default_rng([draw, n_planted])
    chosen = rng.choice(tumours, n_planted, replace=False)
    if n_normals:
        normals = pd.Index(rng.choice(normals, n_normals, replace=False))
    tissue = tissue.loc[[*tumours, *normals]].copy()
    tissue[chosen] = "normal"
    doubted = named(cohort[tissue.index], tissue, definition)
    return {
        "cohort": name,
        "normals": len(normals),
        "planted": n_planted,
        "draw": draw,
        "found": int(np.isin(chosen, doubted).sum()),
        "normals_named": int(normals.isin(doubted).sum()),
        "tumours_named": int(tumours.difference(chosen).isin(doubted).sum()),
    }


def main() -> None:
    """Measure all cohorts and write a row for every draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--raw", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--draws", type=int, default=20)
    options = parser.parse_args()
    rows = []
    for name, definition, cohort in tqdm(read_cohorts(options.raw), disable=None):
        for n_normals, n_planted in PLANTED:
            for draw in range(options.draws if n_planted else 1):
                rows.append(plant(name, definition, cohort, n_normals, n_planted, draw))
    table = pd.DataFrame(rows)
    table.to_csv(options.out, index=False)
    means = table.groupby(["cohort", "normals", "planted"], sort=False)
    print(means[["found", "normals_named", "tumours_named"]].mean().round(2).to_string())


if __name__ == "__main__":
    main()
