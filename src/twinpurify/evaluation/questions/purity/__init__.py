"""Questions about purity: what is left of it, and what is told of it."""
