"""What looks wrong about the samples of a cohort."""
