"""The CQAWG action plan, evidence from elsewhere, and what is to be learned: rules, pages, refusals."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from people.models import Notice, User
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale
from reporting import periods
from reporting.learning import evidence, learning
from reporting.models import Evidence, Need, PlanItem, Report
from reporting.plan import items, standing
from reporting.plan import page as plan_page
from reporting.reports import checking, counting, drafting, generate, issue
from standards.timescales import one_calendar
from tests.conftest import NOW, TODAY
from tests.factories import Council, UserFactory
from tests.people.handed import PDF
from tests.reporting.builder import Builder

DUE = date(2027, 1, 29)
FINDING = evidence.Finding("complaints", "2026-27Q3", 3, "worry", "Delay", "Plans come late.", "7 of 31")


@pytest.fixture(autouse=True)
def on_the_day(settings: Any, tmp_path: Any) -> None:
    settings.TODAY, settings.FILES_DIR = TODAY, tmp_path


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def an_item(council: Council, owner: User | None = None, due_on: date = DUE) -> PlanItem:
    item = items.Item("Hold plan clinics in each team", "Standard 3", 3, owner or council.manager, due_on, 1)
    return items.take_up(item=item, by=council.qa_officer, at=NOW)


def test_an_item_has_one_owner_a_date_a_history_and_an_end_with_evidence(council: Council) -> None:
    officer, owner = council.qa_officer, council.manager
    for item, says in (
        (items.Item(" ", "", None, owner, DUE, 1), "Write what will be done"),
        (items.Item("Do", "", None, owner, TODAY, 1), "a date that is still to come"),
    ):
        with pytest.raises(Refused, match=says):
            items.take_up(item=item, by=officer, at=NOW)
    one = an_item(council)
    assert (one.ref, one.state, one.first_due_on) == ("PLAN-001", "open", DUE)
    assert Notice.objects.get(to=owner).link == "/plan/PLAN-001/"
    items.say(item=one, words="Two teams began.", due_on=None, by=owner, at=NOW)
    with pytest.raises(NotAllowed, match="Those who keep the plan give it a new date"):
        items.say(item=one, words="Later.", due_on=date(2027, 3, 1), by=owner, at=NOW)
    with pytest.raises(NotAllowed):
        items.say(item=one, words="I think.", due_on=None, by=council.auditor, at=NOW)
    moved = items.say(item=one, words="January is full.", due_on=date(2027, 3, 1), by=officer, at=NOW)
    assert (moved.due_on, moved.first_due_on) == (date(2027, 3, 1), DUE)
    with pytest.raises(Refused, match="Write what shows that it made a difference"):
        items.end_item(item=one, how="finish", words="", by=officer, at=NOW)
    with pytest.raises(NotAllowed):
        items.end_item(item=one, how="finish", words="Done.", by=owner, at=NOW)
    done = items.end_item(item=one, how="finish", words="Standard 3 rose to 61%.", by=officer, at=NOW)
    assert (done.state, done.impact, done.ended_by) == ("done", "Standard 3 rose to 61%.", officer)
    for act in (
        lambda: items.say(item=one, words="More.", due_on=None, by=owner, at=NOW),
        lambda: items.end_item(item=one, how="drop", words="No.", by=officer, at=NOW),
    ):
        with pytest.raises(NotNow):
            act()
    assert items.end_item(item=one, how="reopen", words="It fell again.", by=officer, at=NOW).state == "open"
    said = list(one.updates.values_list("words", flat=True))
    assert said == [
        "Two teams began.",
        "January is full.",
        "Done: Standard 3 rose to 61%.",
        "Opened again: It fell again.",
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanItem.objects.filter(pk=one.pk).update(state="done", impact="")


def test_late_is_the_day_after_and_said_in_one_place(council: Council) -> None:
    one = an_item(council)
    assert not PlanItem.objects.overdue(DUE).exists()
    assert PlanItem.objects.overdue(DUE + timedelta(days=1)).get() == one
    on_the_day, after = ([line.standing.name for line in lines(on)] for on in (DUE, DUE + timedelta(days=1)))
    assert (on_the_day, after) == (["Amber: at risk"], ["Red: late"])


def lines(on: date) -> list[plan_page.PlanLine]:
    return plan_page.plan_lines(PlanItem.objects.all(), on=on)


def test_a_colour_follows_a_rule(council: Council) -> None:
    one = an_item(council, due_on=date(2027, 1, 4))
    says = {day: (line.standing.name, line.standing.why) for day in (TODAY, date(2026, 12, 17)) for line in lines(day)}
    assert says[TODAY] == ("Green: on track", "Due in 27 working days. Nobody has said yet how it goes.")
    assert says[date(2026, 12, 17)][0] == "Amber: at risk", "near its date, and nothing said for ten working days"
    items.say(item=one, words="Two of five teams hold them.", due_on=None, by=council.manager, at=NOW + timedelta(21))
    [line] = lines(date(2026, 12, 17))
    assert (line.standing.name, line.standing.why) == (
        "Green: on track",
        "Due in 9 working days. Last said 14 December 2026.",
    )
    items.say(
        item=one, words="January is full.", due_on=date(2027, 6, 1), by=council.qa_officer, at=NOW + timedelta(22)
    )
    assert [line.standing.name for line in lines(date(2027, 1, 15))] == ["Green: on track"]
    assert [line.standing.name for line in lines(date(2027, 1, 16))] == ["Amber: at risk"], "31 days without a word"
    assert plan_page.in_short(lines(date(2027, 6, 2))) == (
        "1 item: 1 late.",
        "No rise of a figure is shown yet: 1 too soon.",
    )


@pytest.mark.parametrize(
    ("before", "now", "says"),
    [
        (
            (4, 15),
            (12, 15),
            ("Rise shown", "27% (4 of 15) in 2026-27 Q1, when it was agreed; 80% (12 of 15) in 2026-27 Q4."),
        ),
        (
            (12, 15),
            (3, 15),
            ("Fall shown", "when it was agreed; 20% (3 of 15) in 2026-27 Q4."),
        ),
        ((6, 15), (8, 15), ("No signal", "53% (8 of 15) in 2026-27 Q4. Of 15, only 14 or more would show a rise.")),
        ((2, 5), (3, 5), ("Too few to tell", "3 of 5 in 2026-27 Q4. Of 5, ")),
        ((), (12, 15), ("Too soon", "Standard 3: there was no figure when it was agreed.")),
        ((4, 15), (), ("Too soon", "27% (4 of 15) in 2026-27 Q1, when it was agreed. No report has begun since.")),
    ],
)
def test_an_effect_is_what_chance_would_not_give(
    council: Council, before: tuple[int, ...], now: tuple[int, ...], says: tuple[str, str]
) -> None:
    one = an_item(council)
    one.before = {"period": "2026-27Q1", "count": before[0], "of": before[1]} if before else {}
    found = standing.effect_of(one, {"period": "2026-27Q4", "count": now[0], "of": now[1]} if now else {})
    assert (found.name, says[1] in found.words, found.shown) == (says[0], True, says[0] == "Rise shown"), found.words


def test_a_report_that_began_before_it_was_agreed_tells_nothing(council: Council) -> None:
    one = an_item(council)
    one.before = {"period": "2026-27Q1", "count": 4, "of": 15}
    for period, name in (("2026-27Q3", "Too soon"), ("2026-27", "Too soon"), ("2026-27Q4", "Rise shown")):
        assert standing.effect_of(one, {"period": period, "count": 15, "of": 15}).name == name
    one.standard = None
    assert standing.effect_of(one, {}).name == "Not measured"


def test_a_figure_of_another_set_is_no_effect_and_a_rise_says_not_what_did_it(council: Council) -> None:
    one, now = an_item(council), {"period": "2026-27Q4", "count": 15, "of": 15, "set": "v8"}
    one.before = {"period": "2026-27Q1", "count": 4, "of": 15, "set": "v7"}
    told = standing.effect_of(one, now)
    assert (told.name, told.shown) == ("Not comparable", False)
    assert "The standards changed since: what has its number now is another." in told.words
    line = plan_page.PlanLine(
        one, standing.standing(one, late=False, said_on=None, on=TODAY), standing.effect_of(one, now | {"set": "v7"})
    )
    assert plan_page.in_short([line])[1] == f"A rise is shown since: {one.ref}; it does not say what did it."


@pytest.mark.parametrize("many", [1, 9])
def test_the_plan_asks_as_many_questions_of_many_items_as_of_one(
    council: Council, django_assert_num_queries: Any, many: int
) -> None:
    for _ in range(many):
        an_item(council)
    with one_calendar(), django_assert_num_queries(5):
        context = plan_page.context(council.reader, on=TODAY)
    assert len(context["going"]) == many


def test_the_pages_of_the_plan(council: Council) -> None:
    officer, owner, reader, stranger = (
        signed_in(one) for one in (council.qa_officer, council.keyworker, council.reader, council.staff)
    )
    wrong = officer.post("/plan/add/", {"what": "", "priority": "1"})
    shown = wrong.content.decode()
    assert wrong.status_code == 422
    for says in ("Write what will be done.", "Choose one owner.", "Enter the date."):
        assert says in shown
    when = {"due_on_0": "29", "due_on_1": "1", "due_on_2": "2027"}
    sent = {"what": "Hold clinics", "owner": council.keyworker.pk, "standard": "3", "priority": "1"} | when
    assert officer.post("/plan/add/", sent).status_code == 302
    assert "Hold clinics" in reader.get("/plan/").content.decode()
    assert "Hold clinics" in owner.get("/plan/").content.decode()
    assert "Hold clinics" not in stranger.get("/plan/").content.decode()
    assert stranger.get("/plan/PLAN-001/").status_code == 404
    assert reader.post("/plan/PLAN-001/", {"words": "Mine"}).status_code == 403
    empty = owner.post("/plan/PLAN-001/", {"words": ""})
    assert (empty.status_code, "Write how it goes." in empty.content.decode()) == (422, True)
    assert owner.post("/plan/PLAN-001/", {"words": "Two teams began."}).status_code == 302
    assert "Two teams began." in reader.get("/plan/PLAN-001/").content.decode()
    assert officer.post("/plan/PLAN-001/end/", {"how": "finish", "words": "It rose."}).status_code == 302
    assert officer.post("/plan/PLAN-001/end/", {"how": "reopen", "words": "It fell."}).status_code == 302
    file = reader.get("/plan/plan.pdf")
    assert (file["Content-Type"], file.content[:4]) == ("application/pdf", b"%PDF")


def test_evidence_is_its_owners_and_stands_beside_the_audits(council: Council) -> None:
    complaints, lado = (UserFactory.create(name=name, roles=(Role.CONTRIBUTOR,)) for name in ("One", "Two"))
    quarter = periods.parse("2026-27Q3")
    one = evidence.enter(finding=FINDING, by=complaints, at=NOW)
    for change, says in (
        ({"title": ""}, "Give it a title"),
        ({"words": " "}, "Write what was found"),
        ({"words": "Child 562578 waited."}, "points to one child’s case"),
        ({"period": "2026-11"}, "LADO and Performance exceptions tell each month"),
        ({"period": "2026-27"}, "Choose a quarter that has begun"),
        ({"period": "2026-27Q4"}, "Choose a quarter that has begun"),
        ({"period": "2026-12", "source": "lado"}, "Choose a quarter that has begun"),
    ):
        with pytest.raises(Refused, match=says):
            evidence.enter(finding=evidence.Finding(**(FINDING.__dict__ | change)), by=complaints, at=NOW)
    with pytest.raises(NotAllowed, match="One entered this"):
        evidence.change(evidence=one, version=1, finding=FINDING, by=lado, at=NOW)
    with pytest.raises(NotAllowed):
        evidence.enter(finding=FINDING, by=council.auditor, at=NOW)
    other = evidence.Finding("survey", "2026-27Q3", 3, "strength", "Plans", "Clear.", "")
    evidence.enter(finding=other, by=lado, at=NOW)
    assert evidence.of_quarter(complaints, quarter) == [one], "one's own; all of them for QA"
    beside = evidence.beside(council.qa_officer, quarter, evidence.of_quarter(council.qa_officer, quarter))
    assert [(line.standard, line.agrees) for line in beside if line.said] == [(3, "Sources differ")]
    said = counting.compose(quarter, at=NOW).to_json()["elsewhere"]
    assert [(row["source"], row["standard"], row["title"]) for row in said] == [
        ("Complaints", 3, "Delay"),
        ("Service-user surveys", 3, "Plans"),
    ]
    evidence.change(evidence=one, version=1, finding=FINDING, by=council.qa_officer, at=NOW)
    with pytest.raises(Stale):
        evidence.change(evidence=one, version=1, finding=FINDING, by=complaints, at=NOW)
    evidence.withdraw(evidence=one, why="Counted twice.", by=complaints, at=NOW)
    assert len(counting.compose(quarter, at=NOW).to_json()["elsewhere"]) == 1
    assert counting.compose(periods.parse("2026-11"), at=NOW).to_json()["elsewhere"] == [], (
        "complaints are told each quarter"
    )


def test_beside_evidence_stand_only_reports_that_one_may_read_without_small_numbers(council: Council) -> None:
    complaints, second = (UserFactory.create(roles=(role,)) for role in (Role.CONTRIBUTOR, Role.QA_OFFICER))
    quarter, officer = periods.parse("2026-27Q3"), council.qa_officer
    builder = Builder(council)
    for grade in ("good", "inadequate"):
        builder.judgements(builder.audit(date(2026, 11, 2), grade=grade))
    draft = drafting.start_draft(period=quarter, by=officer, at=NOW)

    def said(reader: User) -> str:
        return evidence.beside(reader, quarter, [])[0].audits

    counts = draft.figures["standards"][0]["good"]
    in_full = f"{counts['counts'][-1]} of {counts['ofs'][-1]} Good or better"
    assert (said(officer), said(complaints)) == (in_full, "No report of the quarter yet")
    made = generate.generate_report(report=generate.request_report(report=draft, by=officer, at=NOW), at=NOW)
    assert said(complaints) == "No report of the quarter yet"
    checking.check_every_line(report=made, read=True, by=second, at=NOW)
    issue.issue_report(report=Report.objects.get(), by=council.head_of_qa, at=NOW, why="Agreed.")
    assert (said(officer), said(complaints)) == (in_full, evidence.TOO_FEW)


def test_the_pages_of_evidence_and_needs(council: Council) -> None:
    person = UserFactory.create(name="Beatrix Olufemi", roles=(Role.CONTRIBUTOR,))
    client, officer = signed_in(person), signed_in(council.qa_officer)
    sent = dict(FINDING.__dict__)
    wrong = client.post("/evidence/", sent | {"title": "", "words": "Kept here."})
    assert (wrong.status_code, "Kept here." in wrong.content.decode()) == (422, True)
    poison = SimpleUploadedFile("report.pdf", b"<script>")
    assert client.post("/evidence/", sent | {"file": poison}).status_code == 422
    report = SimpleUploadedFile("report.pdf", PDF)
    assert client.post("/evidence/", sent | {"file": report}).status_code == 302
    one = Evidence.objects.get()
    assert client.get(f"/evidence/{one.pk}/file/").content == PDF
    assert "Delay" in officer.get("/evidence/?quarter=2026-27Q3").content.decode()
    assert client.post(f"/evidence/{one.pk}/", sent | {"version": "1", "title": "Late"}).status_code == 302
    assert client.post(f"/evidence/{one.pk}/", sent | {"version": "1", "title": "Later"}).status_code == 409
    assert client.post(f"/evidence/{one.pk}/out/", {"why": ""}).status_code == 422
    assert client.post(f"/evidence/{one.pk}/out/", {"why": "Counted twice."}).status_code == 302
    worker = signed_in(UserFactory.create(name="Rosalind", roles=(Role.PRINCIPAL_SOCIAL_WORKER,)))
    assert worker.post("/needs/", {"words": ""}).status_code == 422
    worker.post("/needs/", {"words": "Direct work with brothers", "standard": "5"})
    need = Need.objects.get()
    assert worker.post(f"/needs/{need.pk}/", {"answer": ""}).status_code == 422
    worker.post(f"/needs/{need.pk}/", {"answer": "A morning in March for all teams."})
    assert learning.learning_needs()[0].answer == "A morning in March for all teams."
    assert "A morning in March" in officer.get("/needs/").content.decode()
    assert signed_in(council.staff).get("/needs/").status_code == 403
