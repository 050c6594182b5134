"""Studies: experiments with a fitting design of their own."""
