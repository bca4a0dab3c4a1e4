"""What the overview of a hub counts from."""
