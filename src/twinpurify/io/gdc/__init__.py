"""Downloads of the NCI Genomic Data Commons."""
