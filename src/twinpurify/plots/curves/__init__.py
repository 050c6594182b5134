"""Scores as curves: of dilution, and of how much there was to learn from."""
