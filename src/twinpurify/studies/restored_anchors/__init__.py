"""Restored anchors: survival by prognostic genes that a test patient's profile lacks."""
