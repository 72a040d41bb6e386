"""Kinds of audit that differ: what one is part of is said on its pages and mails; management audits go to managers."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from audits.allocation import reassign
from audits.booking import book as booking_book
from audits.draw import draws, recompute
from audits.follow_up import case_note
from audits.meeting import lifecycle
from audits.models import Activity, Audit, Draw
from audits.programme import conclusion, contributors, findings, planning
from audits.programme.activity_page import activity_page
from people.models import Notice
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from tests.audits.plan.plans import planned, themed
from tests.conftest import NOW, TODAY
from tests.factories import EARLY, CaseFactory, Council, UserFactory, auditor_of, fill, signed

WHY = "Three since May say that neglect was named late."
THEME = "A themed audit about “Neglect”."
QUESTION = "When was neglect first named?"


@pytest.fixture
def neglect(council: Council) -> Audit:
    """The one audit of a theme, sent."""
    activity = themed(council, focus=[2, 5], origin_words=WHY, questions=[QUESTION, QUESTION, " "])
    draws.run_for(activity, size=1, by=council.qa_officer, at=NOW)
    return Audit.objects.get()


def test_a_theme_its_reason_and_its_standards_are_on_every_page_and_mail(council: Council, neglect: Audit) -> None:
    assert neglect.auditor is not None
    booking_book.book_meeting(neglect, by=neglect.auditor, at=NOW, meets=NOW.replace(month=12), place="Room 4")
    for notice in Notice.objects.filter(link__contains=neglect.ref):
        assert notice.body.endswith(f"{THEME} Why: {WHY} It looks at standards 2, 5. It asks: {QUESTION}")
    said(neglect, "", "book/", "prepare/", "pack/", "meeting/")
    lifecycle.open_meeting(neglect, by=neglect.auditor, at=NOW, why=EARLY)
    said(neglect, "meeting/", "plan/")
    fill(neglect, grade="good", at=NOW)
    said(neglect, "meeting/end/")
    lifecycle.end_meeting(neglect, by=neglect.auditor, at=NOW)
    said(neglect, "sign/")
    neglect.refresh_from_db()
    signed(neglect, at=NOW)
    said(neglect, "", "follow-up/")
    assert f"{THEME}\nAuditor:" in case_note.text(Audit.objects.get())


def said(audit: Audit, *pages: str) -> None:
    """Each of these pages of the audit has its theme, its reason and its question."""
    client = Client()
    client.force_login(auditor_of(audit))
    for page in pages:
        html = client.get(f"/audits/{audit.ref}/{page}").content.decode()
        assert [words for words in ("themed audit about “Neglect”", WHY, QUESTION) if words not in html] == [], page


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


def test_the_auditor_answers_its_questions_case_by_case(council: Council, neglect: Audit) -> None:
    activity, client = Activity.objects.get(), Client()
    client.force_login(auditor_of(neglect))
    page = f"/programme/{activity.pk}/finding/"
    assert f'href="{page}?case={neglect.ref}"' in client.get(f"/audits/{neglect.ref}/").content.decode()
    answer = {"case": neglect.ref, "about": QUESTION, "text": "In the third week, by the school."}
    answer |= {"on_0": "20", "on_1": "11", "on_2": "2026"}
    assert client.post(page, {**answer, "text": "."}).status_code == 422
    assert client.post(page, answer).status_code == 302
    assert "In the third week, by the school." in client.get(f"/audits/{neglect.ref}/").content.decode()
    found = activity_page(activity, user=council.qa_officer, on=TODAY).findings
    assert found is not None
    assert [(row.audit, row.question, row.recorded_by) for row in found] == [(neglect, QUESTION, neglect.auditor)]
    with pytest.raises(NotAllowed):
        findings.check_record_finding(activity, by=council.head_of_service)
    with pytest.raises(Refused, match="Choose one of the questions"):
        write(activity, council.qa_officer, question="Who?", audit=neglect)
    with pytest.raises(Refused, match="Choose the case"):
        write(activity, council.qa_officer, question=QUESTION)
    with pytest.raises(Refused, match="could be a child’s number"):
        themed(council, title="Neglect again", questions=["What of 700001?"])


def write(activity: Activity, by: object, **more: object) -> None:
    """Write down a finding of Friday."""
    text = "They share it the same day."
    findings.record_finding(activity, on=date(2026, 11, 20), text=text, by=by, at=NOW, **more)  # type: ignore[arg-type]


def test_each_partner_writes_what_it_found_of_each_case_and_sees_nothing_else(council: Council) -> None:
    CaseFactory.create(keyworker=council.keyworker)
    sergeant = UserFactory.create(name="Pia Marsh", roles=(Role.CONTRIBUTOR,))
    partners = planned(
        council, kind=Activity.Kind.MULTI_AGENCY, title="Missing", planned=2, agencies=["Police", "Health"]
    )
    with pytest.raises(NotAllowed):
        findings.check_record_finding(partners, by=sergeant)
    client = Client()
    client.force_login(council.qa_officer)
    named = client.post(f"/programme/{partners.pk}/contributors/", {"agency-0": sergeant.pk, "agency-1": ""})
    assert named.status_code == 302
    assert contributors.contributors_of(partners) == [("Police", sergeant), ("Health", None)]
    notice = Notice.objects.get(to=sergeant)
    assert (notice.subject, notice.link) == ("You write down what Police found", f"/programme/{partners.pk}/")
    draws.run_for(partners, size=2, by=council.qa_officer, at=NOW)
    first, second = Audit.objects.order_by("number")
    partner = Client()
    partner.force_login(sergeant)
    work = partner.get("/").content.decode()
    assert work.count("Write down what Police found") >= 2
    assert partner.get(f"/audits/{first.ref}/").status_code == 403
    with pytest.raises(Refused, match="Choose the agency"):
        write(partners, sergeant, agency="Health", audit=first)
    with pytest.raises(Refused, match="Choose the case"):
        write(partners, sergeant, agency="Police")
    page = f"/programme/{partners.pk}/finding/"
    asked = partner.get(f"{page}?case={second.ref}&about=Police").content.decode()
    assert f'value="{second.ref}" selected' in asked
    assert not [case for case in (first.case, second.case) if case.person_id in asked]
    answer = {"case": first.ref, "about": "Police", "text": "They share it the same day."}
    assert partner.post(page, answer | {"on_0": "20", "on_1": "11", "on_2": "2026"}).status_code == 302
    assert findings.missing_findings(sergeant) == [(second, "Police")]
    write(partners, council.qa_officer, agency="Health", audit=first)
    seen = activity_page(partners, user=sergeant, on=TODAY).findings
    assert seen is not None
    assert [row.agency for row in seen] == ["Police"]
    row = activity_page(partners, user=council.qa_officer, on=TODAY).row
    assert (row.counts.findings, row.done) == (2, 0), "where cases are drawn, a case is done when its audit is final"


def test_what_was_late_is_carried_out_from_its_page(council: Council, settings: pytest.FixtureRequest) -> None:
    settings.TODAY = TODAY  # type: ignore[attr-defined]
    late = planned(
        council,
        kind=Activity.Kind.MULTI_AGENCY,
        title="Missing",
        month=date(2026, 9, 1),
        planned=1,
        agencies=["Police"],
    )
    client, page = Client(), f"/programme/{late.pk}/"
    client.force_login(council.qa_officer)
    assert "Carry it out this month" in client.get(page).content.decode()
    answer = client.post(f"{page}now/", follow=True)
    assert answer.redirect_chain == [(f"/draws/?activity={late.pk}", 302)]
    late.refresh_from_db()
    assert (late.month, str(late)) == (date(2026, 11, 1), "Missing, November 2026")
    history = client.get(page).content.decode()
    assert "Carried out late: it was planned for September 2026." in history
    assert "Month: September 2026 → November 2026" in history
    made = client.post("/draws/", {"activity": str(late.pk), "size": "1"})
    assert made["Location"] == "/draws/PARTNERS-2611/"
    with pytest.raises(NotNow, match="cases are drawn already"):
        planning.carry_out_now(late, by=council.qa_officer, at=NOW)
    with pytest.raises(NotNow, match="Only a themed"):
        planning.carry_out_now(planned(council, month=date(2026, 9, 1)), by=council.qa_officer, at=NOW)


def test_nothing_is_concluded_before_anything_is_found(council: Council, neglect: Audit) -> None:
    activity = Activity.objects.get()
    with pytest.raises(NotNow, match="nothing to conclude from"):
        conclusion.conclude_activity(activity, text="Late.", by=council.qa_officer, at=NOW)
    with pytest.raises(NotAllowed):
        conclusion.conclude_activity(activity, text="Late.", by=council.head_of_service, at=NOW)


@pytest.mark.parametrize(
    ("kind", "has", "has_not"),
    [
        ("core", {"planned"}, {"title", "questions", "focus", "teams", "agencies"}),
        ("themed", {"title", "questions", "focus", "teams"}, {"agencies"}),
        ("flash", {"title", "questions", "focus", "teams"}, {"agencies"}),
        ("management", {"title", "questions", "focus", "teams"}, {"agencies"}),
        ("multi_agency", {"title", "questions", "agencies", "teams"}, set()),
        ("observation", {"title", "planned"}, {"questions", "focus", "teams", "agencies"}),
    ],
)
def test_the_form_of_a_kind_asks_what_it_needs(
    council: Council, kind: str, has: set[str], has_not: set[str], settings: pytest.FixtureRequest
) -> None:
    settings.TODAY = TODAY  # type: ignore[attr-defined]
    client = Client()
    client.force_login(council.qa_officer)
    page = client.get(f"/programme/new/?kind={kind}&month=2026-12").content.decode()
    assert {name for name in has | has_not if f'name="{name}"' in page} == has
    assert page.count("Keep to some standards, categories or teams") == ("teams" in has)
