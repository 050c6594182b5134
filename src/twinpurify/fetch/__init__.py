"""Public cohorts by name: downloads, and the definitions that read what was downloaded."""
