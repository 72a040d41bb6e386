"""What the page of the queue shows beside its rows: the counts, and one escalation to act on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from escalation.escalations.queue_rows import QueueRow
from escalation.models import Escalation
from escalation.steps import acts, buttons
from escalation.steps.buttons import Offer
from escalation.steps.evidence import Evidence, evidence, with_sight
from people.models import User
from qualitycounts.base.dates import short_day, weekday_in_words
from qualitycounts.base.templatetags import qc

WORDS = {
    "open": "open",
    "safeguarding": "safeguarding",
    "yours": "wait for you",
    "over": "over",
    "today": "due today",
    "gone": "owner gone",
    "deputy": "with a deputy",
    "finished": "finished in 3 months",
}
"""What each count above the queue says."""


def strip(counted: dict[str, int], show: str) -> list[dict[str, Any]]:
    """The counts above the queue, each a link to what it counts; a rare one only where there is any."""
    rare = ("safeguarding", "gone", "deputy")
    return [
        {
            "number": counted[key],
            "text": text,
            "url": "?" if key == "open" else f"?show={key}",
            "over": key == "over" and counted[key] > 0,
            "css": "qc-safe" if key == "safeguarding" else "",
            "current": key == show,
        }
        for key, text in WORDS.items()
        if counted[key] or key not in rare or key == show
    ]


def counted_by_path(escalations: QuerySet[Escalation]) -> dict[str, int]:
    """How many of each cause there are on all pages of a list. One question."""
    return dict(escalations.order_by().values_list("path").annotate(count=Count("pk")))


@dataclass(frozen=True, slots=True)
class Pane:
    """One escalation to read: its row, what it is about, what may be done on the step shown, and whose is next."""

    row: QueueRow
    escalation: Escalation
    facts: str
    clock: str
    next_up: str
    offers: list[Offer]
    evidence: Evidence
    following: QueueRow | None

    @property
    def main(self) -> Offer | None:
        """The act that stands in the pane with its form."""
        return next((offer for offer in self.offers if offer.act.asks is not None), None)

    @property
    def others(self) -> list[Offer]:
        """The other acts, each a link to its page."""
        return [offer for offer in self.offers if offer is not self.main]

    @property
    def button(self) -> str:
        """What the button says: a signature names how many it signs."""
        main, signed = self.main, len(self.evidence.actions)
        if main is None or main.act.slug != acts.SIGN.slug or signed < 2:
            return main.act.button if main is not None else ""
        return f"I have read all {signed} and sign"


def opened_row(rows: Sequence[QueueRow], asked: str) -> QueueRow | None:
    """The row whose escalation the pane shows: the one that was asked for, else the first that waits for the person."""
    wanted = next((row for row in rows if row.escalation.ref == asked), None)
    return wanted or next((row for row in rows if row.yours), None)


def pane(rows: Sequence[QueueRow], asked: str, *, by: User, on: date, sees_number: bool) -> Pane | None:
    """The pane for one of the rows of the page; None where nothing waits for the person and nothing was asked for."""
    row = opened_row(rows, asked)
    if row is None:
        return None
    step, escalation = row.step, row.escalation
    offers = buttons.choices([step], by=by).forward
    act = next((offer.act for offer in offers), acts.ASK)
    yours = [other for other in rows if other.yours and other is not row]
    return Pane(
        row,
        escalation,
        facts_of(escalation, sees_number=sees_number),
        qc.clock(row.days_left),
        next_in_words(row, by=by, on=on),
        offers,
        evidence(step, act, by=by),
        next(iter(yours), None),
    )


def facts_of(escalation: Escalation, *, sees_number: bool) -> str:
    """Team, case and people in a line; the child's number only for whoever may see the case."""
    audit, case = escalation.audit, escalation.audit.case
    what = f"child {case.person_id}, {case.get_category_display().lower()}" if sees_number else ""
    people = f"Worker {case.keyworker or 'nobody at present'}, manager {audit.responsible_manager or 'to be named'}."
    return f"{', '.join(part for part in (str(case.team or 'No team'), what) if part)}. {people}"


def next_in_words(row: QueueRow, *, by: User, on: date) -> str:
    """Who is told if it stays open, and when."""
    up = row.next_up
    if up is None:
        return "Everyone above was told."
    if up.person is None:
        return ""
    who, day = ("You are" if up.person == by else f"{up.person} is"), weekday_in_words(up.on)
    return f"{who} told {'today' if up.on <= on else f'on {day}'} if it is still open."


@dataclass(frozen=True, slots=True)
class ToAcknowledge:
    """One escalation that is about to be acknowledged with others: what one says that one has read."""

    escalation: Escalation
    lines: list[str]


def what_is_acknowledged(steps: Iterable[Any], *, by: User) -> list[ToAcknowledge]:
    """What is read before several are acknowledged: the concern, or each action with its owner and date."""
    shown = []
    for step in steps:
        escalation = step.escalation
        concern = getattr(escalation, "concern", None)
        if concern is not None:
            lines = [f"{concern.raised_by}: “{concern.why}”"]
        else:
            seen = [action for action in with_sight(escalation.audit, by=by) if vars(action)["seen"]]
            lines = [f"{action.what} ({action.owner}, by {short_day(action.due_on)})" for action in seen]
        shown.append(ToAcknowledge(escalation, lines))
    return shown
