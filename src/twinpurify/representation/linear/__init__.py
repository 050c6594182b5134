"""Rivals that are solved: linear maps and decompositions."""
