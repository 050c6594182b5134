"""Studies, each run on its own."""
