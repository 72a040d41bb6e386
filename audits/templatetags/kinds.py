"""What an audit is part of, on each of its pages: one component, nothing for a core audit."""

from __future__ import annotations

from typing import Any

from django import template

from audits.models import Audit
from audits.part_of import theme_with_findings

register = template.Library()


@register.inclusion_tag("audits/programme/part_of.html", takes_context=True)
def part_of(context: dict[str, Any], audit: Audit, *, folded: bool = False) -> dict[str, Any]:
    """The theme, its reason, its questions and what was found; `folded`: behind the theme, where room is short."""
    theme = theme_with_findings(audit)
    asks = theme is not None and bool(theme.activity.questions) and audit.state not in Audit.WITHDRAWN_OR_VOIDED
    return {"theme": theme, "folded": folded, "answers": asks and audit.auditor == context["request"].user}
