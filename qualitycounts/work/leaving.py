"""The row for what people who left still have, or nobody has: it leads to the page where another is named."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from qualitycounts.work.parts import Item


def leavers_row(count: int, what: str, on: date) -> list[Item]:
    """The row for steps or actions of people who left, or of nobody, if there are any."""
    name = f"{count} {what} wants another owner" if count == 1 else f"{count} {what}s want another owner"
    return [Item(on, name, "owners gone", "Name another", reverse("escalations-owners"))] if count else []
