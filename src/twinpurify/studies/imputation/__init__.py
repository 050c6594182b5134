"""The study of imputation: what is hidden, and how near imputers come to it."""
