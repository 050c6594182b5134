"""The unit of a matrix: what was measured, and whether the values agree."""
