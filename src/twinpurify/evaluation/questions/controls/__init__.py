"""Controls, whose answer is known, and what holds when a method is fitted again."""
