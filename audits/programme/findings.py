"""What an activity found beside grades: partner agencies' findings, answers to its questions, observations of practice.

Strategy, 4.4 and section 7: audits with partners and observations are part of the programme. Where cases are drawn a
finding is of one case: a partner's by whoever is named for the agency, an answer by the auditor of the case. The QA
Team and the Principal Social Worker write for anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from audits.models import Activity, Audit, Contributor, Finding
from audits.plan.evidence_words import check_evidence_words
from audits.programme.planning import Kind, State, lock_activity
from people import access, trail
from people.models import User
from people.roles import Role
from people.sent_twice import AGAIN, same_row
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, written
from standards.tools import questions_of

WHAT = "Say what was found, without naming the child or the worker."
SEEN_WORDS = {
    "text": "Say what was seen, without naming the child or the family.",
    "strengths": "Say what was good in it.",
    "learning": "Say what is to be learned from it.",
    "action": "Say what will be done, by whom and by when.",
}
"""What an observation has to say, each with what is asked where it says nothing."""
READERS = (Role.QA_OFFICER, Role.HEAD_OF_QA, Role.PRINCIPAL_SOCIAL_WORKER)
"""Who reads what was found and seen: the QA Team, and whoever leads audits with partners (4.4)."""


def reads(user: User) -> bool:
    """Whether the person may read, and write down, every finding."""
    return any(access.holds(user, role) for role in READERS)


def agencies_of(activity: Activity, user: User) -> list[str]:
    """The agencies whose findings the person may write down: one query, none for those who read everything."""
    if activity.kind != Kind.MULTI_AGENCY:
        return []
    if reads(user):
        return list(activity.agencies)
    named = Contributor.objects.filter(activity=activity, person=user).values_list("agency", flat=True)
    return [agency for agency in activity.agencies if agency in set(named)]


def audits_asked(activity: Activity) -> QuerySet[Audit]:
    """The audits of an activity that are found something of: those that stand and whose people know of them."""
    return Audit.objects.standing().told().filter(pick__draw__activity=activity).order_by("number")


def audits_to_write_of(activity: Activity, user: User) -> list[Audit]:
    """The cases of which the person may write something down, by number."""
    audits = audits_asked(activity)
    whole = reads(user) or bool(agencies_of(activity, user))
    return list(audits if whole else audits.filter(auditor=user))


def questions_to_answer(activity: Activity, user: User) -> list[str]:
    """The questions of the activity that the person may answer: its auditors of their own cases, QA of all."""
    asks = bool(activity.questions) and (reads(user) or audits_asked(activity).filter(auditor=user).exists())
    return list(activity.questions) if asks else []


def findings_for(activity: Activity, user: User) -> list[Finding] | None:
    """The findings of an activity that the person reads: all, those of their own agency and cases; None for others."""
    rows = activity.findings.select_related("recorded_by", "audit", "observed")
    if reads(user):
        return list(rows)
    agencies = agencies_of(activity, user)
    if not agencies and not questions_to_answer(activity, user):
        return None
    return list(rows.filter(Q(agency__in=agencies) | Q(audit__auditor=user)).distinct())


def check_record_finding(activity: Activity, *, by: User) -> None:
    """Refused unless `by` reads findings or is named for one (403), and the activity takes them, not dropped (409)."""
    asked = agencies_of(activity, by), questions_to_answer(activity, by)
    if not reads(by) and not any(asked):
        raise NotAllowed("The QA Team, the Principal Social Worker and whoever is named for it write down findings.")
    if activity.state == State.DROPPED or not (activity.kind == Kind.OBSERVATION or any(asked)):
        raise NotNow("Findings are of observations, partner agencies and an activity’s own questions, while it stands.")


def record_finding(
    activity: Activity,
    *,
    on: date,
    text: str,
    by: User,
    at: datetime,
    agency: str = "",
    question: str = "",
    audit: Audit | None = None,
) -> Finding:
    """Write down what a partner agency found, or what answers one of the activity's questions, of one case.

    Refused as `check_record_finding`; a day to come, no words, an agency, question or case that is not the person's to
    write of, or no case where cases are drawn (422).
    """
    with trail.acting(by=by, at=at) as act:
        activity = lock_activity(activity)
        check_found_on(on, at)
        check_record_finding(activity, by=by)
        if bool(agency) == bool(question) or (agency and agency not in agencies_of(activity, by)):
            raise Refused("Choose the agency whose finding it is, or the question that it answers.", "about")
        if question and question not in questions_to_answer(activity, by):
            raise Refused("Choose one of the questions of this activity.", "about")
        check_found_case(activity, audit, question=question, by=by)
        parts = {"agency": agency, "question": question, "audit": audit, "text": checked_words(text, "text", WHAT)}
        return store_finding(activity, parts, on=on, by=by, act=act)


def record_observation(
    activity: Activity,
    *,
    observed: User,
    seen: str,
    on: date,
    text: str,
    strengths: str,
    learning: str,
    action: str,
    by: User,
    at: datetime,
) -> Finding:
    """Write down one observation of practice: whose, what was seen, strengths, learning, and what will be done.

    Refused: not QA or the Principal Social Worker (403), a day to come or a part without words (422), dropped or no
    observation (409).
    """
    with trail.acting(by=by, at=at) as act:
        activity = lock_activity(activity)
        check_found_on(on, at)
        check_record_finding(activity, by=by)
        if activity.kind != Kind.OBSERVATION:
            raise NotNow("This is no observation of practice. Its findings are written down case by case.")
        practice = written(seen, "seen", "Say what was observed, such as a conference.", most=120)
        parts = {"text": text, "strengths": strengths, "learning": learning, "action": action}
        words = {name: checked_words(part, name, SEEN_WORDS[name]) for name, part in parts.items()}
        return store_finding(activity, {"observed": observed, "seen": practice, **words}, on=on, by=by, act=act)


def check_found_on(on: date, at: datetime) -> None:
    """Refused (422) of a day to come."""
    if on > day_of(at):
        raise Refused("That day is still to come. Enter the day on which it was found or seen.", "on")


def check_found_case(activity: Activity, audit: Audit | None, *, question: str, by: User) -> None:
    """Refused (422) of a case that is not the person's to write of; and of none where a case is asked for."""
    audits = audits_to_write_of(activity, by)
    if question and not reads(by):
        audits = [each for each in audits if each.auditor_id == by.pk]
    if (audit is None and (audits or question)) or (audit is not None and audit not in audits):
        raise Refused("Choose the case it is of.", "case")


def checked_words(text: str, field: str, ask: str) -> str:
    """What was written, where it says something that another can read. Refused (422) otherwise."""
    text = written(text, field, ask)
    check_evidence_words(text, field, ask)
    return text


def store_finding(activity: Activity, found: dict[str, Any], *, on: date, by: User, act: trail.Act) -> Finding:
    """Keep a finding, and say so in the trail. The same form sent again finds what it added."""
    same = {"activity": activity, "on": on, "recorded_by": by, **found}
    there = same_row(Finding.objects.all(), by=by, **same, recorded_at__gt=act.at - AGAIN)
    if there is not None:
        return there
    finding = Finding.objects.create(recorded_at=act.at, **same)
    content = {name: str(value) for name, value in found.items() if value} | {"on": on}
    act.add("activity.finding", activity, was=activity.state, now=activity.state, content=content)
    return finding


def missing_findings(user: User) -> Sequence[tuple[Audit, str]]:
    """The cases, each with the agency, that wait for what this person is named to write down: two queries, one for
    whoever is named for nothing. Where a tool asks the agency, its answers are that."""
    rows = Contributor.objects.filter(person=user, activity__state=State.PLANNED).select_related("activity__tool")
    named = [row for row in rows if row.activity.tool is None or not questions_of(row.activity.tool, row.agency)]
    if not named:
        return []
    agencies: dict[int, list[str]] = {}
    for row in named:
        agencies.setdefault(row.activity_id, []).append(row.agency)
    audits = Audit.objects.standing().told().filter(pick__draw__activity__in=agencies)
    audits = audits.select_related("pick__draw").defer("pick__draw__frame", "pick__draw__allocation")
    audits = audits.prefetch_related("findings").order_by("month", "number")
    return [
        (audit, agency)
        for audit in audits
        if audit.pick is not None
        for agency in agencies[audit.pick.draw.activity_id]
        if agency not in {finding.agency for finding in audit.findings.all()}
    ]
