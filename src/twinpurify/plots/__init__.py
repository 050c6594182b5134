"""Functions that return a figure."""
