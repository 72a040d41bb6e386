"""The panel's sitting: who is there, who decides on which audit, and when it begins (strategy 7; lifecycle: Panel)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from audits import states
from audits.models import Ballot, Panel, PanelMember, Review
from audits.panel.conflicts import CONFLICTS, CONFLICTS_TO_READER, ConflictsByReview, conflict_of, conflicts_of
from people import access, trail
from people.models import User
from people.roles import Permission
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused

State, Sight = Panel.State, Review.State


@dataclass(frozen=True, slots=True)
class PanelTable:
    """Who sits at a panel, which audits lie before it, and who is too near which, read in a few queries."""

    panel: Panel
    members: tuple[PanelMember, ...]
    reviews: tuple[Review, ...]
    near: ConflictsByReview

    def voters(self, review: Review) -> list[User]:
        """Who is there and judges this audit: present, and not too near it."""
        return [member.user for member in self.members if not member.away and not self.why(review, member.user)]

    def why(self, review: Review, user: User) -> str:
        """Why the person is too near this audit (a key of `NEAR`); empty if they are not."""
        return self.near.get(review.pk, {}).get(user.pk, "")

    def why_in_words(self, review: Review, user: User) -> str:
        """Why somebody is too near, in words."""
        return CONFLICTS.get(self.why(review, user), "")

    def decider(self, review: Review) -> User | None:
        """Who decides on this audit: the chair, or the deputy where the chair is away or too near it; None if neither
        can."""
        panel = self.panel
        if not panel.chair_away and not self.why(review, panel.chair):
            return panel.chair
        deputy = panel.deputy
        if deputy is not None and deputy.pk in {user.pk for user in self.voters(review)}:
            return deputy
        return None


def panel_table(panel: Panel, *, at: datetime, reviews: Iterable[Review] | None = None) -> PanelTable:
    """The panel's table as things stand: of all its audits, or of those handed in."""
    members = tuple(panel.members.select_related("user"))
    some = tuple(panel.reviews.select_related("audit__case__team", "audit__team") if reviews is None else reviews)
    people = {
        user.pk: user for user in (panel.chair, panel.deputy, *(member.user for member in members)) if user is not None
    }
    return PanelTable(panel, members, some, conflicts_of(some, list(people.values()), at=at))


def panel_members(panel: Panel) -> list[User]:
    """The panel's members, by name, here or away."""
    return [member.user for member in panel.members.select_related("user")]


def next_sitting(after: date) -> date | None:
    """The first day after this one on which a panel is to sit; None while none is drawn."""
    coming = Panel.objects.filter(meets_on__gt=after).exclude(state=State.CLOSED)
    return coming.order_by("meets_on").values_list("meets_on", flat=True).first()


def lock_panel(panel: Panel) -> Panel:
    """The panel's row as it is now, locked until the transaction ends."""
    return Panel.objects.select_for_update(of=("self",)).select_related("chair", "deputy").get(pk=panel.pk)


def locked_review(review: Review) -> Review:
    """The review's row as it is now, locked with its panel, so that the room's acts stand in a line."""
    panel = lock_panel(review.panel)
    shown = ("audit__case__team__service", "audit__team", "audit__auditor", "audit__keyworker", "audit__standard_set")
    fresh = Review.objects.select_for_update(of=("self",)).select_related(*shown).get(pk=review.pk)
    fresh.panel = panel
    return fresh


def check_panel_open(panel: Panel) -> None:
    """Refused (409) once the minutes are closed."""
    if panel.state == State.CLOSED:
        raise NotNow(f"The minutes of {panel.ref} are closed. What it decided stands as it is.")


def check_keeps(panel: Panel, *, by: User) -> None:
    """Refused unless `by` keeps the panel's record: the QA Team (403), before the minutes are closed (409)."""
    access.check(by, Permission.RUN_PANEL)
    check_panel_open(panel)


def check_member(review: Review, *, by: User, at: datetime) -> None:
    """Refused (403) unless `by` sits on the panel, is there, and is not too near this audit."""
    member = review.panel.members.filter(user=by).first()
    if member is None:
        raise NotAllowed("Only the members of this panel give a grade.")
    if member.away:
        raise NotAllowed("You are marked as away from this panel. Ask the chair to mark you as here.")
    why = conflict_of(review, by, at=at)
    if why:
        raise NotAllowed(f"You take no part in this one: {CONFLICTS_TO_READER[why]}.")


def check_decides(review: Review, *, by: User, at: datetime) -> None:
    """Refused (403) unless `by` decides on this audit: its chair, or the deputy where the chair cannot."""
    access.check(by, Permission.REGRADE)
    decider = panel_table(review.panel, at=at, reviews=[review]).decider(review)
    if decider is None:
        raise NotAllowed("The chair cannot decide on this one, and no deputy can. Ask the QA Officer to name one.")
    if decider.pk != by.pk:
        raise NotAllowed(f"{decider.name} decides on this one.")
    check_panel_open(review.panel)


def begin_panel(panel: Panel, *, by: User, at: datetime) -> Panel:
    """The panel sits: from now on an audit's grades are revealed once everyone who is there has given theirs.

    Refused: neither QA Officer nor chair (403), begun already (409).
    """
    with trail.acting(by=by, at=at) as act:
        fresh = lock_panel(panel)
        access.check(by, Permission.RUN_PANEL)
        was, fresh.state = fresh.state, states.PANEL.check(fresh.state, "begin")
        fresh.begun_at, fresh.begun_by = at, by
        fresh.save(update_fields=["state", "begun_at", "begun_by"])
        act.add("panel.begun", fresh, was=was, now=fresh.state)
        reveal_complete(act, fresh)
    return fresh


def set_there(
    panel: Panel, *, here: Iterable[int], chair_away: bool, deputy: User | None, by: User, at: datetime
) -> Panel:
    """Say who is there (members by key), whether the chair is away, and who is deputy.

    Refused: neither QA Officer nor chair (403), the minutes closed (409), nobody there, or a deputy who is not (422).
    """
    with trail.acting(by=by, at=at) as act:
        fresh = lock_panel(panel)
        check_keeps(fresh, by=by)
        wanted, members = set(here), list(fresh.members.select_related("user"))
        if not any(member.user_id in wanted for member in members):
            raise Refused("Somebody has to be there. Mark at least one member as here.", "here")
        if deputy is not None and deputy.pk not in wanted & {member.user_id for member in members}:
            raise Refused("Choose a deputy who is a member, and is there.", "deputy")
        if chair_away and deputy is None:
            raise Refused("Choose a deputy, since the chair is away.", "deputy")
        for member in members:
            member.away = member.user_id not in wanted
        PanelMember.objects.bulk_update(members, ["away"])
        fresh.chair_away, fresh.deputy = chair_away, deputy
        fresh.save(update_fields=["chair_away", "deputy"])
        content = {
            "away": sorted(member.user_id for member in members if member.away),
            "chair_away": chair_away,
            "deputy": deputy.pk if deputy else None,
        }
        act.add("panel.there", fresh, was=fresh.state, now=fresh.state, content=content)
        reveal_complete(act, fresh)
    return fresh


def reveal_complete(act: trail.Act, panel: Panel) -> None:
    """While the panel sits, reveal every audit on which all who are there have finished."""
    if panel.state != State.SITTING:
        return
    seen = panel_table(panel, at=act.at)
    done: dict[int, set[int]] = {}
    for ballot in Ballot.objects.filter(review__panel=panel, finished_at__isnull=False):
        done.setdefault(ballot.review_id, set()).add(ballot.member_id)
    for review in seen.reviews:
        voters = {user.pk for user in seen.voters(review)}
        if review.state == Sight.BLIND and voters and voters <= done.get(review.pk, set()):
            review.panel = panel
            reveal_ballots(act, review, seen)


def reveal_ballots(act: trail.Act, review: Review, seen: PanelTable) -> None:
    """Show the grades of everyone who finished and is not too near; who is too near is fixed now."""
    was, review.state = review.state, states.REVIEW.check(review.state, "reveal")
    review.near = as_kept(seen.near[review.pk])
    review.revealed_at, review.revealed_by = act.at, act.by
    review.save(update_fields=["state", "near", "revealed_at", "revealed_by"])
    ballots = counted_ballots(review)
    act.add(
        "review.revealed",
        review,
        was=was,
        now=review.state,
        content={str(ballot.member_id): {str(g.number): g.grade for g in ballot.grades.all()} for ballot in ballots},
    )


def finished_in_words(finished: int, voters: int) -> str:
    """How many of those who are there have finished: 1 of 3 have finished."""
    if not voters:
        return "Nobody who is there may grade it"
    return f"{finished} of {voters} {'has' if voters == 1 else 'have'} finished"


def counted_ballots(review: Review) -> list[Ballot]:
    """The ballots that count: finished, by a member who is not too near. Only to be shown once they are revealed."""
    finished = review.ballots.filter(finished_at__isnull=False).select_related("member").prefetch_related("grades")
    return [ballot for ballot in finished if str(ballot.member_id) not in review.near]


def as_kept(near_this: Mapping[int, str]) -> dict[str, str]:
    """Who is too near one audit as its row keeps it: by key as text, for JSON has no other."""
    return {str(user): why for user, why in near_this.items()}


def check_reveal_ballots(review: Review, *, by: User, at: datetime) -> None:
    """Refused unless `by` decides on this audit (403), the panel sits, and somebody has finished (409)."""
    check_decides(review, by=by, at=at)
    if review.panel.state != State.SITTING:
        raise NotNow("The panel has not begun. Begin it first, so that everyone knows.")
    states.REVIEW.check(review.state, "reveal")
    seen = panel_table(review.panel, at=at, reviews=[review])
    if not review.ballots.filter(finished_at__isnull=False, member__in=seen.voters(review)).exists():
        raise NotNow("Nobody has finished yet, so there is nothing to reveal.")


def reveal_now(review: Review, *, by: User, at: datetime) -> Review:
    """The chair says: the grades given so far are revealed, and those still missing stay missing.

    Refused: not who decides (403), the panel not begun, revealed already, or nobody finished (409).
    """
    with trail.acting(by=by, at=at) as act:
        fresh = locked_review(review)
        check_reveal_ballots(fresh, by=by, at=at)
        reveal_ballots(act, fresh, panel_table(fresh.panel, at=at, reviews=[fresh]))
    return fresh
