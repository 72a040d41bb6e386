"""The year's programme: planned, changed with what it was kept, agreed to by name, drawn for, and done."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from audits.booking import pack
from audits.draw import draws
from audits.meeting import desk, grading, lifecycle
from audits.models import CASE_NUMBER, Activity, Agreement, Audit, Finding
from audits.programme import activity_page, agreement, planning
from audits.programme import findings as programme_findings
from audits.programme import page as programme_page
from audits.record import signed_content
from people.models import Notice, TrailEntry
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale
from tests.audits.meeting.pages import at_most
from tests.audits.plan.plans import DECEMBER, planned, themed
from tests.conftest import NOW, TODAY
from tests.factories import EARLY, MET, Council, UserFactory, fill

pytestmark = pytest.mark.django_db
YEAR = 2026


def asked_for(activity: Activity, **more: Any) -> Any:
    """An activity's plan as the rule takes it, with something changed."""
    return {**activity.plan(), "lead": activity.lead, **more}


def test_the_year_runs_from_april_to_march() -> None:
    assert [planning.year_of(day) for day in (date(2026, 3, 31), date(2026, 4, 1), date(2027, 3, 31))] == [
        2025,
        2026,
        2026,
    ]
    assert (planning.months_of_year(2026)[0], planning.months_of_year(2026)[-1]) == (date(2026, 4, 1), date(2027, 3, 1))


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"kind": "core", "title": "Neglect"}, "kind", "drawn from every case"),
        ({"kind": "core", "title": "", "focus": [1]}, "kind", "drawn from every case"),
        ({"title": " – "}, "title", "Say what it is about"),
        ({"kind": "flash"}, "focus", "choose the standards"),
        ({"focus": [8]}, "focus", "has the standards 1 to 7"),
        ({"kind": "multi_agency"}, "agencies", "Name the partner agencies"),
        ({"agencies": ["Police"]}, "agencies", "of no other kind"),
        ({"origin_words": ""}, "origin_words", "which finding"),
        ({"planned": 501}, "planned", "between 0 and 500"),
        ({"narrow": {"categories": ["XX"]}}, "categories", "by category"),
        ({"kind": "party"}, "kind", "what kind"),
    ],
)
def test_what_cannot_be_carried_out_is_refused_beside_its_field(
    council: Council, wrong: dict[str, Any], field: str, says: str
) -> None:
    with pytest.raises(Refused, match=says) as refusal:
        themed(council, **wrong)
    assert (refusal.value.field, refusal.value.status) == (field, 422)
    assert not Activity.objects.exists()


def test_it_is_planned_once_changed_with_a_reason_and_dropped_and_nothing_is_lost(council: Council) -> None:
    neglect = themed(council, focus=[5, 2, 5])
    assert neglect.focus == [2, 5]
    with pytest.raises(NotNow, match="has this already"):
        themed(council)
    with pytest.raises(Refused, match="Say why"):
        planning.change_activity(neglect, why="", by=council.qa_officer, at=NOW, **asked_for(neglect, planned=8))
    planning.change_activity(neglect, why="Five more", by=council.qa_officer, at=NOW, **asked_for(neglect, planned=8))
    planning.change_activity(neglect, why="No change", by=council.qa_officer, at=NOW, **asked_for(neglect, planned=8))
    found = activity_page.activity_page(Activity.objects.get(), user=council.qa_officer, on=TODAY)
    assert [(line.did, line.differences, line.why) for line in found.changes] == [
        ("changed it", [("How many", "3", "8")], "Five more"),
        ("planned it", [], ""),
    ]
    dropped = planning.drop_activity(neglect, why="The Board does it", by=council.qa_officer, at=NOW)
    assert (dropped.state, dropped.dropped_by, dropped.dropped_why) == (
        "dropped",
        council.qa_officer,
        "The Board does it",
    )
    for rule in (
        lambda: planning.drop_activity(neglect, why="Twice", by=council.qa_officer, at=NOW),
        lambda: planning.change_activity(neglect, why="Late", by=council.qa_officer, at=NOW, **asked_for(neglect)),
        lambda: draws.run_for(neglect, size=1, by=council.qa_officer, at=NOW),
    ):
        with pytest.raises(NotNow):
            rule()
    for person in (council.head_of_service, council.auditor):
        with pytest.raises(NotAllowed):
            planning.plan_activity(by=person, at=NOW, **planning.core(DECEMBER, 1))


def test_the_year_is_laid_out_where_nothing_is_planned_yet(council: Council) -> None:
    planned(council)
    assert planning.plan_core_months(YEAR, size=10, by=council.qa_officer, at=NOW) == 4
    months = list(Activity.objects.values_list("month", "planned"))
    assert months == [
        (date(2026, 11, 1), 10),
        (DECEMBER, 6),
        *((date(2027, month, 1), 10) for month in (1, 2, 3)),
    ]
    with pytest.raises(NotNow, match="already"):
        planning.plan_core_months(YEAR, size=10, by=council.qa_officer, at=NOW)


def test_managers_agree_by_name_to_exactly_what_was_planned(council: Council) -> None:
    with pytest.raises(Refused, match="nothing on this year"):
        agreement.ask_managers(YEAR, who=[council.head_of_service], by=council.qa_officer, at=NOW)
    core = planned(council)
    both = [council.head_of_service, council.assistant_director]
    assert agreement.ask_managers(YEAR, who=both, by=council.qa_officer, at=NOW) == 2
    assert Notice.objects.filter(subject__contains="waits for you").count() == 2
    seen = agreement.programme_digest(planning.of_year(YEAR))
    with pytest.raises(NotAllowed, match="not asked"):
        agreement.agree_to_programme(YEAR, content_hash=seen, words="", by=council.manager, at=NOW)
    agreed = agreement.agree_to_programme(YEAR, content_hash=seen, words="More on neglect, please.", by=both[0], at=NOW)
    assert (agreed.agreed_by, agreed.content_hash) == (both[0], seen)
    with pytest.raises(NotNow, match="agreed to this already"):
        agreement.agree_to_programme(YEAR, content_hash=seen, words="", by=both[0], at=NOW)
    planning.change_activity(core, why="Fewer auditors", by=council.qa_officer, at=NOW, **asked_for(core, planned=4))
    with pytest.raises(Stale, match="Read it again"):
        agreement.agree_to_programme(YEAR, content_hash=seen, words="", by=both[1], at=NOW)
    page = programme_page.programme_year(YEAR, user=both[0], on=TODAY)
    assert [(one.manager, stands) for one, stands in page.agreements if one.agreed_at] == [(both[0], False)]
    assert not page.agreed_by_you
    later = NOW + timedelta(days=1)
    assert agreement.ask_managers(YEAR, who=both, by=council.qa_officer, at=later) == 2
    assert Agreement.objects.filter(agreed_at=None).count() == 2
    now = agreement.programme_digest(planning.of_year(YEAR))
    for person in both:
        agreement.agree_to_programme(YEAR, content_hash=now, words="", by=person, at=later)
    assert agreement.ask_managers(YEAR, who=both, by=council.qa_officer, at=later) == 0
    assert [entry.by for entry in TrailEntry.objects.filter(act="programme.agreed").order_by("seq")] == [
        both[0],
        *both,
    ]


def test_what_decides_the_cases_stays_once_they_are_drawn(council: Council) -> None:
    core = planned(council)
    made = draws.run(month=DECEMBER, size=1, by=council.qa_officer, at=NOW)
    assert made.activity == core
    with pytest.raises(NotNow, match="cases are drawn"):
        planning.change_activity(
            core, why="Later", by=council.qa_officer, at=NOW, **asked_for(core, month=date(2027, 1, 1))
        )
    with pytest.raises(NotNow, match="stays on the programme"):
        planning.drop_activity(core, why="Too many", by=council.qa_officer, at=NOW)
    planning.change_activity(core, why="As drawn", by=council.qa_officer, at=NOW, **asked_for(core, planned=1))
    practice = planned(council, kind="observation", title="Conferences")
    with pytest.raises(NotNow, match="observed as it happens"):
        draws.run_for(practice, size=1, by=council.qa_officer, at=NOW)
    assert str(practice.pk) not in draws.drawable(TODAY)


def test_a_flash_audit_asks_is_complete_and_is_signed_by_its_own_standards_alone(council: Council) -> None:
    flash = planned(council, kind="flash", title="Visits", focus=[2, 5], month=date(2026, 11, 1))
    draws.run_for(flash, size=1, by=council.qa_officer, at=NOW)
    audit = Audit.objects.get()
    assert audit.focus == [2, 5]
    assert [chapter.standard.number for chapter in pack.pack(audit).chapters] == [2, 5]
    audit.auditor = council.auditor
    audit.save()
    audit = lifecycle.open_meeting(audit, by=council.auditor, at=MET, why=EARLY)
    assert [one.number for one in audit.judgements.all()] == [2, 5, CASE_NUMBER]
    outside = audit.standard_set.standards.get(number=3).sections.first().criteria.first()  # type: ignore[union-attr]
    for refused in (
        lambda: lifecycle.record_mark(
            audit,
            by=council.auditor,
            at=MET,
            criterion=outside.pk,
            value="partly",
            seen="",
            version=0,  # type: ignore[union-attr]
        ),
        lambda: lifecycle.record_note(audit, by=council.auditor, at=MET, slug="s3-works-well", text="Good", version=0),
        lambda: grading.propose_grade(audit, 3, by=council.auditor, at=MET, grade="good"),
    ):
        with pytest.raises(Refused):
            refused()
    ended = lifecycle.end_meeting(fill(audit, grade="good"), by=council.auditor, at=MET)
    signed = signed_content.snapshot(ended)
    assert [one["number"] for one in signed["grades"]] == [2, 5, 8]
    assert [code for code, *_ in signed["marks"]] == ["indicator 4", "indicator 5", "indicator 6"]
    asked = {slug for slug, *_ in signed["notes"] if not slug.startswith("s")} | {"signs-of-safety"}
    assert asked == {
        "record-wishes",
        "record-professionals",
        "record-current",
        "feedback",
        "signs-of-safety",
        "family-safeguarding",
        "childs-eye",
    }


def test_what_belongs_to_no_standard_of_a_narrowed_audit_is_not_asked(council: Council) -> None:
    flash = planned(council, kind="flash", title="Reviews", focus=[4], month=date(2026, 11, 1))
    draws.run_for(flash, size=1, by=council.qa_officer, at=NOW)
    Audit.objects.update(auditor=council.auditor)
    audit = lifecycle.open_meeting(Audit.objects.get(), by=council.auditor, at=MET, why=EARLY)
    page = desk.build_page(audit, council.auditor, "record")
    assert [step.slug for step in page.steps] == ["4", "record", "case", "plan"]
    assert [field.key for field in page.fields] == [
        "record-procedures",
        "record-current",
        "feedback",
        "signs-of-safety",
        "family-safeguarding",
        "childs-eye",
    ]
    assert {one.step for one in page.missing} == {"4", "case", "record"}
    with pytest.raises(Refused, match="no such step"):
        desk.build_page(audit, council.auditor, "indicators")
    indicator = audit.standard_set.indicators.first().pk  # type: ignore[union-attr]
    write = {"by": council.auditor, "at": MET, "version": 0}
    with pytest.raises(Refused, match="does not ask that indicator"):
        lifecycle.record_mark(audit, indicator=indicator, value="partly", seen="", **write)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="not a box of this form"):
        lifecycle.record_note(audit, slug="record-wishes", choice="weak", text="", **write)  # type: ignore[arg-type]


def test_findings_count_as_done_and_only_some_read_them(council: Council) -> None:
    practice = planned(council, kind="observation", title="Conferences", planned=2, month=date(2026, 10, 1))
    partners = planned(council, kind="multi_agency", title="Neglect", planned=2, agencies=["Police", " ", "Health"])
    assert partners.agencies == ["Police", "Health"]
    write = {"on": TODAY, "by": council.qa_officer, "at": NOW}
    seen = {"observed": council.auditor, "seen": "Conference", "text": "The child was heard.", "strengths": "Clear."}
    seen |= {"learning": "Begin with what the child said.", "action": "She leads the next one."}
    programme_findings.record_observation(practice, **seen, **write)  # type: ignore[arg-type]
    for _ in range(2):  # the same form, sent twice
        programme_findings.record_finding(partners, agency="Police", text="Shared in time.", **write)  # type: ignore[arg-type]
    assert Finding.objects.filter(activity=partners).count() == 1
    for wrong, says in (
        ({"agency": "Fire", "text": "x"}, "Choose the agency"),
        ({"agency": "Police", "text": " "}, "Say what was found"),
        ({"agency": "Police", "text": "x", "on": TODAY + timedelta(days=1)}, "still to come"),
    ):
        with pytest.raises(Refused, match=says):
            programme_findings.record_finding(partners, **{**write, **wrong})  # type: ignore[arg-type]
    with pytest.raises(NotNow, match="own questions"):
        programme_findings.record_finding(themed(council), text="x", **write)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        programme_findings.record_observation(practice, **{**seen, **write, "by": council.head_of_service})  # type: ignore[arg-type]
    with pytest.raises(NotNow, match="no observation of practice"):
        programme_findings.record_observation(partners, **seen, **write)  # type: ignore[arg-type]
    page = programme_page.programme_year(YEAR, user=council.qa_officer, on=TODAY)
    rows = {row.activity.pk: row for row in page.rows}
    assert (rows[practice.pk].done, rows[practice.pk].behind) == (1, 1)
    assert page.totals == {"planned": 7, "drawn": 0, "done": 2, "behind": 1}
    assert activity_page.activity_page(partners, user=council.head_of_service, on=TODAY).findings is None
    principal = UserFactory.create(roles=(Role.PRINCIPAL_SOCIAL_WORKER,))
    found = activity_page.activity_page(partners, user=principal, on=TODAY).findings
    assert found is not None
    assert [finding.text for finding in found] == ["Shared in time."]


FORM = {
    "kind": "themed",
    "month": "2026-12",
    "title": "Neglect",
    "planned": "3",
    "origin": "complaint",
    "origin_words": "Three since May",
    "agencies": "",
}


def test_the_pages_walk_the_year(client: Client, council: Council, settings: Any) -> None:
    settings.TODAY = TODAY
    client.force_login(council.qa_officer)
    assert "Nothing is planned for this year yet." in client.get("/programme/").content.decode()
    wrong = client.post("/programme/new/", {**FORM, "origin_words": ""})
    assert wrong.status_code == 422
    assert "Say which finding" in wrong.content.decode()
    assert "Neglect" in wrong.content.decode()
    assert client.post("/programme/new/", FORM).status_code == 302
    assert client.post("/programme/new/", FORM).status_code == 409
    neglect = Activity.objects.get()
    assert client.post("/programme/lay-out/?year=2026", {"size": ""}).status_code == 422
    assert client.post("/programme/lay-out/?year=2026", {"size": "4"}).status_code == 302
    work = client.get("/").content.decode()
    assert "Run the draw for December 2026" in work
    assert "Run the draw of “Neglect”" in work
    page = f"/programme/{neglect.pk}/"
    assert client.post(f"{page}change/", {**FORM, "planned": "5", "why": ""}).status_code == 422
    assert client.post(f"{page}change/", {**FORM, "planned": "5", "why": "More"}).status_code == 302
    assert "How many: 3 → 5" in client.get(page).content.decode()
    assert client.post("/programme/ask/?year=2026", {}).status_code == 422
    asked = client.post("/programme/ask/?year=2026", {"who": [council.head_of_service.pk]}, follow=True)
    assert "Asked Mon 23 Nov 2026" in asked.content.decode()
    with at_most(12):
        client.get("/programme/")
    manager = Client()
    manager.force_login(council.head_of_service)
    assert "Agree the audit programme" in manager.get("/").content.decode()
    shown = manager.get("/programme/?year=2026")
    assert "You are asked to agree" in shown.content.decode()
    assert "Lay out the year" not in shown.content.decode()
    seen = shown.context["found"].digest
    stale = manager.post("/programme/agree/?year=2026", {"content_hash": "0" * 64, "words": "Fine by me"})
    assert (stale.status_code, "Fine by me" in stale.content.decode()) == (409, True)
    assert manager.post("/programme/agree/?year=2026", {"content_hash": seen, "words": ""}).status_code == 302
    assert "Agreed Mon 23 Nov 2026" in manager.get("/programme/").content.decode()
    assert {manager.get(one).status_code for one in ("/programme/new/", f"{page}change/", f"{page}drop/")} == {403}
    assert client.post(f"{page}drop/", {"why": ""}).status_code == 422
    assert "Dropped" in client.post(f"{page}drop/", {"why": "Later"}, follow=True).content.decode()
    assert client.get(f"{page}drop/").status_code == 409
    assert client.get("/programme/999999/").status_code == 404
