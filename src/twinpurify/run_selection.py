"""What one run is about: the cohort, the cohorts it transfers to, the methods, the raw files."""

import re
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, Field, PrivateAttr, ValidationError, field_validator

from twinpurify.cohort.declaration.definition import CohortDefinition, parse_definition
from twinpurify.cohort.declaration.names import CohortName, misread
from twinpurify.errors import ConfigurationError, listed

SECTIONS = (
    "normalization",
    "gene_sets",
    "methods",
    "evaluation",
    "registration",
    "scoring",
    "label_efficiency",
    "imputation",
    "imputers",
    "gene_panels",
    "restored_anchors",
    "gene_attribution",
)
LIST_SEPARATORS = re.compile(r"[\s,;+]+")


class RunSelection(BaseModel, extra="forbid"):
    """The top-level parameters of a run.

    Parameters
    ----------
    cohort : str
        The cohort to purify: a file of ``conf/base/cohorts`` or ``conf/local/cohorts``, without
        ``.yml``.
    transfer : list of str
        Cohorts that the frozen models are tried on. On the command line their names are joined
        by plus signs: ``transfer=scanb+metabric``.
    foreign : list of str
        Cohorts whose samples, whatever tissue they are, the test tumours are diluted with
        besides: tissue that no method was trained on (docs/outputs.md#foreign-tissue). Of the
        same platform and quantity as the cohort.
    raw : Path
        Folder that the paths in the cohorts' files are relative to. A relative folder counts
        from the project's folder, and ``~`` is your home.
    methods_to_run : list of str
        Methods that are fitted and compared; names as in the headings below. ``raw`` and the
        final method must be among them. On the command line joined by plus signs.
    final_method : str
        The method whose model is fitted on the whole cohort, stored and registered. It has to
        give purified expression; ``twinpurify`` and ``two_component`` do.
    compare : list of str
        Cohorts whose finished runs ``twinpurify compare a b`` puts on one page: two or more.
    checkpoints : Path
        Folder of the checkpoints of unfinished trainings.
    n_jobs : int
        Processes for fits and evaluations, each with one thread: -1 is one a core, 1 stays in
        the main process. 0 is refused.
    cluster : str
        Address of a dask scheduler, such as ``tcp://host:8786``: its workers do the fits and
        evaluations in place of processes on this machine. ``local`` starts ``n_jobs`` such
        workers here, to try it out. See docs/scaling.md#a-cluster.
    """

    cohort: CohortName = "demo"
    transfer: list[CohortName] = []
    foreign: list[CohortName] = []
    raw: Path = Path("data/01_raw")
    methods_to_run: list[str] = ["raw", "twinpurify"]
    final_method: str = "twinpurify"
    compare: list[CohortName] = []
    checkpoints: Path = Path("data/06_models/checkpoints")
    n_jobs: int = Field(-1, ge=-1, strict=True)
    cluster: str = ""
    # No parameter of the run: the cohort's definition names it.
    _reference: str | None = PrivateAttr(None)
    # Nor these: the section of the study names them.
    _label: str = PrivateAttr("subtype")
    _pretraining: str | None = PrivateAttr(None)

    @field_validator("n_jobs")
    @classmethod
    def _some_job(cls, value: int) -> int:
        """Refuse 0, with which nothing would be computed."""
        if value == 0:
            raise ValueError("-1 stands for one process a core, 1 for this process alone")
        return value

    @field_validator("compare", mode="after")
    @classmethod
    def _several_cohorts(cls, value: list[str]) -> list[str]:
        """Refuse a comparison of one cohort, or of one with itself."""
        if len(value) == 1 or len(set(value)) < len(value):
            raise ValueError("a comparison needs two cohorts or more, each named once")
        return value

    @field_validator("transfer", "foreign", "methods_to_run", "compare", mode="before")
    @classmethod
    def _cut_text(cls, value: Any) -> Any:
        """Take a list as one text too, which is all that a command line can give."""
        if isinstance(value, str):
            return [part for part in LIST_SEPARATORS.split(value) if part]
        # One name, of which YAML made a number or a truth value.
        return [value] if isinstance(value, bool | int | float) else value

    @property
    def cohorts(self) -> list[str]:
        """Cohorts that are purified or scored, the purified one first."""
        return [self.cohort, *self.transfer]

    @property
    def reference(self) -> str | None:
        """Cohort whose normals serve the purified one, None where that has its own."""
        return self._reference

    @property
    def label(self) -> str:
        """Column that the study of few labels learns."""
        return self._label

    @property
    def pretraining(self) -> str | None:
        """Cohort on which that study pretrains besides, None where there is none."""
        return self._pretraining

    @property
    def read_cohorts(self) -> list[str]:
        """All cohorts that are read, each once."""
        reference = [self.reference] if self.reference else []
        return list(dict.fromkeys([*self.cohorts, *self.foreign, *reference]))

    def with_reference(self, reference: str | None) -> Self:
        """Copy the selection, with a cohort that gives its normals."""
        copied = self.model_copy()
        copied._reference = reference
        return copied

    def with_label_study(self, label: str, pretraining: str | None) -> Self:
        """Copy the selection, with what the study of few labels learns and pretrains on."""
        copied = self.model_copy()
        copied._label, copied._pretraining = label, pretraining
        return copied


def select_run(
    parameters: dict[str, Any], cohorts: dict[str, Any]
) -> tuple[RunSelection, dict[str, CohortDefinition]]:
    """Check the top-level parameters and the definitions of the run's cohorts.

    Parameters
    ----------
    parameters : dict
        All parameters as loaded; sections and cohorts among them.
    cohorts : dict
        Settings of every cohort that has a file; what the command line sets of them is in
        `parameters`.

    Returns
    -------
    RunSelection
    dict of str to CohortDefinition
        Of the cohorts of this run.

    Raises
    ------
    ConfigurationError
        If a key or a cohort is unknown, a value is of the wrong type, or names contradict.
    """
    own = {key: value for key, value in parameters.items() if key not in (*SECTIONS, *cohorts)}
    unknown = sorted(set(own) - set(RunSelection.model_fields))
    if unknown:
        known = ", ".join([*RunSelection.model_fields, *SECTIONS])
        raise ConfigurationError(
            f"unknown parameters {listed(unknown)}; the known ones are {known}, "
            f"and the cohorts {', '.join(sorted(cohorts))}"
        )
    try:
        selection = RunSelection(**own)
    except ValidationError as error:
        problems = "; ".join(
            f"{problem['loc'][0]} is {problem['input']!r}: {problem['msg']}"
            for problem in error.errors()
        )
        raise ConfigurationError(f"parameters of the run: {problems}") from None
    _check_names(selection, cohorts)
    _check_methods(parameters.get("methods") or {})
    _check_refits((parameters.get("evaluation") or {}).get("refit_methods") or [])
    settings = {**cohorts, **parameters}
    definition = parse_definition(selection.cohort, settings[selection.cohort])
    selection = _with_reference(selection, definition, cohorts)
    selection = _with_label_study(selection, parameters.get("label_efficiency") or {}, cohorts)
    named = [*selection.read_cohorts, *filter(None, [selection.pretraining])]
    definitions = {name: parse_definition(name, settings[name]) for name in named}
    _check_foreign(selection, definitions)
    return selection, definitions


def _with_reference(
    selection: RunSelection, definition: CohortDefinition, cohorts: dict[str, Any]
) -> RunSelection:
    """Take the cohort that gives its normals from the definition of the purified one."""
    if definition.reference_normals is None:
        return selection
    name, setting = definition.reference_normals.cohort, f"{selection.cohort}.reference_normals"
    others = sorted(set(cohorts) - {selection.cohort, *selection.foreign})
    if name not in others:
        why = "is also named in foreign, whose tissue no method may have seen"
        if name not in selection.foreign:
            why = "is the cohort itself" if name == selection.cohort else "is no cohort"
        raise ConfigurationError(
            f"{setting}.cohort is {name!r}, which {why}; it can be {', '.join(others)}"
        )
    return selection.with_reference(name)


def _with_label_study(
    selection: RunSelection, section: dict[str, Any], cohorts: dict[str, Any]
) -> RunSelection:
    """Take from the section of the study of few labels what its pipeline is built for."""
    label, other = section.get("label", selection.label), section.get("pretraining_cohort")
    if other is not None and (other not in cohorts or other == selection.cohort):
        others = ", ".join(sorted(set(cohorts) - {selection.cohort}))
        reason = f". {misread(other)}" if misread(other) else ""
        raise ConfigurationError(
            f"label_efficiency.pretraining_cohort is {other!r}; it can be {others}{reason}"
        )
    return selection.with_label_study(str(label), other)


def _check_foreign(selection: RunSelection, definitions: dict[str, CohortDefinition]) -> None:
    """Refuse to mix what different platforms measured: amounts of both must be comparable."""
    own = definitions[selection.cohort]
    for name in selection.foreign:
        other = definitions[name]
        kinds = [(of.platform, of.unit.quantity) for of in (own, other)]
        if kinds[0] != kinds[1]:
            raise ConfigurationError(
                f"foreign names {name}, measured as {kinds[1][0]} in {kinds[1][1]}, and "
                f"{selection.cohort} is {kinds[0][0]} in {kinds[0][1]}: tissue can be mixed into "
                "tumours only as the same platform measured it, in the same quantity"
            )


def _check_methods(sections: dict[str, Any]) -> None:
    """Check the parameters of all methods: Kedro checks those that run, and no misspelt name."""
    from twinpurify.parameters import check_parameters
    from twinpurify.representation.registry import METHODS

    unknown = [name for name in sections if name not in METHODS]
    if unknown:
        raise ConfigurationError(
            f"`methods` has parameters of {listed(unknown)}; the known methods are "
            f"{', '.join(METHODS)}"
        )
    for name, values in sections.items():
        try:
            check_parameters(METHODS[name], values or {})
        except ConfigurationError as error:
            raise ConfigurationError(f"methods.{name}: {error}") from None


def _check_refits(names: list[str]) -> None:
    """Refuse a misspelt method, which would never be fitted again."""
    from twinpurify.representation.registry import METHODS

    unknown = [name for name in names if name not in METHODS]
    if unknown:
        raise ConfigurationError(
            f"evaluation.refit_methods names {listed(unknown)}; the known methods are "
            f"{', '.join(METHODS)}"
        )


def _check_names(selection: RunSelection, cohorts: dict[str, Any]) -> None:
    """Check that cohorts and methods exist and fit together."""
    from twinpurify.representation.registry import METHODS

    names = [*selection.cohorts, *selection.foreign]
    missing = [name for name in names if name not in cohorts]
    if missing:
        raise ConfigurationError(
            f"unknown cohort {listed(missing)}; there are {', '.join(sorted(cohorts))}. Add a "
            "cohort as conf/local/cohorts/<name>.yml, or give the path of its file"
        )
    if len(set(names)) < len(names):
        raise ConfigurationError(f"a cohort is named twice in the run: {names}")
    unknown = [name for name in selection.methods_to_run if name not in METHODS]
    if unknown:
        raise ConfigurationError(
            f"methods_to_run names {listed(unknown)}; the known methods are {', '.join(METHODS)}"
        )
    for name in ("raw", selection.final_method):
        if name not in selection.methods_to_run:
            raise ConfigurationError(
                f"methods_to_run lacks {name!r}: raw is what all are compared with, and "
                f"final_method ({selection.final_method}) is the one that is stored"
            )
    final = METHODS[selection.final_method]
    if not (hasattr(final, "purify") and hasattr(final, "estimate_purity")):
        able = [name for name, method in METHODS.items() if hasattr(method, "purify")]
        raise ConfigurationError(
            f"final_method {selection.final_method!r} gives no purified expression; "
            f"these do: {', '.join(able)}"
        )
