"""One file per question asked of an embedding, and the statistics they share."""
