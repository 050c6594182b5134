"""Formats within HDF5: h5ad, ARCHS4, recount3."""
