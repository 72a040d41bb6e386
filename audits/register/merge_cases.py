"""Two rows of one child made one: an earlier import had split them, for a number that had lost its zeros.

What hangs on the other row (audits, history, exemptions, conflicts) hangs on this one from then on, and every file that
names either number means it. The other row stays, closed, for the draws that chose it: their proof goes by its number.
"""

from __future__ import annotations

from datetime import date, datetime

from audits.models import Audit, Case
from audits.register import reallocation
from audits.register.case_fields import FACTS, LAST_DAYS, STORED
from people import access, trail
from people.merging import move_all
from people.models import User
from people.roles import Permission
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotNow, Refused, written

WHY = "Say how you know, for example “the number lost its zeros in Excel”. It stays in the history."


def other_row(case: Case, number: str) -> Case:
    """The row of another number. Refused (422): there is none, it is this one, or it was merged already."""
    other = Case.objects.select_related("merged_into").filter(person_id=number.strip()).first()
    if other is None:
        raise Refused("There is no case of this number. Look for it on the register, closed ones too.", "number")
    if other.pk == case.pk:
        raise Refused("That is this case. Give the number of the other row.", "number")
    if other.merged_into is not None:
        raise Refused(f"{other} is merged with {other.merged_into} already. Give that number.", "number")
    return other


def check_merge_cases(case: Case, other: Case) -> None:
    """Refused (409): this row was merged itself; both have an audit that goes on; or one of the other's waits for
    signatures, as what is signed names its number."""
    if case.merged_into_id is not None:
        raise NotNow(f"{case} is merged with another row. Open that one and merge there.")
    open_audits = {
        each.pk: list(Audit.objects.unfinished().filter(case=each).order_by("ref").values_list("ref", flat=True))
        for each in (case, other)
    }
    if open_audits[case.pk] and open_audits[other.pk]:
        refs = " and ".join(open_audits[case.pk][:1] + open_audits[other.pk][:1])
        raise NotNow(f"Both rows have an audit that is not finished: {refs}. Withdraw one of them first.")
    if waits := Audit.objects.filter(case=other, state=Audit.State.AGREED).first():
        raise NotNow(f"{waits.ref} waits for signatures under {other}. Have it signed first, then merge.")


def merge_cases(case: Case, *, number: str, why: str, by: User, at: datetime) -> Case:
    """Make the row of another number part of this case, for good; history keeps both.

    Where this row is closed and the other is open, the case stands as the other row has it. Refused: not QA (403); no
    such number, this one, or no reason (422); what `check_merge_cases` refuses (409).
    """
    access.check(by, Permission.RUN_SELECTION)
    reason = written(why, "why", WHY)
    with trail.acting(by=by, at=at) as act:
        other = other_row(case, number)
        locked = Case.objects.select_for_update(no_key=True).filter(pk__in=(case.pk, other.pk)).order_by("pk")
        rows = {row.pk: row for row in locked}
        kept, other = rows[case.pk], rows[other.pk]
        check_merge_cases(kept, other)
        moved = move_all(other, kept)
        take_over(kept, other)
        kept.save()
        other.merged_into, other.closed_on = kept, other.closed_on or day_of(at)
        other.save(update_fields=["merged_into", "closed_on"])
        act.add("case.merged", kept, why=reason, content={"from": other.person_id, "moved": moved})
        act.add("case.merged_away", other, was="here", now="merged", why=reason, content={"into": kept.person_id})
        reallocation.cases_moved([kept], act)
    return kept


def later_of(case: Case, other: Case, name: str) -> Case:
    """Which of two rows has the later day in a column; the first where it is one day."""
    return max((case, other), key=lambda row: getattr(row, name) or date.min)


def take_over(case: Case, other: Case) -> None:
    """Give a case the other row's number beside its own, the first opening and the last dates of the two and, where it
    is closed and the other open, all that the other has."""
    opened = min(case.opened_on, other.opened_on)
    later = {name: later_of(case, other, name) for name in LAST_DAYS}
    dates = {name: getattr(row, name) for name, row in later.items()}
    sources = {kind: later[name].fact_sources[kind] for kind, name in FACTS if kind in later[name].fact_sources}
    if case.closed_on is not None and other.closed_on is None:
        for name in (*STORED, "team_id", "keyworker_id"):
            setattr(case, name, getattr(other, name))
    case.opened_on = opened
    for name, day in dates.items():
        setattr(case, name, day)
    case.fact_sources = sources
    numbers = (*case.other_numbers, other.person_id, *other.other_numbers)
    case.other_numbers = list(dict.fromkeys(numbers))
