"""The methods section of a paper's supplement, written from the settings of the run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from twinpurify.evaluation.declaration.task import read_task
from twinpurify.plots.names import in_order, presentation_of, task_name
from twinpurify.report.citations import REFERENCES, STEPS

# They change where a run is computed, and nothing that comes out of it.
NOT_TOLD = ("device", "precision")


@dataclass(frozen=True)
class CohortSize:
    """What a cohort holds.

    Attributes
    ----------
    name, title, platform, unit : str
        The title may be empty.
    n_tumours, n_normals, n_patients, n_genes : int
    reference : str
        Cohort whose normals served in training, empty where it needed none.
    """

    name: str
    title: str
    platform: str
    unit: str
    n_tumours: int
    n_normals: int
    n_patients: int
    n_genes: int
    reference: str = ""

    @property
    def words(self) -> str:
        """Its size in words."""
        normals = f" and {self.n_normals:,} normal samples" if self.n_normals else ""
        known = f"{self.title} ({self.name}; " if self.title else f"{self.name} ("
        return (
            f"{known}{self.platform.replace('_', ' ')}, {self.unit}): "
            f"{self.n_tumours:,} tumours{normals} of {self.n_patients:,} patients, "
            f"{self.n_genes:,} genes"
        )


class Numbering:
    """Numbers references in the order in which they are cited."""

    def __init__(self) -> None:
        self.cited: list[str] = []

    def cite(self, *references: str) -> str:
        """Return the numbers of references in brackets, preceded by a space, or nothing.

        Parameters
        ----------
        *references
            Keys of ``REFERENCES``, or references in full.
        """
        full = [REFERENCES.get(reference, reference) for reference in references]
        self.cited += [reference for reference in full if reference not in self.cited]
        numbers = sorted(self.cited.index(reference) + 1 for reference in full)
        return f" [{', '.join(map(str, numbers))}]" if numbers else ""

    @property
    def references(self) -> list[str]:
        """What was cited, in order."""
        return [f"{place}. {reference}." for place, reference in enumerate(self.cited, start=1)]


def methods_text(
    cohorts: Sequence[CohortSize],
    tasks: Sequence[str],
    settings: Mapping[str, Any],
    versions: Mapping[str, str],
) -> dict[str, list[str]]:
    """Write what was done, ready to be copied.

    Parameters
    ----------
    cohorts : sequence of CohortSize
        The cohort that models were trained on first.
    tasks : sequence of str
        Questions that were answered.
    settings : mapping
        Parameters of the run; a section that is missing leaves its sentences out.
    versions : mapping of str to str
        Of libraries.

    Returns
    -------
    dict of str to list of str
        Paragraphs by heading, the references last; a heading without any is left out.
    """
    numbers = Numbering()
    text = {
        "Cohorts": _cohorts(cohorts),
        "Normalisation": _normalization(settings.get("normalization") or {}, cohorts, numbers),
        "Methods": _methods(settings, numbers),
        "Evaluation": _evaluation(tasks, settings.get("evaluation") or {}, numbers),
        "Statistics": _statistics(settings.get("evaluation") or {}, numbers),
        "Software": _software(versions),
    }
    text["References"] = numbers.references
    return {heading: paragraphs for heading, paragraphs in text.items() if paragraphs}


def _cohorts(cohorts: Sequence[CohortSize]) -> list[str]:
    """Name the cohorts and their sizes."""
    if not cohorts:
        return []
    own, *others = cohorts
    sentences = [f"Models were trained on {own.words}."]
    if own.reference:
        sentences.append(
            f"As normal tissue they were given the normals of {own.reference}, brought to the "
            "platform of the training tumours by an alignment that was fitted on tumours of both."
        )
    if others:
        found = "; ".join(cohort.words for cohort in others)
        sentences.append(f"Without further training they were tested on {found}.")
    return [" ".join(sentences)]


def _normalization(
    settings: Mapping[str, Any], cohorts: Sequence[CohortSize], numbers: Numbering
) -> list[str]:
    """Tell the steps from the unit to what the methods see."""
    if not settings:
        return []
    steps = "; ".join(_step(step, numbers) for step in settings.get("steps", ()))
    sentences = [
        f"In this order, {steps}.",
        "Whatever a step learns was learnt from the training tumours of each split.",
    ]
    if len(cohorts) > 1:
        alignment = str(settings.get("transfer_alignment", "none")).replace("_", " ")
        sentences.append(
            f"Tumours of another cohort were brought to the platform of the training tumours by "
            f"{alignment} alignment, without any label."
        )
    return [" ".join(sentences)]


def _step(step: str | Mapping[str, Any], numbers: Numbering) -> str:
    """Write one step with its parameters."""
    name, parameters = (step, {}) if isinstance(step, str) else next(iter(step.items()))
    words, keys = STEPS.get(name, (f"the step {name} was applied", ()))
    return f"{words}{numbers.cite(*keys)}{_parameters(parameters or {})}"


def _methods(settings: Mapping[str, Any], numbers: Numbering) -> list[str]:
    """Write a sentence on each method, the final one first."""
    sections = settings.get("methods") or {}
    names = in_order(settings.get("methods_to_run") or sections)
    return [
        f"{told.title}: {told.does}{numbers.cite(*told.references)}"
        f"{_parameters(sections.get(name) or {})}."
        for name, told in zip(names, map(presentation_of, names), strict=True)
    ]


def _parameters(parameters: Mapping[str, Any]) -> str:
    """Write parameters in brackets."""
    told = [
        f"{name.replace('_', ' ')} {_value(value)}"
        for name, value in parameters.items()
        if name not in NOT_TOLD
    ]
    return f" ({', '.join(told)})" if told else ""


def _value(value: object) -> str:
    """Write a value without brackets."""
    if isinstance(value, list | tuple):
        return "/".join(map(str, value)) or "none"
    return "none" if value is None else str(value)


def _evaluation(tasks: Sequence[str], settings: Mapping[str, Any], numbers: Numbering) -> list[str]:
    """Tell how patients were divided, diluted and predicted."""
    if not settings:
        return []
    fractions = ", ".join(f"{fraction:g}" for fraction in settings["fractions"])
    asked = list(dict.fromkeys(task_name(read_task(task).name) for task in tasks))
    return [
        f"Patients, with all their samples, were divided {settings['n_splits']} times at random "
        f"into training and test patients ({settings['test_fraction']:.0%} for testing). Every "
        "method, and every classifier on its embedding, was fitted on training patients only. For "
        f"the titration, test tumours were mixed in linear space with {settings['n_mixed_normals']}"
        f" normals of test patients to tumour fractions of {fractions}; all methods saw the same "
        "mixtures. Classes were predicted by penalised logistic regression, and purity by ridge "
        f"regression, with penalties chosen in {settings['n_inner_folds']} inner folds by patient; "
        "survival by penalised Cox regression"
        f"{numbers.cite('cox')} with the penalty by cross-validated partial likelihood"
        f"{numbers.cite('verweij')}, judged by the concordance index{numbers.cite('harrell')}.",
        f"Questions asked: {'; '.join(asked)}." if asked else "No question was answered.",
    ]


def _statistics(settings: Mapping[str, Any], numbers: Numbering) -> list[str]:
    """Tell where intervals and p-values come from."""
    if not settings:
        return []
    return [
        f"Scores are means over splits. Intervals are 95% percentile intervals of "
        f"{settings['n_bootstrap']} bootstrap replicates over patients{numbers.cite('efron')}; the "
        "same replicates served all methods and splits, so that differences are paired. p-values "
        "of differences to raw expression are twice the share of replicates on the other side of "
        f"zero{numbers.cite('davison')}, corrected over all methods and questions of one cohort "
        f"and training by Holm’s method{numbers.cite('holm')}. Effect sizes are differences over "
        f"the standard deviation of raw expression’s replicates{numbers.cite('glass')}. Random "
        f"numbers were seeded by {settings['seed']}."
    ]


def _software(versions: Mapping[str, str]) -> list[str]:
    """Name the libraries."""
    named = [f"{name} {version}" for name, version in versions.items()]
    return [f"Computed with {', '.join(named)}."] if named else []
