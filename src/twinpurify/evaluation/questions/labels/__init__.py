"""Questions about a class label: subtype and grade."""
