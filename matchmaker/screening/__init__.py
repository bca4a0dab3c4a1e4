"""Keeps data about patients out: every free text passes here before it is stored or mailed."""
