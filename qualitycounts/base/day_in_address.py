"""A day in an address, such as 2027-05-03; what is no day is no address."""

from __future__ import annotations

from datetime import date


class DayConverter:
    """YYYY-MM-DD."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """The day; a ValueError, and so 404, where the calendar has none."""
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        """The day as it stands in an address."""
        return f"{value:%Y-%m-%d}"
