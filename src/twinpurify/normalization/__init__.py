"""Fit/transform steps from the cohort's unit to the scale that methods work on."""
