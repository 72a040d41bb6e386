"""What the family said, on the pages of an audit's packs, meeting and plan."""

from __future__ import annotations

from typing import Any

from django import template

from audits.family.asking import can_name_asker
from audits.family.in_meeting import BOX, is_in_plan
from audits.family.said import FamilyVoice, answers_beside, family_voice, heading_of, said_only
from audits.form_boxes import RECORD
from audits.models import Audit

register = template.Library()
register.simple_tag(family_voice)
register.filter("family_heading", heading_of)
register.filter("said_only", said_only)


@register.inclusion_tag("audits/family/said.html", takes_context=True)
def family_said(context: dict[str, Any], audit: Audit) -> dict[str, Any]:
    """Everything the family said, for both packs; who asks, where nothing is here yet."""
    can_name = can_name_asker(audit, by=context["request"].user)
    return {"audit": audit, "voice": family_voice(audit), "can_name": can_name}


@register.inclusion_tag("audits/family/beside.html", takes_context=True)
def family_beside(context: dict[str, Any], audit: Audit) -> dict[str, Any]:
    """What the family said that speaks to the open standard, folded: one query where anybody is named to ask."""
    page = context["desk"]
    asked = page.family_named and page.step.isdecimal()
    return {"lines": answers_beside(audit, int(page.step)) if asked else []}


@register.inclusion_tag("audits/family/at_record.html", takes_context=True)
def family_at_record(context: dict[str, Any], audit: Audit) -> dict[str, Any]:
    """At the child's record: all of it, with a press that puts it into the box while that is empty; where nobody was
    asked, the press that puts the asking into the plan."""
    page = context["desk"]
    if page.step != RECORD:
        return {}
    is_empty = any(field.box.slug == BOX and not field.text for field in page.fields)
    voice = family_voice(audit) if page.family_named else FamilyVoice(())
    return offered(context, audit, voice) | {"box_is_empty": is_empty, "at_record": True}


@register.inclusion_tag("audits/family/unasked.html", takes_context=True)
def family_unasked(context: dict[str, Any], audit: Audit) -> dict[str, Any]:
    """Where nobody was asked and the plan does not ask yet: the press that adds it."""
    return offered(context, audit, family_voice(audit))


def offered(context: dict[str, Any], audit: Audit, voice: FamilyVoice) -> dict[str, Any]:
    """The family's voice, and whether the press is offered."""
    offers = audit.state == Audit.State.IN_MEETING and voice.is_unasked and not is_in_plan(audit)
    return {"audit": audit, "voice": voice, "offers_action": offers, "csrf_token": context.get("csrf_token")}
