"""Tables: opened, told apart, and read as text or as numbers."""
