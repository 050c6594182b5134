"""The definitions of fetched cohorts."""
