"""What every method shares: the estimator interface, persistence, encoder and trainer."""
