"""The demonstration's people: one sign-in a role, and the colleagues and cases around them. All invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from audits.models import Case
from people.models import Membership, Service, Team, User
from people.roles import Role

PASSWORD = "quality-counts"  # noqa: S105 -- printed at start for anyone who tries it out
DOMAIN = "example.gov.uk"
QUALITY, PERFORMANCE = "Quality Assurance", "Performance"
SAFEGUARDING, SPECIALIST = "Family Safeguarding", "Specialist Services"
NORTH, SOUTH, EAST = "Family Safeguarding North", "Family Safeguarding South", "Family Safeguarding East"
DISABILITIES, JUSTICE, REVIEW = "Children with Disabilities", "Youth Justice", "Conference and Review Team"
TEAMS = {
    NORTH: SAFEGUARDING,
    SOUTH: SAFEGUARDING,
    EAST: SAFEGUARDING,
    DISABILITIES: SPECIALIST,
    JUSTICE: SPECIALIST,
    REVIEW: QUALITY,
}


@dataclass(frozen=True, slots=True)
class Person:
    """One row of the invented staff list. `manager` is the local part of the line manager's e-mail."""

    email: str
    name: str
    title: str
    roles: tuple[Role, ...] = ()
    service: str = ""
    team: str = ""
    manager: str = ""


R = Role
SIGN_INS = (
    Person("executive.director", "Piotr Hargreaves", "Executive Director People", (R.EXECUTIVE_DIRECTOR,)),
    Person("ad", "Leona Bhandari", "Assistant Director", (R.ASSISTANT_DIRECTOR,), manager="executive.director"),
    Person("head.of.qa", "Yusuf Lindqvist", "Head of Quality Assurance", (R.HEAD_OF_QA,), QUALITY),
    Person("qa.officer", "Amara Whitlock", "Quality Assurance Officer", (R.QA_OFFICER,), QUALITY, manager="head.of.qa"),
    Person("psw", "Rosalind Achterberg", "Principal Social Worker", (R.PRINCIPAL_SOCIAL_WORKER,), manager="ad"),
    Person("panel", "Emeka Strand", "Panel member", (R.PANEL_MEMBER,), QUALITY, manager="head.of.qa"),
    Person("dmt.reader", "Helena Marchetti", "Member of DMT", (R.REPORT_READER,)),
    Person("analyst", "Jonas Pellegrino", "Performance Analyst", (R.ANALYST,), PERFORMANCE),
    Person("complaints", "Beatrix Olufemi", "Complaints Manager", (R.CONTRIBUTOR,), QUALITY, manager="head.of.qa"),
    Person("admin", "Ines Thackeray", "System administrator", (R.ADMINISTRATOR,)),
    Person("staff", "Hamza Tierney", "Family Support Worker", (), SAFEGUARDING, SOUTH, "auditor"),
    Person("head.of.service", "Marguerite Osei", "Head of Service", (R.HEAD_OF_SERVICE,), SAFEGUARDING, manager="ad"),
    Person("head.of.service2", "Ffion Castellano", "Head of Service", (R.HEAD_OF_SERVICE,), SPECIALIST, manager="ad"),
    Person(
        "team.manager", "Devinder Halloran", "Team Manager", (R.TEAM_MANAGER,), SAFEGUARDING, NORTH, "head.of.service"
    ),
    Person(
        "team.manager2",
        "Sunita Blackwood",
        "Team Manager",
        (R.TEAM_MANAGER,),
        SPECIALIST,
        DISABILITIES,
        "head.of.service2",
    ),
    Person("auditor", "Tomasz Adeyemi", "Assistant Team Manager", (R.AUDITOR,), SAFEGUARDING, SOUTH, "south.manager"),
    Person("keyworker", "Niamh Okonkwo", "Social Worker", (R.KEYWORKER,), SAFEGUARDING, NORTH, "team.manager"),
    Person("keyworker2", "Kofi Brennan", "Social Worker", (R.KEYWORKER,), SPECIALIST, DISABILITIES, "team.manager2"),
)
MANAGER_AUDITOR = (R.TEAM_MANAGER, R.AUDITOR)
COLLEAGUES = (
    Person("south.manager", "Gareth Mistry", "Team Manager", MANAGER_AUDITOR, SAFEGUARDING, SOUTH, "head.of.service"),
    Person("east.manager", "Odile Farquhar", "Team Manager", MANAGER_AUDITOR, SAFEGUARDING, EAST, "head.of.service"),
    Person(
        "justice.manager", "Anselm Okafor", "Team Manager", MANAGER_AUDITOR, SPECIALIST, JUSTICE, "head.of.service2"
    ),
    Person(
        "mei.dunmore",
        "Mei Dunmore",
        "Assistant Team Manager",
        MANAGER_AUDITOR,
        SPECIALIST,
        DISABILITIES,
        "team.manager2",
    ),
    Person(
        "iro.one", "Cosima Vantongeren", "Independent Reviewing Officer", (R.AUDITOR,), QUALITY, REVIEW, "head.of.qa"
    ),
    Person("iro.two", "Dougal Nakamura", "Independent Reviewing Officer", (R.AUDITOR,), QUALITY, REVIEW, "head.of.qa"),
    Person(
        "iro.three", "Safiya Lundgren", "Independent Reviewing Officer", (R.AUDITOR,), QUALITY, REVIEW, "head.of.qa"
    ),
    Person("north.two", "Bilal Prentice", "Senior Social Worker", (R.KEYWORKER,), SAFEGUARDING, NORTH, "team.manager"),
    Person("south.one", "Marisol Haddad", "Social Worker", (R.KEYWORKER,), SAFEGUARDING, SOUTH, "south.manager"),
    Person(
        "south.two", "Callum Ferreira", "Senior Social Worker", (R.KEYWORKER,), SAFEGUARDING, SOUTH, "south.manager"
    ),
    Person("east.one", "Priyanka Moss", "Social Worker", (R.KEYWORKER,), SAFEGUARDING, EAST, "east.manager"),
    Person("east.two", "Lorcan Baptiste", "Social Worker", (R.KEYWORKER,), SAFEGUARDING, EAST, "east.manager"),
    Person("justice.one", "Wren Castleton", "Social Worker", (R.KEYWORKER,), SPECIALIST, JUSTICE, "justice.manager"),
)
EVERYBODY = SIGN_INS + COLLEAGUES
CATEGORIES = ("CIN", "CIN", "CIN", "CP", "CP", "CLA", "CLA", "EH", "EH", "CL")


def make_people(*, since: date) -> dict[str, User]:
    """Everybody, by the local part of their e-mail, with the roles their part needs from `since` on."""
    services = {name: Service.objects.get_or_create(name=name)[0] for name in {*TEAMS.values(), QUALITY, PERFORMANCE}}
    teams = {
        name: Team.objects.get_or_create(name=name, defaults={"service": services[service]})[0]
        for name, service in TEAMS.items()
    }
    password = make_password(PASSWORD)
    people = {
        person.email: User.objects.create(
            email=f"{person.email}@{DOMAIN}",
            name=person.name,
            job_title=person.title,
            service=services.get(person.service),
            team=teams.get(person.team),
            source=User.Source.DEMO,
            password=password,
        )
        for person in EVERYBODY
    }
    for person in EVERYBODY:
        user = people[person.email]
        if person.manager:
            user.line_manager = people[person.manager]
            user.save(update_fields=["line_manager"])
        everyone = () if R.ADMINISTRATOR in person.roles else (R.STAFF,)
        for role in (*person.roles, *everyone):
            Membership.objects.create(
                user=user,
                role=role,
                team=user.team if role == R.TEAM_MANAGER else None,
                service=user.service if role == R.HEAD_OF_SERVICE else None,
                starts_on=since,
            )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in people.values()
    )
    return people


def make_cases(workers: Sequence[User], *, count: int, since: date, chance: Random) -> list[Case]:
    """Open cases shared out among the workers, opened at some time in the two years before `since`."""
    cases = []
    for place in range(count):
        worker = workers[place % len(workers)]
        category = chance.choice(CATEGORIES)
        cases.append(
            Case(
                person_id=str(900_000 + place),
                category=category,
                age=chance.randint(17, 21) if category == "CL" else chance.randint(0, 17),
                gender=chance.choice("MF"),
                ethnicity=chance.choice(("WBRI", "WBRI", "WBRI", "WOTH", "BAFR", "APKN", "MWBC")),
                disability="Y" if worker.team and worker.team.name == DISABILITIES else chance.choice("NNNNNY"),
                team=worker.team,
                keyworker=worker,
                worker_name=worker.name,
                worker_email=worker.email,
                opened_on=since - timedelta(days=chance.randint(60, 700)),
                source=Case.Source.DEMO,
            )
        )
    return Case.objects.bulk_create(cases)
