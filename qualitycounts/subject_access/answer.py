"""Answering a subject-access request: who may, whom it is about, the copy, and what is written down of it.

Only the Head of QA, with a reason and the password again. What nobody above the two of a meeting reads otherwise is in
a worker's copy, so the worker is told that it was made and by whom.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from audits.models import Case
from people import access, trail
from people.models import User
from people.notices import notify
from people.roles import Permission
from qualitycounts.base.refusals import Refused, written
from qualitycounts.subject_access.held import held_about
from qualitycounts.subject_access.notice_texts import CopyOfYourRecords
from qualitycounts.subject_access.values import HeldRecord, Others, mentions_of, records_of

NEITHER = "Enter a person number, or a worker’s e-mail address: one of the two."


@dataclass(frozen=True, slots=True)
class SubjectCopy:
    """The copy: whose it is, its records, the lines elsewhere that name the subject, and what is withheld for now."""

    subject: str
    of_child: bool
    at: datetime
    black_out: bool
    records: list[HeldRecord]
    mentions: list[HeldRecord]
    withheld: dict[str, int]

    @property
    def whose(self) -> str:
        """Whose copy it is, in a heading."""
        return f"the child with the number {self.subject}" if self.of_child else self.subject


def check_answer(*, by: User) -> None:
    """Refused (403) unless `by` may answer requests for subject access: the Head of QA."""
    access.check(by, Permission.ANSWER_SUBJECT_ACCESS)


def find_subject(*, number: str, email: str) -> Case | User:
    """The case with this number, or the person with this address. Refused (422) where there is none, or both asked."""
    number, email = number.strip(), email.strip().lower()
    if bool(number) == bool(email):
        raise Refused(NEITHER, "number")
    if email:
        person = User.objects.filter(email=email).first()
        if person is None:
            raise Refused("Nobody has this address. Look under People.", "email")
        return person
    case = Case.objects.filter(person_id__iexact=number).first()
    if case is None:
        known = Case.objects.exclude(other_numbers=[]).only("other_numbers")
        case = next((each for each in known if number in each.other_numbers), None)
    if case is None:
        raise Refused("No case has this number. Look in the register.", "number")
    return case


def answer_request(
    *, number: str = "", email: str = "", why: str, black_out: bool = False, by: User, at: datetime
) -> SubjectCopy:
    """Gather the copy, say so in the history, and tell the worker whom it is about.

    Refused: not the Head of QA (403); no reason, nobody or two people named (422).
    """
    check_answer(by=by)
    reason = written(why, "why", "Say which request it answers, such as its number. Do not name anybody.")
    subject = find_subject(number=number, email=email)
    with trail.acting(by=by, at=at) as act:
        held = held_about(subject)
        others = Others(held)
        copied = SubjectCopy(
            subject=str(subject),
            of_child=isinstance(subject, Case),
            at=at,
            black_out=black_out,
            records=list(records_of(held, others, black_out=black_out)),
            mentions=list(mentions_of(held, others, black_out=black_out)),
            withheld=held.withheld,
        )
        counts = {"records": len(copied.records), "mentions": len(copied.mentions), "others_taken_out": black_out}
        act.add("subject_access.answered", subject, why=reason, content=counts)
        if isinstance(subject, User) and subject != by:
            notify(to=[subject], text=CopyOfYourRecords(by), key=f"subject-access:{at.isoformat()}", at=at)
    return copied
