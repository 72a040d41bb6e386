"""What the notices say about asking families. None of them says what a family said."""

from __future__ import annotations

from audits.models import FamilyAsk
from audits.notice_texts import AboutAudit


class FamilyToAsk(AboutAudit):
    """To whoever is named to ask a child, parent or carer before a meeting."""

    ask: FamilyAsk
    route = "family-ask"
    args = ("audit.ref", "ask.number")
    urgent = True


class FamilyAnswered(AboutAudit):
    """To the auditor and whoever asked: a family has answered. They read it the same day, for what it may hold."""

    ask: FamilyAsk
    route = "family-ask"
    args = ("audit.ref", "ask.number")
    urgent = True
