"""One division of the patients, and what is computed once in it."""
