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

from audits import independence, states
from audits.booking import tell_cancelled
from audits.independence import WHY_NOT, Choices
from audits.matching import allocate
from audits.models import Audit, Pick
from audits.room import locked
from people import access, notices, trail
from people.models import User
from people.roles import Permission
from qualitycounts.clock import day_of
from qualitycounts.refusals import NotNow


def given(choices: Choices, *, seed: str) -> dict[str, str]:
    """Who gets what, from the choices as they were: {person_id: auditor's e-mail}."""
    return allocate(
        seed=seed,
        allowed={case: [email for email in choices.auditors if email not in no] for case, no in choices.barred.items()},
        capacity={email: auditor.room for email, auditor in choices.auditors.items()},
        carried={email: auditor.held for email, auditor in choices.auditors.items()},
    )


def why_not_placed(choices: Choices, person_id: str) -> str:
    """Why a case that was left without an auditor has none, in words: how many are ruled out by what."""
    if not choices.auditors:
        return "No one has the auditor role."
    barred = choices.barred[person_id]
    counts = Counter(
        barred.get(email) or ("away" if auditor.away else "full") for email, auditor in choices.auditors.items()
    )
    reasons = ", ".join(f"{counts[key]} {words}" for key, words in WHY_NOT.items() if key in counts)
    return f"No auditor can take it: {reasons}."


def place(audits: Sequence[Audit], *, seed: str, by: User | None, at: datetime) -> dict[str, Any]:
    """Find auditors for audits of one month that have none, as things stand now, and tell both chairs.

    Where nobody can be placed, the pick says why. Returns all that it was worked out from, and who got what.
    """
    with trail.acting(by=by, at=at) as act:
        choices = independence.choices([audit.case for audit in audits], month=audits[0].month, on=day_of(at))
        found = given(choices, seed=seed)
        people = {user.email: user for user in User.objects.filter(email__in=found.values())}
        for audit in audits:
            person_id = audit.case.person_id
            audit.auditor = people[found[person_id]] if person_id in found else None
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
            tell(audit, at=at)
    return {**choices.as_record(), "given": found}


def tell(audit: Audit, *, at: datetime) -> None:
    """Tell both chairs who they are to meet; nothing while there is no auditor."""
    if audit.auditor is None or audit.keyworker is None:
        return
    month = f"{audit.month:%B %Y}"
    notices.tell(
        to=[audit.auditor],
        key=f"{audit.ref}:auditor:{at.isoformat()}",
        subject=f"Audit {audit.ref} is yours, for {month}",
        body=f"Audit {audit.ref} has been given to you, to be done in {month}. The keyworker is "
        f"{audit.keyworker.name}. Please agree a time with them and book the meeting. If you should not audit this "
        "case, say so on the audit’s page and it will go to someone else.",
        link=f"/audits/{audit.ref}/",
        at=at,
    )
    notices.tell(
        to=[audit.keyworker],
        key=f"{audit.ref}:keyworker:{at.isoformat()}",
        subject=f"One of your cases is to be audited in {month}",
        body=f"{chosen(audit)} for a live audit in {month}: {audit.ref}. The auditor is {audit.auditor.name}, who will "
        "agree a time with you. You grade it together; the audit’s page shows what to bring.",
        link=f"/audits/{audit.ref}/",
        at=at,
    )


def chosen(audit: Audit) -> str:
    """How the case came to be audited, as the beginning of a sentence."""
    if audit.re_audit_of is not None:
        return f"The case of audit {audit.re_audit_of.ref} comes back"
    return "Chance chose one of your cases"


def waiting() -> QuerySet[Audit]:
    """Audits that no auditor could be found for yet, re-audits too."""
    here = Audit.objects.filter(auditor=None, state=Audit.State.ALLOCATED).order_by("month", "number")
    return here.select_related("case__keyworker", "keyworker", "pick__draw")


def place_waiting(*, by: User, at: datetime) -> int:
    """Try again to find auditors for every audit that has none. Returns how many got one.

    Refused: not QA (403); nothing is waiting (409).
    """
    access.check(by, Permission.RUN_SELECTION)
    with trail.acting(by=by, at=at):
        groups: dict[tuple[date, str], list[Audit]] = {}
        for audit in waiting().select_for_update(of=("self",)):
            groups.setdefault((audit.month, seed_of(audit)), []).append(audit)
        if not groups:
            raise NotNow("Every audit has its auditor already.")
        return sum(len(place(audits, seed=seed, by=by, at=at)["given"]) for (_, seed), audits in groups.items())


def seed_of(audit: Audit) -> str:
    """The seed that settles ties about an audit: its draw's; a re-audit has no draw, and its reference serves."""
    return audit.pick.draw.seed if audit.pick else audit.ref


def recheck(audits: Collection[Audit], *, by: User | None, at: datetime) -> list[Audit]:
    """After people or cases have moved: whoever is now too near an audit that has not met yet is taken off it.

    The audit goes to another auditor. Returns the audits that changed hands.
    """
    with trail.acting(by=by, at=at) as act:
        here = Audit.objects.filter(
            pk__in=[audit.pk for audit in audits], state__in=states.AUDIT.move("allocate").sources
        )
        led = list(here.exclude(auditor=None).select_related("auditor", "case__keyworker").order_by("pk"))
        near = independence.barred([audit.case for audit in led], [audit.auditor for audit in led if audit.auditor])
        moved = [audit for audit in led if audit.auditor and audit.auditor.email in near[audit.case.person_id]]
        for audit in moved:
            reason = near[audit.case.person_id][audit.auditor.email] if audit.auditor else ""
            give_to_another(locked(audit), why=f"The auditor is now {WHY_NOT[reason]}.", act=act)
    return moved


def give_to_another(audit: Audit, *, why: str, act: trail.Act) -> None:
    """Take the auditor and the booking off an audit, and place it again."""
    take_off(audit, why=why, act=act)
    place([audit], seed=seed_of(audit), by=act.by, at=act.at)


def take_off(audit: Audit, *, why: str, act: trail.Act) -> None:
    """Take the auditor and the booking off an audit, out of both diaries too, and tell the auditor."""
    tell_cancelled(audit, at=act.at)
    was, auditor = audit.state, audit.auditor
    audit.state = states.AUDIT.check(was, "allocate")
    audit.auditor = audit.booked_by = audit.booked_at = audit.meets = None
    audit.place = ""
    audit.save(update_fields=["state", "auditor", "booked_by", "booked_at", "meets", "place"])
    act.add(
        "audit.auditor_off", audit, was=was, now=audit.state, why=why, content={"auditor": auditor and auditor.email}
    )
    notices.tell(
        to=[auditor],
        key=f"{audit.ref}:off:{act.at.isoformat()}",
        subject=f"You no longer audit {audit.ref}",
        body=f"Audit {audit.ref} goes to another auditor, because someone said that it should, or because people have "
        "moved. There is nothing for you to do.",
        link="/",
        at=act.at,
    )
