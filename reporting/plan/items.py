"""The CQAWG action plan: prioritised thematic actions, each with one owner, a date, its history and its effect.

Strategy 4.7.5 (the QA Officer keeps the plan) and 5.5 (CQAWG develops it and reports to DMT).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from audits.plan.evidence_words import check_evidence_words
from escalation.models import Pattern
from escalation.patterns import patterns
from people import access, notices, trail
from people.models import User
from people.roles import Permission
from people.sent_twice import AGAIN, same_row
from qualitycounts.base import clock
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, allows
from reporting.models import PlanItem, PlanUpdate, Recommendation, Report
from reporting.notice_texts import PlanItemGiven, PlanItemJoined
from reporting.reports.drafting import MOST_AT_ONCE, fit
from reporting.sections.contents import read_figures
from reporting.sections.frozen import Stored
from reporting.sections.grades import Grades
from reporting.sections.rows import WHOLE_CASE
from reporting.sections.standards import Standards
from reporting.states import PLAN_ITEM


@dataclass(frozen=True)
class Item:
    """What is typed of one item of the plan."""

    what: str
    why: str
    standard: int | None
    owner: User
    due_on: date
    priority: int
    doing: str = ""


def take_up(
    *,
    item: Item,
    recommendation: Recommendation | None = None,
    pattern: Pattern | None = None,
    by: User,
    at: datetime,
) -> PlanItem:
    """Put an action on the plan, with the figure it is meant to move as it stands now, and tell its owner. It keeps the
    recommendation or the pattern that it comes from.

    Refuses (`Refused`, 422) one without words, with a date that is not still to come, or whose owner has left.
    """
    with trail.acting(by=by, at=at) as act:
        what, why, doing = fit(item.what, "what"), fit(item.why, "why"), fit(item.doing, "doing")
        if not what:
            raise Refused("Write what will be done.", "what")
        _check_date(item.due_on, at)
        if not item.owner.works_here(clock.day_of(at)):
            raise Refused(f"{item.owner} no longer works here. Choose another owner.", "owner")
        plan_item = _add(
            what=what,
            doing=doing,
            why=why,
            standard=item.standard,
            owner=item.owner,
            due_on=item.due_on,
            first_due_on=item.due_on,
            priority=item.priority,
            recommendation=recommendation,
            pattern=pattern,
            before=_figure(item.standard),
            opened_at=at,
            opened_by=by,
        )
        act.add("plan.take_up", plan_item, now=plan_item.state, content={"what": what, "owner": str(item.owner)})
        if pattern is not None:
            act.add("pattern.taken_up", pattern, was=pattern.state, now=pattern.state, content={"item": plan_item.ref})
        if item.owner.pk != by.pk:
            notices.notify(to=[item.owner], text=PlanItemGiven(plan_item), key=f"plan-{plan_item.ref}", at=at)
    return plan_item


def join(item: PlanItem, recommendation: Recommendation, *, by: User, at: datetime) -> None:
    """Have an item answer a further recommendation that asks for the same; its owner, date and priority stay, and its
    owner is told. Refuses (`NotNow`, 409) one that has ended."""
    with trail.acting(by=by, at=at) as act:
        item = _locked(item)
        item.state = PLAN_ITEM.check(item.state, "progress")
        asked = f"Asked for again, by recommendation {recommendation.number} of {recommendation.report.about.short}"
        _write(item, f"{asked}: {recommendation.words} {recommendation.what}".strip(), None, by=by, at=at)
        act.add("plan.join", item, content={"recommendation": recommendation.ref})
        if item.owner_id != by.pk:
            key = f"plan-{item.ref}-{recommendation.ref}"
            notices.notify(to=[item.owner], text=PlanItemJoined(item, recommendation), key=key, at=at)


def answer_to(pattern: Pattern) -> dict[str, object]:
    """What the form of an item begins with where it answers a pattern: why, which figure should move, and by whom."""
    why = f"Pattern {pattern.ref}: {patterns.title(pattern)}. {patterns.sentence(pattern)} {pattern.decided_why}"
    return {"why": why.strip(), "standard": pattern.standard, "owner": pattern.owner_id}


def _add(**values: object) -> PlanItem:
    """The next item. Of two that add at once the second finds its number taken and takes the one after."""
    first = (PlanItem.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    for number in range(first, first + MOST_AT_ONCE):
        try:
            with transaction.atomic():
                return PlanItem.objects.create(number=number, **values)
        except IntegrityError:
            if PlanItem.objects.filter(number=number).exists():
                continue
            raise
    raise NotNow("Others are adding to the plan just now. Open the plan again.")


def _figure(standard: int | None) -> Stored:
    """The standard's latest figure that readers have: of the newest quarter or year that is out."""
    if standard is None:
        return {}
    kinds = (Report.Kind.QUARTERLY, Report.Kind.ANNUAL)
    newest = (
        Report.objects.filter(kind__in=kinds, issued_at__isnull=False).defer("pdf", "rows").order_by("-as_at").first()
    )
    return figure_of(newest, standard)


def figure_of(report: Report | None, standard: int, of_set: str = "") -> Stored:
    """A standard's share of Good or better in one report, or that of the case as a whole; of several sets that of
    `of_set`, else of the newest. Empty where it has none."""
    if report is None:
        return {}
    figures = read_figures(report.figures)
    numbered = [each for each in figures.of(Standards).standards if each.number == standard]
    graded = [each for each in numbered if each.set == of_set] or numbered[-1:]
    series = figures.of(Grades).good if standard == WHOLE_CASE else graded[-1].good if graded else None
    if series is None or not series.ofs[-1]:
        return {}
    its_set = {} if standard == WHOLE_CASE else {"set": graded[-1].set}
    return {"period": report.period, "count": series.counts[-1], "of": series.ofs[-1], **its_set}


def say(*, item: PlanItem, words: str, due_on: date | None, by: User, at: datetime) -> PlanItem:
    """Say how it goes; with a new date, why. The first date stays. Refuses (`NotAllowed`, 403) anyone but its owner and
    those who keep the plan; (`NotNow`, 409) once it ended; (`Refused`, 422) without words or with a date gone by."""
    with trail.acting(by=by, at=at) as act:
        item = _locked(item)
        check_say(item, by)
        words = fit(words, "words")
        if not words:
            raise Refused("Write how it goes." if due_on is None else "Write why it needs a new date.", "words")
        if due_on is None:
            check_evidence_words(words, "words", "Write how it goes: what was done, and what can be seen now.")
        if due_on is not None and due_on != item.due_on:
            if not access.may(by, Permission.KEEP_PLAN):
                raise NotAllowed("Those who keep the plan give it a new date. Ask the QA Officer, with your reason.")
            _check_date(due_on, at)
            item.due_on = due_on
        if same_row(item.updates.all(), by=by, words=words, due_on=due_on, said_by=by, said_at__gt=at - AGAIN):
            return item
        item.state = PLAN_ITEM.check(item.state, "progress")
        item.version += 1
        item.save(update_fields=["due_on", "state", "version"])
        _write(item, words, due_on, by=by, at=at)
        act.add("plan.say", item, why=words, content={"due_on": item.due_on})
    return item


def end_item(*, item: PlanItem, how: str, words: str, by: User, at: datetime) -> PlanItem:
    """End an item or open it again: `how` is finish, drop or reopen. Finishing needs the evidence of impact: did the
    figure move, what is seen now (5.5). Refuses (`Refused`, 422) without words; (`NotNow`, 409) what the table refuses.
    """
    with trail.acting(by=by, at=at) as act:
        access.check(by, Permission.KEEP_PLAN)
        item = _locked(item)
        words = fit(words, "words")
        asks = {"finish": "Write what shows that it made a difference, or that it made none."}
        if not words:
            raise Refused(asks.get(how, "Write why."), "words")
        if how == "finish":
            check_evidence_words(words, "words", asks[how])
        was = item.state
        item.state = PLAN_ITEM.check(was, how)
        if how == "reopen":
            item.ended_at, item.ended_by = None, None
        else:
            item.ended_at, item.ended_by = at, by
        if how == "finish":
            item.impact = words
        item.version += 1
        item.save(update_fields=["state", "ended_at", "ended_by", "impact", "version"])
        _write(item, f"{ENDS[how]}: {words}", None, by=by, at=at)
        act.add(f"plan.{how}", item, was=was, now=item.state, why=words)
    return item


ENDS = {"finish": "Done", "drop": "Dropped", "reopen": "Opened again"}


def check_say(item: PlanItem, by: User) -> None:
    """Refuse whoever is neither its owner nor keeps the plan (`NotAllowed`), and one that ended (`NotNow`)."""
    if by.pk != item.owner_id and not access.may(by, Permission.KEEP_PLAN):
        raise NotAllowed("Its owner and those who keep the plan say how it goes. Tell them what you know.")
    if not PLAN_ITEM.can(item.state, "progress"):
        raise NotNow("It has ended. The QA Officer can open it again.")


def can_say(item: PlanItem, by: User) -> bool:
    """Whether `check_say` would let it pass."""
    return allows(check_say, item, by)


def _locked(item: PlanItem) -> PlanItem:
    return PlanItem.objects.select_for_update().get(pk=item.pk)


def _write(item: PlanItem, words: str, due_on: date | None, *, by: User, at: datetime) -> None:
    PlanUpdate.objects.create(item=item, words=words, due_on=due_on, said_at=at, said_by=by)


def _check_date(day: date, at: datetime) -> None:
    if day <= clock.day_of(at):
        raise Refused("Choose a date that is still to come.", "due_on")
