"""Patterns of Inadequate grades."""
