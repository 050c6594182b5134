"""Tests of the purification."""
