"""How dates, numbers and clocks are written on every page. Loaded into every template by settings."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms, template
from django.core.paginator import Paginator
from django_filters import FilterSet

from qualitycounts.base import dates

register = template.Library()

day = register.filter("day", dates.day_in_words)
weekday = register.filter("weekday", dates.weekday_in_words)
short_day = register.filter("short_day", dates.short_day)
short_date = register.filter("short_date", dates.short_date)
plain_date = register.filter("plain_date", dates.date_in_words)
month = register.filter("month", dates.month_in_words)
month_name = register.filter("month_name", dates.month_name)
at = register.filter("at", dates.moment_in_words)
hour = register.filter("hour", dates.hour)


@register.filter
def thousands(value: int | float | None) -> str:
    """A number with its thousands marked and a true minus: 1,105 or −44. Fractions are kept as they are."""
    return "" if value is None else f"{value:,}".replace("-", "−")


@register.filter
def grade_word(grade: str | None) -> str:
    """A grade as people say it: by the word that goes with it, else requires_improvement is Requires improvement."""
    word = getattr(grade, "word", "") or str(grade or "").partition(":")[2]
    if word:
        return str(word)
    return str(grade).replace("_", " ").capitalize() if grade else ""


@register.filter
def act_words(act: str) -> str:
    """An act of the trail in words: audit.case_note_made is Audit case note made."""
    return act.replace(".", " ").replace("_", " ").capitalize()


@register.filter
def clock_tone(days_left: int) -> str:
    """Whether a clock is over, due today, or has days left."""
    return "over" if days_left < 0 else "left" if days_left else "today"


@register.filter
def clock_count(days_left: int) -> str:
    """The big figure of a clock in a column: how many working days, or Today."""
    return str(abs(days_left)) if days_left else "Today"


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
def narrowing(filterset: FilterSet | None) -> str:
    """The end of an address that narrows another list as this one is: of what was asked only what the filter knows.
    Nothing for a list without a filter."""
    if not filterset:
        return ""
    asked = {name: value for name in filterset.filters if (value := filterset.data.get(name))}
    return f"?{urlencode(asked)}" if asked else ""


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


@register.filter
def input_to_reach(field: forms.BoundField, wrong: str) -> str:
    """The id of the input that is wrong; of a field as a whole, its first."""
    return first_input(field) if wrong == field.auto_id else wrong


@register.filter
def error_css(refused: str | None, field: str) -> str:
    """The class of a field's group where the refusal is about that field."""
    return "govuk-form-group--error" if refused == field else ""


@register.filter
def banner_css(level: str) -> str:
    """The class of a message's banner."""
    return {"success": "govuk-notification-banner--success", "error": "qc-banner--error"}.get(level, "")


@register.filter
def banner_word(level: str) -> str:
    """The word that a message's banner begins with."""
    return {"success": "Done", "error": "There is a problem"}.get(level, "Please note")


@register.simple_tag(takes_context=True)
def error_prefix(context: dict[str, Any]) -> str:
    """What the title of a page begins with on which something is wrong."""
    return "Error: " if context.get("errors") or getattr(context.get("form"), "errors", None) else ""
