"""The board of a month: each audit with how far it is, what it waits for, how late that is and when it was asked for.

The groups part the month; “late” cuts across them. What only the QA Officer can do stands first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse

from audits.access import is_held_back
from audits.models import Activity, Audit, Chair, Reminder
from audits.reminders.awaited import Awaited, Stage, awaited, signed_chairs_of
from audits.reminders.chase import last_in_words, sent_about
from qualitycounts.base.clock import day_of
from qualitycounts.base.components import Link, Value
from qualitycounts.base.dates import hour, short_day

State = Audit.State
REPLACE, ALONE, UNSENT, NOT_BOOKED, BOOKED, MEETING, TO_SIGN, FINALISED, GONE = (
    *("replace", "alone", "unsent", "not-booked", "booked", "meeting", "to-sign", "finalised", "gone"),
)
GROUPS = {
    REPLACE: "to replace",
    ALONE: "without an auditor",
    UNSENT: "not sent yet",
    NOT_BOOKED: "not booked",
    BOOKED: "booked",
    MEETING: "in their meeting",
    TO_SIGN: "to sign",
    FINALISED: "finalised",
    GONE: "withdrawn or void",
}
"""The groups of a month, in their order, each as its count says it."""
LATE = "late"
OF_STATES = {
    State.ALLOCATED: NOT_BOOKED,
    State.BOOKED: BOOKED,
    State.IN_MEETING: MEETING,
    State.AGREED: TO_SIGN,
    State.FINALISED: FINALISED,
    State.CLOSED: FINALISED,
    State.WITHDRAWN: GONE,
    State.VOIDED: GONE,
}
SHORT_KINDS = {
    Activity.Kind.CORE: "Core",
    Activity.Kind.THEMED: "Themed",
    Activity.Kind.FLASH: "Flash",
    Activity.Kind.MANAGEMENT: "Management",
    Activity.Kind.MULTI_AGENCY: "Multi-agency",
}
RE_AUDIT, BY_HAND = "re-audit", "by-hand"
NONE_YET = Value("–", quiet=True)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One audit of the month. `kind` is what the filter calls its activity; `kind_words` what the row does."""

    audit: Audit
    kind: str
    kind_words: str
    waits: Awaited | None
    days_late: int
    group: str
    signed: frozenset[str]
    sent: tuple[Reminder, ...]
    on: date

    @property
    def case_line(self) -> str:
        """What it is of: kind, category, person number."""
        return f"{self.kind_words} · {self.audit.category} · {self.audit.case}"

    @property
    def with_whom(self) -> str:
        """The keyworker and the team."""
        who = f"with {self.audit.keyworker}" if self.audit.keyworker else "nobody holds the case"
        return f"{who}, {self.audit.team}" if self.audit.team else who

    @property
    def remindable(self) -> bool:
        """Whether somebody can be reminded of it."""
        return self.waits is not None and bool(self.waits.people) and self.group != UNSENT

    @property
    def reminders(self) -> str:
        """How often somebody was reminded, and when last."""
        return last_in_words(self.sent)

    @property
    def css(self) -> str:
        """How the row looks: what only QA can do, what is late, what is done."""
        if self.group in (REPLACE, ALONE, UNSENT):
            return "month-mine"
        return "month-late" if self.days_late else "month-done" if self.group in (FINALISED, GONE) else ""

    @property
    def order(self) -> tuple[object, ...]:
        """First what only QA can do, then the latest, then by meeting, then what is finished."""
        rank = {REPLACE: 0, ALONE: 0, UNSENT: 0, FINALISED: 3, GONE: 4}.get(self.group, 1 if self.days_late else 2)
        meets = self.audit.meets.timestamp() if self.audit.meets else float("inf")
        return rank, -self.days_late, meets, self.audit.number

    @property
    def sentence(self) -> str:
        """What is said in place of the stages, where only QA can go on; else nothing."""
        if self.group == REPLACE:
            closed = short_day(self.audit.case.closed_on)
            return f"The case closed on {closed}. Nobody is chased; the next case by lot takes its place."
        if self.group == ALONE:
            return "Nobody could be found to audit it. Look again, or give it by hand."
        if self.group == UNSENT:
            return "Its draw is looked at. Nobody knows of it until the draw is sent."
        return self.audit.ended_why if self.group == GONE else ""

    @property
    def stages(self) -> list[Value]:
        """Booked, prepared, met and signed: each with its day, what is missing and whose, or how late it is."""
        return [self.booked, self.prepared, self.met, self.signatures]

    def stage_late(self, *stages: str) -> str:
        """How late one of these stages is, in words; "" where it is not."""
        if self.waits is None or self.waits.stage not in stages or not self.days_late:
            return ""
        return f"{self.days_late} day{'' if self.days_late == 1 else 's'} late"

    @property
    def booked(self) -> Value:
        """Whether the meeting is booked, and for when."""
        if late := self.stage_late(Stage.BOOK):
            return Value(late, tone="no")
        if self.audit.meets is None:
            due = f"By {short_day(self.waits.due_on)}" if self.waits and self.waits.stage == Stage.BOOK else ""
            return Value(due, tone="revealed") if due else NONE_YET
        to_come = self.audit.state == State.BOOKED and day_of(self.audit.meets) >= self.on
        when = f"{short_day(self.audit.meets)}, {hour(self.audit.meets)}" if to_come else short_day(self.audit.meets)
        return Value(when, tone="agreed")

    @property
    def prepared(self) -> Value:
        """Whether the keyworker has said that the file is up to date."""
        if self.audit.prepared_at:
            return Value(short_day(self.audit.prepared_at), tone="agreed")
        if self.audit.state == State.BOOKED and self.audit.keyworker:
            return Value(f"{self.audit.keyworker.first_name} not yet", tone="proposed")
        return NONE_YET

    @property
    def met(self) -> Value:
        """Whether they have met."""
        if late := self.stage_late(Stage.HOLD, Stage.END):
            return Value(late, "Not opened" if self.audit.state == State.BOOKED else "Not ended", tone="no")
        if self.audit.met_on and self.audit.state != State.IN_MEETING:
            return Value(short_day(self.audit.met_on), tone="agreed")
        if self.audit.state == State.IN_MEETING:
            return Value("Paused" if self.audit.paused_at else "Going on", tone="revealed")
        return NONE_YET

    @property
    def signatures(self) -> Value:
        """Whether both have signed: then the grade."""
        if self.audit.final:
            return Value(grade=self.audit.grade)
        if self.waits is None or self.waits.stage != Stage.SIGN:
            return NONE_YET
        whose = "Neither yet" if not self.signed else f"Not {self.waits.names} yet"
        if late := self.stage_late(Stage.SIGN):
            return Value(late, whose, tone="no")
        return Value(f"By {short_day(self.waits.due_on)}", whose, tone="revealed")

    @property
    def act(self) -> Link | None:
        """The button of its row where there is nobody to remind: replace it, find an auditor; else it is opened."""
        draw = self.audit.pick.draw.ref if self.audit.pick else ""
        if self.group == REPLACE and draw:
            return Link("Replace", reverse("draw-replace", args=[draw, self.audit.ref]), self.audit.ref)
        if self.group == UNSENT:
            return Link("See the draw", reverse("draw", args=[draw]), draw)
        if self.group == ALONE:
            return Link("Give it", reverse("audit-give", args=[self.audit.ref]), self.audit.ref)
        return None

    @property
    def text(self) -> str:
        """All that a search in the board looks at, in small letters."""
        audit = self.audit
        people = (audit.auditor, audit.keyworker, audit.team)
        words = [audit.ref, str(audit.case), self.kind_words, audit.get_grade_display(), audit.get_state_display()]
        return " ".join([*words, *(str(person or "") for person in people)]).casefold()


def audits_of_month(month: date) -> QuerySet[Audit]:
    """Every audit of a month (its first day), with what a row shows, by number."""
    people = ("auditor", "keyworker", "team", "case", "pick__draw__activity")
    return (
        Audit.objects.filter(month=month)
        .select_related(*people)
        .defer("pick__draw__frame", "pick__draw__allocation", "pick__draw__coverage")
        .order_by("number")
    )


def board_rows(month: date, *, on: date) -> list[BoardRow]:
    """The rows of a month as it stands on a day, in the order of the board; three queries, whatever their number."""
    audits = list(audits_of_month(month))
    signed, sent = signed_chairs_of(audits), sent_about(audits)
    rows = [board_row(audit, signed.get(audit.pk, set()), sent.get(audit.pk, ()), on=on) for audit in audits]
    return sorted(rows, key=lambda row: row.order)


def board_row(audit: Audit, signed: set[str], sent: Sequence[Reminder], *, on: date) -> BoardRow:
    """One audit as it stands on a day."""
    waits = awaited(audit, signed, on=on)
    group = OF_STATES[State(audit.state)]
    if audit.is_to_replace(on):
        group = REPLACE
    elif group == NOT_BOOKED and audit.auditor_id is None:
        group = ALONE
    elif group == NOT_BOOKED and is_held_back(audit):
        group = UNSENT
    kind, words = kind_of_audit(audit)
    late = waits.days_late(on=on) if waits and group != UNSENT else 0
    return BoardRow(audit, kind, words, waits, late, group, frozenset(signed), tuple(sent), on)


def kind_of_audit(audit: Audit) -> tuple[str, str]:
    """What an audit belongs to, for the filter and in words: its activity, a re-audit, or made by hand."""
    if audit.pick is None:
        return (RE_AUDIT, "Re-audit") if audit.re_audit_of_id else (BY_HAND, "By hand")
    activity = audit.pick.draw.activity
    short = SHORT_KINDS[Activity.Kind(activity.kind)]
    return str(activity.pk), short if activity.kind == Activity.Kind.CORE else activity.title or short


@dataclass(frozen=True, slots=True)
class Asked:
    """What the board is narrowed to: a group or “late”, words, an activity, a team, a grade."""

    show: str = ""
    words: str = ""
    kind: str = ""
    team: str = ""
    grade: str = ""

    def lets_in(self, row: BoardRow) -> bool:
        """Whether a row is among what was asked for, but for the group."""
        audit = row.audit
        return (
            all(word in row.text for word in self.words.casefold().split())
            and self.kind in ("", row.kind)
            and self.team in ("", str(audit.team_id or ""))
            and self.grade in ("", audit.grade)
        )

    def shows(self, row: BoardRow) -> bool:
        """Whether the group of a row is shown: all but what is gone, unless one was asked for."""
        if self.show == LATE:
            return bool(row.days_late)
        return row.group == self.show if self.show in GROUPS else row.group != GONE


def counted(rows: Iterable[BoardRow]) -> dict[str, int]:
    """How many are in each group, how many late, and how many all in all but what is gone."""
    rows = list(rows)
    groups = Counter(row.group for row in rows)
    late = sum(bool(row.days_late) for row in rows)
    return {"": sum(groups.values()) - groups[GONE], LATE: late} | {group: groups[group] for group in GROUPS}


def seat_of(audit: Audit, chair: Chair) -> str:
    """The e-mail address of one chair; "" where nobody sits there."""
    person = audit.auditor if chair == Chair.AUDITOR else audit.keyworker
    return person.email if person else ""


def moment_of(row: BoardRow) -> datetime | None:
    """When its last reminder went."""
    return row.sent[-1].sent_at if row.sent else None
