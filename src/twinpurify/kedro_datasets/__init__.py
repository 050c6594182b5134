"""Kedro datasets for AnnData and for models."""
