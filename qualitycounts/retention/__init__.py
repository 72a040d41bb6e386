"""The retention schedule: what is due, what is held, the list that is signed, and what is removed."""

from qualitycounts.retention.classes import apply
from qualitycounts.retention.words import BY_DAY, REMOVED, WORDS

__all__ = ["BY_DAY", "REMOVED", "WORDS", "apply"]
