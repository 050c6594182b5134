"""The account of what became of a cohort's samples and genes on their way in.

A silent loss is a wrong result: a function that finds something out, or drops somebody, returns
its result and its notes as a pair. The assembly puts all notes together and writes the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

Result = TypeVar("Result")
WARNING = "warning"
MOST_EXAMPLES = 5


@dataclass(frozen=True)
class Note:
    """What one step found out, or whom it dropped.

    Parameters
    ----------
    step : str
        Name of the step in the log; ``warning`` for what the report shows on top.
    reason : str
        What a reader is told.
    examples : sequence of str
        Whom it is about; the log names the first five.
    lost : {'samples', 'genes', 'rows'}, optional
        That all examples leave, and of what: samples or genes of the matrix, or rows of the sheet,
        which had no profile.
    """

    step: str
    reason: str
    examples: Sequence[str] = ()
    lost: Literal["samples", "genes", "rows"] | None = None


class Notes(list[Note]):
    """Notes in the order of the steps."""

    def of(self, told: Told[Result]) -> Result:
        """Keep the notes that a function returned, and hand its result on."""
        result, notes = told
        self.extend(notes)
        return result

    def add(self, step: str, reason: str, examples: Sequence[str] | None = None) -> None:
        """Note what leaves samples and genes as they are; nothing where it is about nobody."""
        if examples is None or len(examples):
            self.append(Note(step, reason, () if examples is None else examples))

    def lose(self, what: str, step: str, names: Sequence[str], reason: str) -> None:
        """Note who leaves: samples, genes, or rows; nothing where nobody does."""
        if len(names):
            self.append(Note(step, reason, names, what))

    def warn(self, message: str) -> None:
        """Note what the report shows on top."""
        self.append(Note(WARNING, message))


# What a function returns that has something to tell.
Told = tuple[Result, Notes]


def ingestion_log(
    cohort: str, n_samples: int, n_genes: int, notes: Sequence[Note]
) -> dict[str, Any]:
    """Write the log: for each step what it found, and how many samples and genes are left.

    Parameters
    ----------
    cohort : str
        Name of the cohort.
    n_samples, n_genes : int
        Size of the matrix as it was read.
    notes : sequence of Note
        Of all steps, in their order.

    Returns
    -------
    dict
        JSON-able: cohort, steps, warnings.
    """
    kept, steps = {"samples": n_samples, "genes": n_genes}, []
    for note in notes:
        if note.step == WARNING:
            continue
        dropped = len(note.examples) if note.lost else 0
        if note.lost in kept:
            kept[note.lost] -= dropped
        steps.append(
            {
                "step": note.step,
                "kept_samples": kept["samples"],
                "kept_genes": kept["genes"],
                "dropped": dropped,
                "reason": note.reason,
                "examples": [str(example) for example in note.examples[:MOST_EXAMPLES]],
            }
        )
    warnings = [note.reason for note in notes if note.step == WARNING]
    return {"cohort": cohort, "steps": steps, "warnings": warnings}
