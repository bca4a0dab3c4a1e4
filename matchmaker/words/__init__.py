"""What language a text is in, and the words it is found by."""
