"""Titles of the staff list that the table does not know, settled all at once, each with a guess of what it brings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from people import access, job_titles, trail
from people.directory import works_here_q
from people.models import User
from people.roles import Permission
from people.title_guesses import LABELS_TOGETHER, TOGETHER, Guess, ReportingLines, guess_roles
from people.title_roles import fold
from qualitycounts.base.refusals import Refused, Stale, allows

WHY = "Settled when the title first stood on the staff list."


@dataclass(frozen=True, slots=True)
class NewTitle:
    """A title that nobody has settled: how many have it, our guess, and whether this administrator may settle it."""

    title: str
    people: int
    guess: Guess
    can_set: bool

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """What may be chosen, as the word sent, its label, and whether it is our guess."""
        return [(word, LABELS_TOGETHER[word], word == self.guess.word) for word in TOGETHER]


def new_titles(*, by: User, on: date) -> list[NewTitle]:
    """Every title that the table does not know, most people first: two queries more than asking which they are."""
    unknown = job_titles.unknown(on=on)
    if not unknown:
        return []
    people = list(User.objects.filter(works_here_q(on)).order_by("name", "pk"))
    lines, holders = ReportingLines.of(people), holders_by_title(people)
    return [
        NewTitle(
            row.title,
            row.people,
            guess_roles(row.title, holders.get(fold(row.title), []), lines),
            allows(job_titles.check_set, row.title, by=by),
        )
        for row in unknown
    ]


def holders_by_title(people: Iterable[User]) -> dict[str, list[User]]:
    """Who has each title, by the title folded."""
    holders: dict[str, list[User]] = {}
    for user in people:
        if user.job_title and user.source != User.Source.DEMO:
            holders.setdefault(fold(user.job_title), []).append(user)
    return holders


def settle_new_titles(chosen: Mapping[str, str], *, by: User, at: datetime) -> list[User]:
    """Say what several titles bring, by the words of `TOGETHER`, and give it to whoever has them: the administrator
    sees who that is, and has given the password. Returns whose roles changed.

    Refused: not an administrator, or one's own title (403); none chosen, or what is not offered (422); one that
    somebody has settled meanwhile (409). Then nothing is changed.
    """
    access.check(by, Permission.MANAGE_USERS)
    if not chosen:
        raise Refused("Choose what at least one of the titles brings.")
    if not set(chosen.values()) <= set(TOGETHER):
        raise Refused("Choose from what is offered beside each title.")
    moved: dict[int, User] = {}
    with trail.acting(by=by, at=at):
        for title, word in chosen.items():
            if job_titles.title_of(title).known:
                raise Stale(f"Somebody has settled “{title}” since you opened the page. Open it again and look.")
            changed = job_titles.set_roles(
                title, roles=TOGETHER[word], now=True, why=WHY, number=job_titles.number(), by=by, at=at
            )
            moved |= {user.pk: user for user in changed}
    return list(moved.values())


def settled_in_words(chosen: Mapping[str, str], moved: list[User]) -> str:
    """What was settled, in a sentence."""
    titles = "1 job title" if len(chosen) == 1 else f"{len(chosen)} job titles"
    people = "1 person" if len(moved) == 1 else f"{len(moved)} people"
    return f"{titles} settled. The roles of {people} changed."
