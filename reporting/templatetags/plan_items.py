"""What a page of another app says of the CQAWG action plan: of those items that the reader may open."""

from __future__ import annotations

from typing import Any

from django import template

from escalation.models import Pattern
from reporting.models import PlanItem
from reporting.plan import page as plan_page

register = template.Library()


@register.simple_tag(takes_context=True)
def plan_items_of(context: dict[str, Any], pattern: Pattern) -> list[PlanItem]:
    """The items of the plan that a pattern was taken into."""
    return list(plan_page.visible(context["request"].user).filter(pattern=pattern).select_related("owner"))
