"""Needs of several owners that are one need."""
