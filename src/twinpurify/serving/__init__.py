"""The MLflow model and the scoring of new samples."""
