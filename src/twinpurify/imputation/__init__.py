"""Imputation: what fills in values and genes that a profile lacks."""
