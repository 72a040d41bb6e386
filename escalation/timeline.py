"""One escalation as a timeline: what has happened, what comes next, and who is told if a step stays open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from audits.access import visible_audits
from audits.models import Action, Audit
from escalation import dates, re_audits
from escalation.models import Escalation, Step
from escalation.paths import PATHS, Rung, rung_of
from escalation.queue import service_of
from escalation.sweep import Holders
from people import absence, trail
from people.models import Notice, User
from people.templatetags.qc import at, day, short_day
from standards.timescales import add_working_days, is_working_day, working_days_between


@dataclass(frozen=True, slots=True)
class Level:
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
    levels: tuple[Level, ...] = ()
    slug: str = ""


def steps_of(escalation: Escalation) -> list[Step]:
    """Its steps in order, each with its people and what was told of it."""
    found = list(
        escalation.steps.select_related("owner", "passed_to", "passed_by", "acted_by", "done_by").prefetch_related(
            "breaches__told"
        )
    )
    for step in found:
        step.escalation = escalation
    places: dict[str, dict[int | None, User | None]] = {}
    for entry in trail.entries_about(*found).exclude(in_place_of=None):
        places.setdefault(entry.ref, {})[entry.by_id] = entry.in_place_of
    for step in found:
        step.places = places.get(step.ref, {})  # type: ignore[attr-defined]
    return found


def audits_of(escalation: Escalation, *, by: User) -> list[Audit]:
    """Its audit and the re-audits of it, of those that the person may open. One question."""
    its = Q(pk=escalation.audit_id) | Q(re_audit_of=escalation.audit_id)
    return list(visible_audits(by).filter(its).order_by("pk"))


def timeline(escalation: Escalation, steps: list[Step], *, by: User, on: date) -> list[Entry]:
    """From its opening to its end, as this person reads it."""
    holders = Holders(on)
    actions = list(escalation.audit.actions.select_related("owner").order_by("number"))
    waits = [step for step in steps if step.state == Step.State.OPEN]
    urgent = min(waits, key=lambda one: one.due_on or on, default=None)
    found = [opening(escalation, by=by)]
    out = absence.away([step.owner_id for step in waits], on=on)
    for step in waits:
        step.cover = out.get(step.owner_id or 0)  # type: ignore[attr-defined]
        step.gone = step.owner_gone(on)  # type: ignore[attr-defined]
    found += [entry(step, actions, holders, by=by, on=on, levels=step is urgent) for step in steps]
    if escalation.finished is not None:
        why = escalation.finished_why or "Every step is done."
        found.append(Entry("agreed", "Finished", short_day(escalation.finished), None, (why,)))
    return found


def you(person: User | None, by: User) -> str:
    """A name, or "you" where it is the reader's own."""
    return "you" if person is not None and person.pk == by.pk else str(person or "nobody at present")


def place(step: Step, person: User | None) -> str:
    """In whose place a deputy acted on the step; "" for whoever acted in their own."""
    stood_in_for = step.places.get(person.pk) if person is not None else None  # type: ignore[attr-defined]
    return f", standing in for {stood_in_for}" if stood_in_for else ""


def acted(step: Step) -> str:
    """Who did what was asked, in their words."""
    return f"Done by {step.acted_by}{place(step, step.acted_by)}: “{step.acted}”"


def opening(escalation: Escalation, *, by: User) -> Entry:
    """Why and when it was opened, and who was told."""
    told = Notice.objects.filter(key=f"{escalation.ref}:opened").select_related("to").order_by("to__name")
    names = [you(notice.to, by) for notice in told]
    names.sort(key=lambda name: name != "you")
    listing = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
    concern = getattr(escalation, "concern", None)
    if concern is not None:
        lines = [
            f"{concern.raised_by} raised a safeguarding concern in audit {escalation.audit.ref}: “{concern.why}”",
            f"Spoken to: {concern.spoken_to}, {at(concern.spoken)}.",
        ]
    else:
        lines = [f"Audit {escalation.audit.ref} is graded {escalation.get_path_display()}."]
    if listing:
        were = "was" if len(names) == 1 and names != ["you"] else "were"
        lines.append(f"{listing[:1].upper()}{listing[1:]} {were} told.")
    return Entry("agreed", "Opened", short_day(escalation.opened), None, tuple(lines))


def entry(step: Step, actions: list[Action], holders: Holders, *, by: User, on: date, levels: bool) -> Entry:
    """One step as it stands."""
    rung = rung_of(step)
    if step.state == Step.State.DONE:
        return done(step, rung, actions, by=by)
    if step.state == Step.State.DROPPED:
        return Entry("na", rung.title, "no longer needed", None, (step.words,) if step.words else (), slug=step.slug)
    if step.state == Step.State.WAITING:
        beside = f"due {short_day(step.due_on)} {step.due_on.year}" if step.due_on else "not started"
        return Entry("blank", rung.title, beside, None, (waiting(step, rung, by=by),), slug=step.slug)
    due = step.due_on or on
    late = due < on
    return Entry(
        "no" if late else "open",
        rung.title,
        "",
        working_days_between(on, due),
        tuple(open_lines(step, rung, actions, by=by, late=late)),
        tuple(items(step, actions)),
        tuple(ladder_of(step, holders, by=by)) if levels else (),
        step.slug,
    )


def done(step: Step, rung: Rung, actions: list[Action], *, by: User) -> Entry:
    """A step that is done: when, by whom, and their words."""
    when = f"done {short_day(step.done_at)}" + (f", due {short_day(step.due_on)}" if step.due_on else "")
    who = f"{you(step.done_by, by)}{place(step, step.done_by)}"
    by_whom = f"{'Agreed by' if step.acted else 'By'} {who}"
    said = f"{by_whom}: “{step.words}”" if step.words else f"{by_whom}."
    lines = [acted(step)] if step.acted else []
    return Entry("agreed", rung.past, when, None, (*lines, said), slug=step.slug)


def waiting(step: Step, rung: Rung, *, by: User) -> str:
    """Who comes in when a step that has not begun does."""
    if step.slug == "re_audit":
        return rung.waits
    owner = you(step.owner, by)
    return f"{owner[:1].upper()}{owner[1:]}. {rung.waits}"


def open_lines(step: Step, rung: Rung, actions: list[Action], *, by: User, late: bool) -> Iterable[str]:
    """Whose it is, by when, what closes it, and where it was passed to."""
    owner, due = you(step.owner, by), step.due_on
    whose = f"{owner[:1].upper()}{owner[1:]}"
    if step.slug in ("supervision", "actions") and step.escalation.audit.keyworker is not None:
        whose += f" and {you(step.escalation.audit.keyworker, by)}"
    if due is not None:
        first = f" First due {day(step.first_due_on)}." if step.first_due_on and step.first_due_on != due else ""
        yield f"{whose}. {'Was due' if late else 'Due'} {day(due)}.{first}{before(due)}"
        if (cover := getattr(step, "cover", None)) is not None:
            are = "are" if whose == "You" else "is"
            yield f"{whose} {are} away until {day(cover.ends_on)}: {cover.deputy} stands in."
        if reason := dates.why(step):
            yield f"Why that day: {reason[:1].lower()}{reason[1:]}."
    if getattr(step, "gone", False):
        yield f"Owner gone: {owner} no longer works here. It wants another owner; its date stays."
    if step.acted:
        yield acted(step)
    if step.passed_to is not None:
        to = you(step.passed_to, by)
        yield f"{step.passed_by} passed it up to {to} on {short_day(step.passed_at)}: “{step.passed_why}”"
    yield rung.closes


def before(due: date) -> str:
    """Where the date is no working day, the last one before it."""
    if is_working_day(due):
        return ""
    last = due
    while not is_working_day(last):
        last -= timedelta(days=1)
    return f" The last working day before it is {short_day(last)}."


def items(step: Step, actions: list[Action]) -> Iterable[tuple[str, str]]:
    """What a step is made of: its actions, and for the manager's steps what else must be there. (shape, words)."""
    audit = step.escalation.audit
    if step.slug == "re_audit":
        again = re_audits.current(audit)
        if again is None:
            yield "blank", "The re-audit is not begun yet"
        else:
            yield "open", f"{again.ref}, {again.get_state_display().lower()}, with {again.auditor or 'no auditor yet'}"
        return
    if step.slug not in ("immediate_actions", "supervision", "actions", "qa_check"):
        return
    for action in actions:
        if action.state == Action.State.CANCELLED:
            continue
        if step.slug == "immediate_actions" and action.kind != Action.Kind.IMMEDIATE:
            continue
        yield item(action)
    if step.slug != "immediate_actions":
        recorded, on_file = audit.supervisions.exists(), audit.on_file_at is not None
        yield ("agreed", "Supervision recorded") if recorded else ("blank", "Supervision not recorded yet")
        yield ("agreed", "On the case file") if on_file else ("blank", "Not on the case file yet")


def item(action: Action) -> tuple[str, str]:
    """One action in a line."""
    what = action.what if len(action.what) <= 90 else f"{action.what[:89]}…"
    if action.state == Action.State.VERIFIED:
        return "agreed", f"{what}. Checked {short_day(action.verified_at)}"
    if action.state == Action.State.DONE:
        return "agreed", f"{what}. Evidence given {short_day(action.done_at)}"
    return "blank", f"{what}. Not done yet, due {short_day(action.due_on)}"


def ladder_of(step: Step, holders: Holders, *, by: User) -> Iterable[Level]:
    """Who is told if it stays open, level by level, with those who were."""
    if step.due_on is None:
        return
    told = {one.level: one for one in step.breaches.all() if one.due_on == step.due_on}
    for level in PATHS[step.escalation.path].late:
        breach = told.get(level.key)
        part, people = holders.part_and_people(level.who, service=service_of(step), owner=step.owner_id)
        person = breach.told if breach else next(iter(people), None)
        yield Level(
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
