"""Every other method behind the same interface, and the registry of all."""
