"""What a question declares of itself, and how its scores are called; imports no question."""
