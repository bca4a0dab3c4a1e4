"""How much of what a reader looks for a text says."""
