"""Formulas of scores and tests, as functions of samples and weights."""
