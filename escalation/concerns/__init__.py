"""Safeguarding concerns raised in a meeting."""
