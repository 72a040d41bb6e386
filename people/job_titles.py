"""Job titles and the roles each brings: the council's table, which a system administrator keeps, with its history.

Titles on the staff list that the table does not know come first: whoever has one is staff and nothing more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import IntegrityError, transaction

from people import access, staff, staff_roles, title_roles, trail, waiting_roles
from people.directory import works_here_q
from people.models import CouncilSetting, Service, Team, User
from people.roles import ROLES_BY_TITLE, Permission, Role
from people.staff_rows import LONGEST, StaffRow
from people.title_roles import SLUG, fold
from qualitycounts.base.clock import day_of
from qualitycounts.base.refusals import NotAllowed, Refused, Stale, written


@dataclass(frozen=True, slots=True)
class Title:
    """One job title: its roles, how many have it, and whether the table knows it and the council has set it."""

    title: str
    roles: tuple[Role, ...]
    people: int
    known: bool = True
    set_here: bool = False

    @property
    def in_words(self) -> str:
        """The roles as a table has them."""
        return roles_in_words(self.roles)

    @property
    def origin(self) -> str:
        """Who decided what the title brings."""
        return "The council" if self.set_here else "Our default" if self.known else "Nobody yet"

    @property
    def origin_in_words(self) -> str:
        """Who decided it, where the title stands alone."""
        if not self.known:
            return "Not in the table yet"
        return "Set by the council" if self.set_here else self.origin


@dataclass(frozen=True, slots=True)
class TitleChange:
    """One change of what a title brings."""

    setting: CouncilSetting
    roles: str


def roles_in_words(roles: Iterable[Role]) -> str:
    """Roles as one line."""
    return ", ".join(role.label for role in roles) or "staff only"


def titles_with_roles(*, on: date) -> list[Title]:
    """Every title on the staff list or in the table: first those that the table does not know, most people first.

    The demonstration's own people are not counted: no list brought them.
    """
    every = User.objects.filter(works_here_q(on)).exclude(source=User.Source.DEMO).exclude(job_title="")
    spelt: dict[str, Counter[str]] = {}
    for title in every.values_list("job_title", flat=True):
        spelt.setdefault(fold(title), Counter())[title] += 1
    known = title_roles.titles_in_force()
    set_here = {fold(title) for title in title_roles.council_table()}
    unknown = [
        Title(spellings.most_common(1)[0][0], (), spellings.total(), known=False)
        for key, spellings in spelt.items()
        if key not in known
    ]
    rows = [
        Title(title, roles, spelt.get(key, Counter()).total(), set_here=key in set_here)
        for key, (title, roles) in known.items()
    ]
    unknown.sort(key=lambda row: (-row.people, row.title))
    return unknown + sorted(rows, key=lambda row: row.title)


def unknown(*, on: date) -> list[Title]:
    """The titles on the staff list that the table does not know."""
    return [row for row in titles_with_roles(on=on) if not row.known]


def title_of(text: str) -> Title:
    """One title as the table has it. Refused (422) where it is none."""
    asked = " ".join(written(text, "title", "Enter a job title.", most=LONGEST["Job Title"]).split())
    title, roles = title_roles.titles_in_force().get(fold(asked), (asked, ()))
    set_here = fold(asked) in {fold(title) for title in title_roles.council_table()}
    return Title(title, roles, 0, known=fold(asked) in title_roles.titles_in_force(), set_here=set_here)


def default_of(title: str) -> str:
    """What the title brings where the council has set nothing."""
    return next(
        (roles_in_words(roles) for known, roles in ROLES_BY_TITLE.items() if fold(known) == fold(title)), "staff only"
    )


def holders_of_title(title: str, *, on: date) -> list[User]:
    """Whoever works here and has the title, by name."""
    people = User.objects.filter(works_here_q(on)).exclude(source=User.Source.DEMO).exclude(job_title="")
    by_name = people.select_related("service", "team", "line_manager").order_by("name", "pk")
    return [user for user in by_name if fold(user.job_title) == fold(title)]


def number() -> int:
    """How often the table was changed: what a page knew of when it was opened."""
    return CouncilSetting.objects.filter(slug=SLUG).count()


def changes_of_title(title: str) -> list[TitleChange]:
    """Every change of what a title brings, the latest first."""
    changes, before = [], None
    for row in CouncilSetting.objects.filter(slug=SLUG).select_related("set_by").order_by("number"):
        table = {fold(known): roles for known, roles in title_roles.read_table(row.value).items()}
        now = table.get(fold(title))
        if now is not None and now != before:
            changes.append(TitleChange(row, roles_in_words(now)))
        before = now
    return changes[::-1]


def set_in_words(title: str, moved: list[User]) -> str:
    """What was set, in a sentence."""
    if not moved:
        return f"{title}: saved. Nobody’s roles change today; the next staff list goes by it."
    return f"{title}: saved. Roles changed today, or wait to be given: {', '.join(user.name for user in moved)}."


def may_keep(*, by: User) -> bool:
    """Whether the person keeps the table."""
    return access.may(by, Permission.MANAGE_USERS)


def check_set(title: str, *, by: User) -> None:
    """Refused (403) to anybody but an administrator, and to an administrator for their own title."""
    access.check(by, Permission.MANAGE_USERS)
    if fold(by.job_title) == fold(title):
        raise NotAllowed("This is your own job title, and nobody changes their own roles. Ask another administrator.")


def set_roles(
    title: str, *, roles: Iterable[str], now: bool, why: str, number: int, by: User, at: datetime
) -> list[User]:
    """Set which roles a title brings, from now on; the roles of whoever has it follow, and those given by hand stay.

    What is above auditor waits to be given, as from a staff list, but with `now`: an administrator sees here who gets
    it. Returns whose roles changed or wait. `number` is how many changes of the table the page knew of. Refused: not an
    administrator, or one's own title (403); no title, a role that no title may bring, no reason, or nothing changed
    (422); changed by somebody else meanwhile (Stale, 409).
    """
    asked = title_of(title)
    check_set(asked.title, by=by)
    slugs = set(roles)
    if slugs - {role.value for role in title_roles.BY_TITLE}:
        raise Refused("Choose roles from the list.", "roles")
    wanted = tuple(role for role in title_roles.BY_TITLE if role.value in slugs)
    reason = written(why, "why", "Say why, for example “our Practice Managers run a team”. It stays in the history.")
    with trail.acting(by=by, at=at) as act:
        last = CouncilSetting.objects.filter(slug=SLUG).order_by("-number").first()
        if (last.number if last else 0) != number:
            raise Stale("Someone else has changed the job titles since you opened the page. Open it again and look.")
        if asked.known and set(wanted) == set(asked.roles) and not now:
            raise Refused(f"“{asked.title}” brings these roles already. Change them, or go back.", "roles")
        table = title_roles.read_table(last.value) if last else {}
        table = {known: held for known, held in table.items() if fold(known) != fold(asked.title)}
        made = CouncilSetting(slug=SLUG, number=number + 1, why=reason, set_at=at, set_by=by)
        made.value = title_roles.write_table(table | {asked.title: wanted})
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError as raced:
            raise Stale("Someone else has changed the job titles just now. Open the page again and look.") from raced
        content = {
            "title": asked.title,
            "was": roles_in_words(asked.roles),
            "now": roles_in_words(wanted),
            "given_now": now,
        }
        act.add("setting.changed", made, why=reason, content=content)
        return follow_title(asked.title, wanted, act, granting=now)


def follow_title(title: str, roles: tuple[Role, ...], act: trail.Act, *, granting: bool) -> list[User]:
    """Make the roles of everyone who has the title what it brings, from today. Returns those whose roles changed, or
    wait because an administrator is not `granting` them."""
    staff.lock()
    on = day_of(act.at)
    held, others = staff_roles.roles_by_title(), waiting_roles.known()
    staff_plan = staff.Plan({}, set())
    for user in holders_of_title(title, on=on):
        row = staff_row_of(user, roles)
        wanted = staff_roles.roles_of(row, row.team)
        was = staff.profile(user, held.get(user.pk, set()) | others.of(user.pk, wanted, granting=granting))
        waits = waiting_roles.waits(wanted - was.roles, own=False, granting=granting)
        change = staff.Change(row, replace(was, roles=wanted), user, was, waits)
        if change.differences:
            staff_plan.changed.append(change)
    services, teams = dict(Service.objects.values_list("name", "pk")), dict(Team.objects.values_list("name", "pk"))
    people = {change.row.email: change.user for change in staff_plan.changed if change.user}
    pks = {email: user.pk for email, user in people.items()}
    staff.settle_roles(staff_plan, pks, waiting_roles.StaffList("the table of job titles", on, services, teams), act)
    staff.record(staff_plan, people, act)
    return list(people.values())


def staff_row_of(user: User, roles: tuple[Role, ...]) -> StaffRow:
    """A person as the latest staff list has them, with the roles that the title brings now."""
    return StaffRow(
        row=0,
        email=user.email,
        name=user.name,
        job_title=user.job_title,
        service=user.service.name if user.service else "",
        team=user.team.name if user.team else "",
        manager_email=user.line_manager.email if user.line_manager else "",
        title_roles=roles,
    )
