"""Who agreed to a year's programme: managers, asked by name, to exactly what is planned (strategy, section 7)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db.models import QuerySet

from audits.models import Activity, Agreement
from audits.programme.notice_texts import ProgrammeAgreed, ProgrammeToAgree
from audits.programme.planning import State, of_year, year_of, year_words
from people import access, notices, trail
from people.directory import holders
from people.models import User
from people.roles import Permission, Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale, written

ASKED = (
    Role.HEAD_OF_SERVICE,
    Role.ASSISTANT_DIRECTOR,
    Role.TEAM_MANAGER,
    Role.PRINCIPAL_SOCIAL_WORKER,
)
"""Who may be asked: those who manage children's social care or lead its practice. The QA Team makes the plan itself."""


def programme_digest(activities: Iterable[Activity]) -> str:
    """sha256 of everything planned in a year: what a manager agrees to."""
    planned = [activity.plan() for activity in activities if activity.state == State.PLANNED]
    ordered = sorted(planned, key=lambda plan: (plan["month"], plan["kind"], plan["title"]))
    return trail.digest(trail.canonical(ordered))


def managers(on: date) -> QuerySet[User]:
    """Whoever holds one of these roles on the day, by name: whom one may ask to agree."""
    return holders(*ASKED, on=on)


def ask_managers(year: int, *, who: Collection[User], by: User, at: datetime) -> int:
    """Ask managers by name to agree to a year's programme as it is now; whoever agreed to just this is not asked again.

    Returns how many were asked. Refused: not QA (403), nobody named or nothing planned (422).
    """
    access.check(by, Permission.RUN_SELECTION)
    if not who:
        raise Refused("Choose at least one manager to ask.", "who")
    with trail.acting(by=by, at=at) as act:
        activities = list(of_year(year))
        if not any(activity.state == State.PLANNED for activity in activities):
            raise Refused("There is nothing on this year’s programme yet. Plan it first, then ask.", "who")
        now = programme_digest(activities)
        asked = 0
        for manager in who:
            row, made = Agreement.objects.select_for_update().get_or_create(
                year=year, manager=manager, defaults={"asked_at": at, "asked_by": by}
            )
            if row.agreed_at is not None and row.content_hash == now:
                continue
            if not made:
                row.asked_at, row.asked_by = at, by
                row.agreed_at = row.agreed_by = None
                row.words = row.content_hash = ""
                row.save()
            act.add_by_ref("programme.asked", "programme", f"{year}", content={"manager": manager.pk})
            notices.notify(
                to=[manager],
                text=ProgrammeToAgree(row, year_words(year), by),
                key=f"programme:{year}:{at.isoformat()}",
                at=at,
            )
            asked += 1
    return asked


def programmes_to_agree(user: User, *, on: date) -> QuerySet[Agreement]:
    """The programmes, of this year and later ones, that wait for the person's agreement."""
    asked = Agreement.objects.filter(manager=user, agreed_at=None, year__gte=year_of(on))
    return asked.select_related("asked_by").order_by("year")


def agree_to_programme(year: int, *, content_hash: str, words: str, by: User, at: datetime) -> Agreement:
    """Agree to the programme that the page showed, with a word if one likes.

    Refused: nobody asked this person (403), changed since the page was opened (Stale, 409), agreed already (409).
    """
    with trail.acting(by=by, at=at) as act:
        row = Agreement.objects.select_for_update().filter(year=year, manager=by).first()
        if row is None:
            raise NotAllowed("You were not asked to agree to this programme. The QA Officer can ask you.")
        now = programme_digest(of_year(year))
        if row.agreed_at is not None and row.content_hash == now:
            raise NotNow("You have agreed to this already. Nothing more is needed from you.")
        if content_hash != now:
            raise Stale("The programme was changed since you opened it. Read it again before you agree.")
        row.agreed_at, row.agreed_by, row.content_hash, row.words = at, by, now, written(words, "words")
        row.save()
        act.add_by_ref("programme.agreed", "programme", f"{year}", why=row.words, content={"hash": now})
        notices.notify(
            to=[row.asked_by],
            text=ProgrammeAgreed(row, year_words(year), by),
            key=f"programme:{year}:agreed:{by.pk}:{at.isoformat()}",
            at=at,
        )
    return row
