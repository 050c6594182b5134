"""The cells of the study: one pretraining each, with all that is learnt on top of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from twinpurify.evaluation.declaration.task import Task
from twinpurify.studies.label_efficiency.settings import LabelEfficiencySettings

UNTRAINED, SCRATCH = "untrained", "scratch"
ARCHITECTURE = ("hidden", "n_dimensions")


@dataclass(frozen=True)
class Cell:
    """A method that is pretrained once in a repeat.

    Attributes
    ----------
    method, registered : str
        Name in the tables, and in the registry.
    parameters : dict
        Of the method.
    repeat : int
    encoders : tuple of {"frozen", "unfrozen"}
    fractions : tuple of float
        Shares of the labels that are learnt from.
    given : str
        What is changed, where this isn't the method as it is set, such as ``pretraining``.
    amount : float
        To which share or number.
    share : float
        Of the training patients, who are pretrained on.
    elsewhere : bool
        Whether another cohort is pretrained on.
    n_permutations : int
        Permutations of the labels that are learnt besides.
    """

    method: str
    registered: str
    parameters: dict[str, Any]
    repeat: int
    encoders: tuple[str, ...]
    fractions: tuple[float, ...]
    given: str = ""
    amount: float = 1.0
    share: float = 1.0
    elsewhere: bool = False
    n_permutations: int = field(default=0)

    def task(self, label: str) -> Task:
        """What is asked of its classifiers, with a label to learn."""
        return Task(label, given=self.given, amount=self.amount)


def study_cells(
    settings: LabelEfficiencySettings, parameters: Mapping[str, Mapping[str, Any]]
) -> list[Cell]:
    """List all cells of a study.

    Parameters
    ----------
    settings : LabelEfficiencySettings
    parameters : mapping of str to mapping
        Of each method in the registry.

    Returns
    -------
    list of Cell
        Repeat by repeat, so that a process prepares each about once.
    """
    cells = []
    for repeat in range(settings.n_repeats):
        cells += _contestants(settings, parameters, repeat)
        cells += _controls(settings, parameters, repeat)
        if repeat < settings.sweep_repeats:
            cells += _sweeps(settings, parameters, repeat)
    return cells


def _contestants(
    settings: LabelEfficiencySettings, parameters: Mapping[str, Mapping[str, Any]], repeat: int
) -> list[Cell]:
    """Each method, pretrained here and, where there is one, on another cohort."""
    other = settings.pretraining_cohort or settings.pretraining_file
    return [
        Cell(
            method=name,
            registered=name,
            parameters=dict(parameters[name]),
            repeat=repeat,
            encoders=tuple(settings.encoders),
            fractions=tuple(settings.label_fractions),
            elsewhere=elsewhere,
        )
        for elsewhere in ([False, True] if other else [False])
        for name in settings.methods
    ]


def _controls(
    settings: LabelEfficiencySettings, parameters: Mapping[str, Mapping[str, Any]], repeat: int
) -> list[Cell]:
    """Linear embeddings, and untrained encoders of the methods' own architecture."""
    fractions, untrained = tuple(settings.label_fractions), _architecture(settings, parameters)
    return [
        Cell(
            "pca",
            "pca",
            {"n_dimensions": settings.n_components},
            repeat,
            ("frozen",),
            fractions,
            n_permutations=settings.n_permutations,
        ),
        Cell("raw", "raw", {}, repeat, ("frozen",), fractions),
        Cell(SCRATCH, UNTRAINED, untrained, repeat, ("unfrozen",), fractions),
        Cell(UNTRAINED, UNTRAINED, untrained, repeat, ("frozen",), fractions),
    ]


def _architecture(
    settings: LabelEfficiencySettings, parameters: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Give the untrained encoder the shape of the first method's that has one."""
    own = dict(parameters[UNTRAINED])
    shapes = [parameters[name] for name in settings.methods if "hidden" in parameters[name]]
    return own | {name: shapes[0][name] for name in ARCHITECTURE if shapes}


def _sweeps(
    settings: LabelEfficiencySettings, parameters: Mapping[str, Mapping[str, Any]], repeat: int
) -> list[Cell]:
    """Methods pretrained on fewer tumours, and with fewer or more hidden layers."""
    common = {
        "repeat": repeat,
        "encoders": tuple(settings.encoders),
        "fractions": (settings.sweep_label_fraction,),
    }
    cells = []
    for name in settings.methods:
        own = dict(parameters[name])
        cells += [
            Cell(name, name, own, given="pretraining", amount=share, share=share, **common)
            for share in settings.pretraining_shares
            if share < 1.0
        ]
        cells += [
            Cell(
                name,
                name,
                own | {"hidden": own["hidden"][:1] * depth},
                given="hidden_layers",
                amount=depth,
                **common,
            )
            for depth in settings.hidden_layers
            if own.get("hidden") and depth != len(own["hidden"])
        ]
    return cells
