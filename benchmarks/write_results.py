"""Run the protocol on real cohorts and write docs/results.md, with its figures.

    make results RAW=<folder>

``<folder>`` holds the cohorts that ``RUNS`` names, in the layout of their files in
``conf/base/cohorts``. Cohorts that a former call finished are taken as they are, unless
``--again`` is given, so that an interrupted call goes on where it stopped. Figures need Chromium.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import plotly.io
from results_tables import across, answers, everything

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "results.md"
FIGURES = ROOT / "docs" / "results"
REPORTS = ROOT / "data" / "08_reporting"
CANCERS = ("brca", "coadread", "hnsc", "kirc", "kirp", "lihc", "luad", "lusc", "stad")
# The default methods, and the network that is trained on the same views as TwinPurify.
METHODS = (
    "raw+pca+ica+nmf+mean_subtraction+subspace_removal+contrastive_pca+two_component+linear_twin+"
    "autoencoder+barlow_generic+untrained+twin_network+twinpurify"
)
MAIN_RUNS = {
    "tcga_brca": f"transfer=scanb+metabric,foreign=tcga_dlbc,methods_to_run={METHODS}",
    "gse42568": "",
}
# What the nine cancers are asked: the whole protocol on each would take hours on 2 cores.
SHORT = (
    "methods_to_run=raw+pca+linear_twin+twinpurify,evaluation.n_splits=3,evaluation.refit_splits=0"
)
CANCER_RUNS = {f"tcga_{cancer}_tn": SHORT for cancer in CANCERS}
COMPARED = ("raw", "linear_twin", "twinpurify")
PACKAGES = ("twinpurify", "torch", "scikit-learn", "lifelines", "decoupler", "numpy", "pandas")
DRAWN = {
    "dilution_curves": "Normal tissue mixed in",
    "trade_off": "Purity left against immune signal kept",
    "label_efficiency": "Few labels",
    "few_normals": "Few normals",
    "kaplan_meier_os": "Overall survival by predicted risk",
    "pathway_volcano": "Pathways between known groups",
}
WIDTH, HEIGHT = 900, 520


def main() -> None:
    """Run what is lacking, then write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raw", required=True, help="folder of the raw files")
    parser.add_argument("--again", action="store_true", help="run finished cohorts again")
    arguments = parser.parse_args()
    raw = Path(arguments.raw).expanduser().resolve()
    for cohort, settings in (MAIN_RUNS | CANCER_RUNS).items():
        if arguments.again or not _is_finished(cohort):
            _run(cohort, settings, raw)
    FIGURES.mkdir(exist_ok=True)
    PAGE.write_text(_page(), encoding="utf-8")


def _is_finished(cohort: str) -> bool:
    return (REPORTS / cohort / "seconds.json").exists()


def _run(cohort: str, settings: str, raw: Path) -> None:
    """Run one cohort, and note how long it took once it is whole."""
    noted = REPORTS / cohort / "seconds.json"
    noted.unlink(missing_ok=True)
    parameters = f"cohort={cohort},raw={raw}" + (f",{settings}" if settings else "")
    start = time.monotonic()
    command = [sys.executable, "-m", "kedro", "run", "--params", parameters]
    subprocess.run(command, cwd=ROOT, check=True)
    noted.write_text(json.dumps(round(time.monotonic() - start)), encoding="utf-8")


def _page() -> str:
    summaries = {name: _summary(name) for name in MAIN_RUNS | CANCER_RUNS}
    parts = [_head(), *(_cohort(name, summaries[name]) for name in MAIN_RUNS)]
    own = {name: _of(summaries[name], name, name) for name in CANCER_RUNS}
    settings = f"`{SHORT}`"
    parts.append(
        "## Nine cancers with their normals\n\nThe cohorts of `tcga_nine_cancers.yml`, 665 genes; "
        f"with {settings}. ▲ better, ▼ worse than raw expression, by a 95% interval of the paired "
        f"difference that excludes zero.\n\n{across(own, COMPARED)}"
    )
    return "\n\n".join(parts) + "\n"


def _head() -> str:
    runs = [
        json.loads((REPORTS / name / "seconds.json").read_text())
        for name in MAIN_RUNS | CANCER_RUNS
    ]
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        "# Results\n\nWritten by `make results RAW=<folder>`; nothing here is typed by hand. "
        f"{datetime.now(UTC):%Y-%m-%d}, {_machine()}, Python {platform.python_version()}, "
        f"{packages}. All runs together took {sum(runs) / 60:.0f} minutes.\n\n"
        "Patients are divided into training and test; means over splits, 95% intervals by a "
        "bootstrap over test patients, differences paired. ▲ better, ▼ worse than raw expression: "
        "the interval of the difference excludes zero. p is corrected by Holm over all methods and "
        "questions of a table. Bold: the best mean. [Outputs](outputs.md#tasks-and-metrics) says "
        "what each question is."
    )


def _machine() -> str:
    model = platform.processor() or platform.machine()
    described = Path("/proc/cpuinfo")
    if described.exists():
        names = [
            line.partition(":")[2].strip()
            for line in described.read_text().splitlines()
            if line.startswith("model name")
        ]
        model = names[0] if names else model
    return f"{os.cpu_count()} cores of {model}"


def _cohort(name: str, summary: pd.DataFrame) -> str:
    """Write the section of one cohort and of the cohorts it was carried over to."""
    seconds = json.loads((REPORTS / name / "seconds.json").read_text())
    parts = [f"## {name}", f"Run in {seconds / 60:.0f} minutes.", answers(_of(summary, name, name))]
    parts.append(_folded("All methods", everything(_of(summary, name, name))))
    parts += _figures(name)
    for target in summary.loc[summary["cohort"] != name, "cohort"].unique():
        rows = _of(summary, target, name)
        parts += [f"### Carried over from {name} to {target}", answers(rows)]
        parts.append(_folded("All methods", everything(rows)))
    return "\n\n".join(parts)


def _folded(title: str, text: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{text}\n\n</details>"


def _figures(name: str) -> list[str]:
    """Turn the figures of a run that were drawn into SVG, and show them."""
    shown = []
    for figure, title in DRAWN.items():
        stored = REPORTS / name / "figures" / f"{figure}.json"
        if not stored.exists():
            continue
        drawing = plotly.io.read_json(stored)
        if not drawing.data:
            continue
        file = FIGURES / f"{name}_{figure}.svg"
        drawing.update_layout(template="plotly_white")
        drawing.write_image(file, width=WIDTH, height=drawing.layout.height or HEIGHT)
        shown.append(f"![{title}, {name}](results/{file.name})")
    return shown


def _summary(name: str) -> pd.DataFrame:
    file = REPORTS / name / "summary.csv"
    shutil.copyfile(file, FIGURES / f"{name}_summary.csv")
    return pd.read_csv(file)


def _of(summary: pd.DataFrame, cohort: str, trained_on: str) -> pd.DataFrame:
    return summary[(summary["cohort"] == cohort) & (summary["trained_on"] == trained_on)]


if __name__ == "__main__":
    main()
