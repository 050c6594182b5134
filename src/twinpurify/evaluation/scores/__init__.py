"""Scores as functions of samples and weights, vectorised over replicates."""
