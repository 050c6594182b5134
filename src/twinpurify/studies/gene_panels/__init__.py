"""Gene panels: how well a class is told from a few random genes."""
