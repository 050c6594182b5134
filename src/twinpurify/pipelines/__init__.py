"""Thin Kedro adapters on top of the library."""
