"""The panel's minutes: the chair's summary, what everyone may learn, and what the QA Team does next (strategy 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.http import Http404

from audits import states
from audits.models import Panel, PanelAction, Review
from audits.panel import sitting as panel_sitting
from audits.panel.notice_texts import MinutesClosed, PanelActionAsked
from audits.panel.sample import Sample, worked_out
from audits.panel.sitting import PanelTable, panel_table
from audits.plan.evidence_words import check_evidence_words
from people import access, notices, trail
from people.directory import holders
from people.models import User
from people.roles import Permission, Role
from qualitycounts.base.clock import day_of, start_of
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale, written

LONGEST = 6000
"""Characters of the chair's summary."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a panel wants everyone to learn: words and the day, nothing of the audit it came from."""

    text: str
    panel: str
    on: date


@dataclass(frozen=True, slots=True)
class Entry:
    """One audit in the minutes: what came of it, who decided, and who took no part and why."""

    review: Review
    changes: tuple[tuple[str, str, str], ...]
    apart: tuple[tuple[User, str], ...]


@dataclass(frozen=True, slots=True)
class Minutes:
    """All that the minutes hold."""

    panel: Panel
    here: tuple[User, ...]
    away: tuple[User, ...]
    sample: Sample
    entries: tuple[Entry, ...]
    taken_out: tuple[Review, ...]
    actions: tuple[PanelAction, ...]

    @property
    def decided(self) -> int:
        """How many audits are decided."""
        return sum(entry.review.state == Review.State.DECIDED for entry in self.entries)

    @property
    def upheld(self) -> int:
        """How many were upheld."""
        return sum(entry.review.outcome == Review.Outcome.UPHELD for entry in self.entries)

    @property
    def regraded(self) -> int:
        """How many were regraded."""
        return sum(entry.review.outcome == Review.Outcome.REGRADED for entry in self.entries)

    @property
    def in_words(self) -> str:
        """What came of the audits: 2 of 3 audits decided: 1 upheld, 1 regraded."""
        if not self.entries:
            return "No audit was before the panel"
        whole = f"{len(self.entries)} audit{'' if len(self.entries) == 1 else 's'}"
        return f"{self.decided} of {whole} decided: {self.upheld} upheld, {self.regraded} regraded"

    @property
    def messages(self) -> list[str]:
        """What everyone may learn."""
        return [entry.review.message for entry in self.entries if entry.review.message]


def build_minutes(panel: Panel, *, at: datetime) -> Minutes:
    """The minutes as they stand. The queries do not grow with the sample."""
    seen = panel_table(panel, at=at)
    reviews = panel.reviews.select_related("audit", "decided_by", "replaced_with__audit").prefetch_related(
        "regrades__judgement__standard"
    )
    return Minutes(
        panel=panel,
        here=tuple(member.user for member in seen.members if not member.away),
        away=tuple(member.user for member in seen.members if member.away),
        sample=worked_out(panel),
        entries=tuple(minutes_entry(review, seen) for review in reviews if review.state != Review.State.REPLACED),
        taken_out=tuple(review for review in reviews if review.state == Review.State.REPLACED),
        actions=tuple(panel.actions.select_related("owner", "done_by")),
    )


def minutes_entry(review: Review, seen: PanelTable) -> Entry:
    """One audit in the minutes."""
    people = [seen.panel.chair, *(member.user for member in seen.members)]
    return Entry(
        review=review,
        changes=tuple((regrade.judgement.title, regrade.was, regrade.grade) for regrade in review.regrades.all()),
        apart=tuple((user, words) for user in people if (words := seen.why_in_words(review, user))),
    )


def write_summary(panel: Panel, *, summary: str, version: int, by: User, at: datetime) -> Panel:
    """Keep the chair's summary, as far as it is written.

    Refused: neither QA Officer nor chair (403), the minutes closed, or changed in another window (409), too long (422).
    """
    with trail.acting(by=by, at=at) as act:
        fresh = panel_sitting.lock_panel(panel)
        panel_sitting.check_keeps(fresh, by=by)
        if fresh.version != version:
            raise Stale("The summary was changed in another window. Read it again; what you typed is below.")
        fresh.summary, fresh.version = written(summary, "summary", most=LONGEST), fresh.version + 1
        fresh.save(update_fields=["summary", "version"])
        content = {"summary": fresh.summary}
        act.add("panel.summary", fresh, was=fresh.state, now=fresh.state, content=content)
    return fresh


def panel_action_owners(*, on: date) -> QuerySet[User]:
    """Who may be asked to do something by the panel: the QA Team."""
    return holders(Role.QA_OFFICER, Role.HEAD_OF_QA, on=on)


def ask_qa_action(panel: Panel, *, what: str, owner: User, due_on: date, by: User, at: datetime) -> PanelAction:
    """Ask somebody of the QA Team to do something by a day.

    Refused: neither QA Officer nor chair (403), the minutes closed or asked already (409), no words, a day that has
    passed, or someone outside the QA Team (422).
    """
    with trail.acting(by=by, at=at) as act:
        fresh = panel_sitting.lock_panel(panel)
        panel_sitting.check_keeps(fresh, by=by)
        words = written(what, "what", "Say what is to be done.", most=1000)
        on = day_of(at)
        if due_on <= on:
            raise Refused("Choose a day after today.", "due_on")
        if not panel_action_owners(on=on).filter(pk=owner.pk).exists():
            raise Refused(f"{owner.name} is not of the QA Team. Choose one of those listed.", "owner")
        if fresh.actions.filter(what=words, owner=owner).exists():
            raise NotNow("This is asked already.")
        action = PanelAction.objects.create(
            panel=fresh, what=words, owner=owner, due_on=due_on, added_at=at, added_by=by
        )
        content = {"what": words, "owner": owner.pk, "due_on": due_on}
        act.add("panel.action_added", fresh, was=fresh.state, now=fresh.state, content=content)
        notices.notify(to=[owner], text=PanelActionAsked(fresh, action), key=f"{fresh.ref}:action:{action.pk}", at=at)
    return action


def panel_action_or_404(panel: Panel, pk: int) -> PanelAction:
    """One of the panel's actions."""
    action = panel.actions.select_related("owner").filter(pk=pk).first()
    if action is None:
        raise Http404
    return action


def complete_panel_action(action: PanelAction, *, outcome: str, by: User, at: datetime) -> PanelAction:
    """Complete an action of the panel with what was done, as its owner or another of QA; also after the minutes closed.

    Refused: not the QA Team (403), done already (409), no words (422).
    """
    with trail.acting(by=by, at=at) as act:
        access.check(by, Permission.RUN_PANEL)
        fresh = PanelAction.objects.select_for_update(of=("self",)).select_related("panel").get(pk=action.pk)
        if fresh.done_at is not None:
            raise NotNow(f"{fresh.done_by} has done this already.")
        fresh.outcome = written(outcome, "outcome", "Say in a sentence what was done.", most=1000)
        check_evidence_words(fresh.outcome, "outcome", "Say in a sentence what was done.")
        fresh.done_at, fresh.done_by = at, by
        fresh.save(update_fields=["outcome", "done_at", "done_by"])
        content = {"action": fresh.pk, "outcome": fresh.outcome}
        act.add("panel.action_done", fresh.panel, was=fresh.panel.state, now=fresh.panel.state, content=content)
    return fresh


def check_close_minutes(panel: Panel, *, by: User) -> None:
    """Refused: not the chair, or the deputy while the chair is away (403); something still to do (409)."""
    closer = panel.deputy if panel.chair_away else panel.chair
    if closer is None or by.pk != closer.pk:
        raise NotAllowed(f"{closer or panel.chair} closes the minutes.")
    states.PANEL.check(panel.state, "close")
    left = panel.reviews.filter(state__in=Review.UNDECIDED).count()
    if left:
        are = "audit waits" if left == 1 else "audits wait"
        raise NotNow(f"{left} {are} for a decision. Decide, or take them out with a reason.")
    if not panel.summary.strip():
        raise NotNow("The chair’s summary is empty. Write it first: two or three sentences are enough.")


def close_minutes(panel: Panel, *, by: User, at: datetime) -> Panel:
    """Close the minutes: from now on they stand, and members read them without the audits.

    Refused as `check_close` does.
    """
    with trail.acting(by=by, at=at) as act:
        fresh = panel_sitting.lock_panel(panel)
        check_close_minutes(fresh, by=by)
        was, fresh.state = fresh.state, states.PANEL.check(fresh.state, "close")
        fresh.closed_at, fresh.closed_by = at, by
        fresh.save(update_fields=["state", "closed_at", "closed_by"])
        act.add("panel.closed", fresh, was=was, now=fresh.state)
        notices.notify(
            to=[member.user for member in fresh.members.select_related("user")],
            text=MinutesClosed(fresh),
            key=f"{fresh.ref}:closed",
            at=at,
        )
    return fresh


def panel_messages(since: date, until: date) -> list[Message]:
    """What panels want everyone to learn, from a day to the day before another, by the day of the decision.

    Words alone: no audit's reference is in them. For the learning section of reports and the learning event.
    """
    decided = Review.objects.filter(
        state=Review.State.DECIDED, decided_at__gte=start_of(since), decided_at__lt=start_of(until)
    ).exclude(message="")
    rows = decided.order_by("decided_at", "pk").values_list("message", "panel__ref", "decided_at")
    return [Message(text, ref, day_of(moment)) for text, ref, moment in rows if moment is not None]
