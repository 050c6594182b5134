"""The questions asked of every embedding, by kind."""
