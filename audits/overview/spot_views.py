"""Spot views and case presentations: a director sees a case, with a reason, and writes down what was learned.

Their role opens no case by itself: each is opened for one day by their password and a reason, and stands in the trail.
The note of it goes on the child's file, and in the management chronology as appropriate (strategy 4.2, 4.3).
"""

from __future__ import annotations

import secrets
from datetime import date, datetime

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from audits.models import Audit, Case, Hold, Viewing
from audits.notice_texts import SpotViewRecorded
from audits.plan.evidence_words import check_evidence_words
from people import access, council_settings, notices, trail
from people.models import User
from people.roles import Permission
from people.sent_twice import AGAIN, same_row
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import day_in_words
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, written
from standards.timescales import add_months

MONTHS_APART = council_settings.Number(
    "spot_view_months",
    "Months until a director sees a case again",
    "Follow-up",
    "After their last spot view or case presentation. The strategy says regularly (4.2, 4.3); the months are ours.",
    default=3,
    least=1,
    most=12,
    unit="months",
)


def check_open_case(*, by: User) -> None:
    """The Assistant Director and the Executive Director (403)."""
    if not access.may(by, Permission.VIEW_CASES):
        raise NotAllowed("The Assistant Director and the Executive Director open case files here.")


def visible(user: User) -> QuerySet[Viewing]:
    """One's own; every one for QA; once it is recorded, that of a case that one holds, to put its note on the file."""
    viewings = Viewing.objects.select_related(
        "case__team", "case__keyworker", "opened_by", "on_file_by", "in_chronology_by"
    )
    if access.sees_all(user, Permission.SEE_AUDIT):
        return viewings
    return viewings.filter(Q(opened_by=user) | Q(case__keyworker=user, recorded_at__isnull=False))


def viewing_or_404(user: User, pk: int) -> Viewing:
    """The record, if the person may open it."""
    viewing = visible(user).filter(pk=pk).first()
    if viewing is None:
        raise Http404
    return viewing


def next_view_by(user: User) -> date | None:
    """By when a director sees a case again; None for others, and before an audit was final. One query."""
    if not access.may(user, Permission.VIEW_CASES):
        return None
    first = Audit.objects.ever_finalised().order_by("finalised_at").values("finalised_at")[:1]
    began = User.objects.filter(pk=user.pk).values_list(Coalesce(Max("viewings__opened_at"), Subquery(first))).get()[0]
    return add_months(day_of(began), MONTHS_APART.value()) if began else None


def may_be_viewed() -> QuerySet[Case]:
    """Cases with an audit that is final, and nothing unfinished: the open ones, which the strategy has directors look
    at, and a closed one while something of its audit is still to be decided."""
    final = Audit.objects.ever_finalised().filter(case=OuterRef("pk"))
    held = Hold.objects.filter(audit__case=OuterRef("pk"), lifted=None)
    return Case.objects.filter(Q(closed_on=None) | Exists(held), Exists(final))


def open_case(*, by: User, at: datetime, kind: str, number: str, why: str) -> Viewing:
    """Open a case for today, with a reason: the one of this person number or of the audit of this reference, or any
    open one at random where none is given. The same form sent again opens nothing more: it leads to what it opened.

    Refused: neither director (403); no kind, no reason, a number that has no finished audit, none to choose (422).
    """
    check_open_case(by=by)
    if kind not in Viewing.Kind.values:
        raise Refused("Choose what it is.", "kind")
    why = written(why, "why", "Say why you open this case. The reason stays in the history.")
    number = number.strip()
    with trail.acting(by=by, at=at) as act:
        cases = may_be_viewed()
        named = Q(person_id=number) | Q(pk__in=Audit.objects.filter(ref=number).values("case"))
        case = cases.filter(named).first() if number else at_random(cases.filter(closed_on=None))
        if case is None:
            raise Refused(
                "There is no open case of that number with a finished audit. Check it, or leave the box empty."
                if number
                else "No open case has a finished audit yet, so there is none to view.",
                "number",
            )
        same = {"kind": kind, "by_chance": not number, "why": why, "read_on": day_of(at), "opened_by": by}
        named_case = {"case": case} if number else {}
        there = same_row(Viewing.objects.all(), by=by, **same, **named_case, opened_at__gt=at - AGAIN, recorded_at=None)
        if there is not None:
            return there
        made = Viewing.objects.create(case=case, opened_at=at, **same)
        act.add("viewing.opened", made, why=why, content={"case": case.pk, "kind": kind, "by_chance": not number})
    return made


def at_random(cases: QuerySet[Case]) -> Case | None:
    """Any of them, each as likely as the next."""
    keys = list(cases.values_list("pk", flat=True))
    return cases.get(pk=secrets.choice(keys)) if keys else None


def check_record_viewing(viewing: Viewing, *, by: User) -> None:
    """Whoever opened it (403), once (409)."""
    if by.pk != viewing.opened_by_id:
        raise NotAllowed(f"{viewing.opened_by} writes down what was learned.")
    if viewing.recorded_at is not None:
        raise NotNow("This is written down already. Its note is ready for the file.")


def record_viewing(
    viewing: Viewing, *, by: User, at: datetime, held_on: date, learned: str, presented_by: str = ""
) -> Viewing:
    """Write down when it was and what was learned; the keyworker is asked to put the note on the file.

    Refused: another's (403), written down already (409), a day that has not come, no words, or a presentation without
    who presented it (422).
    """
    with trail.acting(by=by, at=at) as act:
        fresh = Viewing.objects.select_for_update(of=("self",)).select_related("case__keyworker").get(pk=viewing.pk)
        check_record_viewing(fresh, by=by)
        if held_on > day_of(at):
            raise Refused("That day has not come yet. Give the day on which it was.", "held_on")
        learned = written(learned, "learned", "Say what was learned, in a few sentences.")
        check_evidence_words(learned, "learned", "Say what was learned, in a few sentences.")
        presented_by = written(presented_by, "presented_by", most=150)
        if fresh.kind == Viewing.Kind.PRESENTATION and not presented_by:
            raise Refused("Say who presented the case.", "presented_by")
        fresh.held_on, fresh.learned, fresh.presented_by = held_on, learned, presented_by
        fresh.recorded_at, fresh.recorded_by = at, by
        fresh.save()
        act.add("viewing.recorded", fresh, content={"held_on": held_on, "learned": learned, "by": presented_by})
        notices.notify(to=[fresh.case.keyworker], text=SpotViewRecorded(fresh, by), key=f"{fresh.ref}:recorded", at=at)
    return fresh


def check_on_file(viewing: Viewing, *, by: User) -> None:
    """The keyworker of the case or whoever opened it (403), once it is written down, once (409)."""
    if by.pk not in (viewing.opened_by_id, viewing.case.keyworker_id):
        raise NotAllowed("The keyworker, or whoever looked, says that the note is on the file.")
    if viewing.recorded_at is None:
        raise NotNow("What was learned is not written down yet.")
    if viewing.on_file_at is not None:
        raise NotNow(f"{viewing.on_file_by} said so already. Nothing more is needed.")


def confirm_note_on_file(viewing: Viewing, *, by: User, at: datetime) -> Viewing:
    """A named person says that the note is on the child's file. Refused: others (403), not written or said (409)."""
    with trail.acting(by=by, at=at) as act:
        fresh = Viewing.objects.select_for_update(of=("self",)).select_related("case", "on_file_by").get(pk=viewing.pk)
        check_on_file(fresh, by=by)
        fresh.on_file_on, fresh.on_file_at, fresh.on_file_by = day_of(at), at, by
        fresh.save(update_fields=["on_file_on", "on_file_at", "on_file_by"])
        act.add("viewing.on_file", fresh)
    return fresh


def check_chronology(viewing: Viewing, *, by: User) -> None:
    """The keyworker of the case or whoever opened it (403), once it is written down, until it is entered (409)."""
    if by.pk not in (viewing.opened_by_id, viewing.case.keyworker_id):
        raise NotAllowed("The keyworker, or whoever looked, says whether it is in the management chronology.")
    if viewing.recorded_at is None:
        raise NotNow("What was learned is not written down yet.")
    if viewing.in_chronology_at is not None:
        raise NotNow(f"{viewing.in_chronology_by} has entered it in the management chronology already.")


def answer_chronology_of_viewing(viewing: Viewing, *, by: User, at: datetime, answer: str) -> Viewing:
    """Say whether it belongs in the management chronology ("needed", "not_needed"), or that it is entered ("entered").

    Refused: others (403), not written down or entered already (409), another answer (422).
    """
    with trail.acting(by=by, at=at) as act:
        fresh = Viewing.objects.select_for_update(of=("self",)).select_related("case", "in_chronology_by")
        asked = fresh.get(pk=viewing.pk)
        check_chronology(asked, by=by)
        if answer not in ("entered", "needed", "not_needed"):
            raise Refused("Say whether it belongs in the management chronology.", "answer")
        asked.chronology_needed = answer != "not_needed"
        if answer == "entered":
            asked.in_chronology_at, asked.in_chronology_by = at, by
        asked.save(update_fields=["chronology_needed", "in_chronology_at", "in_chronology_by"])
        act.add("viewing.in_chronology" if answer == "entered" else "viewing.chronology_asked", asked, content=answer)
    return asked


def viewing_note(viewing: Viewing) -> str:
    """The entry for the child's file, ready to paste; "" until it is written down."""
    if viewing.held_on is None:
        return ""
    by = viewing.opened_by.name_and_title
    spot = viewing.kind == Viewing.Kind.SPOT
    what = f"{by}, viewed this case file." if spot else f"{viewing.presented_by} presented this case to {by}."
    lines = [viewing.get_kind_display(), "", f"On {day_in_words(viewing.held_on)} {what}"]
    if viewing.by_chance:
        lines.append("The case was chosen at random.")
    return "\n".join([*lines, "", "What was learned", viewing.learned, ""])
