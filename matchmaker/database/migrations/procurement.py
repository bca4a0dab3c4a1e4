"""Who was told what about a public need, and what a later purchase must know."""
