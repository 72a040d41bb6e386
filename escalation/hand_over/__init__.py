"""Handing over everything of one person at once: at leave, long absence or departure."""
