"""Series matrix files of GEO."""
