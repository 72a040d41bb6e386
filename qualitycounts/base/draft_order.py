"""Drafts that a page keeps as one types: one tab's words never conflict with each other, however late they arrive.

A page left while its words are on their way opens again before the server has them, and sends them once more. Each
sending says which tab it is from and when it was sent. The last one of a draft is remembered for a minute; where the
cache lost it, words that come late are a conflict, as between two windows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.cache import cache

LASTS = 60
"""Seconds in which a sending can be late."""


@dataclass(frozen=True)
class Sending:
    """One sending of a draft: a word of its tab's own, and when that tab sent it (milliseconds, rising)."""

    tab: str = ""
    sent: int = 0

    @classmethod
    def of(cls, data: Mapping[str, str]) -> Sending:
        """As the page says it; without scripts it says nothing."""
        sent = data.get("sent", "")
        return cls(data.get("tab", "")[:40], int(sent) if sent.isdecimal() and len(sent) < 16 else 0)

    def follows(self, draft: str) -> bool:
        """Whether what stands of `draft` is this tab's own, from before this."""
        tab, sent = cache.get(f"draft:{draft}", ("", 0))
        return bool(self.tab) and self.tab == tab and self.sent > sent

    def is_overtaken(self, draft: str) -> bool:
        """Whether this tab sent later words of `draft`, and they are here already."""
        tab, sent = cache.get(f"draft:{draft}", ("", 0))
        return bool(self.tab) and self.tab == tab and self.sent < sent

    def note(self, draft: str) -> None:
        """This is what stands of `draft` now."""
        cache.set(f"draft:{draft}", (self.tab, self.sent), LASTS)


ALONE = Sending()
"""Without a tab, as a form without scripts is sent: only the version counts."""
