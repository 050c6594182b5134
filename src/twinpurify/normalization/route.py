"""Which steps samples of a unit go through: what is for counts alone passes by other units."""

from __future__ import annotations

from twinpurify.cohort.units.unit import Unit
from twinpurify.errors import ConfigurationError
from twinpurify.normalization.steps.step import Step


class Route:
    """Follows samples of one unit through the steps, from counts or linear values to log2(x + 1).

    Parameters
    ----------
    unit : Unit
        Unit of the samples before the first step.

    Attributes
    ----------
    stage : {'counts', 'linear', 'log2'}
        Scale after the steps so far.
    quantity : str
        Quantity after the steps so far.
    """

    def __init__(self, unit: Unit) -> None:
        self.unit, self.quantity = unit, unit.quantity
        self.stage = "counts" if unit.quantity == "counts" else "linear"

    def takes(self, step: Step) -> bool:
        """Say whether a step applies next, and go through it if so.

        Raises
        ------
        ConfigurationError
            If counts come to their logarithm with their depth still in them.
        """
        if step.takes == "counts" and self.stage != "counts":
            return step.selects
        if step.takes == "linear" and self.stage == "counts":
            raise ConfigurationError(
                f"normalization.steps: the data are {self.unit.describe()}, whose depth of "
                "sequencing must be taken out before log2: put `cpm`, `tmm`, `upper_quartile`, "
                "`tpm`, `fpkm` or `vst` there"
            )
        self.stage = step.gives
        if self.quantity == "log_ratio":
            # Without its logarithm, a ratio is an intensity in units of the reference's.
            self.quantity = "intensity"
        self.quantity = step.quantity or self.quantity
        return True

    def check_training(self, name: str, step: Step) -> None:
        """Refuse a step that is for counts alone where the training data are none.

        Raises
        ------
        ConfigurationError
        """
        if step.counts_only and self.stage != "counts":
            raise ConfigurationError(
                f"normalization.steps: {name} is for counts, and the training data are "
                f"{self.unit.describe()}: leave it out, or set `unit` of the cohort if that is "
                "wrong"
            )
