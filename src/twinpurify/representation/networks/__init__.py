"""Rivals that are trained: auto-encoders and the ablation of the twins."""
