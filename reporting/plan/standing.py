"""Where an item of the plan stands and whether it helped: both by rules that are printed below the plan, so that nobody
chooses a colour and nothing is called an effect that chance could give (strategy 5.5: evidence of impact)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from qualitycounts.base import clock
from qualitycounts.base.dates import date_in_words, short_day
from reporting import periods
from reporting.models import PlanItem, Report
from reporting.odds import Share, beyond, few, would_show
from reporting.plan.items import figure_of
from reporting.sections.frozen import Stored
from reporting.sections.rows import WHOLE_CASE
from standards.timescales import add_working_days, working_days_between

QUIET = timedelta(days=31)
"""Nothing said of an item for longer than this: it is at risk."""
NEAR = 10
"""Working days before its date within which something has to have been said."""


@dataclass(frozen=True)
class Standing:
    """Where an item stands. `slug` is how it looks: red, amber, green, done or dropped."""

    slug: str
    name: str
    why: str

    @property
    def look(self) -> str:
        """How a page shows it."""
        return {"red": "no", "amber": "proposed", "green": "open", "done": "agreed"}.get(self.slug, "na")


RULES = (
    ("Red: late", "past its date and not ended."),
    (
        "Amber: at risk",
        f"nobody has said how it goes for {QUIET.days} days, or in the {NEAR} working days before its date.",
    ),
    ("Green: on track", "neither."),
    ("Done", "ended by those who keep the plan, with what shows whether it made a difference."),
)


def standing(item: PlanItem, *, late: bool, said_on: date | None, on: date) -> Standing:
    """Where an item stands on a day: whether it is `late` then, and when somebody last said how it goes."""
    if item.ended_at is not None:
        ended = f"{short_day(item.ended_at)}."
        return Standing("done", "Done", ended) if item.state == PlanItem.State.DONE else Standing("", "Dropped", ended)
    left = working_days_between(on, item.due_on)
    if late:
        return Standing("red", "Red: late", f"{days(-left)} past its date.")
    heard = said_on or clock.day_of(item.opened_at)
    last = f"Last said {date_in_words(said_on)}." if said_on else "Nobody has said yet how it goes."
    due = "Due today." if not left else f"Due in {days(left)}."
    if on - heard > QUIET or (left <= NEAR and add_working_days(heard, NEAR) < on):
        return Standing("amber", "Amber: at risk", f"{due} {last}")
    return Standing("green", "Green: on track", f"{due} {last}")


def days(number: int) -> str:
    """So many working days."""
    return f"{number:,} working day{'' if number == 1 else 's'}"


@dataclass(frozen=True)
class Effect:
    """Whether the figure that an item is to move has moved, in a word and in a sentence; `shown` where it rose."""

    name: str
    words: str
    shown: bool = False


NOT_NAMED = Effect("Not measured", "No figure was named for it.")
EFFECT_RULES = (
    "The share of the standard’s audits graded Good or better, in the newest quarterly or annual report that began "
    "after the item was agreed, against the share when it was agreed. A rise or a fall is shown where chance gives it "
    "less often than once in 200 times. “No signal” and “Too few to tell” are not success: done is not the same as "
    "helped."
)


def effect(item: PlanItem, newest: Report | None) -> Effect:
    """Whether it helped, going by the newest report that is out."""
    return effect_of(item, figure_of(newest, item.standard, item.before.get("set", "")) if item.standard else {})


def effect_of(item: PlanItem, figure: Stored) -> Effect:
    """Whether it helped, going by one figure; only one of a report that began after it was agreed tells."""
    if item.standard is None:
        return NOT_NAMED
    name = "The case as a whole" if item.standard == WHOLE_CASE else f"Standard {item.standard}"
    if not item.before:
        return Effect("Too soon", f"{name}: there was no figure when it was agreed.")
    before = Share(item.before["count"], item.before["of"])
    then = f"{name}: {before} in {periods.parse(item.before['period']).short}, when it was agreed"
    if not figure or periods.parse(figure["period"]).first <= clock.day_of(item.opened_at):
        return Effect("Too soon", f"{then}. No report has begun since.")
    if len({item.before.get("set"), figure.get("set")} - {None, ""}) > 1:
        return Effect("Not comparable", f"{then}. The standards changed since: what has its number now is another.")
    now = Share(figure["count"], figure["of"])
    moved = f"{then}; {now} in {periods.parse(figure['period']).short}."
    if side := beyond(now, before):
        return Effect("Rise shown" if side > 0 else "Fall shown", moved, shown=side > 0)
    return Effect("Too few to tell" if few(now.of, before) else "No signal", f"{moved} {would_show(now.of, before)}")
