"""Self-supervised rivals: SCARF, VIME and BYOL on one encoder, and what tells a collapse."""
