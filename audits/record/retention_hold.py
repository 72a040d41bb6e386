"""Keeping an audit's words beyond the retention schedule, while a complaint, an inquiry or a court case is open.

By the Head of QA, with a reason. Until it is ended `manage.py retention` counts the audit as held and leaves it whole.
"""

from __future__ import annotations

from datetime import datetime

from audits.locking import lock_audit
from audits.models import Audit, Keeping
from people import access, council_settings, trail
from people.models import User
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow, written

YEARS = council_settings.Number(
    "retention_years",
    "Years for which an audit’s words are kept",
    "Retention",
    "So long after an audit has ended, what people wrote in it is removed; dates, grades and figures stay. Ours: "
    "set it to the council’s retention schedule.",
    default=6,
    least=1,
    most=100,
    unit="years",
)
CASE_YEARS = council_settings.Number(
    "retention_case_years",
    "Years for which it is kept what extracts said of a closed case",
    "Retention",
    "So long after a case has closed, its dates, age, gender, ethnicity, disability and worker are removed, once no "
    "audit of it has its words. Quality Counts’ default; set it to the council’s retention schedule.",
    default=6,
    least=1,
    most=100,
    unit="years",
)
FRAME_YEARS = council_settings.Number(
    "retention_frame_years",
    "Years for which the frame of a draw is kept",
    "Retention",
    "So long after a draw, the list of children’s numbers that it chose from is removed; its sha256, its counts and "
    "the cases chosen stay. Until then anybody with the page can work the draw out again. Quality Counts’ default; set "
    "it to the council’s retention schedule.",
    default=6,
    least=1,
    most=100,
    unit="years",
)
EVIDENCE_YEARS = council_settings.Number(
    "retention_evidence_years",
    "Years for which files with evidence from elsewhere are kept",
    "Retention",
    "So long after it was entered, the file of an entry of evidence is removed; the entry stays. Files of actions go "
    "with their audit. Quality Counts’ default; set it to the council’s retention schedule.",
    default=6,
    least=1,
    most=100,
    unit="years",
)


def retention_hold_of(audit: Audit) -> Keeping | None:
    """The keeping of an audit that stands now."""
    return audit.keepings.filter(ended_at=None).select_related("kept_by").first()


def can_keep(*, by: User) -> bool:
    """Whether `check_keep` lets it through."""
    return access.holds(by, Role.HEAD_OF_QA)


def check_keep(*, by: User) -> None:
    """Refused (403) unless `by` is the Head of QA."""
    if not can_keep(by=by):
        raise NotAllowed("Only the Head of QA can keep an audit beyond the schedule. Ask them, with the reason.")


def place_retention_hold(audit: Audit, *, why: str, by: User, at: datetime) -> Keeping:
    """Keep the audit's words until this is ended.

    Refused: not the Head of QA (403), no reason (422), kept already or its words are gone (409).
    """
    check_keep(by=by)
    reason = written(why, "why", "Say what it is kept for. Do not name the child.")
    with trail.acting(by=by, at=at) as act:
        audit = lock_audit(audit)
        if audit.words_removed_on is not None:
            raise NotNow("The words of this audit were removed under the retention schedule. Nothing is left to keep.")
        if retention_hold_of(audit) is not None:
            raise NotNow("This audit is kept already. End that first to give another reason.")
        made = Keeping.objects.create(audit=audit, reason=reason, kept_at=at, kept_by=by)
        act.add("audit.kept", audit, why=reason)
    return made


def end_retention_hold(audit: Audit, *, by: User, at: datetime) -> None:
    """Let the retention schedule apply again. Refused: not the Head of QA (403), not kept (409)."""
    check_keep(by=by)
    with trail.acting(by=by, at=at) as act:
        audit = lock_audit(audit)
        there = retention_hold_of(audit)
        if there is None:
            raise NotNow("This audit is not kept beyond the schedule now.")
        there.end(by=by, at=at)
        act.add("audit.keeping_ended", audit)
