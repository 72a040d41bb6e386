"""What partner agencies found in a multi-agency audit, and what was seen in observations of practice.

Strategy, 4.4 and section 7: audits with partners and observations are part of the programme.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from audits.models import Activity, Finding
from audits.plan.evidence_words import check_evidence_words
from audits.programme.planning import Kind, State, lock_activity
from people import access, trail
from people.models import User
from people.roles import Role
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, written

WHAT = "Say what was found, without naming the child or the worker."
READERS = (Role.QA_OFFICER, Role.HEAD_OF_QA, Role.PRINCIPAL_SOCIAL_WORKER)
"""Who reads what partners found and observers saw: the QA Team, and whoever leads audits with partners (4.4)."""


def reads(user: User) -> bool:
    """Whether the person may read what partners found and observers saw."""
    return any(access.holds(user, role) for role in READERS)


def check_record_finding(activity: Activity, *, by: User) -> None:
    """Refused unless `by` reads findings (403), and it is an observation or has partners, not dropped (409)."""
    if not reads(by):
        raise NotAllowed("Findings are written down by the QA Team and the Principal Social Worker.")
    if activity.state == State.DROPPED or activity.kind not in (Kind.OBSERVATION, Kind.MULTI_AGENCY):
        raise NotNow("Findings are written down for observations and multi-agency audits that are on the programme.")


def record_finding(
    activity: Activity, *, on: date, text: str, by: User, at: datetime, agency: str = "", seen: str = ""
) -> Finding:
    """Write down what a partner agency found, or what was seen in one observation.

    Refused as `check_record`; a day to come, no words, an agency that is not of this audit, or no practice named (422).
    """
    if on > day_of(at):
        raise Refused("That day is still to come. Enter the day on which it was found or seen.", "on")
    with trail.acting(by=by, at=at) as act:
        activity = lock_activity(activity)
        check_record_finding(activity, by=by)
        partner = activity.kind == Kind.MULTI_AGENCY
        if partner and agency not in activity.agencies:
            raise Refused("Choose the agency whose finding it is.", "agency")
        practice = "" if partner else written(seen, "seen", "Say what was observed, such as a conference.", most=120)
        text = written(text, "text", WHAT)
        check_evidence_words(text, "text", WHAT)
        finding = Finding.objects.create(
            activity=activity,
            agency=agency if partner else "",
            seen=practice,
            on=on,
            text=text,
            recorded_at=at,
            recorded_by=by,
        )
        content: dict[str, Any] = {"agency": finding.agency, "seen": finding.seen, "on": on, "text": finding.text}
        act.add("activity.finding", activity, was=activity.state, now=activity.state, content=content)
    return finding
