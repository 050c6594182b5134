"""Questions about profiles that were diluted, whose truth is known."""
