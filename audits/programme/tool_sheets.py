"""Answering the tool of an activity: of each case by its auditor and for each partner agency, or of each observation.

A sheet is kept as it is typed and counts once it is finished (ADR 0054). The QA Team and the Principal Social Worker
answer for anybody, as they write down findings.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404

from audits.models import Activity, Audit, Contributor, Finding, ToolAnswer, ToolSheet
from audits.programme.findings import agencies_of, audits_asked, reads
from audits.programme.planning import Kind, State, lock_activity
from people import trail
from people.models import User
from qualitycounts.base.draft_order import ALONE, Sending
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale, written
from standards.tools import ToolQuestion, questions_of

OWN = "own"
"""In an address: the auditor's or observer's sheet, and no agency's."""
Answers = Mapping[int, tuple[int | None, str]]
"""By the number of a question: which of its choices (from 1, None for none), and the words."""


@dataclass(frozen=True, slots=True)
class Respondent:
    """Whose answers a sheet takes, and of what: one case or one observation, for the council or a partner agency."""

    activity: Activity
    agency: str = ""
    audit: Audit | None = None
    finding: Finding | None = None

    @property
    def of(self) -> str:
        """What it is of, as its address has it: the audit's reference, or the observation's key."""
        return self.audit.ref if self.audit else str(self.finding.pk if self.finding else "")

    @property
    def key(self) -> str:
        """Whose it is, as its address has it: an agency's name may hold anything."""
        return hashlib.sha256(self.agency.encode()).hexdigest()[:10] if self.agency else OWN

    @property
    def about(self) -> str:
        """What it is of, in words: the audit's reference, or the practice and whose it was."""
        return str(self.audit.ref if self.audit else f"{self.finding.seen}, {self.finding.observed}")  # type: ignore[union-attr]

    @property
    def who(self) -> str:
        """Who answers, in words."""
        return self.agency or answerer(self.activity)

    @property
    def questions(self) -> list[ToolQuestion]:
        """The questions that are asked of it."""
        return questions_of(self.activity.tool, self.agency) if self.activity.tool else []

    @property
    def places(self) -> tuple[int | None, int | None, str]:
        """What tells its sheet from every other of the activity."""
        return self.audit.pk if self.audit else None, self.finding.pk if self.finding else None, self.agency


def answerer(activity: Activity) -> str:
    """Who answers for the council."""
    return "The observer" if activity.kind == Kind.OBSERVATION else "The auditor"


def respondents_for(activity: Activity, user: User) -> list[Respondent]:
    """What the person may answer, case by case: for those who read everything all of it, else their own cases and their
    agency's. Up to three queries."""
    if activity.tool is None:
        return []
    if activity.kind == Kind.OBSERVATION:
        observations = activity.findings.select_related("observed") if reads(user) else ()
        return [Respondent(activity, finding=finding) for finding in observations]
    own, whole = questions_of(activity.tool, ""), reads(user)
    agencies = [agency for agency in agencies_of(activity, user) if questions_of(activity.tool, agency)]
    respondents = []
    for audit in audits_asked(activity).select_related("auditor"):
        if own and (whole or audit.auditor_id == user.pk):
            respondents.append(Respondent(activity, audit=audit))
        respondents += [Respondent(activity, agency, audit) for agency in agencies]
    return respondents


def respondent_or_404(activity: Activity, user: User, of: str, key: str) -> Respondent:
    """One of the things that the person may answer; else 404."""
    respondent = next(
        (respondent for respondent in respondents_for(activity, user) if (respondent.of, respondent.key) == (of, key)),
        None,
    )
    if respondent is None:
        raise Http404
    return respondent


def sheets_by_respondent(activity: Activity) -> dict[tuple[int | None, int | None, str], ToolSheet]:
    """Every sheet of an activity by what it is of and whose it is: one query."""
    sheets = activity.sheets.select_related("finished_by", "saved_by")
    return {(sheet.audit_id, sheet.finding_id, sheet.agency): sheet for sheet in sheets}


def sheet_for(respondent: Respondent) -> ToolSheet | None:
    """The sheet of one respondent, with its answers; None while nothing is typed."""
    sheets = ToolSheet.objects.filter(
        activity=respondent.activity, audit=respondent.audit, finding=respondent.finding, agency=respondent.agency
    )
    return sheets.select_related("saved_by", "finished_by").prefetch_related("answers").first()


def check_answer_tool(respondent: Respondent, *, by: User) -> None:
    """Refused: not theirs to answer (403); the activity was dropped (409)."""
    if respondent not in respondents_for(respondent.activity, by):
        raise NotAllowed("The auditor of the case, whoever is named for the agency and the QA Team answer this.")
    if respondent.activity.state == State.DROPPED:
        raise NotNow("This was dropped from the programme, so it is not answered any more.")


def answer_tool(
    respondent: Respondent,
    *,
    answers: Answers,
    version: int,
    finish: bool,
    by: User,
    at: datetime,
    sending: Sending = ALONE,
) -> ToolSheet:
    """Keep what is answered so far; with `finish` it is whole, and counts.

    Refused: not theirs (403); dropped, finished already (409); changed by somebody else meanwhile (Stale, 409); a
    choice that there is not, or on finishing anything left out (422, naming the fields).
    """
    with trail.acting(by=by, at=at) as act:
        activity = lock_activity(respondent.activity)
        respondent = Respondent(activity, respondent.agency, respondent.audit, respondent.finding)
        check_answer_tool(respondent, by=by)
        sheet = sheet_for(respondent) or ToolSheet(
            activity=activity, audit=respondent.audit, finding=respondent.finding, agency=respondent.agency
        )
        if sheet.finished_at:
            raise NotNow("These answers are finished. Take them up again first, if they are to change.")
        said = checked_answers(respondent, answers)
        if finish:
            check_sheet_whole(respondent, said)
        draft = f"tool:{activity.pk}:{respondent.of}:{respondent.key}"
        if sending.is_overtaken(draft):
            return sheet
        if sheet.version != version and said != kept_answers(sheet) and not sending.follows(draft):
            raise Stale(
                f"{sheet.saved_by} changed these answers since you opened the page. What stands now is shown below; "
                "what you typed is still here, and takes its place if you send it again."
            )
        sending.note(draft)
        sheet.version += 1
        sheet.saved_at, sheet.saved_by = at, by
        if finish:
            sheet.finished_at, sheet.finished_by = at, by
        sheet.save()
        sheet.answers.all().delete()
        ToolAnswer.objects.bulk_create(
            ToolAnswer(sheet=sheet, number=number, choice=choice, words=words)
            for number, (choice, words) in said.items()
        )
        if finish:
            chosen = {str(number): choice for number, (choice, _) in said.items() if choice}
            content = {"of": respondent.of, "agency": respondent.agency, "chosen": chosen}
            act.add("activity.answered", activity, was=activity.state, now=activity.state, content=content)
    return sheet


def checked_answers(respondent: Respondent, answers: Answers) -> dict[int, tuple[int | None, str]]:
    """The answers to the questions that are asked. Refused (422): a choice that there is not, too many words."""
    said: dict[int, tuple[int | None, str]] = {}
    for question in respondent.questions:
        choice, words = answers.get(question.number, (None, ""))
        if choice is not None and not 1 <= choice <= len(question.choices):
            raise Refused("Choose one of the answers offered.", f"c{question.number}")
        said[question.number] = choice, written(words, f"w{question.number}")
    return said


def kept_answers(sheet: ToolSheet) -> dict[int, tuple[int | None, str]]:
    """What is kept of a sheet, as it is sent."""
    return {answer.number: (answer.choice, answer.words) for answer in sheet.answers.all()} if sheet.pk else {}


def check_sheet_whole(respondent: Respondent, said: Answers) -> None:
    """Refused (422, every one named) where a question with answers to choose from has none, or nothing is said."""
    missing = [
        Refused(f"Choose an answer to question {question.number}, or save and finish later.", f"c{question.number}")
        for question in respondent.questions
        if question.choices and said[question.number][0] is None
    ]
    if not missing and not any(choice or words for choice, words in said.values()):
        missing = [Refused("Answer at least one question.", f"w{next(iter(said), 0)}")]
    if missing:
        first, *first.others = missing
        raise first


def check_reopen(respondent: Respondent, sheet: ToolSheet, *, by: User) -> None:
    """Refused: not theirs (403); not finished, or the conclusion was written from it (409)."""
    check_answer_tool(respondent, by=by)
    if sheet.finished_at is None:
        raise NotNow("These answers are not finished, so they can be changed as they are.")
    if respondent.activity.concluded_at is not None and sheet.finished_at <= respondent.activity.concluded_at:
        raise NotNow("The conclusion was written from these answers, so they stay as they are.")


def reopen_sheet(respondent: Respondent, *, by: User, at: datetime) -> ToolSheet:
    """Take finished answers up again: they do not count until they are finished anew. Refused as `check_reopen`."""
    with trail.acting(by=by, at=at) as act:
        activity = lock_activity(respondent.activity)
        respondent = Respondent(activity, respondent.agency, respondent.audit, respondent.finding)
        sheet = sheet_for(respondent)
        if sheet is None:
            raise NotNow("Nothing is answered yet.")
        check_reopen(respondent, sheet, by=by)
        sheet.finished_at = sheet.finished_by = None
        sheet.save(update_fields=["finished_at", "finished_by"])
        content = {"of": respondent.of, "agency": respondent.agency}
        act.add("activity.answers_reopened", activity, was=activity.state, now=activity.state, content=content)
    return sheet


def finished_sheets(activity: Activity, *, until: datetime | None = None) -> QuerySet[ToolSheet]:
    """The sheets that count: finished (until a moment), of audits that stand."""
    sheets = ToolSheet.objects.filter(activity=activity, finished_at__isnull=False)
    sheets = sheets.exclude(audit__state__in=Audit.WITHDRAWN_OR_VOIDED)
    return sheets if until is None else sheets.filter(finished_at__lte=until)


def missing_sheets(user: User) -> list[Respondent]:
    """The cases that wait for the answers this person is named to give for an agency: one query for whoever is named
    for nothing with a tool, else three for each activity."""
    named = Contributor.objects.filter(person=user, activity__state=State.PLANNED, activity__tool__isnull=False)
    activities = Activity.objects.filter(contributors__in=named).select_related("tool", "lead").distinct()
    waiting = []
    for activity in activities:
        finished = {place for place, sheet in sheets_by_respondent(activity).items() if sheet.finished_at}
        waiting += [
            respondent
            for respondent in respondents_for(activity, user)
            if respondent.agency and respondent.places not in finished
        ]
    return waiting
