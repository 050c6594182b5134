"""The grid of repeats × methods: each cell is a pretraining with all that is learnt on it."""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from twinpurify.normalization.settings import NormalizationSettings
from twinpurify.pipelines.kept_tables import kept_tables
from twinpurify.pipelines.types import Cohort
from twinpurify.studies.label_efficiency.settings import LabelEfficiencySettings


@dataclass(frozen=True)
class Study:
    """What all cells share.

    Attributes
    ----------
    cohort : AnnData
        In its own unit.
    settings : LabelEfficiencySettings
    normalization : NormalizationSettings
    splits : list of PatientSplit
    bootstrap : PatientBootstrap
    reference, other : AnnData, optional
        Cohorts that give normals, and that methods are pretrained on.
    file : Path, optional
        Or the file that they are pretrained on.
    cells : Path, optional
        Folder of what finished cells gave, and of checkpoints of those that aren't.
    data : str
        Fingerprint of all that the cells share.
    token : str
        Tells studies apart, so that a process can keep what it has prepared.
    """

    cohort: Cohort = field(compare=False)
    settings: LabelEfficiencySettings = field(compare=False)
    normalization: NormalizationSettings = field(compare=False)
    splits: list[Any] = field(compare=False)
    bootstrap: Any = field(compare=False)
    reference: Cohort | None = field(compare=False, default=None)
    other: Cohort | None = field(compare=False, default=None)
    file: Path | None = field(compare=False, default=None)
    cells: Path | None = field(compare=False, default=None)
    data: str = field(compare=False, default="")
    token: str = field(default_factory=lambda: uuid4().hex)


def run_kept(study: Study, cell: Any) -> Any:
    """Give the result of a cell, which an interrupted study may have left."""
    from twinpurify.studies.label_efficiency.fitting import CellResult, run_cell
    from twinpurify.training.checkpoint import fingerprint

    if study.cells is None:
        return run_cell(cell, _repeat_of(study, cell), study.settings, _weights(study, cell))

    def compute() -> dict[str, Any]:
        repeat, checkpoints = _repeat_of(study, cell), study.cells / "checkpoints"
        result = run_cell(cell, repeat, study.settings, _weights(study, cell), checkpoints)
        return result._asdict()

    name = fingerprint({"data": study.data, "cell": cell})
    return CellResult(**kept_tables(study.cells / name, compute))


def study_fingerprint(study: Study) -> str:
    """Hash all that the cells share, but for the lists of what is compared."""
    from twinpurify.training.checkpoint import fingerprint

    lists = {"methods", "encoders", "label_fractions", "pretraining_shares", "hidden_layers"}
    said = study.settings.model_dump(mode="json", exclude=lists | {"sweep_repeats"})
    said |= {"normalization": study.normalization.model_dump(mode="json")}
    matrices = []
    for cohort in (study.cohort, study.reference, study.other):
        if cohort is not None:
            said[str(cohort.uns["cohort"])] = cohort.obs.to_csv()
            matrices.append([cohort.X])
    if study.file is not None:
        state = study.file.stat()
        said["file"] = [str(study.file), state.st_size, state.st_mtime_ns]
    return fingerprint(said, *matrices)


def _repeat_of(study: Study, cell: Any) -> Any:
    """Prepare the repeat of a cell, with what the cell is pretrained on."""
    from twinpurify.studies.label_efficiency.repeats import fewer

    repeat = prepare(study, cell.repeat, cell.elsewhere)
    return repeat if cell.share == 1.0 else fewer(repeat, cell.share)


@lru_cache(maxsize=2)
def prepare(study: Study, number: int, elsewhere: bool) -> Any:
    """Normalise the profiles of a repeat, once for all cells of a process."""
    from twinpurify.studies.label_efficiency.repeats import prepare_repeat, transferred

    corpus = _corpus(study)
    if elsewhere:
        return transferred(prepare(study, number, False), corpus, study.normalization)
    return prepare_repeat(
        study.cohort,
        study.splits[number],
        study.settings,
        study.normalization,
        study.reference,
        corpus,
    )


@lru_cache(maxsize=1)
def _corpus(study: Study) -> Any:
    """Open what methods are pretrained on besides, if there is any."""
    from twinpurify.studies.label_efficiency.corpus import Corpus

    if study.file is not None:
        return Corpus.of_file(study.file)
    return None if study.other is None else Corpus.of_cohort(study.other)


def _weights(study: Study, cell: Any) -> Any:
    """Look up the bootstrap weights of the test patients of a cell."""
    return study.bootstrap.weights(prepare(study, cell.repeat, False).test.patients)


def forget() -> None:
    """Let go of what was prepared in this process."""
    prepare.cache_clear()
    _corpus.cache_clear()
