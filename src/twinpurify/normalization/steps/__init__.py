"""The steps of the normalisation, one file each, and what they share."""
