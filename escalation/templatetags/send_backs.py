"""What a page of another app says of work that was sent back, to those who may open the escalation."""

from __future__ import annotations

from typing import Any

from django import template

from audits.models import Audit
from escalation.steps import send_backs

register = template.Library()


@register.inclusion_tag("escalation/steps/sent_back.html", takes_context=True)
def sent_back(context: dict[str, Any], audit: Audit) -> dict[str, Any]:
    """Why the audit's open steps were sent back, above everything that is still to do."""
    return {"sent_back": send_backs.of_audit(audit, by=context["request"].user) if audit.final else []}
