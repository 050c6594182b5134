"""Profiles without their admixture, decoded from an embedding."""
