"""What came of a collaboration, asked for and remembered."""
