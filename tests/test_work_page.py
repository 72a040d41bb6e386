"""My work as a page: its cards, its order, its counts, that every button opens, and what it asks the database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from audits.follow_up import actions
from audits.meeting import grading
from audits.models import Action, Audit
from escalation import sweep
from escalation.concerns import concern
from people import notices
from people.models import Heartbeat, Membership
from people.roles import Role
from qualitycounts.work.parts import MOST, Card, Item, grouped
from tests.conftest import NOW, TODAY
from tests.escalation.build import agreed_audit, finalised_audit
from tests.factories import (
    LONG_AGO,
    CaseFactory,
    Council,
    UserFactory,
    allocated_audit,
    open_audit,
)
from tests.notices import PlainText
from tests.work import DAY, book, card, green, page, rows, work


@pytest.fixture(autouse=True)
def fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY


# The month, the reports and the accounts


def test_qa_sees_the_month_by_state_each_number_leading_to_its_list(council: Council) -> None:
    allocated_audit(council)
    finalised_audit(council, number=2, case=CaseFactory.create(keyworker=council.keyworker))
    found = next(one for one in work(council.qa_officer).cards if one.slug == "month")
    assert found.title == "November’s 2 audits"
    assert [(line.text, line.number, line.url) for line in found.lines] == [
        ("Not booked yet", 1, "/audits/?month=2026-11&state=allocated"),
        ("Finalised", 1, "/audits/?month=2026-11&state=finalised"),
    ]
    client = Client()
    client.force_login(council.qa_officer)
    for line in found.lines:
        assert client.get(line.url).context["page"].paginator.count == line.number


def test_a_case_without_an_auditor_is_a_row_and_says_why_beside(council: Council) -> None:
    audit = allocated_audit(council)
    Audit.objects.filter(pk=audit.pk).update(auditor=None)
    assert ("Find an auditor: a case has none", "cases with no auditor", date(2026, 11, 13)) in rows(council.qa_officer)
    assert card(council.qa_officer, "no-auditor") == [audit.ref]


def test_an_audit_with_everything_checked_is_ready_to_be_closed(council: Council) -> None:
    audit = finalised_audit(council)
    held = finalised_audit(council, number=2, grade="inadequate", case=CaseFactory.create(keyworker=council.keyworker))
    assert card(council.qa_officer, "to-close") == [f"{audit.ref} North, met Mon 16 Nov"]
    held.actions.update(state=Action.State.CANCELLED, ended_why="Agreed in the panel.")
    assert card(council.qa_officer, "to-close") == [f"{audit.ref} North, met Mon 16 Nov"]


def test_next_months_draw_and_last_months_report_are_asked_of_qa_alone(council: Council) -> None:
    allocated_audit(council)
    Audit.objects.update(month=date(2026, 10, 1))
    asked = {
        ("Run the draw for December 2026", "December 2026", date(2026, 11, 13)),
        ("Start the report of October 2026", "October 2026", date(2026, 11, 13)),
    }
    assert asked <= set(rows(council.qa_officer))
    for user in (council.auditor, council.manager, council.assistant_director, council.reader, council.administrator):
        assert not asked & set(rows(user))


def test_roles_that_end_within_a_fortnight_come_to_the_administrator(council: Council) -> None:
    def covers(days: int) -> Membership:
        return Membership.objects.create(
            user=council.staff, role=Role.ANALYST, starts_on=LONG_AGO + days * DAY, ends_on=TODAY + days * DAY
        )

    covers(-1), covers(0), covers(14), covers(15)
    ends = [due_on for _, about, due_on in rows(council.administrator) if about == "Hamza Tierney"]
    assert ends == [TODAY, TODAY + 14 * DAY]


def test_a_silent_worker_is_said_to_the_qa_team_and_the_administrator(council: Council) -> None:
    for part in ("worker", "sweep"):
        Heartbeat.objects.create(part=part, beat=NOW - timedelta(seconds=90))
    assert work(council.qa_officer).banner == ""
    Heartbeat.objects.update(beat=NOW - timedelta(minutes=3))
    for person in (council.qa_officer, council.head_of_qa, council.administrator):
        assert "3 minutes ago" in work(person).banner
    assert work(council.auditor).banner == ""


def test_notices_not_yet_read_are_named_and_the_rest_are_a_link(council: Council) -> None:
    for number in range(6):
        notices.notify(to=[council.reader], text=PlainText(f"Told {number}"), key=str(number), at=NOW)
    found = next(one for one in work(council.reader).cards if one.slug == "notices")
    assert [line.text for line in found.lines] == ["Told 5", "Told 4", "Told 3", "Told 2"]
    assert (found.url, found.link) == ("/notices/", "All notices, more of them not read")


# The page itself


def test_rows_fall_into_late_today_this_week_and_later_and_the_first_is_green(council: Council) -> None:
    days = {"Sun 22": -1, "today": 0, "tomorrow": 1, "Sun 29": 6, "Mon 30": 7}
    items = [Item(TODAY + days[name] * DAY, name, name, "Do", "/") for name in reversed(days)]
    groups = grouped(items, on=TODAY, free=True)
    assert {group.slug: [row.item.what for row in group.rows] for group in groups} == {
        "late": ["Sun 22"],
        "today": ["today"],
        "week": ["tomorrow", "Sun 29"],
        "later": ["Mon 30"],
    }
    assert [row.days_left for group in groups for row in group.rows] == [-1, 0, 1, 4, 5]
    assert [row.first for group in groups for row in group.rows] == [True, False, False, False, False]
    assert not any(row.first for group in grouped(items, on=TODAY, free=False) for row in group.rows)


def test_what_is_due_later_goes_by_its_day_and_only_then_by_its_grade(v7: Any) -> None:
    days = {"Good, in 8 days": 8, "Inadequate, in 27 days": 27, "Inadequate, in 8 days": 8}
    items = [Item(TODAY + days[name] * DAY, name, "", "Do", "/", path=name.partition(",")[0].lower()) for name in days]
    (later,) = grouped(items, on=TODAY, free=True)
    assert [row.item.what for row in later.rows] == [
        "Inadequate, in 8 days",
        "Good, in 8 days",
        "Inadequate, in 27 days",
    ]


def test_a_long_list_says_how_much_more_there_is(v7: Any) -> None:
    (group,) = grouped([Item(TODAY, str(number), "", "Do", "/") for number in range(MOST + 3)], on=TODAY, free=True)
    assert (len(group.rows), len(group.shown), group.more) == (MOST + 3, MOST, 3)
    (exact,) = grouped([Item(TODAY, str(number), "", "Do", "/") for number in range(MOST)], on=TODAY, free=True)
    assert exact.more == 0
    assert Card("others", "", []).more == 0


def test_counts_link_to_what_they_count(council: Council) -> None:
    allocated_audit(council)
    Audit.objects.update(month=date(2026, 10, 1))
    html = page(council.qa_officer)
    for count in work(council.qa_officer).counts:
        assert f'id="{str(count["url"]).removeprefix("#")}"' in html
    assert [(count["number"], count["text"]) for count in work(council.qa_officer).counts] == [
        (2, "late"),
        (1, "waiting on others"),
    ]


@pytest.mark.parametrize(
    ("who", "hope"),
    [
        ("auditor", "Each month’s draw may give you up to 2 audits."),
        ("keyworker", "When one of your cases is drawn"),
        ("manager", "Once an audit of your area is final"),
        ("administrator", "Roles that are about to end"),
        ("staff", "what good looks like"),
    ],
)
def test_an_empty_page_says_what_will_come(council: Council, who: str, hope: str) -> None:
    allocated_audit(council, auditor=council.other_auditor, case=CaseFactory.create(keyworker=council.other_keyworker))
    html = page(getattr(council, who))
    assert "Nothing waits for you." in html
    assert hope in html


def everything(council: Council) -> None:
    """Something of each kind."""
    numbers = iter(range(1, 99))

    def case() -> Any:
        return CaseFactory.create(keyworker=council.keyworker)

    for grade in ("inadequate", "requires_improvement", "good"):
        audit = finalised_audit(council, grade=grade, number=next(numbers), case=case())
        for action in audit.actions.filter(number=1):
            actions.complete_action(action, by=council.manager, at=NOW, evidence="On Mosaic.", version=action.version)
    agreed_audit(council, number=next(numbers), case=case())
    allocated_audit(council, number=next(numbers), case=case())
    for day in (23, 26):
        book(allocated_audit(council, number=next(numbers), case=case()), datetime(2026, 11, day, 14, tzinfo=UTC))
    audit = open_audit(council, number=next(numbers), case=case(), at=NOW)
    for person, grade in ((council.auditor, "good"), (council.keyworker, "outstanding")):
        grading.propose_grade(audit, 6, by=person, at=NOW, grade=grade)
    grading.refer_grade(audit, 6, by=council.auditor, at=NOW, advisers=[council.qa_officer])
    said = {"why": "He was alone.", "spoken_to": council.manager, "spoken": NOW - DAY / 24}
    concern.raise_concern(audit, by=council.keyworker, at=NOW, **said)  # type: ignore[arg-type]


PEOPLE = (
    "qa_officer",
    "head_of_qa",
    "auditor",
    "keyworker",
    "manager",
    "head_of_service",
    "assistant_director",
    "executive_director",
    "administrator",
    "reader",
    "staff",
    "other_manager",
)


def test_every_button_and_link_opens_for_the_person_who_is_shown_it(council: Council) -> None:
    everything(council)
    sweep.sweep_deadlines(on=TODAY + 20 * DAY, at=NOW + 20 * DAY)
    wrong = []
    for who in PEOPLE:
        user = getattr(council, who)
        client = Client()
        client.force_login(user)
        found = work(user)
        urls = {row.item.url for group in found.groups for row in group.rows}
        urls |= {line.url for card in found.cards for line in card.lines} | {card.url for card in found.cards}
        urls |= {one.url for one in found.meetings} | {line.url for one in found.meetings for line in one.links}
        wrong += [(who, url) for url in urls if url and client.get(url).status_code not in (200, 302)]
        assert len(green(page(user))) == (1 if found.groups or found.meetings else 0), who
    assert wrong == []


def test_twelve_queries_at_most_and_no_more_for_more_rows(council: Council, django_assert_max_num_queries: Any) -> None:
    clients = {who: Client() for who in PEOPLE}
    for part in ("worker", "sweep"):
        Heartbeat.objects.create(part=part, beat=NOW)
    for who, client in clients.items():
        client.force_login(getattr(council, who))

    def counted() -> dict[str, int]:
        found = {}
        for who, client in clients.items():
            with django_assert_max_num_queries(12) as asked:
                client.get("/")
            found[who] = len(asked)
        return found

    allocated_audit(council, number=90)
    few = counted()
    everything(council)
    some = counted()
    for number in range(50, 60):
        worker = UserFactory.create(team=council.north, line_manager=council.manager, roles=(Role.KEYWORKER,))
        finalised_audit(council, number=number, grade="inadequate", case=CaseFactory.create(keyworker=worker))
    assert counted() == some
    assert all(few[who] <= some[who] for who in PEOPLE)


def test_signed_out_one_is_asked_to_sign_in(client: Client, council: Council) -> None:
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/accounts/login/?next=/"
