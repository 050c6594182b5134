"""Questions about pathways, and about the processes behind dimensions."""
