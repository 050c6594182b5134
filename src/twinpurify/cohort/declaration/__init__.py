"""What a user declares of a cohort: where its files are, and what they mean."""
