"""A tool for a theme: written and published by two, planned with, answered case by case, counted and concluded from."""

from __future__ import annotations

import hashlib
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from audits.draw import draws
from audits.models import Activity, Audit, ToolSheet
from audits.programme import conclusion, contributors, findings, planning, tool_page, tool_sheets
from audits.programme.tool_sheets import Respondent
from people.models import Notice, TrailEntry, User
from people.roles import Role
from people.trail import verify
from qualitycounts.base.draft_order import Sending
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale
from standards import set_file
from standards.drafting import drafts, publishing
from standards.models import Criterion, SetDraft, StandardSet, Tool
from standards.tool_file import load_tool, tool_as_file
from tests.audits.plan.plans import planned, themed
from tests.conftest import NOW, TODAY
from tests.factories import CaseFactory, Council, UserFactory, auditor_of
from tests.people.handed import confirm
from tests.standards.drafting.writing import added, fresh, retired, sent, wrote

QUESTIONS: tuple[dict[str, Any], ...] = (
    {"title": "Named", "question": "Is neglect named in the assessment?", "answer": "yes_no"},
    {"title": "Soon", "question": "How soon was it named?", "answer": "scale", "scale": ["At once", "Late", "Never"]},
    {"title": "Seen", "question": "Is the home described?", "answer": "mark", "asked": "auditor"},
    {"title": "Shared", "question": "Did you share what you knew?", "answer": "yes_no", "asked": "agencies"},
    {"title": "Else", "question": "What else was there?", "answer": "text"},
)
WHOLE = {1: (1, ""), 2: (2, "In the third week."), 3: (2, ""), 5: (None, "The school said so first.")}
"""What an auditor answers."""


def begun(council: Council, *questions: dict[str, Any], **more: Any) -> SetDraft:
    """A draft of a tool with these questions."""
    draft = drafts.begin_tool(title="Neglect", by=council.head_of_qa, at=NOW, **more)
    for question in questions:
        given = {"where_to_look": "", "scale": [], "asked": "everyone"} | question
        added(council, draft, "questions", **given)
    return fresh(draft)


def published_tool(council: Council, *questions: dict[str, Any]) -> Tool:
    """A tool with these questions, or all of them, that the QA Officer published."""
    draft = sent(council, begun(council, *(questions or QUESTIONS)))
    return publishing.publish_tool(draft, version=draft.version, by=council.qa_officer, at=NOW)


def client_of(user: User) -> Client:
    """Somebody's browser, just signed in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def tool(v7: StandardSet, council: Council) -> Tool:
    """A published tool with a question of every kind."""
    return published_tool(council)


@pytest.fixture
def neglect(council: Council, tool: Tool) -> Respondent:
    """The auditor of the one case of a theme with the tool."""
    activity = themed(council, tool=tool)
    draws.run_for(activity, size=1, by=council.qa_officer, at=NOW)
    return Respondent(planning.activity_or_404(activity.pk), audit=Audit.objects.get())


def answered(respondent: Respondent, *, finish: bool = True, by: User | None = None, **more: Any) -> ToolSheet:
    """Answer all of it."""
    given: dict[str, Any] = {"answers": WHOLE, "version": 0} | more
    if by is None:
        assert respondent.audit is not None
        by = auditor_of(respondent.audit)
    return tool_sheets.answer_tool(respondent, finish=finish, by=by, at=NOW, **given)


def test_a_tool_is_narrowed_from_the_guide_copied_or_begun_fresh(v7: StandardSet, council: Council) -> None:
    chosen = list(Criterion.objects.filter(section__standard__number=5, parent=None).order_by("position")[:4])
    narrowed = begun(council, narrowed_from=chosen)
    asked = [criterion.question for criterion in chosen]
    assert [row["question"] for row in narrowed.spec["questions"]] == asked
    assert narrowed.spec["source"].startswith("Narrowed from the guide: 5.1, ")
    retired(council, narrowed, "questions.1")
    assert [row["number"] for row in fresh(narrowed).spec["questions"]] == list(range(1, len(asked)))
    draft = sent(council, narrowed)
    tool = publishing.publish_tool(draft, version=draft.version, by=council.qa_officer, at=NOW)
    copied = drafts.begin_tool(title="Neglect", copy_of=tool, by=council.head_of_qa, at=NOW)
    assert (copied.spec["slug"], copied.spec["questions"]) == ("neglect-2", tool.questions)
    assert list(drafts.drafts_of(tools=False)) == []
    for person in (council.qa_officer, council.auditor, council.administrator):
        with pytest.raises(NotAllowed):
            drafts.begin_tool(title="Mine", by=person, at=NOW)
    with pytest.raises(Refused, match="Say what the tool asks about"):
        drafts.begin_tool(title=" ", by=council.head_of_qa, at=NOW)


def test_a_second_person_publishes_it_and_it_never_changes(v7: StandardSet, council: Council) -> None:
    draft = begun(council)
    with pytest.raises(Refused, match="It has no questions"):
        sent(council, draft)
    added(council, draft, "questions", **QUESTIONS[1] | {"scale": ["Late"], "where_to_look": ""})
    added(council, draft, "questions", **QUESTIONS[0] | {"scale": ["Late"], "where_to_look": ""})
    faults = " ".join(publishing.faults_of(fresh(draft), on=TODAY))
    assert "Question 1 has a scale of 1 steps" in faults
    assert "Question 2 has steps of a scale" in faults
    wrote(council, draft, "questions.1", scale=["Early", "Late"])
    wrote(council, draft, "questions.2", scale=[])
    draft = sent(council, draft)
    told = Notice.objects.filter(subject__contains="A tool for a theme waits for you to publish it")
    assert {notice.to for notice in told} == {council.qa_officer, council.assistant_director}
    with pytest.raises(NotAllowed, match="You wrote in this draft"):
        publishing.publish_tool(draft, version=draft.version, by=council.head_of_qa, at=NOW)
    tool = publishing.publish_tool(draft, version=draft.version, by=council.qa_officer, at=NOW)
    assert Notice.objects.get(subject__startswith="Published, for activities").to == council.head_of_qa
    with pytest.raises(NotNow, match="not open any more"):
        wrote(council, draft, "questions.1", question="Other words?")
    assert Tool.objects.get() == tool
    activity = themed(council, tool=tool)
    with pytest.raises(NotNow, match="An activity has this tool already"):
        publishing.withdraw_tool(fresh(draft), by=council.head_of_qa, at=NOW)
    Activity.objects.filter(pk=activity.pk).delete()
    assert publishing.withdraw_tool(fresh(draft), by=council.head_of_qa, at=NOW).open
    assert not Tool.objects.exists()
    assert verify().ok


def test_it_is_planned_with_what_can_answer_it(council: Council, tool: Tool, neglect: Respondent) -> None:
    for kind in (Activity.Kind.CORE, Activity.Kind.MANAGEMENT):
        title = "" if kind == Activity.Kind.CORE else "Supervision"
        with pytest.raises(Refused, match="no tool"):
            planned(council, kind=kind, title=title, tool=tool)
    agencies_only = published_tool(council, QUESTIONS[3])
    with pytest.raises(Refused, match="Partner agencies alone"):
        themed(council, title="Other", tool=agencies_only)
    plan = neglect.activity
    assert (plan.plan()["tool"], "tool" in themed(council, title="None").plan()) == ("Neglect", False)
    changed = planning.ActivityPlan(
        kind=plan.kind,
        month=plan.month,
        title=plan.title,
        planned=plan.planned,
        origin=plan.origin,
        origin_words=plan.origin_words,
        focus=[],
        narrow={},
        agencies=[],
        lead=None,
    )
    with pytest.raises(NotNow, match="questions and tool stay"):
        planning.change_activity(plan, why="Another.", by=council.qa_officer, at=NOW, **changed)
    seen = planned(council, kind=Activity.Kind.OBSERVATION, title="Conferences", tool=tool)
    observed(council, seen)
    respondent = tool_sheets.respondents_for(seen, council.qa_officer)[0]
    answered(respondent, by=council.qa_officer)
    changed |= {"kind": "observation", "title": "Conferences"}
    with pytest.raises(NotNow, match="answered already"):
        planning.change_activity(seen, why="Another.", by=council.qa_officer, at=NOW, **changed)


def observed(council: Council, activity: Activity) -> None:
    """Write down one observation of today."""
    words = {"text": "She led it well.", "strengths": "Warmth.", "learning": "Begin in time.", "action": "Ali, Friday."}
    findings.record_observation(
        activity, observed=council.keyworker, seen="Conference", on=TODAY, by=council.qa_officer, at=NOW, **words
    )


def test_what_is_typed_is_kept_and_counts_once_it_is_finished(council: Council, neglect: Respondent) -> None:
    begun = answered(neglect, finish=False, answers={1: (1, ""), 5: (None, "So far")})
    assert (begun.finished_at, tool_page.answer_counts(neglect.activity)) == (None, [])
    with pytest.raises(Refused) as refused:
        answered(neglect, version=1, answers={1: (1, "")})
    assert [one.field for one in (refused.value, *refused.value.others)] == ["c2", "c3"]
    for wrong in (0, 4, 9):
        with pytest.raises(Refused, match="one of the answers offered"):
            answered(neglect, version=1, answers={1: (wrong, "")})
    with pytest.raises(Stale, match="changed these answers since"):
        answered(neglect, by=council.qa_officer)
    tab = Sending("tab", 2)
    answered(neglect, finish=False, version=1, sending=tab)
    answered(neglect, finish=False, answers={1: (2, "")}, version=1, sending=Sending("tab", 1))
    sheet = tool_sheets.sheet_for(neglect)
    assert sheet is not None
    assert tool_sheets.kept_answers(sheet) == WHOLE
    answered(neglect, version=2)
    counts = {each.question.number: each.counts for each in tool_page.answer_counts(neglect.activity)}
    assert counts == {1: (1, 0, 0), 2: (0, 1, 0, 0), 3: (0, 1, 0, 0), 5: (1, 0)}
    with pytest.raises(NotNow, match="finished"):
        answered(neglect, version=3)
    entry = TrailEntry.objects.get(act="activity.answered")
    assert "third week" not in (entry.content or "")
    tool_sheets.reopen_sheet(neglect, by=council.qa_officer, at=NOW)
    assert tool_page.answer_counts(neglect.activity) == []
    Activity.objects.filter(pk=neglect.activity.pk).update(state="dropped", dropped_why="Enough.")
    with pytest.raises(NotNow, match="dropped"):
        answered(neglect, version=3)


def test_only_those_whose_it_is_answer_it(council: Council, neglect: Respondent) -> None:
    auditors = [each for each in (council.auditor, council.other_auditor) if each != neglect.audit.auditor]  # type: ignore[union-attr]
    for person in (*auditors, council.keyworker, council.head_of_service, council.administrator):
        with pytest.raises(NotAllowed):
            answered(neglect, by=person)
        page = client_of(person).get(f"/programme/{neglect.activity.pk}/answers/{neglect.of}/own/")
        assert page.status_code in (403, 404)
        assert client_of(person).get(f"/programme/{neglect.activity.pk}/answers/").status_code == 403
    leads = UserFactory.create(roles=(Role.PRINCIPAL_SOCIAL_WORKER,))
    for person in (council.qa_officer, leads):
        assert client_of(person).get(f"/programme/{neglect.activity.pk}/answers/{neglect.of}/own/").status_code == 200
    nothing = themed(council, title="Without")
    assert client_of(council.qa_officer).get(f"/programme/{nothing.pk}/answers/").status_code == 404


def test_each_agency_answers_its_own_and_sees_no_other(council: Council, tool: Tool) -> None:
    sergeant = UserFactory.create(name="Pia Marsh", roles=(Role.CONTRIBUTOR,))
    partners = planned(
        council, kind="multi_agency", title="Missing", planned=1, agencies=["Police", "Health/CAMHS"], tool=tool
    )
    people = {"Police": sergeant}
    contributors.name_contributors(partners, people=people, by=council.qa_officer, at=NOW)
    draws.run_for(partners, size=1, by=council.qa_officer, at=NOW)
    audit = Audit.objects.get()
    partners = planning.activity_or_404(partners.pk)
    mine = tool_sheets.respondents_for(partners, sergeant)
    assert [(each.agency, [question.number for question in each.questions]) for each in mine] == [
        ("Police", [1, 2, 4, 5])
    ]
    everybody = tool_sheets.respondents_for(partners, council.qa_officer)
    assert [each.who for each in everybody] == ["The auditor", "Police", "Health/CAMHS"]
    client, page = client_of(sergeant), f"/programme/{partners.pk}/answers/"
    work = client.get("/").content.decode()
    assert f"{page}{audit.ref}/{mine[0].key}/" in work
    assert "Write down what Police found" not in work
    html = client.get(page).content.decode()
    assert (f">{audit.ref}<" in html, "Health" in html, "The auditor" in html) == (True, False, False)
    assert client.get(f"{page}{audit.ref}/{everybody[2].key}/").status_code == 404
    given = {"c1": "1", "c2": "3", "c4": "2", "w5": "Nothing.", "version": "0", "finish": "1"}
    assert client.post(f"{page}{audit.ref}/{mine[0].key}/", given).status_code == 302
    assert tool_sheets.missing_sheets(sergeant) == []
    assert [(each.who, each.question.number, each.counts) for each in tool_page.answer_counts(partners)] == [
        ("Police", 1, (1, 0, 0)),
        ("Police", 2, (0, 0, 1, 0)),
        ("Police", 4, (0, 1, 0)),
        ("Police", 5, (1, 0)),
    ]


def test_words_that_are_refused_stay_on_the_page(council: Council, neglect: Respondent) -> None:
    assert neglect.audit is not None
    client = client_of(auditor_of(neglect.audit))
    page = f"/programme/{neglect.activity.pk}/answers/{neglect.of}/own/"
    audit_page = client.get(f"/audits/{neglect.of}/").content.decode()
    assert f'href="{page}"' in audit_page
    kept = client.post(page, {"w5": "As I type", "tab": "a", "sent": "1", "version": "0"}, HTTP_HX_REQUEST="true")
    assert "Saved" in kept.content.decode()
    assert "As I type" in client.get(page).content.decode()
    answer = client.post(page, {"w5": "My own words", "c1": "1", "version": "1", "finish": "1"})
    html = answer.content.decode()
    assert (answer.status_code, "My own words" in html) == (422, True)
    assert "Choose an answer to question 2, or save and finish later." in html
    for wrong in ("9", "x"):
        assert client.post(page, {"c1": wrong, "w5": "Still here", "version": "1"}).status_code == 422
    answered(neglect, finish=False, version=1, by=council.qa_officer)
    stale = client.post(page, {"w5": "My own words", "version": "1"})
    html = stale.content.decode()
    assert (stale.status_code, "My own words" in html, "The school said so first." in html) == (409, True, True)
    assert 'name="version" value="2"' in html
    finished = client.post(page, {"w5": "x", "c1": "1", "c2": "1", "c3": "4", "version": "2", "finish": "1"})
    assert finished.status_code == 302
    html = client.get(page).content.decode()
    assert "These answers count." in html
    assert client.post(f"{page}reopen/", follow=True).status_code == 200
    assert client.post(f"{page}reopen/").status_code == 409


def test_the_conclusion_shows_what_was_answered_and_keeps_it(council: Council, neglect: Respondent) -> None:
    answered(neglect)
    activity = neglect.activity
    client = client_of(council.qa_officer)
    html = client.get(f"/programme/{activity.pk}/conclusion/").content.decode()
    assert "Too few answered to show what was said to:" in html
    assert "The school said so first." in html
    every = client.get(f"/programme/{activity.pk}/answers/").content.decode()
    assert "Is neglect named in the assessment?" in every
    assert "1 of 1 answered" in client.get(f"/programme/{activity.pk}/").content.decode()
    conclusion.conclude_activity(activity, text="Neglect is named late.", by=council.qa_officer, at=NOW)
    respondent = tool_sheets.respondents_for(planning.activity_or_404(activity.pk), council.qa_officer)[0]
    with pytest.raises(NotNow, match="The conclusion was written from these answers"):
        tool_sheets.reopen_sheet(respondent, by=council.qa_officer, at=NOW)


def test_the_pages_of_the_editor_write_a_tool(v7: StandardSet, council: Council) -> None:
    head, officer = client_of(council.head_of_qa), client_of(council.qa_officer)
    assert head.post("/standards/tools/", {"title": ""}).status_code == 422
    assert officer.post("/standards/tools/", {"title": "Mine"}).status_code == 403
    chosen = Criterion.objects.filter(section__standard__number=5, parent=None)[:2]
    given = {"title": "Neglect", "narrowed_from": [criterion.pk for criterion in chosen]}
    page = head.post("/standards/tools/", given, follow=True)
    draft = SetDraft.objects.get()
    here = f"/standards/drafts/{draft.pk}/"
    assert page.redirect_chain == [(here, 302)]
    assert "Compare with the present set" not in page.content.decode()
    for address in ("compare/", "meeting/", "pack/", "at/standards.1/", "add/indicators/"):
        assert head.get(f"{here}{address}").status_code == 404
    words = {"title": "New", "question": "Is it new?", "answer": "scale", "scale": "Yes\n Partly \nNo", "version": 1}
    assert head.post(f"{here}add/questions/", words).status_code == 422
    assert head.post(f"{here}add/questions/", words | {"asked": "everyone"}).status_code == 302
    row = fresh(draft).spec["questions"][-1]
    assert (row["scale"], row["answer"]) == (["Yes", "Partly", "No"], "scale")
    last = f"questions.{row['number']}"
    assert "A scale of its own" in head.get(here).content.decode()
    assert head.post(f"{here}move/{last}/", {"version": 2}).status_code == 302
    assert head.post(f"{here}send/", {"version": 3}).status_code == 302
    assert "Publish a tool for a theme, or send it back" in officer.get("/").content.decode()
    confirm(officer)
    said = officer.post(f"{here}publish/", {"version": 3}, follow=True).content.decode()
    assert "An activity of the programme can be planned with it now." in said
    assert officer.get(f"{here}set.json").headers["Content-Disposition"] == 'attachment; filename="tool-neglect.json"'
    tool = Tool.objects.get()
    assert "Neglect" in officer.get("/standards/tools/").content.decode()
    plan = {"kind": "themed", "month": "2026-12", "title": "Neglect", "planned": "2", "origin": "routine"}
    assert officer.post("/programme/new/", plan | {"tool": tool.pk}).status_code == 302
    assert Activity.objects.get().tool == tool
    assert head.post(f"{here}withdraw/").status_code == 409
    for person in (council.auditor, council.staff, council.administrator):
        assert client_of(person).get("/standards/tools/").status_code == 403


@pytest.mark.parametrize("size", [1, 4])
def test_lists_do_not_ask_for_each(
    council: Council, tool: Tool, size: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(size):
        CaseFactory.create(keyworker=council.keyworker)
    agencies = [f"Agency {number}" for number in range(size)]
    activity = planned(council, kind="multi_agency", title="Missing", planned=size, agencies=agencies, tool=tool)
    draws.run_for(activity, size=size, by=council.qa_officer, at=NOW)
    activity = planning.activity_or_404(activity.pk)
    for respondent in tool_sheets.respondents_for(activity, council.qa_officer):
        answers = {question.number: (1 if question.choices else None, "Words") for question in respondent.questions}
        answered(respondent, by=council.qa_officer, answers=answers)
        begun(council)
    client = client_of(council.qa_officer)
    client.get("/standards/")
    pages = ("/standards/tools/", f"/programme/{activity.pk}/answers/", f"/programme/{activity.pk}/conclusion/")
    for page in (*pages, f"/programme/{activity.pk}/"):
        with django_assert_max_num_queries(22):
            assert client.get(page).status_code == 200


def test_a_tools_file_loads_again_as_the_same_tool_or_is_refused_whole(council: Council, tmp_path: Path) -> None:
    tool = published_tool(council)
    data = client_of(council.head_of_qa).get(f"/standards/tools/{tool.pk}/tool.json").content
    assert hashlib.sha256(data).hexdigest() == tool.file_hash
    assert load_tool(data, on=TODAY) == (tool, False)
    SetDraft.objects.update(published_tool=None, published_at=None, published_by=None)
    tool.delete()
    file = tmp_path / "tool.json"
    file.write_bytes(data)
    call_command("load_tool", str(file), stdout=StringIO())
    again = Tool.objects.get()
    assert set_file.as_bytes(tool_as_file(again)) == data
    assert again.file_hash == tool.file_hash

    spec = json.loads(data)
    spec["questions"][0]["question"] = "Is it named at all?"
    with pytest.raises(Refused, match="published with other words"):
        load_tool(json.dumps(spec).encode(), on=TODAY)
    spec |= {"slug": "neglect-2", "colour": "red"}
    spec["questions"][1] |= {"scale": ["Late"], "title": "t" * 81, "number": 7}
    spec["questions"][2]["answer"] = "stars"
    with pytest.raises(Refused) as refused:
        load_tool(json.dumps(spec).encode(), on=TODAY)
    for fault in (
        "“colour”, which is not read",
        "81 characters",
        "Question 2 must have the number 2",
        "Question 3 is answered",
    ):
        assert fault in refused.value.sentence
    for odd in (b"[]", b"no", b'{"slug": "a"}', b'{"slug": 4, "questions": 4}', b'{"slug": "a", "questions": [1]}'):
        with pytest.raises(Refused):
            load_tool(odd, on=TODAY)
    assert Tool.objects.get() == again
