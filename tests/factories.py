"""Invented people, cases and audits. A state is reached by walking the real path, never by setting it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import factory
from allauth.account.models import EmailAddress

from audits.models import Case
from people.models import Membership, Service, Team, User
from people.roles import Role

PASSWORD = "quality-counts"
LONG_AGO = date(2025, 1, 1)


class ServiceFactory(factory.django.DjangoModelFactory[Service]):
    class Meta:
        model = Service
        django_get_or_create = ("name",)

    name = factory.Sequence(lambda n: f"Service {n}")


class TeamFactory(factory.django.DjangoModelFactory[Team]):
    class Meta:
        model = Team
        django_get_or_create = ("name",)

    name = factory.Sequence(lambda n: f"Team {n}")
    service = factory.SubFactory(ServiceFactory)


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A person who can sign in with PASSWORD. `roles=(Role.AUDITOR, …)` grants them from LONG_AGO."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Person Number{n}")
    email = factory.Sequence(lambda n: f"person{n}@example.gov.uk")
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def roles(self: User, create: bool, extracted: tuple[Role, ...] | None, **kwargs: object) -> None:  # type: ignore[misc]
        EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)
        for role in {*(extracted or ()), *((Role.STAFF,) if Role.ADMINISTRATOR not in (extracted or ()) else ())}:
            Membership.objects.create(
                user=self,
                role=role,
                team=self.team if role == Role.TEAM_MANAGER else None,
                service=self.service if role == Role.HEAD_OF_SERVICE else None,
                starts_on=LONG_AGO,
            )


class CaseFactory(factory.django.DjangoModelFactory[Case]):
    class Meta:
        model = Case

    person_id = factory.Sequence(lambda n: str(500_000 + n))
    category = "CIN"
    age = 9
    gender = "F"
    ethnicity = "WBRI"
    disability = "N"
    opened_on = date(2026, 3, 2)
    team = factory.SelfAttribute("keyworker.team")
    worker_name = factory.SelfAttribute("keyworker.name")
    worker_email = factory.SelfAttribute("keyworker.email")


@dataclass(frozen=True)
class Council:
    """People who know each other: north and south are teams of one service, court is in another."""

    qa_officer: User
    head_of_qa: User
    auditor: User
    keyworker: User
    manager: User
    head_of_service: User
    assistant_director: User
    executive_director: User
    administrator: User
    staff: User
    reader: User
    other_auditor: User
    other_keyworker: User
    other_manager: User
    other_head_of_service: User
    north: Team
    south: Team
    court: Team
    case: Case

    @classmethod
    def make(cls) -> Council:
        """The council, with one case in the north team."""
        safeguarding, specialist = (
            ServiceFactory(name="Family Safeguarding"),
            ServiceFactory(name="Specialist Services"),
        )
        quality = ServiceFactory.create(name="Quality Assurance")
        north, south = (
            TeamFactory.create(name="North", service=safeguarding),
            TeamFactory.create(name="South", service=safeguarding),
        )
        court = TeamFactory.create(name="Court", service=specialist)

        def person(name: str, *roles: Role, **more: object) -> User:
            email = f"{name.lower().replace(' ', '.')}@example.gov.uk"
            return UserFactory.create(name=name, email=email, roles=roles, **more)

        director = person("Piotr Hargreaves", Role.EXECUTIVE_DIRECTOR, job_title="Executive Director People")
        assistant = person("Leona Bhandari", Role.ASSISTANT_DIRECTOR, line_manager=director)
        head = person("Marguerite Osei", Role.HEAD_OF_SERVICE, service=safeguarding, line_manager=assistant)
        other_head = person("Ffion Castellano", Role.HEAD_OF_SERVICE, service=specialist, line_manager=assistant)
        manager = person("Devinder Halloran", Role.TEAM_MANAGER, team=north, service=safeguarding, line_manager=head)
        other_manager = person(
            "Sunita Blackwood", Role.TEAM_MANAGER, Role.AUDITOR, team=court, service=specialist, line_manager=other_head
        )
        keyworker = person("Niamh Okonkwo", Role.KEYWORKER, team=north, service=safeguarding, line_manager=manager)
        other_worker = person(
            "Kofi Brennan", Role.KEYWORKER, team=court, service=specialist, line_manager=other_manager
        )
        return cls(
            qa_officer=person("Amara Whitlock", Role.QA_OFFICER, service=quality),
            head_of_qa=person("Yusuf Lindqvist", Role.HEAD_OF_QA, service=quality),
            auditor=person("Tomasz Adeyemi", Role.AUDITOR, team=south, service=safeguarding, line_manager=head),
            keyworker=keyworker,
            manager=manager,
            head_of_service=head,
            assistant_director=assistant,
            executive_director=director,
            administrator=person("Ines Thackeray", Role.ADMINISTRATOR),
            staff=person("Hamza Tierney", team=south, service=safeguarding),
            reader=person("Mei Dunmore", Role.REPORT_READER),
            other_auditor=other_manager,
            other_keyworker=other_worker,
            other_manager=other_manager,
            other_head_of_service=other_head,
            north=north,
            south=south,
            court=court,
            case=CaseFactory.create(keyworker=keyworker, category="CP"),
        )
