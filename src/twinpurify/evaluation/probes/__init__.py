"""Small supervised models that read a label from an embedding."""
