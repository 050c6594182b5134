"""The log that the assembly writes of some notes."""

from types import SimpleNamespace

from twinpurify.cohort.notes import Notes, ingestion_log


def written(notes: Notes, n_samples: int = 10, n_genes: int = 10) -> SimpleNamespace:
    """Steps and warnings as they are stored, and how many samples and genes are left at the end."""
    log = ingestion_log("example", n_samples, n_genes, notes)
    last = log["steps"][-1] if log["steps"] else {}
    return SimpleNamespace(
        steps=log["steps"],
        warnings=log["warnings"],
        kept_samples=last.get("kept_samples", n_samples),
        kept_genes=last.get("kept_genes", n_genes),
    )
