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
    own = theme is not None and audit.state not in Audit.WITHDRAWN_OR_VOIDED and is_auditor(audit, context)
    asks = theme is not None and bool(theme.activity.questions)
    address = theme.tool_address if theme is not None and own else ""
    return {"theme": theme, "folded": folded, "answers": own and asks, "tool_address": address}


def is_auditor(audit: Audit, context: dict[str, Any]) -> bool:
    """Whether the reader of the page is the auditor of the audit."""
    return bool(audit.auditor == context["request"].user)
