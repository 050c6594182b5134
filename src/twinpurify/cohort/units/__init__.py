"""The unit of a matrix: what was measured, and whether the values agree."""

# Scripts that were stored beside registered models import it from here.
from twinpurify.cohort.units.unit import Unit

__all__ = ["Unit"]
