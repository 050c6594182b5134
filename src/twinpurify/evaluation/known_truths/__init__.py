"""What questions are held against: mixtures, signatures, published purity."""
