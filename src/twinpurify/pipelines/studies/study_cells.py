"""The cells of a study, a contestant on a split each: side by side, and kept until it is done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from twinpurify.parallel.side_by_side import run_side_by_side
from twinpurify.pipelines.kept_tables import kept_tables
from twinpurify.pipelines.splits import split_key
from twinpurify.pipelines.types import Cohort, Normalizer


@dataclass(frozen=True)
class SplitStudy:
    """What all cells of a study share.

    Attributes
    ----------
    name : str
        Of the study, as its pipeline is called.
    run : callable
        Takes a contestant, a split's data, settings, parameters, the cohort's name and its
        bootstrap, and gives tables by name.
    cohort : AnnData
        In its own unit.
    normalizers : dict of str to Normalizer
    splits : list of dict
    settings : BaseModel
        With ``n_splits`` and ``n_bootstrap``.
    parameters : dict of str to dict
        Of the methods and imputers that take part.
    seed : int
        Of the bootstrap and of all that is drawn on a split.
    resources : Resources, optional
    checkpoints : Path, optional
        Below it the tables of finished cells are kept.
    """

    name: str
    run: Callable[..., dict[str, Any]]
    cohort: Cohort = field(repr=False)
    normalizers: dict[str, Normalizer] = field(repr=False)
    splits: list[dict[str, Any]] = field(repr=False)
    settings: BaseModel
    parameters: dict[str, dict[str, Any]]
    seed: int
    resources: Any = None
    checkpoints: Path | None = None

    @property
    def kept(self) -> Path | None:
        """Folder of what finished cells gave."""
        title = str(self.cohort.uns["cohort"])
        return None if self.checkpoints is None else self.checkpoints / self.name / title


def run_cells(
    study: SplitStudy, contestants: Sequence[str], n_jobs: int, cluster: str
) -> list[dict[str, Any]]:
    """Run every contestant on every split.

    Parameters
    ----------
    study : SplitStudy
    contestants : sequence of str
        The one that takes longest first.
    n_jobs : int
    cluster : str
        As of ``run_side_by_side``.

    Returns
    -------
    list of dict of str to DataFrame
    """
    chosen = study.splits[: study.settings.n_splits]
    calls = [(study, split, name) for name in contestants for split in chosen]
    return run_side_by_side(run_cell, calls, n_jobs, study.name.replace("_", " "), cluster)


def run_cell(study: SplitStudy, split: dict[str, Any], contestant: str) -> dict[str, Any]:
    """Run one contestant on one split, or read what an interrupted study left.

    Parameters
    ----------
    study : SplitStudy
    split : dict
    contestant : str

    Returns
    -------
    dict of str to DataFrame
    """
    from twinpurify.evaluation.splits.normalized import normalized_split
    from twinpurify.evaluation.uncertainty.bootstrap import PatientBootstrap

    normalizer = study.normalizers[split_key(split)]
    data = normalized_split(study.cohort, normalizer, split, study.resources, study.seed)
    title, patients = str(study.cohort.uns["cohort"]), study.cohort.obs["patient_id"]

    def compute() -> dict[str, Any]:
        bootstrap = PatientBootstrap(patients, study.settings.n_bootstrap, study.seed)
        return study.run(contestant, data, study.settings, study.parameters, title, bootstrap)

    if study.kept is None:
        return compute()
    return kept_tables(study.kept / _fingerprint(study, data, contestant), compute)


def _fingerprint(study: SplitStudy, data: Any, contestant: str) -> str:
    """Hash all that a cell depends on, but for how many splits there are beside it."""
    from twinpurify.training.checkpoint import fingerprint

    said = {
        "contestant": contestant,
        "settings": study.settings.model_dump(mode="json", exclude={"n_splits"}),
        "parameters": study.parameters,
        "seed": [study.seed, data.split],
        "samples": [data.train_obs.to_csv(), data.test_obs.to_csv()],
        "patients": sorted(study.cohort.obs["patient_id"].astype(str)),
        "genes": list(data.train_tumours.columns),
        "gene_sets": data.resources.gene_sets.to_csv(),
    }
    return fingerprint(said, [data.train_tumours.to_numpy()], [data.test_tumours.to_numpy()])
