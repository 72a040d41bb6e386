"""Synthetic people and their cases."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from django.db.models import QuerySet

from audits.models import Case
from people.models import Membership, Service, Team, User
from people.roles import Role
from qualitycounts.scale.rows import SEED, Rows
from standards.models import Category

SERVICES, TEAMS, AUDITORS, KEYWORKERS = 3, 12, 48, 120
A_BATCH = 5_000


def synthetic(role: Role) -> QuerySet[User]:
    """The synthetic people of a role, in their order."""
    return User.objects.filter(email__startswith=f"synthetic.{role}.").order_by("email")


def make_people(rows: Rows, *, since: date) -> None:
    """Three services of four teams, with everybody whom an audit and its ladder may ask for."""
    services = [rows.add(Service(name=f"Synthetic service {n + 1}")) for n in range(SERVICES)]
    teams = [rows.add(Team(name=f"Synthetic team {n + 1:02}", service=services[n % SERVICES])) for n in range(TEAMS)]
    wanted = [
        (Role.QA_OFFICER, 1),
        (Role.HEAD_OF_QA, 1),
        (Role.ASSISTANT_DIRECTOR, 1),
        (Role.EXECUTIVE_DIRECTOR, 1),
        (Role.HEAD_OF_SERVICE, SERVICES),
        (Role.TEAM_MANAGER, TEAMS),
        (Role.AUDITOR, AUDITORS),
        (Role.KEYWORKER, KEYWORKERS),
    ]
    people: list[tuple[User, Role]] = []
    for role, number in wanted:
        for n in range(number):
            person = User(
                name=f"Synthetic {role.label} {n + 1:03}",
                email=f"synthetic.{role}.{n + 1:03}@example.gov.uk",
                password="!",  # noqa: S106 -- no password fits this, as Django marks an account that has none
                team=teams[n % TEAMS] if role in (Role.TEAM_MANAGER, Role.AUDITOR, Role.KEYWORKER) else None,
                service=services[n % SERVICES],
                source=User.Source.DEMO,
            )
            people.append((rows.add(person), role))
    for person, role in people:
        for held in (role, Role.STAFF):
            rows.add(
                Membership(
                    user=person,
                    role=held,
                    team=person.team if held == Role.TEAM_MANAGER else None,
                    service=person.service if held == Role.HEAD_OF_SERVICE else None,
                    starts_on=since,
                )
            )
    rows.write()


def make_cases(rows: Rows, count: int, today: date) -> None:
    """Open cases, numbered on from the last synthetic one and shared out among the keyworkers."""
    chance = Random(SEED)  # noqa: S311 -- the same rows every time; nothing is drawn by this
    workers = list(synthetic(Role.KEYWORKER).select_related("team"))
    first = Case.objects.filter(person_id__startswith="SYN-").count() + 1
    for number in range(first, first + count):
        worker = workers[number % len(workers)]
        rows.add(
            Case(
                person_id=f"SYN-{number:07}",
                category=chance.choice(Category.values),
                age=chance.randint(0, 17),
                gender=chance.choice("MF"),
                ethnicity=chance.choice(("WBRI", "WOTH", "BAFR", "APKN", "MWBC")),
                disability=chance.choice("NNNY"),
                team=worker.team,
                keyworker=worker,
                worker_name=worker.name,
                worker_email=worker.email,
                opened_on=today - timedelta(days=chance.randint(50, 900)),
                source=Case.Source.DEMO,
            )
        )
        if number % (A_BATCH) == 0:
            rows.write()
    rows.write()
