"""Figures of survival."""
