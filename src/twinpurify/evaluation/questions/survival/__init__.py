"""Questions about survival."""
