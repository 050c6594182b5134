"""What every method shares: the estimator interface, encoder and trainer."""
