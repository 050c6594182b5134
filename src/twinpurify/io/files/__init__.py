"""Files as bytes: where they are, how they are packed, and what they hold."""
