"""The account of what became of a cohort's samples and genes on their way in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class IngestionLog:
    """Collects what was dropped, why, and what was left, since a silent loss is a wrong result.

    Parameters
    ----------
    cohort : str
        Name of the cohort.
    kept_samples, kept_genes : int
        Samples and genes at hand; each step brings them up to date.
    """

    cohort: str
    kept_samples: int
    kept_genes: int
    steps: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def drop_samples(self, step: str, samples: Sequence[str], reason: str) -> None:
        """Record samples that leave the cohort; nothing is recorded when none do."""
        if len(samples):
            self.kept_samples -= len(samples)
            self.note(step, reason, len(samples), samples)

    def drop_genes(self, step: str, genes: Sequence[str], reason: str) -> None:
        """Record genes that leave the cohort; nothing is recorded when none do."""
        if len(genes):
            self.kept_genes -= len(genes)
            self.note(step, reason, len(genes), genes)

    def note(self, step: str, reason: str, dropped: int = 0, examples: Sequence[str] = ()) -> None:
        """Record a step that leaves samples and genes as they are, or has counted them already."""
        self.steps.append(
            {
                "step": step,
                "kept_samples": self.kept_samples,
                "kept_genes": self.kept_genes,
                "dropped": dropped,
                "reason": reason,
                "examples": [str(example) for example in examples[:5]],
            }
        )

    def warn(self, message: str) -> None:
        """Keep a message that the report shows on top."""
        self.warnings.append(message)

    def as_dict(self) -> dict[str, Any]:
        """Return the account as a JSON-able dictionary: cohort, steps, warnings."""
        return {"cohort": self.cohort, "steps": self.steps, "warnings": self.warnings}
