"""The draw: chance chooses a month's cases, and anyone can work it out again (strategy, App. 2, before the meeting).

A draw is never edited. A chosen case may be replaced by the next of its category's reserve; a whole draw may be made
again by the Head of QA before any of its meetings is booked, and the old one stays to be read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from audits import references
from audits.allocation import allocate
from audits.draw import frame, tickets, unsent
from audits.locking import lock_draw
from audits.models import Activity, Audit, Case, Draw, Pick, RedrawRequest
from audits.record.withdrawal import withdraw_audit
from people import access, trail
from people.models import User
from people.roles import Permission, Role
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from standards.timescales import add_months

Narrow = Mapping[str, list[str]]
MONTHS_AHEAD = 12
SEED = r"[0-9a-fA-F]{1,64}"
PREFIX = {
    Activity.Kind.CORE: "DRAW",
    Activity.Kind.THEMED: "THEMED",
    Activity.Kind.FLASH: "FLASH",
    Activity.Kind.MANAGEMENT: "MANAGEMENT",
    Activity.Kind.MULTI_AGENCY: "PARTNERS",
}
"""How a draw's reference begins, by the kind of its activity."""


def run(
    *,
    month: date,
    size: int,
    by: User | None,
    at: datetime,
    kind: str = Activity.Kind.CORE,
    title: str = "",
    narrow: Narrow | None = None,
    seed: str | None = None,
    send: bool = True,
) -> Draw:
    """Draw `size` cases for an activity of a month (its first day), make their audits and give them to auditors.

    An activity that the programme lacks is put on it, narrowed as asked. Those named are told at once, unless it is to
    be looked at first and sent later (`send`; audits.draw.sending). Refused: not QA (403), core audits narrowed
    (422), and as `run_for`.
    """
    if by is not None:
        access.check(by, Permission.RUN_SELECTION)
    if kind == Activity.Kind.CORE and narrow:
        raise Refused("Core live audits are drawn from every case. Choose themed or flash audits to narrow them.")
    with trail.acting(by=by, at=at) as act:
        activity, made = Activity.objects.get_or_create(
            kind=kind, month=month, title=title, defaults={"planned": max(size, 0), "narrow": dict(narrow or {})}
        )
        if made:
            act.add("activity.planned", activity, now=activity.state, content=activity.plan())
        return run_for(activity, size=size, by=by, at=at, seed=seed, send=send)


def run_for(
    activity: Activity, *, size: int, by: User | None, at: datetime, seed: str | None = None, send: bool = True
) -> Draw:
    """Draw `size` cases for an activity of the programme: from the cases and for the standards that it names.

    With as many places as cases, or more, all are drawn. The frame is the register as it is now. Refused: not QA (403),
    a size below 1, a seed that is not hex, no case to draw (422), drawn already, dropped, or an observation (409).
    """
    if by is not None:
        access.check(by, Permission.RUN_SELECTION)
    with trail.acting(by=by, at=at) as act:
        activity = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
        check_undrawn(activity)
        return create_draw(activity, size=size, narrow=activity.narrow, seed=seed, send=send, act=act)


def check_undrawn(activity: Activity) -> None:
    """Refused (409) where the activity has a draw that stands, was dropped, or is an observation."""
    month_draws = Draw.objects.filter(activity__kind=activity.kind, activity__month=activity.month)
    drawn = (
        month_draws.filter(activity__title=activity.title, state=Draw.State.DRAWN).select_related("activity").first()
    )
    if drawn is not None:
        raise NotNow(
            f"{drawn.activity} was drawn already: {drawn.ref}. A drawn list is not changed. The Head of QA can draw "
            "again from its page, with a reason, before any of its meetings is booked."
        )
    if activity.state == Activity.State.DROPPED:
        raise NotNow(f"{activity} was dropped from the programme, so nothing is drawn for it.")
    if not activity.draws_cases:
        raise NotNow("Practice is observed as it happens: no case is drawn for an observation.")


def create_draw(activity: Activity, *, size: int, narrow: Narrow, seed: str | None, send: bool, act: trail.Act) -> Draw:
    """Freeze the frame, choose, and write down the draw, its picks and their audits."""
    check_draw_size(size)
    check_seed(seed)
    on = day_of(act.at)
    draw_frame = frame.build_frame(on, narrow)
    if not draw_frame.cases:
        raise Refused(
            f"There is no case to draw from: the rules take out all {draw_frame.open_cases:,} open cases. "
            "Import the latest case extract first."
        )
    text = tickets.frame_text(draw_frame.cases)
    quotas = tickets.quotas(draw_frame.strata, size)
    draw = Draw.objects.create(
        ref=next_ref(activity),
        activity=activity,
        on=on,
        drawn_at=act.at,
        drawn_by=act.by,
        size=size,
        seed=seed or tickets.seed_new(),
        seed_given=bool(seed),
        filter=dict(narrow),
        focus=list(activity.focus),
        frame=text,
        frame_hash=tickets.frame_hash(text),
        frame_size=len(draw_frame.cases),
        excluded=draw_frame.excluded,
        quotas=quotas,
        sent=act.at if send else None,
        sent_by=act.by if send else None,
    )
    chosen = tickets.choose(draw.seed, draw_frame.cases, quotas)
    by_number = Case.objects.select_related("keyworker", "team__service").in_bulk(
        [person_id for queue in chosen.values() for _, person_id in queue], field_name="person_id"
    )
    picks = [
        Pick(draw=draw, case=by_number[person_id], category=category, ticket=ticket, place=place)
        for category, queue in chosen.items()
        for place, (ticket, person_id) in enumerate(queue, 1)
    ]
    Pick.objects.bulk_create(picks)
    act.add(
        "draw.run",
        draw,
        now=draw.state,
        content={
            "seed": draw.seed,
            "frame_hash": draw.frame_hash,
            "quotas": quotas,
            "picks": [[pick.case.person_id, pick.category, pick.place] for pick in picks],
        },
    )
    draw.coverage = frame.coverage(draw_frame, quotas, picks)
    draw.allocation = open_audits(draw, picks, act=act)
    draw.save(update_fields=["coverage", "allocation"])
    return draw


def drawable(today: date) -> dict[str, Activity]:
    """What one may draw for, by how a form names it: core live audits of this month and the next twelve ("2026-12",
    planned or not), and the other activities on the programme from this month on that draw cases (their keys). Those
    drawn for already have `drawn`: a second draw of them is refused."""
    first = today.replace(day=1)
    months = [add_months(first, ahead) for ahead in range(MONTHS_AHEAD + 1)]
    planned = list(with_drawn(Activity.objects.filter(month__gte=first, state=Activity.State.PLANNED)))
    core = {activity.month: activity for activity in planned if activity.kind == Activity.Kind.CORE}
    core_by_key = {f"{month:%Y-%m}": core.get(month) or Activity(month=month) for month in months}
    others = (activity for activity in planned if activity.kind != Activity.Kind.CORE and activity.draws_cases)
    return core_by_key | {str(activity.pk): activity for activity in others}


def with_drawn(activities: QuerySet[Activity]) -> QuerySet[Activity]:
    """Each with whether cases are drawn for it already, as `is_drawn` reads it."""
    return activities.annotate(drawn=Exists(Draw.objects.filter(activity=OuterRef("pk"), state=Draw.State.DRAWN)))


def is_drawn(activity: Activity) -> bool:
    """Whether cases are drawn for it: never for a month that is not on the programme yet."""
    return bool(getattr(activity, "drawn", False))


def run_asked(activity: Activity, *, size: int, by: User, at: datetime) -> Draw:
    """Draw for one of the `drawable`, to be looked at before anybody is told: as `run_for`, and a month's core live
    audits need not be planned before."""
    if activity._state.adding:
        return run(month=activity.month, size=size, by=by, at=at, send=False)
    return run_for(activity, size=size, by=by, at=at, send=False)


def check_draw_size(size: int) -> None:
    """Refused (422) unless at least one case is asked for."""
    if size < 1:
        raise Refused("Say how many cases to draw: 1 or more.", "size")


def check_seed(seed: str | None) -> None:
    """Refused (422) unless the seed is hex, of at most 64 characters: it is shown, and used in a command line."""
    if seed is not None and not re.fullmatch(SEED, seed):
        raise Refused("A seed is 1 to 64 hex characters, such as 16 random bytes give. Leave it out to have one made.")


def draws_newest_first() -> QuerySet[Draw]:
    """Every draw, the latest first, without the frames."""
    return Draw.objects.select_related("activity", "drawn_by").defer("frame", "allocation", "coverage")


def draw_or_404(ref: str) -> Draw:
    """The draw of this reference. Whoever may run draws may open every one of them."""
    return get_object_or_404(Draw.objects.select_related("activity", "drawn_by"), ref=ref)


def next_ref(activity: Activity) -> str:
    """DRAW-2612; a second one of the month, after the first was superseded, is DRAW-2612-2."""
    first = f"{PREFIX[Activity.Kind(activity.kind)]}-{activity.month:%y%m}"
    earlier = Draw.objects.filter(activity__kind=activity.kind, activity__month=activity.month).count()
    return f"{first}-{earlier + 1}" if earlier else first


def open_audits(draw: Draw, picks: list[Pick], *, act: trail.Act) -> dict[str, Any]:
    """Make the audits of these picks and place them. Returns what the allocation was worked out from."""
    month = draw.activity.month
    standard_set = references.standard_set_for(month, on=day_of(act.at))
    references.check_focus(draw.focus, standard_set)
    audits = [
        Audit(
            ref=references.reference(month, number),
            month=month,
            number=number,
            case=pick.case,
            pick=pick,
            category=pick.category,
            standard_set=standard_set,
            focus=draw.focus,
            keyworker=pick.case.keyworker,
            team=pick.case.team,
        )
        for number, pick in enumerate(picks, references.next_number(month))
    ]
    Audit.objects.bulk_create(audits)
    for audit in audits:
        act.add("audit.drawn", audit, now=audit.state, content={"draw": draw.ref})
    return allocate.allocate_auditors(audits, seed=draw.seed, by=act.by, at=act.at)


def check_again(draw: Draw, *, by: User) -> None:
    """Refused unless `by` is the Head of QA (403), the draw stands and none of its meetings is booked (409)."""
    if not access.holds(by, Role.HEAD_OF_QA):
        raise NotAllowed("Only the Head of QA can have a month drawn again. Ask them, with the reason.")
    if draw.state != Draw.State.DRAWN:
        raise NotNow(f"{draw.ref} was superseded already. Open the draw that took its place.")
    begun = started(draw).first()
    if begun is not None:
        raise NotNow(
            f"The meeting of {begun.ref} is booked or has been held, so this draw stands. Replace single cases instead."
        )


def started(draw: Draw) -> QuerySet[Audit]:
    """The draw's audits whose meeting is booked, or further on."""
    waiting = Q(state=Audit.State.ALLOCATED) | Q(state=Audit.State.WITHDRAWN, met_on=None)
    return Audit.objects.filter(pick__draw=draw).exclude(waiting).order_by("number")


def redraw(draw: Draw, *, size: int, why: str, by: User, at: datetime, send: bool = True) -> Draw:
    """Draw the activity again: the old draw's audits are withdrawn, and it stays to be read as superseded.

    The new one is told at once, unless it is to be looked at first (`send`); whoever asked for it is told.
    Refused: not the Head of QA (403), no reason (422), a meeting is booked or the draw was superseded already (409).
    """
    with trail.acting(by=by, at=at) as act:
        activity = Activity.objects.select_for_update().get(pk=draw.activity_id)
        old = lock_draw(draw.pk)
        check_again(old, by=by)
        if not why.strip():
            raise Refused("Say why the month is drawn again. It is shown with the old draw.", "why")
        for audit in Audit.objects.filter(pick__draw=old, state=Audit.State.ALLOCATED).order_by("number"):
            withdraw_audit(audit, why=f"{old.ref} was drawn again: {why.strip()}", by=by, at=at)
        unsent.answer_request(old, answer=RedrawRequest.Answer.REDRAWN, why=why.strip(), act=act)
        was, old.state, old.superseded_why = old.state, Draw.State.SUPERSEDED, why.strip()
        old.save(update_fields=["state", "superseded_why"])
        act.add("draw.superseded", old, was=was, now=old.state, why=old.superseded_why)
        return create_draw(activity, size=size, narrow=old.filter, seed=None, send=send, act=act)
