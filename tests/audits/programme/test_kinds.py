"""Kinds of audit that differ: what one is part of is said on its pages and mails; management audits go to managers."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from audits.allocation import reassign
from audits.booking import book as booking_book
from audits.draw import draws, recompute
from audits.models import Activity, Audit, Draw
from audits.programme import findings
from audits.programme.activity_page import activity_page
from people.models import Notice
from people.roles import Role
from qualitycounts.base.refusals import Refused
from tests.audits.plan.plans import planned, themed
from tests.conftest import NOW, TODAY
from tests.factories import CaseFactory, Council, UserFactory

WHY = "Three since May say that neglect was named late."
THEME = "A themed audit about “Neglect”."


@pytest.fixture
def neglect(council: Council) -> Audit:
    """The one audit of a theme, sent."""
    activity = themed(council, focus=[2, 5], origin_words=WHY)
    draws.run_for(activity, size=1, by=council.qa_officer, at=NOW)
    return Audit.objects.get()


def test_a_theme_its_reason_and_its_standards_are_on_every_page_and_mail(council: Council, neglect: Audit) -> None:
    assert neglect.auditor is not None
    booking_book.book_meeting(neglect, by=neglect.auditor, at=NOW, meets=NOW.replace(month=12), place="Room 4")
    for notice in Notice.objects.filter(link__contains=neglect.ref):
        assert notice.body.endswith(f"{THEME} Why: {WHY} It looks at standards 2, 5."), notice.subject
    client = Client()
    client.force_login(neglect.auditor)
    for page in ("", "book/", "prepare/", "pack/"):
        html = client.get(f"/audits/{neglect.ref}/{page}").content.decode()
        assert "themed audit about “Neglect”" in html, page
        assert WHY in html, page


def test_the_page_of_an_activity_lists_its_audits_to_whoever_may_open_them(council: Council, neglect: Audit) -> None:
    activity = Activity.objects.get(title="Neglect")
    assert activity_page(activity, user=council.qa_officer, on=TODAY).audits == [neglect]
    assert activity_page(activity, user=council.head_of_service, on=TODAY).audits == []
    client = Client()
    client.force_login(council.qa_officer)
    assert neglect.ref in client.get(f"/programme/{activity.pk}/").content.decode()


def test_management_audits_are_led_by_managers_of_other_teams_alone(council: Council) -> None:
    UserFactory.create_batch(5, roles=(Role.AUDITOR,))
    for _ in range(3):
        CaseFactory.create(keyworker=council.keyworker)
    activity = planned(council, kind=Activity.Kind.MANAGEMENT, title="Supervision records")
    made = draws.run_for(activity, size=3, by=council.qa_officer, at=NOW)
    auditors = list(Audit.objects.values_list("auditor", flat=True))
    assert set(auditors) == {council.other_manager.pk, None}, "the one manager of another team who audits, until full"
    assert recompute.recount(Draw.objects.get(pk=made.pk)).ok
    alone = Audit.objects.filter(auditor=None).select_related("case", "pick").earliest("number")
    assert alone.pick is not None
    assert "no manager, as a management audit asks" in alone.pick.no_auditor_why
    with pytest.raises(Refused, match="no manager, as a management audit asks"):
        reassign.reassign_auditor(alone, auditor=council.auditor, why="He asked.", by=council.qa_officer, at=NOW)


def test_what_partners_found_counts_as_done_where_no_case_was_drawn(council: Council) -> None:
    partners = planned(council, kind=Activity.Kind.MULTI_AGENCY, title="Missing", planned=2, agencies=["Police"])
    findings.record_finding(
        partners,
        on=date(2026, 11, 20),
        text="They share it the same day.",
        agency="Police",
        by=council.qa_officer,
        at=NOW,
    )
    assert activity_page(partners, user=council.qa_officer, on=TODAY).row.done == 1
