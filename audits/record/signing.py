"""Signing an audit’s record: each chair signs exactly what was shown; the second signature finalises (lifecycle)."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q

from audits import states
from audits.follow_up import case_note
from audits.locking import chair_of, lock_audit
from audits.managers import responsible_manager
from audits.models import CASE_NUMBER, Action, Audit, Chair, Signature
from audits.notice_texts import AuditFinal
from audits.record import signed_content
from audits.signals import audit_graded
from people import absence, access, council_settings, notices, trail
from people.models import User
from people.roles import Role
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import weekday_in_words
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale, written
from standards.grades import kept_grade
from standards.timescales import add_working_days

SIGN_DAYS = council_settings.Number(
    "sign_days",
    "Working days to sign",
    "The meeting",
    "Both sign within this many working days of the meeting; then the Head of QA may finalise, with a reason. Ours.",
    default=2,
    least=1,
    most=20,
    unit="working days",
)


def sign_record(
    audit: Audit, *, by: User, at: datetime, content_hash: str, agrees: bool = True, words: str = ""
) -> Audit:
    """Sign exactly the content whose hash the page showed; the second signature finalises, in the same transaction.

    "Seen, not agreed" is the keyworker's, with their own words. Refused: other content than the page showed (Stale,
    409), signed already or not ended (409), not in a chair (403), not agreed without words, or by the auditor (422).
    """
    with trail.acting(by=by, at=at) as act:
        audit = lock_audit(audit)
        chair = chair_of(audit, by)
        states.AUDIT.check(audit.state, "finalise")
        check_unchanged(audit, content_hash)
        if audit.signatures.filter(chair=chair, voided_at=None).exists():
            raise NotNow("You have signed this already. Nothing more is needed from you.")
        if not agrees and chair == Chair.AUDITOR:
            raise Refused("The auditor signs what was agreed. To change it, reopen the meeting.")
        ask = "" if agrees else "Say in your own words what you do not agree with. They stay with the audit."
        signature = Signature.objects.create(
            audit=audit,
            chair=chair,
            content_hash=content_hash,
            agrees=agrees,
            words=written(words, "words", ask),
            signed_at=at,
            signed_by=by,
        )
        act.add(
            "audit.signed", audit, was=audit.state, now=audit.state, why=signature.words, content={"hash": content_hash}
        )
        if audit.signatures.filter(voided_at=None).count() == len(Chair):
            finalise_audit(act, audit)
    return audit


def check_unchanged(audit: Audit, content_hash: str) -> None:
    """Refused (Stale, 409) unless what was agreed has this hash, and still is what the audit says."""
    if content_hash != audit.content_hash or signed_content.content_hash_of(audit) != audit.content_hash:
        raise Stale("What was agreed has changed since you opened this page. Read it again before you sign.")


def check_finalise_unsigned(audit: Audit, *, by: User, on: date) -> None:
    """Refused unless `by` is the Head of QA outside this audit (403) and the days to sign are over (409)."""
    if not access.holds(by, Role.HEAD_OF_QA) or audit.chair_of(by) is not None:
        raise NotAllowed("Only the Head of QA, outside this audit, can finalise it without a signature.")
    states.AUDIT.check(audit.state, "finalise")
    first = add_working_days(audit.met_on or on, SIGN_DAYS.value())
    if on <= first:
        raise NotNow(f"Both have until {weekday_in_words(first)} to sign. It can be finalised after that.")


def finalise_unsigned(audit: Audit, *, by: User, at: datetime, why: str) -> Audit:
    """The Head of QA finalises an audit left unsigned for the days there were to sign, with a reason.

    Refused: not the Head of QA, or in a chair of it (403), too early, not waiting for signatures or not what was agreed
    (409), no reason (422).
    """
    with trail.acting(by=by, at=at) as act:
        audit = lock_audit(audit)
        check_finalise_unsigned(audit, by=by, on=day_of(at))
        check_unchanged(audit, audit.content_hash)
        audit.finalised_why = written(why, "why", "Say why it is finalised without a signature.")
        finalise_audit(act, audit)
    return audit


def finalise_audit(act: trail.Act, audit: Audit) -> None:
    """Fix the grade, the responsible manager and the plan's owners and dates; tell what comes after.

    Drafts, and what each chair marked alone, are deleted.
    """
    overall = audit.judgements.get(number=CASE_NUMBER)
    was, audit.state = audit.state, states.AUDIT.check(audit.state, "finalise")
    audit.take_grade(overall.grade)
    audit.first_grade = audit.grade
    audit.finalised_at, audit.finalised_by = act.at, act.by
    audit.responsible_manager = responsible_manager(audit, on=day_of(act.at))
    audit.revision += 1
    audit.save()
    act.add(
        "audit.finalised",
        audit,
        was=was,
        now=audit.state,
        why=audit.finalised_why,
        content={"grade": kept_grade(audit.grade)},
    )
    settle_plan(act, audit, on=day_of(act.at))
    audit.drafts.all().delete()
    audit.own_marks.all().delete()
    audit.replaced_words.all().delete()
    case_note.store_case_note(act, audit)
    notices.notify(
        to=absence.with_deputies([audit.auditor, audit.keyworker, audit.responsible_manager], on=day_of(act.at)),
        text=AuditFinal(audit, audit.actions.count()),
        key=f"{audit.ref}:finalised",
        at=act.at,
    )
    audit_graded.send(sender=Audit, audit=audit, was="", by=act.by, at=act.at)


def settle_plan(act: trail.Act, audit: Audit, *, on: date) -> None:
    """Name the owners as they are now; finalised after the meeting's day, no date falls before the next working day,
    and the first that an action counts by is then that day. What was signed is kept beside it."""
    first = add_working_days(on, 1) if audit.met_on and on > audit.met_on else on
    for action in audit.actions.filter(state=Action.State.OPEN):
        owner = audit.responsible_manager if action.part == Action.Part.MANAGER else audit.keyworker
        due_on = max(action.due_on, first)
        if (owner, due_on) == (action.owner, action.due_on):
            continue
        act.add(
            "action.settled",
            action,
            was=action.state,
            now=action.state,
            why="Finalised late." if due_on != action.due_on else "",
            content={"owner": owner.pk if owner else None, "due_on": due_on},
        )
        if due_on != action.due_on:
            action.signed_due_on, action.first_due_on = action.first_due_on, due_on
        action.owner, action.due_on = owner, due_on
        action.save(update_fields=["owner", "due_on", "first_due_on", "signed_due_on"])


def signatures(audit: Audit) -> list[tuple[str, User | None, Signature | None]]:
    """Each chair, who sits in it, and their signature if they have signed."""
    there = {signature.chair: signature for signature in audit.signatures.filter(voided_at=None)}
    people = {Chair.AUDITOR: audit.auditor, Chair.KEYWORKER: audit.keyworker}
    return [(str(chair.label), person, there.get(chair)) for chair, person in people.items()]


def why_kept_apart(user: User, other: User) -> str:
    """Say which audit has to be signed before two accounts become one, as what is signed names its chairs; or ""."""
    waiting = Audit.objects.filter(Q(auditor=other) | Q(keyworker=other), state=Audit.State.AGREED).order_by("ref")
    names = ", ".join(waiting.values_list("ref", flat=True))
    return f"{names} waits for signatures that name {other}. Have it signed first, then merge." if names else ""
