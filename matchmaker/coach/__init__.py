"""What a reader will miss in a text, said while it is written."""
