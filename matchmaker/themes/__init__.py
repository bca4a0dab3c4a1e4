"""The shared vocabulary as pages: what each concept is called, and who needs or offers it."""
