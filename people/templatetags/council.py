"""The council's settings in a sentence of a page. Loaded into every template by settings."""

from __future__ import annotations

from django import template

from people import council_settings

register = template.Library()


@register.simple_tag
def setting(slug: str) -> str:
    """One of the council's settings as a sentence has it: 2 working days."""
    return council_settings.SETTINGS[slug].in_words
