"""What the panel's pages say of a report that is out before the members have given their grades."""

from __future__ import annotations

from typing import Any

from django import template

from audits.models import Panel
from reporting.reports.after_panel import grades_told

register = template.Library()


@register.inclusion_tag("reporting/reports/grades_told.html", takes_context=True)
def warn_of_report(context: dict[str, Any], panel: Panel) -> dict[str, Any]:
    """The warning to a member, where an issued report can tell them grades of a small sample."""
    return {"told": grades_told(panel, context["request"].user)}
