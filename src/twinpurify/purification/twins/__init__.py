"""What is solved for TwinPurify: the directions on which twin views agree."""
