"""Which auditor gets which case: as many cases placed as possible, fairly, and recomputable.

Strategy, Appendix 2: the chosen cases are distributed to auditors. docs/adr/0002-allocation.md says what "fair" means
here and why; matching.py works it out, and the rules here place audits by it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from audits import states
from audits.access import is_held_back
from audits.allocation import independence
from audits.allocation.independence import WHY_NOT, AuditorChoices
from audits.allocation.matching import allocate
from audits.booking.book import tell_cancelled
from audits.locking import lock_audit
from audits.models import Audit, OwnMark, Pick
from audits.notice_texts import AuditorAllocated, AuditorTakenOff, CaseToBeAudited
from people import access, notices, trail
from people.models import User
from people.roles import Permission
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotNow


def assign_auditors(choices: AuditorChoices, *, seed: str) -> dict[str, str]:
    """Who gets what, from the choices as they were: {person_id: auditor's e-mail}."""
    return allocate(
        seed=seed,
        allowed={case: [email for email in choices.auditors if email not in no] for case, no in choices.barred.items()},
        capacity={email: auditor.room for email, auditor in choices.auditors.items()},
        carried={email: auditor.held for email, auditor in choices.auditors.items()},
    )


def why_not_placed(choices: AuditorChoices, person_id: str) -> str:
    """Why a case that was left without an auditor has none, in words: how many are ruled out by what."""
    if not choices.auditors:
        return "No one has the auditor role."
    barred = choices.barred[person_id]
    counts = Counter(
        barred.get(email) or ("away" if auditor.away else "full") for email, auditor in choices.auditors.items()
    )
    reasons = ", ".join(f"{counts[key]} {words}" for key, words in WHY_NOT.items() if key in counts)
    return f"No auditor can take it: {reasons}."


def allocate_auditors(
    audits: Sequence[Audit], *, seed: str, by: User | None, at: datetime, but: User | None = None
) -> dict[str, Any]:
    """Find auditors for audits of one month that have none, as things stand now, and tell both chairs. `but` is given
    none of them.

    Where nobody can be placed, the pick says why. Returns all that it was worked out from, and who got what.
    """
    with trail.acting(by=by, at=at) as act:
        choices = independence.auditor_choices([audit.case for audit in audits], month=audits[0].month, on=day_of(at))
        independence.bar_others_than_managers(choices, audits, on=day_of(at))
        if but is not None:
            choices.auditors.pop(but.email, None)
        auditor_emails = assign_auditors(choices, seed=seed)
        people = {user.email: user for user in User.objects.filter(email__in=auditor_emails.values())}
        for audit in audits:
            person_id = audit.case.person_id
            audit.auditor = people[auditor_emails[person_id]] if person_id in auditor_emails else None
            if audit.pick is not None:
                audit.pick.no_auditor_why = "" if audit.auditor else why_not_placed(choices, person_id)
            content = {
                "auditor": audit.auditor and audit.auditor.email,
                "keyworker": audit.keyworker and audit.keyworker.email,
            }
            act.add("audit.allocated", audit, was=audit.state, now=audit.state, content=content)
        Audit.objects.bulk_update(audits, ["auditor"])
        Pick.objects.bulk_update([audit.pick for audit in audits if audit.pick], ["no_auditor_why"])
        for audit in audits:
            notify_chairs(audit, at=at)
    return {**choices.as_record(), "given": auditor_emails}


def notify_chairs(audit: Audit, *, at: datetime) -> None:
    """Tell both chairs who they are to meet; nothing while there is no auditor, once the case has closed, or while its
    draw is looked at."""
    if audit.auditor is None or audit.keyworker is None or audit.is_to_replace(day_of(at)) or is_held_back(audit):
        return
    notices.notify(to=[audit.auditor], text=AuditorAllocated(audit), key=f"{audit.ref}:auditor:{at.isoformat()}", at=at)
    notices.notify(
        to=[audit.keyworker], text=CaseToBeAudited(audit), key=f"{audit.ref}:keyworker:{at.isoformat()}", at=at
    )


def audits_without_auditor(*, on: date) -> QuerySet[Audit]:
    """Audits that no auditor could be found for yet, re-audits too; not one whose case has closed by the day."""
    alone = Audit.objects.still_to_meet(on).filter(auditor=None, state=Audit.State.ALLOCATED)
    return alone.order_by("month", "number").select_related("case__keyworker", "keyworker", "pick__draw")


def place_waiting(*, by: User, at: datetime) -> int:
    """Try again to find auditors for every audit that has none. Returns how many got one.

    Refused: not QA (403); nothing is waiting (409).
    """
    access.check(by, Permission.RUN_SELECTION)
    with trail.acting(by=by, at=at):
        groups: dict[tuple[date, str], list[Audit]] = {}
        for audit in audits_without_auditor(on=day_of(at)).select_for_update(of=("self",)):
            groups.setdefault((audit.month, seed_of(audit)), []).append(audit)
        if not groups:
            raise NotNow("Every audit has its auditor already.")
        return sum(
            len(allocate_auditors(audits, seed=seed, by=by, at=at)["given"]) for (_, seed), audits in groups.items()
        )


def seed_of(audit: Audit) -> str:
    """The seed that settles ties about an audit: its draw's; a re-audit has no draw, and its reference serves."""
    return audit.pick.draw.seed if audit.pick else audit.ref


def recheck(audits: Collection[Audit], *, by: User | None, at: datetime) -> list[Audit]:
    """After people or cases have moved: whoever is now too near an audit that has not met yet is taken off it.

    The audit goes to another auditor. Returns the audits that changed hands.
    """
    with trail.acting(by=by, at=at) as act:
        not_met = Audit.objects.filter(
            pk__in=[audit.pk for audit in audits], state__in=states.AUDIT.move("allocate").sources
        )
        led = list(not_met.exclude(auditor=None).select_related("auditor", "case__keyworker").order_by("pk"))
        barred = independence.barred([audit.case for audit in led], [audit.auditor for audit in led if audit.auditor])
        moved = [audit for audit in led if audit.auditor and audit.auditor.email in barred[audit.case.person_id]]
        for audit in moved:
            reason = barred[audit.case.person_id][audit.auditor.email] if audit.auditor else ""
            give_to_another(lock_audit(audit), why=f"The auditor is now {WHY_NOT[reason]}.", act=act)
    return moved


def give_to_another(audit: Audit, *, why: str, act: trail.Act, but: User | None = None) -> None:
    """Take the auditor and the booking off an audit, and place it again, not with `but`."""
    take_off(audit, why=why, act=act)
    allocate_auditors([audit], seed=seed_of(audit), by=act.by, at=act.at, but=but)


def take_off(audit: Audit, *, why: str, act: trail.Act) -> None:
    """Take the auditor and the booking off an audit, out of both diaries too, and tell the auditor.

    What they marked for themselves is deleted.
    """
    tell_cancelled(audit, at=act.at)
    was, auditor = audit.state, audit.auditor
    audit.state = states.AUDIT.check(was, "allocate")
    audit.auditor = audit.booked_by = audit.booked_at = audit.meets = None
    audit.place = audit.link = ""
    audit.save(update_fields=["state", "auditor", "booked_by", "booked_at", "meets", "place", "link"])
    OwnMark.objects.filter(audit=audit).without_a_chair().delete()
    act.add(
        "audit.auditor_off", audit, was=was, now=audit.state, why=why, content={"auditor": auditor and auditor.email}
    )
    if not is_held_back(audit):
        key = f"{audit.ref}:off:{act.at.isoformat()}"
        notices.notify(to=[auditor], text=AuditorTakenOff(audit), key=key, at=act.at)
