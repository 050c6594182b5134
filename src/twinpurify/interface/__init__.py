"""The interface that all methods share, and profiles as all methods take them."""
