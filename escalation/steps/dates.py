"""The date of a step: counted from a day, kept with how it was counted, and told in words.

What was counted in working days moves when a bank holiday is announced late; what was chosen, or counted in months,
stays (lifecycle: Action, working days).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from audits.panel.sitting import next_sitting
from escalation.models import Step
from escalation.steps.step_kind import StepKind
from qualitycounts.base.dates import weekday_in_words
from standards.timescales import add_months, add_working_days, in_words, is_working_day

SINCE = {
    "opened": "after it was opened",
    "met": "after the meeting",
    "regraded": "after the panel changed the grade",
    "signed": "after it was signed, since no date falls before the next working day: signed",
    "done": "after the steps before it were done",
    "late": "after the step before it was done, which was late: done",
    "reopened": "after it was sent back",
}
"""What a date was counted from, in the words of the page. "panel", "sits" and "chosen" have words of their own."""


@dataclass(frozen=True, slots=True)
class Due:
    """A date with how it was counted. `since` is a word of `SINCE`, "panel", "sits", or "chosen"."""

    on: date
    start: date
    since: str
    days: int | None = None
    months: int | None = None

    def put(self, step: Step) -> Step:
        """Write it on a step, not saved. The first date of a step is never changed."""
        step.due_on, step.first_due_on = self.on, step.first_due_on or self.on
        step.counted_from, step.counted_since = self.start, self.since
        step.counted_days, step.counted_months = self.days, self.months
        return step


def put_later(counted: Due, step: Step) -> Step:
    """Write a date on a step, not saved, unless the one that it has is later: no deadline comes nearer unasked."""
    return step if step.due_on is not None and step.due_on >= counted.on else counted.put(step)


def panel_after(on: date) -> date:
    """The next panel while none is drawn: the last working day of a month, strictly after `on`
    (docs/adr/0003-escalation.md)."""
    month = on.replace(day=1)
    while True:
        last = add_months(month, 1) - timedelta(days=1)
        while not is_working_day(last):
            last -= timedelta(days=1)
        if last > on:
            return last
        month = add_months(month, 1)


def working(days: int, *, start: date, since: str) -> Due:
    """So many working days after a day."""
    return Due(add_working_days(start, days), start, since, days=days)


def chosen(on: date, *, when: date) -> Due:
    """A date that a person chose, on the day `when`."""
    return Due(on, when, "chosen")


def due_date(kind: StepKind, *, start: date, on: date) -> Due:
    """The date of a step counted from `start`. One that is counted from the meeting is never before the next
    working day after `on`, the day it is worked out."""
    if kind.since == "panel":
        sits = next_sitting(start)
        return Due(panel_after(start), start, "panel") if sits is None else Due(sits, start, "sits")
    if months := kind.whole_months:
        counted = Due(add_months(start, months), start, kind.since, months=months)
    else:
        counted = working(kind.working_days, start=start, since=kind.since)
    first = working(1, start=on, since="signed")
    return first if kind.since == "met" and first.on > counted.on else counted


def first_due(kind: StepKind, *, met: date, on: date) -> Due | None:
    """The date of a step as far as it is known on the day its path opens."""
    if kind.since == "opened":
        return due_date(kind, start=on, on=on)
    return due_date(kind, start=met, on=on) if kind.since == "met" else None


def recounted(step: Step) -> date | None:
    """A step's date as it counts today, where it was counted in working days; None where it was not."""
    if step.counted_days is None or step.counted_from is None:
        return None
    return add_working_days(step.counted_from, step.counted_days)


def why_due(step: Step) -> str:
    """Why it is due on that date, in a sentence without its full stop; "" where it has none yet."""
    start, due_on = step.counted_from, step.due_on
    if start is None or due_on is None:
        return ""
    if step.counted_since == "panel":
        return f"The panel after {weekday_in_words(start)}: the last working day of the month"
    if step.counted_since == "sits":
        return f"The panel sits on that day, the first after {weekday_in_words(start)}"
    if step.counted_since == "chosen":
        return f"This date was given on {weekday_in_words(start)}"
    return in_words(
        days=step.counted_days or 0,
        months=step.counted_months or 0,
        after=SINCE[step.counted_since],
        start=start,
        end=due_on,
    )
