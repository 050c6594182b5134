"""What came in, and how the training went."""
