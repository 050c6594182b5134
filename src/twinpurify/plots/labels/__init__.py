"""Figures of class labels."""
