"""The masked-gene transformer: from the levels of some genes to those of all others."""
