"""Patterns: found by the sweep on the day the number is reached, once; told to those whom they concern; decided."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from audits.models import Audit, Judgement
from audits.programme import planning
from escalation.models import Pattern
from escalation.patterns import patterns
from escalation.steps import times
from escalation.sweep import sweep_deadlines
from people import council_settings as settings_of
from people import trail
from people.models import Membership, Notice
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from reporting.models import PlanItem
from standards.grades import Grade
from tests.audits.meeting.pages import at_most, signed_in, text
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.escalation.walk import regrade
from tests.factories import CaseFactory, Council


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = TODAY


def inadequate(council: Council, number: int, **more: Any) -> Audit:
    case = CaseFactory.create(keyworker=more.pop("worker", council.keyworker))
    return finalised_audit(council, grade=Grade.INADEQUATE, number=number, case=case, **more)


def test_two_of_a_team_in_a_quarter_make_one_told_once(council: Council) -> None:
    inadequate(council, 1)
    inadequate(council, 2, worker=council.other_keyworker)
    sweep_deadlines(on=TODAY, at=NOW)
    assert not Pattern.objects.exists()
    inadequate(council, 3)
    sweep_deadlines(on=TODAY, at=NOW)
    sweep_deadlines(on=TODAY + timedelta(days=1), at=NOW)
    pattern = Pattern.objects.get()
    assert (pattern.team, pattern.owner, pattern.due_on) == (council.north, council.head_of_qa, date(2026, 12, 21))
    told = Notice.objects.filter(key=f"{pattern.ref}:found").values_list("to__name", flat=True)
    assert set(told) == {"Yusuf Lindqvist", "Marguerite Osei", "Amara Whitlock"}
    assert [audit.number for audit in patterns.audits_of_pattern(pattern)] == [1, 3]
    Audit.objects.filter(number=3).update(grade=Grade.GOOD)
    assert [audit.number for audit in patterns.audits_of_pattern(pattern)] == [1]


def test_a_quarter_ends_and_an_audit_before_it_does_not_count(council: Council) -> None:
    inadequate(council, 1)
    audit = inadequate(council, 2)
    Audit.objects.filter(pk=audit.pk).update(finalised_at=NOW - timedelta(days=60))
    sweep_deadlines(on=TODAY, at=NOW)
    assert not Pattern.objects.exists()
    assert patterns.quarter_of(date(2027, 3, 31)) == date(2027, 1, 1)
    assert patterns.quarter_of(date(2027, 4, 1)) == date(2027, 4, 1)


NEW_YEAR_S_EVE = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)


def signed_on_the_last_day(council: Council) -> list[Audit]:
    """Two Inadequate of one team, the second signed on the quarter's last afternoon."""
    return [inadequate(council, 1), inadequate(council, 2, signed_at=NEW_YEAR_S_EVE)]


def swept(on: date) -> int:
    """How many patterns there are after a sweep of the morning of a day."""
    sweep_deadlines(on=on, at=datetime(on.year, on.month, on.day, 8, 0, tzinfo=UTC))
    return Pattern.objects.count()


def test_two_signed_on_the_quarter_s_last_day_make_its_pattern_at_the_next_sweep(council: Council) -> None:
    signed_on_the_last_day(council)
    assert swept(date(2027, 1, 4)) == 1
    pattern = Pattern.objects.get()
    assert (pattern.ref, pattern.quarter, pattern.due_on) == ("PAT-2610-1", date(2026, 10, 1), date(2027, 2, 1))
    assert [audit.number for audit in patterns.audits_of_pattern(pattern)] == [1, 2]
    notice = Notice.objects.filter(key=f"{pattern.ref}:found", to=council.head_of_service).get()
    assert "North had 2 or more audits graded Inadequate in the quarter from October to December 2026." in notice.body
    assert (swept(date(2027, 1, 5)), swept(date(2027, 3, 31)), swept(date(2027, 4, 1))) == (1, 1, 1)
    assert Notice.objects.filter(key__endswith=":found").count() == 3


def test_many_patterns_are_found_and_told_in_as_many_statements_as_one(
    council: Council, django_assert_num_queries: Any
) -> None:
    audits = [inadequate(council, number) for number in (1, 2)]
    for audit in audits:
        graded_too(audit, 2)
    with django_assert_num_queries(70, exact=False) as one:
        sweep_deadlines(on=TODAY, at=NOW)
    first = Pattern.objects.count()
    Notice.objects.filter(key__endswith=":found").delete()
    Pattern.objects.all().delete()
    for number, standards in ((3, (3,)), (4, (3,)), (5, (3, 5)), (6, (5,)), (7, (5,))):
        audit = inadequate(council, number)
        for standard in standards:
            graded_too(audit, standard)
    with django_assert_num_queries(len(one), exact=False):
        sweep_deadlines(on=TODAY, at=NOW)
    assert Pattern.objects.count() > first


def test_one_signed_on_each_side_of_the_quarter_s_end_makes_no_pattern(council: Council) -> None:
    inadequate(council, 1, signed_at=NEW_YEAR_S_EVE + timedelta(hours=7, minutes=59))
    inadequate(council, 2, signed_at=NEW_YEAR_S_EVE + timedelta(hours=8))
    assert swept(date(2027, 1, 4)) == 0


@pytest.mark.parametrize(("on", "count"), [(date(2027, 3, 31), 1), (date(2027, 4, 1), 0)])
def test_a_quarter_counts_until_the_next_one_is_over(council: Council, on: date, count: int) -> None:
    """So the first sweep after years without one does not bring up what is history."""
    signed_on_the_last_day(council)
    assert swept(on) == count


def test_an_audit_of_december_that_a_panel_grades_down_in_january_makes_december_s_pattern(council: Council) -> None:
    first = finalised_audit(council, number=1, grade=Grade.INADEQUATE)
    second = finalised_audit(
        council, number=2, case=CaseFactory.create(keyworker=council.keyworker), signed_at=NEW_YEAR_S_EVE
    )
    assert swept(date(2026, 12, 31)) == 0
    regrade(second, Grade.INADEQUATE, by=council.head_of_qa, at=datetime(2027, 1, 20, 10, 0, tzinfo=UTC))
    assert swept(date(2027, 1, 20)) == 1
    assert list(patterns.audits_of_pattern(Pattern.objects.get())) == [first, second]
    regrade(second, Grade.GOOD, by=council.head_of_qa, at=datetime(2027, 2, 20, 10, 0, tzinfo=UTC))
    regrade(second, Grade.INADEQUATE, by=council.head_of_qa, at=datetime(2027, 2, 20, 11, 0, tzinfo=UTC))
    assert swept(date(2027, 2, 20)) == 1


def test_a_number_that_is_set_in_a_quarter_makes_nothing_of_the_one_before(council: Council) -> None:
    for number, value in enumerate(("3", "2")):
        settings_of.change(
            times.PATTERN_TEAM,
            by=council.head_of_qa,
            at=NEW_YEAR_S_EVE + timedelta(days=number * 10 - 5),
            value=value,
            why="Agreed at CQAWG.",
            number=number,
        )
    signed_on_the_last_day(council)
    assert swept(date(2027, 1, 15)) == 0


def test_one_standard_in_three_audits_concerns_every_head_of_service(council: Council) -> None:
    for number in (1, 2, 3):
        audit = finalised_audit(
            council, number=number, case=CaseFactory.create(keyworker=council.keyworker), grade=Grade.GOOD
        )
        standard = audit.standard_set.standards.get(number=4)
        Judgement.objects.create(audit=audit, number=4, standard=standard, state="agreed", grade=Grade.INADEQUATE)
        sweep_deadlines(on=TODAY, at=NOW)
        assert Pattern.objects.count() == (number == 3)
    pattern = Pattern.objects.get()
    assert (pattern.team, pattern.standard) == (None, 4)
    told = set(Notice.objects.filter(key=f"{pattern.ref}:found").values_list("to__name", flat=True))
    assert {"Marguerite Osei", "Ffion Castellano"} < told
    assert patterns.audits_of_pattern(pattern).count() == 3


def test_late_it_climbs_once_a_level(council: Council) -> None:
    inadequate(council, 1)
    inadequate(council, 2)
    sweep_deadlines(on=TODAY, at=NOW)
    for _ in range(2):
        sweep_deadlines(on=date(2027, 2, 1), at=NOW)
    late = Notice.objects.filter(key__contains=":late:", subject__contains="is not decided")
    assert sorted(late.values_list("to__name", flat=True)) == [
        "Amara Whitlock",
        "Leona Bhandari",
        "Marguerite Osei",
        "Piotr Hargreaves",
    ]


def test_it_is_decided_by_those_whom_it_concerns_with_a_reason(client: Client, council: Council) -> None:
    inadequate(council, 1)
    inadequate(council, 2)
    sweep_deadlines(on=TODAY, at=NOW)
    pattern = Pattern.objects.get()
    page = f"/patterns/{pattern.ref}/"
    for who, status in ((council.other_head_of_service, 404), (council.manager, 404), (council.qa_officer, 200)):
        assert signed_in(client, who).get(page).status_code == status
    assert client.post(page, {"decision": "themed", "why": "Chronologies."}).status_code == 403
    assert "Inadequate in North" in text(client.get("/patterns/"))
    with pytest.raises(NotAllowed):
        patterns.decide_pattern(pattern, by=council.qa_officer, at=NOW, decision="themed", why="Chronologies.")
    with pytest.raises(Refused, match="Choose"):
        patterns.decide_pattern(pattern, by=council.head_of_qa, at=NOW, decision="more", why="Chronologies.")
    signed_in(client, council.head_of_service)
    assert client.post(page, {"decision": "themed", "why": ""}).status_code == 422
    assert "North has one manager: what is said of the team is said of them." in text(client.get(page))
    unsaid = client.post(page, {"decision": "themed", "why": "Chronologies after a move."})
    assert unsaid.status_code == 422
    assert "Say who has talked with the manager, and why it is named." in text(unsaid)
    with at_most(15):
        client.get(page)
    named = "I talked with her on Monday; the moves were in no other team."
    sent = {"decision": "themed", "why": "Chronologies after a move.", "named_why": named}
    assert client.post(page, sent).status_code == 302
    assert "Decided: A themed audit" in text(client.get(page))
    assert named in text(client.get(page))
    with pytest.raises(NotNow):
        patterns.check_decide_pattern(Pattern.objects.get(), by=council.head_of_qa)


def test_it_is_taken_into_the_programme_and_the_plan_and_shows_what_became_of_it(
    client: Client, council: Council
) -> None:
    inadequate(council, 1)
    inadequate(council, 2)
    sweep_deadlines(on=TODAY, at=NOW)
    pattern = Pattern.objects.get()
    page = f"/patterns/{pattern.ref}/"
    signed_in(client, council.qa_officer)
    assert "Nothing yet." in text(client.get(page))
    assert client.get(f"{page}programme/").status_code == 409
    patterns.decide_pattern(
        pattern,
        by=council.head_of_service,
        at=NOW,
        decision="flash",
        why="Chronologies after a move.",
        named_why="Talked through with her.",
    )
    assert "Decided: Inadequate in North" in text(client.get("/"))
    for _ in range(2):
        sweep_deadlines(on=date(2026, 12, 23), at=NOW)
    unplanned = Notice.objects.get(subject="Late: Inadequate in North is not on the programme")
    assert unplanned.to == council.qa_officer
    assert "not on the programme yet" in text(client.get("/patterns/"))

    form = client.get(f"{page}programme/")
    assert f"Pattern {pattern.ref}. Found on 23 November 2026: North had 2 or more audits" in text(form)
    sent = {"kind": "themed", "month": "2026-12", "title": "Inadequate in North", "planned": 6, "focus": [3]}
    sent |= {"origin": "core_finding", "origin_words": f"Pattern {pattern.ref}.", "teams": [council.north.pk]}
    assert client.post(f"{page}programme/", sent).status_code == 422
    assert client.post(f"{page}programme/", sent | {"kind": "flash"}).status_code == 302
    assert client.post(f"{page}programme/", sent | {"kind": "flash"}).status_code == 409
    activity = Pattern.objects.get().activity
    assert activity is not None
    assert (activity.kind, activity.month, activity.narrow) == ("flash", date(2026, 12, 1), {"teams": ["North"]})
    assert Notice.objects.filter(key=f"{pattern.ref}:planned:{activity.pk}").count() == 2

    add = f"/plan/add/?pattern={pattern.ref}"
    assert f"Pattern {pattern.ref}: Inadequate in North." in text(client.get(add))
    item = {"what": "Chronology in each supervision", "why": "Pattern.", "owner": council.manager.pk, "priority": 1}
    item |= {"standard": "", "due_on_0": 1, "due_on_1": 2, "due_on_2": 2027}
    assert client.post("/plan/add/?pattern=PAT-1", item).status_code == 404
    assert client.post(add, item).status_code == 302
    [taken] = PlanItem.objects.filter(pattern=pattern)
    shown = text(client.get(page))
    assert "6 planned, 0 drawn, 0 final" in shown
    assert f"{taken.ref}</a> Chronology in each supervision" in shown
    for address, person, link in (
        (f"/plan/{taken.ref}/", council.head_of_service, True),
        (f"/plan/{taken.ref}/", council.manager, False),
        (f"/programme/{activity.pk}/", council.head_of_service, True),
        (f"/programme/{activity.pk}/", council.manager, False),
    ):
        assert (f'href="{page}"' in text(signed_in(client, person).get(address))) is link
    assert f"Pattern {pattern.ref}." in text(signed_in(client, council.reader).get("/plan/"))
    acts = list(trail.entries_about(pattern).values_list("act", flat=True))
    assert acts == ["pattern.found", "pattern.decided", "pattern.planned", "pattern.taken_up"]

    planning.drop_activity(activity, why="The team has changed.", by=council.qa_officer, at=NOW)
    signed_in(client, council.qa_officer)
    with at_most(16):
        dropped = client.get(page)
    assert "The team has changed." in text(dropped)
    assert patterns.can_plan(Pattern.objects.select_related("activity").get(), by=council.qa_officer)


def graded_too(audit: Audit, number: int) -> Judgement:
    """A standard of the audit, Inadequate, too."""
    standard = audit.standard_set.standards.get(number=number)
    return Judgement.objects.create(
        audit=audit, standard=standard, number=number, state=Judgement.State.AGREED, grade=Grade.INADEQUATE
    )


def test_the_same_audits_make_one_pattern_with_one_mail_each(council: Council) -> None:
    audits = [inadequate(council, number) for number in (1, 2, 3)]
    for audit in audits:
        for number in (2, 4):
            graded_too(audit, number)
    sweep_deadlines(on=TODAY, at=NOW)
    pattern = Pattern.objects.get()
    assert (pattern.team, pattern.also) == (council.north, [2, 4])
    assert patterns.title(pattern) == "Inadequate in North, and in standards 2 and 4 there"
    assert "The same audits had standards 2 and 4 Inadequate." in patterns.sentence(pattern)
    assert Notice.objects.filter(key__endswith=":found").count() == 3
    for audit in audits:
        graded_too(audit, 6)
    sweep_deadlines(on=TODAY, at=NOW)
    assert Pattern.objects.get().also == [2, 4, 6]
    elsewhere = inadequate(council, 4, worker=council.other_keyworker)
    graded_too(elsewhere, 5)
    for audit in audits[:2]:
        graded_too(audit, 5)
    sweep_deadlines(on=TODAY, at=NOW)
    assert list(Pattern.objects.values_list("team", "standard").order_by("pk")) == [(council.north.pk, None), (None, 5)]
    assert Notice.objects.filter(key__endswith=":found").count() == 3 + 4


def test_a_pattern_of_a_standard_or_of_a_team_with_two_managers_names_nobody(council: Council) -> None:
    inadequate(council, 1)
    inadequate(council, 2)
    sweep_deadlines(on=TODAY, at=NOW)
    pattern = Pattern.objects.get()
    assert patterns.one_manager(pattern, on=TODAY)
    assert not patterns.one_manager(Pattern(standard=3), on=TODAY)
    Membership.objects.create(user=council.staff, role=Role.TEAM_MANAGER, team=council.north, starts_on=TODAY)
    assert not patterns.one_manager(pattern, on=TODAY)
    decided = patterns.decide_pattern(
        pattern, by=council.head_of_qa, at=NOW, decision="neither", why="Two moves.", named_why="Not asked for."
    )
    assert decided.named_why == ""
