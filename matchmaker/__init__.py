"""Matches public needs with capabilities for Danish public-private health innovation."""
