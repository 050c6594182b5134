"""The purity of a tumour, told without a reference."""
