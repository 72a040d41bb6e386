"""How dates, numbers and clocks are written on every page. Loaded into every template by settings."""

from __future__ import annotations

from datetime import date, datetime

from django import forms, template
from django.core.paginator import Paginator

from people import council
from qualitycounts import clock as london

register = template.Library()


def _day(value: date) -> date:
    return london.day_of(value) if isinstance(value, datetime) else value


@register.filter
def day(value: date | None) -> str:
    """A date in full with its weekday: Friday 18 December 2026. A moment is shown as its London date."""
    if not value:
        return ""
    on = _day(value)
    return f"{on:%A} {on.day} {on:%B %Y}"


@register.filter
def short_day(value: date | None) -> str:
    """A date for a table: Fri 4 Dec."""
    if not value:
        return ""
    on = _day(value)
    return f"{on:%a} {on.day} {on:%b}"


@register.filter
def short_date(value: date | None) -> str:
    """A date for a table that spans years: Fri 4 Dec 2026."""
    return f"{short_day(value)} {_day(value).year}" if value else ""


@register.filter
def month(value: date | None) -> str:
    """A month: December 2026."""
    return f"{_day(value):%B %Y}" if value else ""


@register.filter
def at(value: datetime | None) -> str:
    """A moment in London: Mon 7 Dec at 15:10."""
    return f"{short_day(value)} at {hour(value)}" if value else ""


@register.filter
def hour(value: datetime | None) -> str:
    """The time of day in London: 15:10."""
    return f"{value.astimezone(london.LONDON):%H:%M}" if value else ""


@register.filter
def thousands(value: int | float | None) -> str:
    """A number with its thousands marked and a true minus: 1,105 or −44. Fractions are kept as they are."""
    return "" if value is None else f"{value:,}".replace("-", "−")


@register.filter
def grade_word(grade: str | None) -> str:
    """A grade's slug as people say it: requires_improvement is Requires improvement."""
    return str(grade).replace("_", " ").capitalize() if grade else ""


@register.simple_tag
def setting(slug: str) -> str:
    """One of the council's settings as a sentence has it: 2 working days."""
    return council.SETTINGS[slug].in_words


@register.filter
def act_words(act: str) -> str:
    """An act of the trail in words: audit.case_note_made is Audit case note made."""
    return act.replace(".", " ").replace("_", " ").capitalize()


@register.filter
def clock(days_left: int | None) -> str:
    """Working days to a deadline in words: 2 working days over, Due today, 1 working day left."""
    if days_left is None:
        return ""
    if days_left == 0:
        return "Due today"
    count = abs(days_left)
    return f"{count} working day{'' if count == 1 else 's'} {'left' if days_left > 0 else 'over'}"


@register.filter
def pages(paginator: Paginator[object], number: int) -> list[int | None]:
    """The page numbers to link to around this one; None stands where some are left out."""
    shown = paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)
    return [page if isinstance(page, int) else None for page in shown]


@register.filter
def first_input(field: forms.BoundField) -> str:
    """The id of the first thing one can type in or choose: what an error summary's link must reach."""
    if isinstance(field.field.widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
        return f"id_{field.html_name}_1"
    if isinstance(field.field.widget, forms.MultiWidget):
        return f"{field.auto_id}_0"
    return field.auto_id
