"""The steps by name, and what a list of them must be like before anything is fitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from twinpurify.cohort.hints import closest
from twinpurify.errors import ConfigurationError
from twinpurify.normalization.steps.combat import ComBat
from twinpurify.normalization.steps.count_filter import CountFilter
from twinpurify.normalization.steps.cpm import CountsPerMillion
from twinpurify.normalization.steps.expression_filter import ExpressionFilter
from twinpurify.normalization.steps.fpkm import FragmentsPerKilobaseMillion
from twinpurify.normalization.steps.log2 import Log2
from twinpurify.normalization.steps.quantile import QuantileNormalization
from twinpurify.normalization.steps.standardize import GeneStandardization
from twinpurify.normalization.steps.step import Step
from twinpurify.normalization.steps.tmm import TrimmedMeanOfRatios
from twinpurify.normalization.steps.tpm import TranscriptsPerMillion
from twinpurify.normalization.steps.upper_quartile import UpperQuartile
from twinpurify.normalization.steps.variable_genes import VariableGenes
from twinpurify.normalization.steps.variance_filter import VarianceFilter
from twinpurify.normalization.steps.vst import VarianceStabilizingScale
from twinpurify.parameters import check_parameters, parameters_model

STEPS: dict[str, type[Step]] = {
    "count_filter": CountFilter,
    "cpm": CountsPerMillion,
    "tmm": TrimmedMeanOfRatios,
    "upper_quartile": UpperQuartile,
    "tpm": TranscriptsPerMillion,
    "fpkm": FragmentsPerKilobaseMillion,
    "vst": VarianceStabilizingScale,
    "log2": Log2,
    "quantile": QuantileNormalization,
    "combat": ComBat,
    "standardize": GeneStandardization,
    "expression_filter": ExpressionFilter,
    "variance_filter": VarianceFilter,
    "variable_genes": VariableGenes,
}
NamedStep = tuple[str, dict[str, Any]]
StepSetting = str | Mapping[str, Mapping[str, Any] | None] | NamedStep


def parse_steps(steps: Sequence[StepSetting]) -> list[NamedStep]:
    """Read steps as YAML writes them, and check names, parameters and order.

    Parameters
    ----------
    steps : sequence
        Each a name, a mapping of one name to its parameters, or a pair of both.

    Returns
    -------
    list of (str, dict)
        Name and parameters of each step.

    Raises
    ------
    ConfigurationError
        If a step or a parameter is unknown, a value isn't allowed, or the order makes no sense.
    """
    named = [_name_and_parameters(step) for step in steps]
    for name, parameters in named:
        _check_names(name, parameters)
        try:
            check_parameters(STEPS[name], parameters)
        except ConfigurationError as error:
            raise ConfigurationError(f"normalization.steps: {name}: {error}") from None
    _check_order([name for name, _ in named])
    return named


def create_step(name: str, parameters: Mapping[str, Any], protected: Sequence[str]) -> Step:
    """Make a step, telling it which genes it mustn't filter out."""
    step = STEPS[name](**parameters)
    if hasattr(step, "protected_genes"):
        own = [gene for gene in step.protected_genes if gene not in protected]
        step.set_params(protected_genes=[*own, *protected])
    return step


def _name_and_parameters(step: StepSetting) -> NamedStep:
    if isinstance(step, str):
        return step, {}
    pair = next(iter(step.items())) if isinstance(step, Mapping) and len(step) == 1 else step
    if not isinstance(pair, tuple | list) or len(pair) != 2 or not isinstance(pair[0], str):
        raise ConfigurationError(
            f"normalization.steps holds {step!r}; a step is a name, such as `log2`, or a name with "
            "its parameters, such as `variable_genes: {max_genes: 5000}`"
        )
    name, parameters = pair
    if not isinstance(parameters, Mapping | None):
        raise ConfigurationError(
            f"normalization.steps: {name} has {parameters!r} for parameters; write "
            f"`{name}: {{parameter: value}}`"
        )
    return name, dict(parameters or {})


def _check_names(name: str, parameters: Mapping[str, Any]) -> None:
    if name not in STEPS:
        raise ConfigurationError(
            f"normalization.steps: there is no step {name!r}{closest(name, STEPS)}; the steps are "
            f"{', '.join(STEPS)}"
        )
    known = list(parameters_model(STEPS[name]).model_fields)
    for parameter in parameters:
        if parameter not in known:
            raise ConfigurationError(
                f"normalization.steps: {name} has no parameter {str(parameter)!r}"
                f"{closest(str(parameter), known)}; it has {', '.join(known) or 'none'}"
            )


def _check_order(names: Sequence[str]) -> None:
    """Follow the scale from step to step: counts, then linear, then log2(x + 1)."""
    stage, changed_by = "counts", ""
    for name in names:
        takes, gives = STEPS[name].takes, STEPS[name].gives
        if takes == "log2" and stage != "log2":
            raise ConfigurationError(
                f"normalization.steps: {name} works on log2(x + 1): put it after log2"
            )
        if takes == "counts" and stage != "counts":
            raise ConfigurationError(
                f"normalization.steps: {name} works on counts: put it before {changed_by}, or "
                "leave one of the two out"
            )
        if takes == "linear" and stage == "log2":
            raise ConfigurationError(
                f"normalization.steps: {name} works on linear values and stands behind "
                f"{changed_by}, which gave their logarithm; once is enough"
            )
        if gives != stage:
            stage, changed_by = gives, name
    if stage != "log2":
        raise ConfigurationError(
            "normalization.steps: the methods work on log2(x + 1), so that `log2` must be among "
            f"the steps, and they are {', '.join(names) or 'none'}"
        )
