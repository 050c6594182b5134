"""Which registered version is the champion: the rule, apart from the registry that stores it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self

from twinpurify.errors import ConfigurationError

CHAMPION = "champion"
CHALLENGER = "challenger"


@dataclass(frozen=True)
class VersionScore:
    """What the tags of a registered version say of its merit.

    Attributes
    ----------
    version : str
    cohort : str or None
        Cohort that the version was trained on; None where somebody registered it without tags.
    metric_name : str or None
    metric_value : float
        NaN where the tags lack it.
    """

    version: str
    cohort: str | None
    metric_name: str | None
    metric_value: float

    @classmethod
    def from_tags(cls, version: str, tags: Mapping[str, str]) -> Self:
        """Read the score off a version's tags."""
        try:
            value = float(tags["metric_value"])
        except (KeyError, ValueError):
            value = math.nan
        return cls(version, tags.get("cohort"), tags.get("metric_name"), value)

    def require_finite(self) -> None:
        """Refuse a score that no later version could be compared with.

        Raises
        ------
        ConfigurationError
            If the score isn't a finite number.
        """
        if not math.isfinite(self.metric_value):
            raise ConfigurationError(
                f"the score {self.metric_name} of the model trained on {self.cohort} is "
                f"{self.metric_value}; a model is registered by a finite score: choose a metric "
                "that could be measured on this cohort"
            )

    def tags(self) -> dict[str, str]:
        """Write the score as tags."""
        return {
            "cohort": str(self.cohort),
            "metric_name": str(self.metric_name),
            "metric_value": repr(float(self.metric_value)),
        }


@dataclass(frozen=True)
class Verdict:
    """Which titles a new version wins.

    Attributes
    ----------
    leads_cohort : bool
        It becomes the champion among the versions trained on its cohort.
    leads : bool
        It becomes the champion of all.
    reason : str
        One sentence, or two where the champion changes its cohort.
    needs_attention : bool
        Whether a person should look: scores of different cohorts or metrics can't be compared.
    """

    leads_cohort: bool
    leads: bool
    reason: str
    needs_attention: bool = False


def cohort_alias(cohort: str) -> str:
    """Name the alias of a cohort's own champion."""
    return f"{CHAMPION}_{cohort}"


def judge(
    new: VersionScore,
    cohort_champion: VersionScore | None,
    champion: VersionScore | None,
    *,
    greater_is_better: bool,
) -> Verdict:
    """Decide whether a new version takes over from the present champions.

    Scores are compared only within a training cohort and on one metric. A version that is not
    worse takes over, so that a rerun with the same score refreshes the champion. Where the
    champion of all was trained on another cohort, the leader of the new version's cohort takes
    over: the cohort that was trained on last is the one that is being worked with.

    Parameters
    ----------
    new : VersionScore
    cohort_champion : VersionScore or None
        Champion among the versions trained on the cohort of ``new``.
    champion : VersionScore or None
        Champion of all.
    greater_is_better : bool
        Direction of the metric.

    Returns
    -------
    Verdict
    """
    among_own = _compare(new, cohort_champion, greater_is_better)
    if not among_own.wins or champion is None:
        return Verdict(among_own.wins, among_own.wins, among_own.reason, not among_own.comparable)
    if champion.cohort not in (None, new.cohort):
        handover = (
            f" The champion of all passes from version {champion.version}, trained on "
            f"{champion.cohort}, to version {new.version}, trained on {new.cohort}; their scores "
            "can't be compared."
        )
        return Verdict(True, True, among_own.reason + handover, needs_attention=True)
    among_all = _compare(new, champion, greater_is_better)
    return Verdict(True, among_all.wins, among_all.reason, not among_all.comparable)


class _Comparison(NamedTuple):
    wins: bool
    reason: str
    comparable: bool = True


def _compare(
    new: VersionScore, present: VersionScore | None, greater_is_better: bool
) -> _Comparison:
    """Tell whether a version takes over from a present one, and why."""
    name = f"Version {new.version} ({new.metric_name} = {new.metric_value:.6g})"
    if present is None:
        return _Comparison(True, f"{name} is the first of {new.cohort}.")
    former = f"version {present.version} ({present.metric_name} = {present.metric_value:.6g})"
    if present.metric_name != new.metric_name or not math.isfinite(present.metric_value):
        reason = (
            f"{name} can't be compared with {former}, which stays; to prefer the new one, move "
            "the alias by hand."
        )
        return _Comparison(False, reason, comparable=False)
    gain = new.metric_value - present.metric_value
    wins = gain >= 0 if greater_is_better else gain <= 0
    return _Comparison(wins, f"{name} is {'not ' if wins else ''}worse than {former}.")
