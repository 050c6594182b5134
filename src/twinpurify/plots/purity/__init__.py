"""Figures of purity and of purified profiles."""
