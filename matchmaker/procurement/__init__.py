"""Keeps a dialogue with companies from tainting a later purchase."""
