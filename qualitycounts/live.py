"""The doorbell: tells whoever listens that a meeting has a new revision. It carries the number and nothing else."""

from __future__ import annotations

from django.core.cache import cache

PRESENT = 8
"""Seconds after which somebody who no longer asks counts as away (pages ask every two)."""


def here(topic: str, who: int) -> None:
    """Somebody's page asked about the topic: they are here for the next few seconds."""
    cache.set(f"here:{topic}:{who}", 1, PRESENT)


def is_here(topic: str, who: int | None) -> bool:
    """Whether that person's page asked lately."""
    return who is not None and cache.get(f"here:{topic}:{who}") is not None


closing = False
"""True once the server is stopping, so that whatever streams ends."""
