"""Reminding: one audit or all that are ticked, with a note; what was sent stands on the audit. What is late is also
asked for by itself, every few working days.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from audits.booking.notice_texts import AuditReminder
from audits.models import Audit, Reminder
from audits.plan.mail_note import check_mail_note
from audits.reminders.awaited import Awaited, Stage, awaited, signed_chairs_of
from people import access, council_settings, notices, trail
from people.models import Notice, User
from people.roles import Permission
from qualitycounts.base.clock import day_of
from qualitycounts.base.dates import hour, short_day, weekday_in_words
from qualitycounts.base.refusals import NotNow
from standards.timescales import add_months, have_passed

EVERY = council_settings.Number(
    "remind_every",
    "Reminders of what is late go by themselves",
    "Before the meeting",
    "While a booking, a meeting or a signature is late, whoever it waits for is reminded every so many working days, "
    "also after a reminder by hand; with 0 they never are. Ours.",
    default=3,
    most=30,
    unit="working days",
)
UNDO = timedelta(minutes=1)
"""For how long a reminder by hand can be taken back: until then its mail waits."""
MONTHS_BACK = 3
"""How old a month may be whose audits are asked for by themselves; a lone one of long ago is for a person to see to."""
ASKS = {
    Stage.BOOK: "book the meeting of {ref} with {other}",
    Stage.PREPARE: "bring the file up to date for the meeting of {ref}, and say so",
    Stage.HOLD: "hold the meeting of {ref} with {other}, or book it again",
    Stage.END: "end the meeting of {ref}, or say when it goes on",
    Stage.SIGN: "read and sign {ref}",
}
"""What a reminder asks for, by stage."""
OF_NOTICES = {"unbooked": Stage.BOOK, "lingering": Stage.HOLD, "unsigned": Stage.SIGN}
"""What the notices of the calendar ask for, by the second part of their key."""


@dataclass(frozen=True, slots=True)
class Remindable:
    """An audit with what it waits for, and the reminders that were sent about it, the latest last."""

    audit: Audit
    waits: Awaited
    sent: tuple[Reminder, ...]

    def reminded_today(self, *, on: date) -> Reminder | None:
        """The last reminder by hand of the day, if there was one."""
        by_hand = [reminder for reminder in self.sent if reminder.sent_by_id and day_of(reminder.sent_at) == on]
        return by_hand[-1] if by_hand else None

    @property
    def mails(self) -> list[tuple[User, str]]:
        """Whom it is sent to, and the words of each mail without the note."""
        by = f"By {weekday_in_words(self.waits.due_on)}."
        return [(person, f"Please {self.ask(person)}. {by}") for person in self.waits.people]

    def ask(self, person: User) -> str:
        """What the person is asked to do, as their mail says it."""
        other = self.audit.keyworker if person.pk == self.audit.auditor_id else self.audit.auditor
        return ASKS[self.waits.stage].format(ref=self.audit.ref, other=other or "the other chair")


def remindables(audits: Iterable[Audit], *, on: date) -> list[Remindable]:
    """Those of some audits that wait for somebody: two queries, whatever their number. `audits` know their case and
    their people."""
    audits = list(audits)
    signed = signed_chairs_of(audits)
    waits = [(audit, awaited(audit, signed.get(audit.pk, ()), on=on)) for audit in audits]
    sent = sent_about([audit for audit, waiting in waits if waiting])
    return [
        Remindable(audit, waiting, tuple(sent.get(audit.pk, ())))
        for audit, waiting in waits
        if waiting is not None and waiting.people
    ]


def sent_about(audits: Collection[Audit]) -> dict[int, list[Reminder]]:
    """The reminders that were sent about some audits, the latest last: one query."""
    sent: dict[int, list[Reminder]] = {}
    for reminder in Reminder.objects.filter(audit__in=audits).select_related("to", "sent_by"):
        sent.setdefault(reminder.audit_id, []).append(reminder)
    return sent


def chosen(refs: Collection[str]) -> list[Audit]:
    """The audits of these references, by number."""
    audits = Audit.objects.filter(ref__in=refs).select_related("case", "auditor", "keyworker", "team")
    return list(audits.order_by("month", "number"))


def remind(refs: Collection[str], *, note: str, by: User, at: datetime, again: bool = False) -> list[Reminder]:
    """Remind whoever these audits wait for, with a note if there is one; each mail waits a minute, to be taken back.

    Refused: not QA (403); nobody to remind, or all were reminded by hand today already and not `again` (409); a note
    that is too long or has a number in it (422).
    """
    access.check(by, Permission.RUN_SELECTION)
    words, on = check_mail_note(note), day_of(at)
    with trail.acting(by=by, at=at) as act:
        waiting = remindables(chosen(refs), on=on)
        if not waiting:
            raise NotNow("None of these waits for anybody now. Open the board again.")
        fresh = [remindable for remindable in waiting if again or remindable.reminded_today(on=on) is None]
        if not fresh:
            first = waiting[0].reminded_today(on=on)
            when = f" at {hour(first.sent_at)}" if first else ""
            raise NotNow(f"You reminded {waiting[0].waits.names}{when} today already. Tick “again” to send another.")
        made = send(fresh, note=words, by=by, at=at)
        for remindable in fresh:
            content = {"stage": remindable.waits.stage, "to": [person.pk for person in remindable.waits.people]}
            state = remindable.audit.state
            act.add("audit.reminded", remindable.audit, was=state, now=state, why=words, content=content)
    return made


def send(remindables: Iterable[Remindable], *, note: str, by: User | None, at: datetime) -> list[Reminder]:
    """Mail whoever these audits wait for, and keep that it was sent: two statements. By hand, each mail waits for as
    long as `UNDO`."""
    on = day_of(at)
    outgoing: list[Notice] = []
    made: list[Reminder] = []
    for remindable in remindables:
        audit, waits = remindable.audit, remindable.waits
        key = f"{audit.ref}:chase:{at.isoformat()}"
        for person in waits.people:
            text = AuditReminder(audit, remindable.ask(person), waits.due_on, waits.due_on < on, note, by)
            outgoing += notices.notices_to([person], text=text, key=key, at=at, wait=UNDO if by else timedelta())
            if person.works_here(on):
                made.append(
                    Reminder(audit=audit, to=person, stage=waits.stage, note=note, key=key, sent_at=at, sent_by=by)
                )
    notices.tell_all(outgoing)
    return Reminder.objects.bulk_create(made)


def take_reminders_back(keys: Collection[str], *, by: User, at: datetime) -> int:
    """Take back one's own reminders of the last minute: their mails have not gone. Returns how many.

    Refused (409) once the minute is over.
    """
    with trail.acting(by=by, at=at) as act:
        mine = Reminder.objects.filter(key__in=keys, sent_by=by, sent_at__gt=at - UNDO).select_related("audit")
        unsent = Notice.objects.select_for_update().filter(key__in=keys, mail=Notice.Mail.WAITING, attempts=0)
        waiting = {(notice.to_id, notice.key): notice.pk for notice in unsent}
        taken = [reminder for reminder in mine if (reminder.to_id, reminder.key) in waiting]
        if not taken:
            raise NotNow("The minute is over and the mails have gone. Write to them, if it was not meant.")
        for audit in {reminder.audit.pk: reminder.audit for reminder in taken}.values():
            act.add("audit.reminder_taken_back", audit, was=audit.state, now=audit.state)
        Notice.objects.filter(pk__in=[waiting[reminder.to_id, reminder.key] for reminder in taken]).delete()
        Reminder.objects.filter(pk__in=[reminder.pk for reminder in taken]).delete()
    return len(taken)


def remind_by_itself(*, on: date, at: datetime) -> int:
    """Remind whoever is late, every so many working days since the day it was due or the last reminder of any kind.

    Three queries, whatever is late. Returns how many mails went.
    """
    every = EVERY.value()
    if not every:
        return 0
    since = add_months(on.replace(day=1), -MONTHS_BACK)
    unfinished = Audit.objects.unfinished().still_to_meet(on).told().filter(month__gte=since, month__lte=on)
    audits = unfinished.select_related("case", "auditor", "keyworker").order_by("pk")
    due = []
    for remindable in remindables(audits, on=on):
        last = max([remindable.waits.due_on, *(day_of(reminder.sent_at) for reminder in remindable.sent)])
        if remindable.waits.stage != Stage.PREPARE and have_passed(every, last, on=on):
            due.append(remindable)
    return len(send(due, note="", by=None, at=at))


def keep_of_notices(outgoing: Sequence[Notice]) -> None:
    """Keep on their audits that the calendar’s own notices went to a chair, so that the board counts them as well."""
    parts = [(notice, notice.key.split(":")) for notice in outgoing]
    asked = [(notice, key[0], OF_NOTICES[key[1]]) for notice, key in parts if len(key) > 1 and key[1] in OF_NOTICES]
    refs = {ref for _, ref, _ in asked}
    audits = {audit.ref: audit for audit in Audit.objects.filter(ref__in=refs)} if refs else {}
    kept = [
        Reminder(audit=audits[ref], to=notice.to, stage=stage, key=notice.key, sent_at=notice.made)
        for notice, ref, stage in asked
        if ref in audits and audits[ref].chair_of(notice.to) is not None
    ]
    Reminder.objects.bulk_create(kept, ignore_conflicts=True)


def last_in_words(sent: Sequence[Reminder]) -> str:
    """How often and when last, for a row: 3rd, Wed 9 Dec; a dash where nothing was sent."""
    if not sent:
        return "–"
    days = sorted({reminder.sent_at for reminder in sent})
    return f"{ordinal(len(days))}, {short_day(days[-1])}"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 11th."""
    last = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else last}"


def sent_in_words(made: Sequence[Reminder]) -> str:
    """What was sent, and that there is a minute to take it back."""
    names = list(dict.fromkeys(reminder.to.name for reminder in made))
    to = names[0] if len(names) == 1 else f"{len(names)} people"
    several, them = ("", "it") if len(made) == 1 else ("s", "them")
    return f"{len(made)} reminder{several} to {to}. You have a minute to take {them} back."
