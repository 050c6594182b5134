"""The twin network: what is trained where TwinPurify is solved, with its views and its loss."""
