"""Needs that are one need, and those that a reviewer kept apart."""
