"""The row for what people who left still have: it leads to the page where another is named."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from qualitycounts.work.parts import Item


def leavers_row(count: int, what: str, on: date) -> list[Item]:
    """The row for steps or actions of people who left, if there are any."""
    words = f"{count} {what} waits" if count == 1 else f"{count} {what}s wait"
    name = f"{words} for somebody who has left"
    return [Item(on, name, "owners gone", "Name another", reverse("escalations-owners"))] if count else []
