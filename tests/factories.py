"""Invented people, cases and audits. A state is reached by walking the real path, never by setting it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from audits.booking import book as booking_book
from audits.form_boxes import boxes_of, indicators_of, record_boxes
from audits.meeting import grading, lifecycle, own_marks
from audits.meeting import set_aside as meeting_set_aside
from audits.models import Audit, Case, Judgement
from audits.plan import smart_plan
from audits.record import clashes, signing
from people import trail
from people.models import Membership, Service, Team, User
from people.roles import Role
from standards import standard_sets
from standards.grades import Grade
from standards.models import Criterion, FactKind

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
            membership(self, role).save()


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


EVERY_FACT = {f"{kind}_on": date(2026, 10, 20) for kind in FactKind} | {
    "fact_sources": {kind.value: ["2026-11-01", ""] for kind in FactKind}
}
"""Every date that an extract may have of a case."""


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

        held: dict[str, tuple[Role, ...]] = {}
        secret = make_password(PASSWORD)

        def person(name: str, *roles: Role, **more: Any) -> User:
            email = f"{name.lower().replace(' ', '.')}@example.gov.uk"
            held[email] = roles if Role.ADMINISTRATOR in roles else (*roles, Role.STAFF)
            return User(name=name, email=email, password=secret, **more)

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
        auditor = person("Tomasz Adeyemi", Role.AUDITOR, team=south, service=safeguarding, line_manager=head)
        qa_officer = person("Amara Whitlock", Role.QA_OFFICER, service=quality)
        head_of_qa = person("Yusuf Lindqvist", Role.HEAD_OF_QA, service=quality)
        administrator = person("Ines Thackeray", Role.ADMINISTRATOR)
        staff = person("Hamza Tierney", team=south, service=safeguarding)
        reader = person("Mei Dunmore", Role.REPORT_READER)
        settle(
            held,
            [director, qa_officer, head_of_qa, administrator, staff, reader],
            [assistant],
            [head, other_head],
            [manager, other_manager, auditor],
            [keyworker, other_worker],
        )
        return cls(
            qa_officer=qa_officer,
            head_of_qa=head_of_qa,
            auditor=auditor,
            keyworker=keyworker,
            manager=manager,
            head_of_service=head,
            assistant_director=assistant,
            executive_director=director,
            administrator=administrator,
            staff=staff,
            reader=reader,
            other_auditor=other_manager,
            other_keyworker=other_worker,
            other_manager=other_manager,
            other_head_of_service=other_head,
            north=north,
            south=south,
            court=court,
            case=CaseFactory.create(keyworker=keyworker, category="CP"),
        )


def settle(held: Mapping[str, Sequence[Role]], *layers: list[User]) -> None:
    """Save people, managers before those they manage, with the roles they hold: a few inserts, since most tests begin
    with them."""
    for layer in layers:
        User.objects.bulk_create(layer)
    people = [user for layer in layers for user in layer]
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in people]
    )
    Membership.objects.bulk_create([membership(user, role) for user in people for role in held[user.email]])


def membership(user: User, role: Role) -> Membership:
    """A role from LONG_AGO on, for the person's own team or service where it is for one."""
    return Membership(
        user=user,
        role=role,
        team=user.team if role == Role.TEAM_MANAGER else None,
        service=user.service if role == Role.HEAD_OF_SERVICE else None,
        starts_on=LONG_AGO,
    )


EARLY = "We are both here, and the file is open."
"""Why a meeting is opened that nobody has prepared."""
MET = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)
"""A Monday, a week before the tests' today: when the walked audits meet."""
BEFORE = MET - timedelta(days=2)
"""Between booking and meeting."""


def allocated_audit(
    council: Council, *, number: int = 1, case: Case | None = None, auditor: User | None = None
) -> Audit:
    """An audit as the draw makes it: allocated, not booked. The draw itself has its own tests."""
    case = case or council.case
    return Audit.objects.create(
        ref=f"QC-2611-{number:03}",
        month=date(2026, 11, 1),
        number=number,
        case=case,
        category=case.category,
        standard_set=standard_sets.in_force(MET.date()),
        auditor=auditor or council.auditor,
        keyworker=case.keyworker,
        team=case.team,
    )


def booked_audit(council: Council, **more: object) -> Audit:
    """Booked by its auditor."""
    audit = allocated_audit(council, **more)  # type: ignore[arg-type]
    return booking_book.book_meeting(audit, by=auditor_of(audit), at=MET - timedelta(days=3), meets=MET, place="Room 4")


def open_audit(council: Council, *, at: datetime = MET, **more: object) -> Audit:
    """In its meeting, with everything blank."""
    audit = booked_audit(council, **more)
    return lifecycle.open_meeting(audit, by=auditor_of(audit), at=at, why=EARLY)


def filled_audit(
    council: Council,
    *,
    grade: str = Grade.GOOD,
    standards: dict[int, str] | None = None,
    at: datetime = MET,
    **more: object,
) -> Audit:
    """In its meeting, complete: every grade agreed (`grade` unless `standards` says other), noted, planned."""
    return fill(open_audit(council, at=at, **more), grade=grade, standards=standards, at=at)


def fill(audit: Audit, *, grade: str, standards: dict[int, str] | None = None, at: datetime = MET) -> Audit:
    """Everything that the meeting of an open audit has to come to."""
    auditor, keyworker = auditor_of(audit), keyworker_of(audit)
    grades = {one.number: (standards or {}).get(one.number, grade) for one in audit.judgements.all() if one.applies}
    with trail.acting(by=keyworker, at=at):  # one act for each chair: quicker than one a save
        for indicator in indicators_of(audit):
            lifecycle.record_mark(
                audit, by=keyworker, at=at, indicator=indicator.pk, value="evidenced", seen="", version=0
            )
        for box in record_boxes(audit):
            choice = box.choices[0][0] if box.choices else ""
            text = "" if box.choices else "He knows who will come and when."
            lifecycle.record_note(audit, by=keyworker, at=at, slug=box.slug, choice=choice, text=text, version=0)
        for number, wanted in grades.items():
            grading.propose_grade(audit, number, by=keyworker, at=at, grade=wanted, words="As we saw together.")
    with trail.acting(by=auditor, at=at):
        for number, wanted in grades.items():
            slug = boxes_of(number)[0].slug
            lifecycle.record_note(audit, by=auditor, at=at, slug=slug, text="Visits are on time.", version=0)
            settle_grade(audit, number, wanted, at=at)
    low = [one.number for one in audit.judgements.all() if standard_sets.path_of(audit.standard_set, one.grade)]
    if low:
        add_action(audit, low, at=at)
        add_action(audit, low, at=at, kind="supervision", part="worker")
    return say_why(audit, at=at)


def say_why(audit: Audit, *, at: datetime = MET) -> Audit:
    """The auditor gives a reason for every grade that something stands against, as the end of a meeting asks."""
    judgements, marks = list(audit.judgements.select_related("standard")), list(audit.marks.all())
    against = clashes.standing(audit, judgements, marks)
    with trail.acting(by=auditor_of(audit), at=at):
        for one in judgements:
            if clashes.unanswered(one, against.get(one.number, [])):
                said = "We looked at what matters most for him."
                grading.say_why(audit, one.number, by=auditor_of(audit), at=at, stands_why=said)
    return audit


def mark_alone(
    audit: Audit,
    by: User,
    but: Mapping[str, str] | None = None,
    *,
    value: str = "evidenced",
    nested: bool = False,
    at: datetime = BEFORE,
) -> None:
    """One chair marks every criterion that is asked on their own sheet: those of `but` (by code) otherwise, "" not.

    What stands under another is left blank without `nested`.
    """
    said = but or {}
    rows = Criterion.objects.filter(section__standard__standard_set=audit.standard_set)
    codes = dict(rows.values_list("pk", "code"))
    under = set() if nested else set(rows.exclude(parent=None).values_list("pk", flat=True))
    for pk in sorted(set().union(*clashes.asked_criteria(audit).values()) - under, key=lambda pk: codes[pk]):
        if mark := said.get(codes[pk], value):
            own_marks.save_own_mark(audit, pk, by=by, at=at, value=mark, seen=f"page {codes[pk]}", version=0)


def set_aside(audit: Audit, number: int, *, at: datetime = MET, why: str = "The plan is a week old.") -> Judgement:
    """The auditor proposes that a standard does not apply, and the keyworker confirms."""
    meeting_set_aside.propose_aside(audit, number, by=auditor_of(audit), at=at, why=why)
    return meeting_set_aside.confirm_aside(audit, number, by=keyworker_of(audit), at=at, why=why)


def agree(audit: Audit, number: int, grade: str, *, at: datetime = MET) -> None:
    """Both chairs come to the same grade, with a reason where the marks ask for one."""
    grading.propose_grade(audit, number, by=keyworker_of(audit), at=at, grade=grade, words="As we saw together.")
    settle_grade(audit, number, grade, at=at)


def settle_grade(audit: Audit, number: int, grade: str, *, at: datetime) -> None:
    """The auditor proposes what the keyworker did, and says why where the marks ask."""
    one = grading.propose_grade(audit, number, by=auditor_of(audit), at=at, grade=grade, words="As we saw together.")
    if not one.grade:
        grading.offer_grade(audit, number, by=auditor_of(audit), at=at, grade=grade, clash_why="We talked it through.")


def add_action(
    audit: Audit, numbers: list[int], *, at: datetime = MET, kind: str = "immediate", part: str = "manager"
) -> None:
    """A SMART action with the latest date that its kind allows."""
    smart_plan.add_meeting_action(
        audit,
        by=auditor_of(audit),
        at=at,
        kind=kind,
        part=part,
        numbers=numbers,
        what="Bring the chronology up to date from May to today",
        measure="The chronology has an entry for each event since May",
        outcome="His carers understand what the move meant",
        resources="Half a day without duty, agreed",
        due_on=smart_plan.latest_date(kind, at.date()),
    )


def agreed_audit(council: Council, *, at: datetime = MET, **more: object) -> Audit:
    """Its meeting has ended and it waits for signatures."""
    audit = filled_audit(council, at=at, **more)  # type: ignore[arg-type]
    return lifecycle.end_meeting(audit, by=auditor_of(audit), at=at)


def finalised_audit(council: Council, *, at: datetime = MET, **more: object) -> Audit:
    """Signed by both, and so final; what its grade asks for is open."""
    return signed(agreed_audit(council, at=at, **more), at=at)


def signed(audit: Audit, *, at: datetime = MET) -> Audit:
    """Signed by both, and so final."""
    for person in (auditor_of(audit), keyworker_of(audit)):
        audit = signing.sign_record(audit, by=person, at=at, content_hash=audit.content_hash)
    return audit


def met_and_signed(audit: Audit, *, grade: str, at: datetime) -> Audit:
    """An audit that was allocated, taken through its booking and its meeting to both signatures."""
    booking_book.book_meeting(audit, by=auditor_of(audit), at=at - timedelta(days=3), meets=at, place="Room 4")
    audit = fill(lifecycle.open_meeting(audit, by=auditor_of(audit), at=at, why=EARLY), grade=grade, at=at)
    return signed(lifecycle.end_meeting(audit, by=auditor_of(audit), at=at), at=at)


def auditor_of(audit: Audit) -> User:
    """The person in the auditor's chair."""
    if audit.auditor is None:
        raise ValueError(f"{audit.ref} has no auditor")
    return audit.auditor


def keyworker_of(audit: Audit) -> User:
    """The person in the keyworker's chair."""
    if audit.keyworker is None:
        raise ValueError(f"{audit.ref} has no keyworker")
    return audit.keyworker
