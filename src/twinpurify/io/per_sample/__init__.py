"""One file a sample: what such folders share, and salmon, kallisto and RSEM."""
