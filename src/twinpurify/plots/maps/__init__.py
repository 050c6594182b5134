"""Samples on a plane."""
