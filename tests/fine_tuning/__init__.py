"""Tests of classifiers on top of methods."""
