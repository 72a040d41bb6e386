"""What a page of another app says of patterns: of those that the reader may open."""

from __future__ import annotations

from typing import Any

from django import template

from audits.models import Activity
from escalation.models import Pattern
from escalation.patterns import patterns

register = template.Library()


@register.simple_tag(takes_context=True)
def patterns_behind(context: dict[str, Any], activity: Activity) -> list[tuple[Pattern, str]]:
    """The patterns that an activity of the programme answers, each with what it is called."""
    visible = patterns.visible(context["request"].user).filter(activity=activity)
    return [(pattern, patterns.title(pattern)) for pattern in visible]
