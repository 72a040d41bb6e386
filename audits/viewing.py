"""Spot views and case presentations: a director sees a case, with a reason, and writes down what was learned.

Their role opens no case by itself: each is opened for one day by their password and a reason, and stands in the trail.
The note of it goes on the child's file, and in the management chronology as appropriate (strategy 4.2, 4.3).
"""

from __future__ import annotations

import secrets
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from audits.access import FINAL
from audits.case_note import words_for
from audits.models import Audit, Case, Viewing
from people import access, notices, trail
from people.models import User
from people.roles import Permission
from qualitycounts.clock import day_of
from qualitycounts.refusals import NotAllowed, NotNow, Refused, written


def check_open(*, by: User) -> None:
    """The Assistant Director and the Executive Director (403)."""
    if not access.may(by, Permission.VIEW_CASES):
        raise NotAllowed("The Assistant Director and the Executive Director open case files here.")


def visible(user: User) -> QuerySet[Viewing]:
    """One's own; every one for QA; once it is recorded, that of a case that one holds, to put its note on the file."""
    found = Viewing.objects.select_related("case__team", "case__keyworker", "opened_by", "on_file_by")
    if access.sees_all(user, Permission.SEE_AUDIT):
        return found
    return found.filter(Q(opened_by=user) | Q(case__keyworker=user, recorded_at__isnull=False))


def viewing_or_404(user: User, pk: int) -> Viewing:
    """The record, if the person may open it."""
    found = visible(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def may_be_viewed() -> QuerySet[Case]:
    """Open cases with an audit that is final: what the strategy has directors look at, and nothing unfinished."""
    final = Audit.objects.filter(case=OuterRef("pk"), state__in=FINAL)
    return Case.objects.filter(Exists(final), closed_on=None)


def open_case(*, by: User, at: datetime, kind: str, number: str, why: str) -> Viewing:
    """Open a case for today: the one of this person number, or any at random where none is given. With a reason.

    Refused: neither director (403); no kind, no reason, a number that has no finished audit, none to choose (422).
    """
    check_open(by=by)
    if kind not in Viewing.Kind.values:
        raise Refused("Choose what it is.", "kind")
    why = written(why, "why", "Say why you open this case. The reason stays in the history.")
    number = number.strip()
    with trail.acting(by=by, at=at) as act:
        cases = may_be_viewed()
        case = cases.filter(person_id=number).first() if number else at_random(cases)
        if case is None:
            raise Refused(
                "There is no open case of that number with a finished audit. Check it, or leave the box empty."
                if number
                else "No open case has a finished audit yet, so there is none to view.",
                "number",
            )
        made = Viewing.objects.create(
            kind=kind, case=case, by_chance=not number, why=why, read_on=day_of(at), opened_at=at, opened_by=by
        )
        act.add("viewing.opened", made, why=why, content={"case": case.pk, "kind": kind, "by_chance": not number})
    return made


def at_random(cases: QuerySet[Case]) -> Case | None:
    """Any of them, each as likely as the next."""
    keys = list(cases.values_list("pk", flat=True))
    return cases.get(pk=secrets.choice(keys)) if keys else None


def check_record(viewing: Viewing, *, by: User) -> None:
    """Whoever opened it (403), once (409)."""
    if by.pk != viewing.opened_by_id:
        raise NotAllowed(f"{viewing.opened_by} writes down what was learned.")
    if viewing.recorded_at is not None:
        raise NotNow("This is written down already. Its note is ready for the file.")


def record(viewing: Viewing, *, by: User, at: datetime, held_on: date, learned: str, presented_by: str = "") -> Viewing:
    """Write down when it was and what was learned; the keyworker is asked to put the note on the file.

    Refused: another's (403), written down already (409), a day that has not come, no words, or a presentation without
    who presented it (422).
    """
    with trail.acting(by=by, at=at) as act:
        fresh = Viewing.objects.select_for_update(of=("self",)).select_related("case__keyworker").get(pk=viewing.pk)
        check_record(fresh, by=by)
        if held_on > day_of(at):
            raise Refused("That day has not come yet. Give the day on which it was.", "held_on")
        learned = written(learned, "learned", "Say what was learned, in a few sentences.")
        presented_by = written(presented_by, "presented_by", most=150)
        if fresh.kind == Viewing.Kind.PRESENTATION and not presented_by:
            raise Refused("Say who presented the case.", "presented_by")
        fresh.held_on, fresh.learned, fresh.presented_by = held_on, learned, presented_by
        fresh.recorded_at, fresh.recorded_by = at, by
        fresh.save()
        act.add("viewing.recorded", fresh, content={"held_on": held_on, "learned": learned, "by": presented_by})
        notices.tell(
            to=[fresh.case.keyworker],
            key=f"{fresh.ref}:recorded",
            subject=f"A note for the case file: {fresh.ref}",
            body=f"{by.name} has written down a {fresh.get_kind_display().lower()} of one of your cases. Please put "
            "its note on the child’s file, and in the management chronology where it belongs, and tick it off.",
            link=f"/views/{fresh.pk}/",
            at=at,
        )
    return fresh


def check_on_file(viewing: Viewing, *, by: User) -> None:
    """The keyworker of the case or whoever opened it (403), once it is written down, once (409)."""
    if by.pk not in (viewing.opened_by_id, viewing.case.keyworker_id):
        raise NotAllowed("The keyworker, or whoever looked, says that the note is on the file.")
    if viewing.recorded_at is None:
        raise NotNow("What was learned is not written down yet.")
    if viewing.on_file_at is not None:
        raise NotNow(f"{viewing.on_file_by} said so already. Nothing more is needed.")


def put_on_file(viewing: Viewing, *, by: User, at: datetime) -> Viewing:
    """A named person says that the note is on the child's file. Refused: others (403), not written or said (409)."""
    with trail.acting(by=by, at=at) as act:
        fresh = Viewing.objects.select_for_update(of=("self",)).select_related("case", "on_file_by").get(pk=viewing.pk)
        check_on_file(fresh, by=by)
        fresh.on_file_on, fresh.on_file_at, fresh.on_file_by = day_of(at), at, by
        fresh.save(update_fields=["on_file_on", "on_file_at", "on_file_by"])
        act.add("viewing.on_file", fresh)
    return fresh


def can(check: object, viewing: Viewing, *, by: User) -> bool:
    """Whether a check lets it through: `check_record` or `check_on_file`."""
    try:
        check(viewing, by=by)  # type: ignore[operator]
    except Refused:
        return False
    return True


def note(viewing: Viewing) -> str:
    """The entry for the child's file, ready to paste; "" until it is written down."""
    if viewing.held_on is None:
        return ""
    by = f"{viewing.opened_by}, {viewing.opened_by.job_title}" if viewing.opened_by.job_title else viewing.opened_by
    spot = viewing.kind == Viewing.Kind.SPOT
    what = f"{by}, viewed this case file." if spot else f"{viewing.presented_by} presented this case to {by}."
    lines = [viewing.get_kind_display(), "", f"On {words_for(viewing.held_on)} {what}"]
    if viewing.by_chance:
        lines.append("The case was chosen at random.")
    return "\n".join([*lines, "", "What was learned", viewing.learned, ""])
