"""From the identifiers of a source to approved gene symbols, each of them once."""
