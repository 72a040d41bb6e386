"""One escalation as a timeline: what has happened, what comes next, and who is told if a step stays open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from audits.access import visible_audits
from audits.models import Action, Audit
from escalation.models import Escalation, Step
from escalation.steps import dates, send_backs
from escalation.steps.acting_as import yes
from escalation.steps.evidence import with_sight
from escalation.steps.holders import Holders, service_of
from escalation.steps.paths import PATHS
from escalation.steps.rights import to_sign
from escalation.steps.step_kind import StepKind, kind_of
from escalation.steps.waits_for import waits_for, whom
from people import absence, trail
from people.models import Notice, TrailEntry, User
from qualitycounts.base.dates import day_in_words, moment_in_words, short_day
from standards.timescales import add_working_days, is_working_day, working_days_between


@dataclass(frozen=True, slots=True)
class TimelineLevel:
    """One line of "if it stays open": the day, who is told, and whether they were."""

    on: date
    words: str
    told: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of the timeline: its shape, title, clock or quiet words beside it, sentences, list and levels."""

    state: str
    title: str
    beside: str
    days_left: int | None
    lines: tuple[str, ...]
    items: tuple[tuple[str, str], ...] = ()
    levels: tuple[TimelineLevel, ...] = ()
    slug: str = ""


def steps_of(escalation: Escalation) -> list[Step]:
    """The escalation's steps in order, each with its people, what was told of it and why it was sent back."""
    rows = escalation.steps.annotate(to_sign=yes(to_sign())).prefetch_related("breaches__told")
    steps = list(rows.select_related("owner", "passed_to", "passed_by", "acted_by", "done_by"))
    for step in steps:
        step.escalation = escalation
    places: dict[str, dict[int | None, User | None]] = {}
    back: dict[str, list[TrailEntry]] = {}
    for entry in trail.entries_about(*steps).filter(Q(in_place_of__isnull=False) | Q(act=send_backs.REOPENED)):
        if entry.in_place_of is not None:
            places.setdefault(entry.ref, {})[entry.by_id] = entry.in_place_of
        if entry.act == send_backs.REOPENED:
            back.setdefault(entry.ref, []).append(entry)
    for step in steps:
        step.places = places.get(step.ref, {})  # type: ignore[attr-defined]
        step.sent_back = send_backs.sentences(back.get(step.ref, ()))  # type: ignore[attr-defined]
    return steps


def audits_of_escalation(escalation: Escalation, *, by: User) -> list[Audit]:
    """The escalation's audit and its re-audits, of those that the person may open. One query."""
    its = Q(pk=escalation.audit_id) | Q(re_audit_of=escalation.audit_id)
    return list(visible_audits(by).filter(its).order_by("pk"))


def timeline(escalation: Escalation, steps: list[Step], *, by: User, on: date) -> list[Entry]:
    """From its opening to its end, as this person reads it."""
    holders = Holders(on)
    actions = list(with_sight(escalation.audit, by=by))
    waits = [step for step in steps if step.state == Step.State.OPEN]
    urgent = min(waits, key=lambda step: step.due_on or on, default=None)
    entries = [opened_line(escalation, by=by)]
    waits_for(waits, on=on, holders=holders)
    out = absence.absences_on([step.owner_id for step in waits], on=on)
    for step in waits:
        step.cover = out.get(step.owner_id or 0)  # type: ignore[attr-defined]
        step.gone = step.owner_gone(on)  # type: ignore[attr-defined]
    entries += [entry(step, actions, holders, by=by, on=on, levels=step is urgent) for step in steps]
    if escalation.finished is not None:
        why = escalation.finished_why or "Every step is done."
        entries.append(Entry("agreed", "Finished", short_day(escalation.finished), None, (why,)))
    return entries


def you(person: User | None, by: User) -> str:
    """A name, or "you" where it is the reader's own."""
    return "you" if person is not None and person.pk == by.pk else str(person or "nobody at present")


def in_whose_place(step: Step, person: User | None) -> str:
    """In whose place a deputy acted on the step; "" for whoever acted in their own."""
    stood_in_for = step.places.get(person.pk) if person is not None else None  # type: ignore[attr-defined]
    return f", standing in for {stood_in_for}" if stood_in_for else ""


def acted(step: Step) -> str:
    """Who did what was asked, in their words."""
    return f"Done by {step.acted_by}{in_whose_place(step, step.acted_by)}: “{step.acted}”"


def opened_line(escalation: Escalation, *, by: User) -> Entry:
    """Why and when it was opened, and who was told."""
    notices = Notice.objects.filter(key=f"{escalation.ref}:opened").select_related("to").order_by("to__name")
    names = [you(notice.to, by) for notice in notices]
    names.sort(key=lambda name: name != "you")
    listing = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
    concern = getattr(escalation, "concern", None)
    if concern is not None:
        lines = [
            f"{concern.raised_by} raised a safeguarding concern in audit {escalation.audit.ref}: “{concern.why}”",
            f"Spoken to: {concern.spoken_to_in_words}, {moment_in_words(concern.spoken)}.",
        ]
    else:
        lines = [f"Audit {escalation.audit.ref} is graded {escalation.opened_for}."]
    if listing:
        were = "was" if len(names) == 1 and names != ["you"] else "were"
        lines.append(f"{listing[:1].upper()}{listing[1:]} {were} told.")
    return Entry("agreed", "Opened", short_day(escalation.opened), None, tuple(lines))


def entry(step: Step, actions: list[Action], holders: Holders, *, by: User, on: date, levels: bool) -> Entry:
    """One step as it stands."""
    kind = kind_of(step)
    if step.state == Step.State.DONE:
        return done(step, kind, actions, by=by)
    if step.state == Step.State.DROPPED:
        return Entry("na", kind.title, "no longer needed", None, (step.words,) if step.words else (), slug=step.slug)
    if step.state == Step.State.WAITING:
        known = step.due_on if kind.since == "met" else None
        beside = f"due {short_day(known)} {known.year}" if known else "not started"
        owner = you(step.owner, by)
        begins = kind.before_it_begins(f"{owner[:1].upper()}{owner[1:]}")
        return Entry("blank", kind.title, beside, None, (begins,), slug=step.slug)
    due = step.due_on or on
    late = due < on
    return Entry(
        "no" if late else "open",
        kind.title,
        "",
        working_days_between(on, due),
        tuple(open_lines(step, kind, actions, by=by, on=on, late=late)),
        tuple(kind.timeline_items(step, actions)),
        tuple(ladder_of(step, holders, by=by, on=on)) if levels else (),
        step.slug,
    )


def done(step: Step, kind: StepKind, actions: list[Action], *, by: User) -> Entry:
    """A step that is done: when, by whom, and their words."""
    when = f"done {short_day(step.done_at)}" + (f", due {short_day(step.due_on)}" if step.due_on else "")
    who = f"{you(step.done_by, by)}{in_whose_place(step, step.done_by)}"
    by_whom = f"{'Agreed by' if step.acted else 'By'} {who}"
    said = f"{by_whom}: “{step.words}”" if step.words else f"{by_whom}."
    lines = [*step.sent_back, *([acted(step)] if step.acted else [])]  # type: ignore[attr-defined]
    return Entry("agreed", kind.past, when, None, (*lines, said), slug=step.slug)


def open_lines(step: Step, kind: StepKind, actions: list[Action], *, by: User, on: date, late: bool) -> Iterable[str]:
    """Whose it is, by when, what closes it, and where it was passed to."""
    owner, due = you(step.owner, by), step.due_on
    whose = f"{owner[:1].upper()}{owner[1:]}"
    if kind.worker_too and step.escalation.audit.keyworker is not None:
        whose += f" and {you(step.escalation.audit.keyworker, by)}"
    if due is not None:
        first = (
            f" First due {day_in_words(step.first_due_on)}." if step.first_due_on and step.first_due_on != due else ""
        )
        yield f"{whose}. {'Was due' if late else 'Due'} {day_in_words(due)}.{first}{before(due)}"
        if (cover := getattr(step, "cover", None)) is not None:
            are = "are" if whose == "You" else "is"
            yield f"{whose} {are} away until {day_in_words(cover.ends_on)}: {cover.deputy} stands in."
        if reason := dates.why_due(step):
            yield f"Why that day: {reason[:1].lower()}{reason[1:]}."
    yield from step.sent_back  # type: ignore[attr-defined]
    if getattr(step, "gone", False):
        yield f"Owner gone: {owner} no longer works here. It wants another owner; its date stays."
    if step.acted:
        yield acted(step)
    if (now := whom(step, on=on)).people and (now.missing or step.owner_id not in now.keys):
        names = " and ".join(you(person, by) for person in now.people)
        missing = f": {now.missing}" if now.missing else ""
        yield f"Now it waits for {names}{' to sign' if now.signs else ''}{missing}."
    if step.passed_to is not None:
        to = you(step.passed_to, by)
        yield f"{step.passed_by} passed it up to {to} on {short_day(step.passed_at)}: “{step.passed_why}”"
    yield kind.closes


def before(due: date) -> str:
    """Where the date is no working day, the last one before it."""
    if is_working_day(due):
        return ""
    last = due
    while not is_working_day(last):
        last -= timedelta(days=1)
    return f" The last working day before it is {short_day(last)}."


def ladder_of(step: Step, holders: Holders, *, by: User, on: date) -> Iterable[TimelineLevel]:
    """Who is told if it stays open, level by level, with those who were."""
    if step.due_on is None:
        return
    breaches = {breach.level: breach for breach in step.breaches.all() if breach.due_on == step.due_on}
    for level in PATHS[step.escalation.path].late:
        breach = breaches.get(level.key)
        part, people = holders.part_and_people(level.who, service=service_of(step), late=whom(step, on=on).keys)
        person = breach.told if breach else next(iter(people), None)
        yield TimelineLevel(
            breach.on if breach else add_working_days(step.due_on, level.days),
            telling(person, part.label, by=by, told=breach is not None),
            breach is not None,
        )


def telling(person: User | None, part: str, *, by: User, told: bool) -> str:
    """Who is told, in words."""
    if person is None:
        return f"nobody holds the part of {part}"
    if person.pk == by.pk:
        return f"you {'were' if told else 'are'} told as {part}"
    return f"{person}, {part}{', was told' if told else ''}"
