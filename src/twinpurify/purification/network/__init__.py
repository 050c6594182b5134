"""The twin network: what is trained where TwinPurify is solved."""
