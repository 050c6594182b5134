"""From a raw sample sheet to the validated ``obs`` of a cohort."""
