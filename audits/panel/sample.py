"""The panel's dip-sample: whole kinds of audits, and chance for the rest, that anyone can work out again (strategy 7).

Every Inadequate and every Outstanding audit of the month is looked at, the first two of each new auditor, then a share
of the rest by the lowest ticket. The tickets are those of a draw (`audits.draw.tickets`), of audits instead of cases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet

from audits import states
from audits.draw import tickets
from audits.models import Audit, Panel, PanelMember, Review
from audits.panel.sitting import as_kept, locked_review, panel_table
from people import access, council_settings, trail
from people.directory import holders
from people.models import User
from people.roles import Permission, Role
from qualitycounts.base.clock import day_of, start_of
from qualitycounts.base.dates import month_in_words
from qualitycounts.base.refusals import NotNow, Refused, written
from standards.grades import Grade
from standards.timescales import add_months, is_working_day

PERCENT = council_settings.Number(
    "panel_percent",
    "Share of the other audits that chance puts before the panel",
    "Validation panel",
    "Of the audits that no rule puts in the sample, rounded up. A drawn sample keeps the share it was drawn with.",
    default=20,
    least=0,
    most=100,
    unit="in a hundred",
)
LEAST = council_settings.Number(
    "panel_least",
    "Fewest audits before a panel",
    "Validation panel",
    "Where a month has as many: chance adds what is missing.",
    default=3,
    least=1,
    most=50,
    unit="audits",
)
FIRST_OF_AN_AUDITOR = council_settings.Number(
    "panel_first_audits",
    "Audits of each new auditor that the panel always looks at",
    "Validation panel",
    "The first ones that they lead, so that they hear early how they are doing.",
    default=2,
    least=0,
    most=10,
    unit="audits",
)
SITTERS = (Role.HEAD_OF_SERVICE, Role.PRINCIPAL_SOCIAL_WORKER, Role.PANEL_MEMBER)
"""Who gives a grade: the Head of QA chairs and the QA Officer keeps the record, and both read every audit anyway."""
Kind = Review.Kind


@dataclass(frozen=True, slots=True)
class Sample:
    """What a frame, a seed, a share and a least number come to; each audit with its ticket, in ticket order."""

    counts: dict[str, int]
    by_chance: int
    chosen: list[tuple[str, str, str]]
    reserve: list[tuple[str, str]]


def audits_finalised_in(month: date) -> QuerySet[Audit]:
    """The audits finalised in a month (its first day) by UK date."""
    return Audit.objects.final().filter(
        finalised_at__gte=start_of(month), finalised_at__lt=start_of(add_months(month, 1))
    )


def finalised_in(month: date) -> list[tuple[str, str]]:
    """Every audit finalised in a month (its first day) by UK date, with the kind under which the panel looks at it."""
    finalised = list(audits_finalised_in(month).order_by("finalised_at", "pk").values_list("ref", "grade", "auditor"))
    earlier = Audit.objects.filter(
        finalised_at__lt=start_of(month), auditor__in={auditor for _, _, auditor in finalised}
    )
    led = Counter(earlier.exclude(state=Audit.State.VOIDED).values_list("auditor", flat=True))
    kinds, first = [], FIRST_OF_AN_AUDITOR.value()
    for ref, grade, auditor in finalised:
        led[auditor] += 1
        if grade in (Grade.INADEQUATE, Grade.OUTSTANDING):
            kinds.append((ref, str(grade)))
        else:
            kinds.append((ref, Kind.NEW_AUDITOR if led[auditor] <= first else Kind.CHANCE))
    return [(ref, str(kind)) for ref, kind in kinds]


def work_out(frame: str, seed: str, *, percent: int, least: int) -> Sample:
    """The sample that a frozen frame gives: nothing else goes into it."""
    audits = tickets.frame_cases(frame)
    counts = Counter(kind for _, kind in audits)
    fixed = sum(counts[kind] for kind in Kind.values if kind != Kind.CHANCE)
    rest = counts[Kind.CHANCE]
    by_chance = min(rest, max(-(-percent * rest // 100), least - fixed))
    queue = tickets.choose(seed, audits, dict(counts))
    lucky = {ref for _, ref in queue.get(Kind.CHANCE, [])[:by_chance]}
    chosen = [
        (ticket, ref, kind)
        for kind, some in queue.items()
        for ticket, ref in some
        if kind != Kind.CHANCE or ref in lucky
    ]
    return Sample(
        counts={kind: counts[kind] for kind in Kind.values},
        by_chance=by_chance,
        chosen=sorted(chosen),
        reserve=queue.get(Kind.CHANCE, [])[by_chance:],
    )


def worked_out(panel: Panel) -> Sample:
    """The panel's sample worked out again from what was frozen."""
    return work_out(panel.frame, panel.seed, percent=panel.percent, least=panel.least)


def recomputes(panel: Panel) -> bool:
    """Whether the frozen frame has its hash, and gives exactly the audits that were sampled at first."""
    first = panel.reviews.filter(replaces=None).values_list("ticket", "audit__ref", "kind")
    whole = tickets.frame_hash(panel.frame) == panel.frame_hash
    return whole and sorted(first) == worked_out(panel).chosen


def usual_day(month: date) -> date:
    """When the panel on a month usually sits: the last working day of the month after (ours)."""
    day = add_months(month, 2) - timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def sitters(*, on: date) -> list[User]:
    """Who may give grades at a panel that is drawn on a day, by name."""
    people = {user.pk: user for role in SITTERS for user in holders(role, on=on)}
    return sorted(people.values(), key=lambda user: (user.name, user.pk))


def check_draw(month: date, *, by: User, on: date) -> None:
    """Refused: not QA (403); a month that is not over, or whose sample is drawn (409)."""
    access.check(by, Permission.RUN_PANEL)
    if add_months(month, 1) > on:
        raise NotNow(
            f"{month_in_words(month)} is not over. Its panel’s sample can be drawn from the first of the next month."
        )
    drawn = Panel.objects.filter(month=month).first()
    if drawn is not None:
        raise NotNow(
            f"The sample of {month_in_words(month)} was drawn already: {drawn.ref}. A drawn list is not changed."
        )


def draw_sample(
    *,
    month: date,
    meets_on: date,
    members: Sequence[User],
    by: User,
    at: datetime,
    deputy: User | None = None,
    seed: str | None = None,
) -> Panel:
    """Draw the sample of a month's finalised audits and name who sits on its panel, on which day.

    Refused: not QA (403); the month not over, drawn already, or no Head of QA to chair (409); nothing was finalised,
    nobody named, someone who may not sit, a deputy who is no member, or a day already past (422).
    """
    with trail.acting(by=by, at=at) as act:
        on = day_of(at)
        check_draw(month, by=by, on=on)
        check_members(members, deputy, on=on)
        if meets_on < on:
            raise Refused("That day has passed. Choose the day on which the panel will sit.", "meets_on")
        chair = holders(Role.HEAD_OF_QA, on=on).first()
        if chair is None:
            raise NotNow("Nobody is Head of QA today, and the panel needs its chair. Ask your system administrator.")
        finalised = finalised_in(month)
        if not finalised:
            raise Refused(
                f"No audit was finalised in {month_in_words(month)}, so there is nothing to look at.", "month"
            )
        frame = tickets.frame_text(finalised)
        panel = Panel.objects.create(
            ref=f"PANEL-{month:%y%m}",
            month=month,
            meets_on=meets_on,
            chair=chair,
            deputy=deputy,
            seed=seed or tickets.seed_new(),
            percent=PERCENT.value(),
            least=LEAST.value(),
            frame=frame,
            frame_hash=tickets.frame_hash(frame),
            sampled_at=at,
            sampled_by=by,
        )
        PanelMember.objects.bulk_create(PanelMember(panel=panel, user=user) for user in members)
        sampled = worked_out(panel)
        add_reviews(panel, sampled.chosen)
        keep_near(panel, at=at)
        act.add(
            "panel.sampled",
            panel,
            now=panel.state,
            content={
                "seed": panel.seed,
                "frame_hash": panel.frame_hash,
                "audits": sorted(ref for _, ref, _ in sampled.chosen),
                "members": [user.pk for user in members],
                "chair": chair.pk,
            },
        )
    return panel


def check_members(members: Sequence[User], deputy: User | None, *, on: date) -> None:
    """Refused (422) unless somebody is named, each may sit on a panel, and the deputy is one of them."""
    if not members:
        raise Refused("Choose who gives a grade at this panel.", "members")
    may = {user.pk for user in sitters(on=on)}
    for user in members:
        if user.pk not in may:
            raise Refused(f"{user.name} does not sit on panels. Ask the system administrator to grant it.", "members")
    if deputy is not None and deputy.pk not in {user.pk for user in members}:
        raise Refused("Choose the deputy from among the members.", "deputy")


def add_reviews(panel: Panel, chosen: Iterable[tuple[str, str, str]], replaces: Review | None = None) -> list[Review]:
    """A review for each of these audits."""
    some = list(chosen)
    audits = Audit.objects.in_bulk([ref for _, ref, _ in some], field_name="ref")
    return Review.objects.bulk_create(
        Review(panel=panel, audit=audits[ref], kind=kind, ticket=ticket, replaces=replaces)
        for ticket, ref, kind in some
    )


def keep_near(panel: Panel, *, at: datetime) -> None:
    """Write down who is too near which audit as things stand: once near, one stays so for this panel."""
    seen = panel_table(panel, at=at)
    for review in seen.reviews:
        review.near = as_kept(seen.near[review.pk])
    Review.objects.bulk_update(seen.reviews, ["near"])


def check_take_from_sample(review: Review, *, by: User) -> None:
    """Refused: not QA (403); decided, or taken out already, or the panel closed (409)."""
    access.check(by, Permission.RUN_PANEL)
    if review.panel.state == Panel.State.CLOSED:
        raise NotNow("The minutes of this panel are closed.")
    states.REVIEW.check(review.state, "take out")


def take_from_sample(review: Review, *, why: str, by: User, at: datetime) -> Review | None:
    """Take an audit out of the sample with a reason, and call the next ticket of the rest; None if none is left.

    Refused as `check_take_out` does, and without a reason (422).
    """
    with trail.acting(by=by, at=at) as act:
        fresh = locked_review(review)
        panel = fresh.panel
        check_take_from_sample(fresh, by=by)
        fresh.replaced_why = written(why, "why", "Say why this audit is taken out. It stays in the minutes.")
        was, fresh.state = fresh.state, states.REVIEW.check(fresh.state, "take out")
        fresh.save(update_fields=["state", "replaced_why"])
        reserve = worked_out(panel).reserve
        standing = Audit.objects.final().filter(ref__in=[ref for _, ref in reserve])
        free = set(standing.exclude(pk__in=panel.reviews.values("audit")).values_list("ref", flat=True))
        queue = [(ticket, ref) for ticket, ref in reserve if ref in free]
        called = add_reviews(panel, [(*queue[0], Kind.CHANCE)], fresh)[0] if queue else None
        keep_near(panel, at=at)
        act.add(
            "review.taken_out",
            fresh,
            was=was,
            now=fresh.state,
            why=fresh.replaced_why,
            content={"called": called.audit.ref if called else None},
        )
    return called


def drawn_months() -> set[date]:
    """The months whose sample is drawn."""
    return set(Panel.objects.values_list("month", flat=True))


def panels_newest_first(panels: QuerySet[Panel]) -> QuerySet[Panel]:
    """Panels as a list shows them, the latest first: with how many audits, how many decided, how many regraded."""

    def count(**narrow: str) -> Count:
        return Count(
            "reviews", filter=Q(**{f"reviews__{name}": value for name, value in narrow.items()}), distinct=True
        )

    decided, regraded = count(state=Review.State.DECIDED), count(outcome=Review.Outcome.REGRADED)
    before = Count("reviews", filter=~Q(reviews__state=Review.State.REPLACED), distinct=True)
    newest_first = panels.select_related("chair").defer("frame").order_by("-month")
    return newest_first.annotate(audits=before, decided=decided, regraded=regraded)


def called_words(review: Review, called: Review | None) -> str:
    """What became of a taking out, in a sentence."""
    if called is None:
        return f"{review.audit.ref} is taken out. No ticket is left to call."
    return f"{review.audit.ref} is taken out, and {called.audit.ref} is called: the next ticket."
