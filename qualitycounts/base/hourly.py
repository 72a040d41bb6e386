"""How often something may be asked within an hour, counted in the cache."""

from __future__ import annotations

from datetime import datetime

from django.core.cache import cache

from qualitycounts.base.refusals import Refused

AN_HOUR = 3600
"""Seconds."""


class TooMany(Refused):
    """More than an hour's questions. Answers 429."""

    status = 429


def count_within_hour(key: str, at: datetime, *, most: int, sentence: str) -> None:
    """Count one more of `key` in the hour of `at`. Refuses (`TooMany`, 429) beyond `most` with the sentence."""
    slot = f"{key}:{int(at.timestamp()) // AN_HOUR}"
    cache.add(slot, 0, AN_HOUR)
    if cache.incr(slot) > most:
        raise TooMany(sentence)
