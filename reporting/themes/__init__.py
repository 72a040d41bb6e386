"""Themes of the notes."""
