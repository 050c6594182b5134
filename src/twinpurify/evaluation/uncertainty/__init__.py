"""How sure a score is, and the difference of two."""
