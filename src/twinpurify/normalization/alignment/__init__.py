"""Steps that bring profiles of another platform to the training tumours', one file each."""
