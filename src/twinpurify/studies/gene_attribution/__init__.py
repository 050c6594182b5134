"""Gene attribution: which genes make the transformer tell a class, by three accounts of it."""
