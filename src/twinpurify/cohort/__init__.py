"""The data model: what a cohort is, how it is declared, assembled, split, and simulated."""
