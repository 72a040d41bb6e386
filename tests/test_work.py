"""My work: for each person what waits for them, most urgent first, each row leading to where it is done."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from audits import actions, booking, grading, signing
from audits.models import Action, Audit, Signature
from escalation import concern, sweep
from people import notices
from people.models import Heartbeat, Membership, User
from people.roles import Role
from qualitycounts.work.dates import by_month
from qualitycounts.work.page import my_work
from qualitycounts.work.parts import MOST, Card, Item, Work, grouped
from tests.conftest import NOW, TODAY
from tests.escalation.build import agreed_audit, finalised_audit
from tests.factories import (
    LONG_AGO,
    MET,
    CaseFactory,
    Council,
    UserFactory,
    allocated_audit,
    booked_audit,
    open_audit,
)

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY


def work(user: User, at: datetime = NOW) -> Work:
    return my_work(User.objects.get(pk=user.pk), at=at)


def rows(user: User, at: datetime = NOW) -> list[tuple[str, str, date]]:
    """Each row as its words, its record and its date."""
    return [(row.item.what, row.item.about, row.item.due_on) for group in work(user, at).groups for row in group.rows]


def card(user: User, slug: str, at: datetime = NOW) -> list[str]:
    """The lines of a card, as the words of the link and under it."""
    found = {card.slug: card for card in work(user, at).cards}
    return [f"{line.text} {line.number or line.more}".strip() for line in found[slug].lines] if slug in found else []


def page(user: User) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def book(audit: Audit, meets: datetime) -> Audit:
    return booking.book(audit, by=audit.auditor, at=MET - 7 * DAY, meets=meets, place="Room 4")  # type: ignore[arg-type]


# An audit, from its booking to its signatures


def test_an_auditor_books_by_the_tenth_working_day_and_the_keyworker_waits(council: Council) -> None:
    allocated_audit(council)
    assert by_month(date(2026, 11, 23)) == date(2026, 11, 13)
    assert by_month(date(2026, 12, 1)) == date(2026, 12, 14)
    assert rows(council.auditor) == [("Book the meeting", "QC-2611-001", date(2026, 11, 13))]
    assert rows(council.keyworker) == []
    assert card(council.keyworker, "others") == ["Book QC-2611-001 Tomasz Adeyemi, by Fri 13 Nov"]
    assert card(council.qa_officer, "others") == ["Book QC-2611-001 Tomasz Adeyemi, by Fri 13 Nov"]


def test_before_the_meeting_the_keyworker_brings_the_file_up_to_date(council: Council) -> None:
    audit = book(allocated_audit(council), datetime(2026, 11, 26, 14, 0, tzinfo=UTC))
    ready = "Bring the file up to date, then say so"
    assert rows(council.keyworker) == [(ready, audit.ref, date(2026, 11, 26))]
    assert rows(council.auditor) == [("Meet", audit.ref, date(2026, 11, 26))]
    assert card(council.auditor, "others") == [f"Say the file is ready, {audit.ref} Niamh Okonkwo, meeting Thu 26 Nov"]
    assert card(council.qa_officer, "others") == card(council.auditor, "others")
    booking.prepare(audit, by=council.keyworker, at=NOW)
    assert rows(council.keyworker) == [("Meet", audit.ref, date(2026, 11, 26))]
    assert card(council.auditor, "others") == []


def test_a_meeting_of_today_stands_above_everything_with_the_only_green_button(council: Council) -> None:
    audit = book(allocated_audit(council), datetime(2026, 11, 23, 14, 0, tzinfo=UTC))
    allocated_audit(council, number=2, case=CaseFactory.create(keyworker=council.other_keyworker))
    (one,) = work(council.auditor).meetings
    assert (one.when, one.button, one.url) == ("Today, 14:00", "Start the meeting", f"/audits/{audit.ref}/meeting/")
    assert one.title == f"Live audit {audit.ref} with Niamh Okonkwo"
    assert one.facts == [f"Case {council.case.person_id}", "Child protection plan, age 9", "North", "Room 4"]
    assert one.ready == [("blank", "Nobody has said yet that the file is up to date")]
    (theirs,) = work(council.keyworker).meetings
    assert (theirs.button, theirs.url) == ("Get ready", f"/audits/{audit.ref}/prepare/")
    assert green(page(council.auditor)) == ["Start the meeting"]


def green(html: str) -> list[str]:
    """The words on the green buttons of a page."""
    parts = html.split('class="govuk-button')[1:]
    return [part.split(">")[1].split("<")[0] for part in parts if "--secondary" not in part.split(">")[0]]


def test_a_meeting_that_was_never_held_is_late_for_the_auditor(council: Council) -> None:
    audit = booked_audit(council)
    assert rows(council.auditor) == [("Hold the meeting, or book it again", audit.ref, MET.date())]
    assert card(council.keyworker, "others") == [f"Meet about {audit.ref} Tomasz Adeyemi, was booked for Mon 16 Nov"]
    assert card(council.qa_officer, "others") == [
        f"Hold the meeting of {audit.ref} Tomasz Adeyemi, was booked for Mon 16 Nov"
    ]


def test_a_meeting_that_goes_on_is_both_chairs_and_waits_for_nobody(council: Council) -> None:
    audit = open_audit(council)
    assert rows(council.auditor) == [("Go on with the meeting", audit.ref, TODAY)]
    assert rows(council.keyworker) == [("Join the meeting", audit.ref, TODAY)]
    assert card(council.qa_officer, "others") == []


def test_both_sign_within_two_working_days_and_then_wait_for_each_other(council: Council) -> None:
    audit = agreed_audit(council)
    last = date(2026, 11, 18)
    assert rows(council.auditor) == rows(council.keyworker) == [("Read and sign", audit.ref, last)]
    assert card(council.qa_officer, "others") == [
        f"Sign {audit.ref} Tomasz Adeyemi and Niamh Okonkwo, until Wed 18 Nov"
    ]
    signature = Signature(audit=audit, chair="keyworker", content_hash="", signed_at=MET, signed_by=council.keyworker)
    signature.save()
    assert card(council.keyworker, "others") == [f"Sign {audit.ref} Tomasz Adeyemi, until Wed 18 Nov"]
    assert "Niamh Okonkwo signed Mon 16 Nov at 10:00" in page(council.auditor)
    assert rows(council.keyworker) == []


def test_the_head_of_qa_alone_may_finalise_what_stays_unsigned(council: Council) -> None:
    audit = agreed_audit(council)
    asked = ("Finalise it without a signature", audit.ref, date(2026, 11, 18))
    assert asked not in rows(council.head_of_qa, datetime(2026, 11, 18, 10, 0, tzinfo=UTC))
    assert asked in rows(council.head_of_qa, datetime(2026, 11, 19, 10, 0, tzinfo=UTC))
    assert asked not in rows(council.qa_officer, datetime(2026, 11, 19, 10, 0, tzinfo=UTC))


def test_a_grade_they_cannot_agree_comes_to_the_qa_team_for_two_working_days(council: Council) -> None:
    audit = open_audit(council, at=NOW)
    for person, grade in ((council.auditor, "good"), (council.keyworker, "outstanding")):
        grading.propose(audit, 6, by=person, at=NOW, grade=grade)
    grading.refer(audit, 6, by=council.auditor, at=NOW, advisers=[council.qa_officer])
    asked = ("Advise on a grade they could not agree", audit.ref, date(2026, 11, 25))
    assert asked in rows(council.qa_officer)
    assert asked not in rows(council.auditor)
    grading.advise(audit, 6, by=council.qa_officer, at=NOW, advice="Look again at what changed for him.")
    assert asked not in rows(council.qa_officer)
    assert f"Propose again, {audit.ref} Tomasz Adeyemi, Niamh Okonkwo, advised Mon 23 Nov" in card(
        council.qa_officer, "others"
    )


# What follows an audit


def test_each_owner_has_their_own_actions_and_sees_the_others(council: Council) -> None:
    audit = finalised_audit(council, grade="requires_improvement")
    words = "Bring the chronology up to date from May to today"
    mine = [row for row in rows(council.manager) if row[0] == words]
    assert mine == [(words, f"{audit.ref}-1", date(2026, 11, 23))]
    theirs = [row for row in rows(council.keyworker) if row[0] == words]
    assert theirs == [(words, f"{audit.ref}-2", date(2026, 12, 16))]
    assert f"Do {audit.ref}-2 Niamh Okonkwo, by Wed 16 Dec" in card(council.manager, "others")
    assert f"Do {audit.ref}-1 Devinder Halloran, by Mon 23 Nov" in card(council.keyworker, "others")
    assert rows(council.auditor) == []
    assert card(council.auditor, "others") == []


def test_qa_waits_for_an_action_from_the_day_after_its_date(council: Council) -> None:
    audit = finalised_audit(council, grade="requires_improvement")
    late = f"Do {audit.ref}-1 Devinder Halloran, by Mon 23 Nov"
    assert late not in card(council.qa_officer, "others")
    assert late in card(council.qa_officer, "others", NOW + DAY)


def test_what_is_done_comes_to_whoever_checks_it_within_five_working_days(council: Council) -> None:
    audit = finalised_audit(council, grade="requires_improvement")
    for action, owner in zip(audit.actions.all(), (council.manager, council.keyworker), strict=True):
        actions.do(action, by=owner, at=NOW, evidence="It is on Mosaic.", version=action.version)
    check, by = "An action is done: check on the record", date(2026, 11, 30)
    assert (check, f"{audit.ref}-1", by) in rows(council.qa_officer)
    assert (check, f"{audit.ref}-2", by) in rows(council.manager)
    assert f"Check {audit.ref}-2 Done by Niamh Okonkwo" in card(council.keyworker, "others")


def test_several_actions_of_one_audit_to_check_are_one_row(council: Council) -> None:
    audit = finalised_audit(council, grade="requires_improvement")
    for action in audit.actions.all():
        Action.objects.filter(pk=action.pk).update(owner=council.manager, part="manager")
        actions.do(
            Action.objects.get(pk=action.pk), by=council.manager, at=NOW, evidence="On Mosaic.", version=action.version
        )
    assert ("2 actions are done: check on the record", audit.ref, date(2026, 11, 30)) in rows(council.qa_officer)


def test_an_inadequate_asks_its_head_of_service_first_and_then_for_a_signature(council: Council) -> None:
    audit = finalised_audit(council, grade="inadequate")
    read = ("Say that you have read it and have it", audit.ref, date(2026, 11, 17))
    sign = ("An action is done: read and sign", f"{audit.ref}-1", date(2026, 11, 30))
    assert read in rows(council.head_of_service)
    assert sign not in rows(council.head_of_service)
    action = audit.actions.get(number=1)
    actions.do(action, by=council.manager, at=NOW, evidence="It is on Mosaic.", version=action.version)
    assert sign in rows(council.head_of_service)
    assert ("Read the evidence and sign", audit.ref, date(2026, 11, 23)) in rows(council.head_of_service)
    assert rows(council.other_head_of_service) == []


def test_the_manager_records_supervision_and_the_keyworker_puts_the_note_on_the_file(council: Council) -> None:
    audit = finalised_audit(council)
    month = date(2026, 12, 16)
    assert rows(council.manager) == [("Talk the audit through in supervision", audit.ref, month)]
    assert rows(council.keyworker) == [("Put the audit’s note on the child’s file", audit.ref, month)]


def test_a_step_comes_up_the_line_as_it_grows_late(council: Council) -> None:
    finalised_audit(council, grade="inadequate")
    late = MET + 22 * DAY
    assert rows(council.assistant_director, late) == []
    sweep.sweep(on=late.date(), at=late)
    reached = {what for what, _, _ in rows(council.assistant_director, late)}
    assert "It reached you: Acknowledge is late" in reached


def test_a_safeguarding_concern_stands_first_beside_the_list_of_whoever_answers_for_it(council: Council) -> None:
    audit = open_audit(council)
    concern.raise_concern(
        audit, by=council.keyworker, at=NOW, why="He was alone.", spoken_to=council.manager, spoken=NOW - DAY / 24
    )
    for user in (council.qa_officer, council.manager, council.head_of_service, council.assistant_director):
        (line,) = card(user, "safeguarding")
        assert line.endswith(
            "Acknowledge: Devinder Halloran, by Mon 23 Nov. Child made safe: Devinder Halloran, by Tue 24 Nov"
        )
        assert work(user).cards[0].title == "Safeguarding concerns: 1 open"
    assert card(council.other_manager, "safeguarding") == []
    assert "He was alone." not in page(council.manager)


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


def test_a_silent_worker_is_said_to_the_qa_officer_after_five_minutes(council: Council) -> None:
    assert work(council.qa_officer).banner == ""
    Heartbeat.objects.create(part="worker", beat=NOW - timedelta(minutes=5))
    assert work(council.qa_officer).banner == ""
    Heartbeat.objects.update(beat=NOW - timedelta(minutes=6))
    assert "6 minutes ago" in work(council.qa_officer).banner
    assert work(council.auditor).banner == ""


def test_notices_not_yet_read_are_named_and_the_rest_are_a_link(council: Council) -> None:
    for number in range(6):
        notices.tell(to=[council.reader], key=str(number), subject=f"Told {number}", body=".", link="/", at=NOW)
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


def test_a_long_list_says_how_much_more_there_is(v7: Any) -> None:
    (group,) = grouped([Item(TODAY, str(number), "", "Do", "/") for number in range(MOST + 3)], on=TODAY, free=True)
    assert (len(group.rows), len(group.shown), group.more) == (MOST + 3, MOST, 3)
    (exact,) = grouped([Item(TODAY, str(number), "", "Do", "/") for number in range(MOST)], on=TODAY, free=True)
    assert exact.more == 0
    assert Card("others", "", []).more == 0


def test_counts_link_to_what_they_count(council: Council) -> None:
    allocated_audit(council)
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
            actions.do(action, by=council.manager, at=NOW, evidence="On Mosaic.", version=action.version)
    agreed_audit(council, number=next(numbers), case=case())
    allocated_audit(council, number=next(numbers), case=case())
    for day in (23, 26):
        book(allocated_audit(council, number=next(numbers), case=case()), datetime(2026, 11, day, 14, tzinfo=UTC))
    audit = open_audit(council, number=next(numbers), case=case(), at=NOW)
    for person, grade in ((council.auditor, "good"), (council.keyworker, "outstanding")):
        grading.propose(audit, 6, by=person, at=NOW, grade=grade)
    grading.refer(audit, 6, by=council.auditor, at=NOW, advisers=[council.qa_officer])
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
    sweep.sweep(on=TODAY + 20 * DAY, at=NOW + 20 * DAY)
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


def test_the_second_signature_takes_the_row_away(council: Council) -> None:
    audit = agreed_audit(council)
    audit.content_hash = signing.content.digest(audit)
    audit.save()
    for person in (council.keyworker, council.auditor):
        signing.sign(audit, by=person, at=NOW, content_hash=audit.content_hash)
    assert "Read and sign" not in {what for what, _, _ in rows(council.auditor)}
