"""From what a quarter recommends to what is done about it: second reading, response, plan, learning and printings."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.test import Client

from audits.models import Note
from people.models import Notice, TrailEntry, User
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale
from reporting import periods
from reporting.learning import evidence
from reporting.models import Edition, Need, PlanItem, Recommendation, Report
from reporting.plan import items, recommendations, response
from reporting.plan import page as plan_page
from reporting.reports import checking, drafting, editions, generate, issue
from reporting.themes import vocabulary
from tests.conftest import NOW
from tests.factories import Council
from tests.people.handed import confirm
from tests.reporting.builder import Builder

Q2 = periods.parse("2026-27Q2")
LATER = NOW + timedelta(hours=1)
PLANS = recommendations.Wording("practice", "Hold a monthly plan clinic in each team.", "Standard 3 is lowest.", 3)
TALK = recommendations.Wording("training", "Give the direct work training to three teams.", "Standard 5 rose.", 5)


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = NOW.date()


def a_quarter(council: Council, *, out: bool = True) -> Report:
    """A quarterly with two recommendations, read by a second person and issued by the Head of QA."""
    officer, head = council.qa_officer, council.head_of_qa
    draft = drafting.start_draft(period=Q2, by=officer, at=NOW)
    for wording in (PLANS, TALK):
        recommendations.recommend(report=draft, wording=wording, by=officer, at=NOW)
    report = generate.generate_report(report=generate.request_report(report=draft, by=officer, at=NOW), at=NOW)
    report = checking.check_every_line(report=report, read=True, by=head, at=NOW)
    return issue.issue_report(report=report, by=head, at=NOW, why="Agreed.") if out else report


def answers(council: Council, **second: Any) -> list[response.Answer]:
    """Both answered: the first accepted, the second as given."""
    by_on = date(2027, 2, 26)
    two = {"answer": "no", "what": "The budget is spent.", "owner": None, "by_on": None} | second
    first = response.Answer(1, "accept", "Clinics from February.", council.manager, by_on, 2)
    return [first, response.Answer(2, **two)]


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_draft_recommends_and_nothing_after_it_is_made(council: Council) -> None:
    by = council.qa_officer
    draft = drafting.start_draft(period=Q2, by=by, at=NOW)
    one = recommendations.recommend(report=draft, wording=PLANS, by=by, at=NOW)
    for words, says in (("", "Write what is recommended"), ("See QC-2609-001.", "points to one child’s case")):
        with pytest.raises(Refused, match=says):
            recommendations.recommend(
                report=draft, wording=recommendations.Wording("policy", words, "", None), by=by, at=NOW
            )
    for wording in (TALK, PLANS):
        recommendations.recommend(report=draft, wording=wording, by=by, at=NOW)
    with pytest.raises(Stale):
        recommendations.reword(report=draft, number=1, version=one.version + 1, wording=TALK, by=by, at=NOW)
    recommendations.reword(report=draft, number=1, version=one.version, wording=TALK, by=by, at=NOW)
    recommendations.take_out(report=draft, number=2, by=by, at=NOW)
    left = Recommendation.objects.order_by("number").values_list("number", "words")
    assert list(left) == [(1, TALK.words), (2, PLANS.words)]
    for _ in range(recommendations.MOST - 2):
        recommendations.recommend(report=draft, wording=PLANS, by=by, at=NOW)
    with pytest.raises(Refused, match="There are 12 recommendations already"):
        recommendations.recommend(report=draft, wording=PLANS, by=by, at=NOW)
    made = generate.generate_report(report=generate.request_report(report=draft, by=by, at=NOW), at=NOW)
    assert len(made.figures["recommendations"]) == recommendations.MOST
    with pytest.raises(NotNow):
        recommendations.recommend(report=made, wording=PLANS, by=by, at=NOW)
    assert Report.objects.get().written_by == by, "whoever recommends has written in the report"


def test_the_assistant_director_answers_each_and_it_is_tracked(council: Council) -> None:
    Builder(council).audits(12, first=Q2.first)
    director, head_of_service = council.assistant_director, council.head_of_service
    report = a_quarter(council, out=False)
    response.save(report=report, answers=answers(council)[:1], words="", by=head_of_service, at=NOW)
    with pytest.raises(NotAllowed, match="The Assistant Director sends the response"):
        response.send_response(report=report, by=head_of_service, at=NOW)
    with pytest.raises(NotNow, match="It is not issued yet"):
        response.send_response(report=report, by=director, at=NOW)
    report = issue.issue_report(report=report, by=council.head_of_qa, at=NOW, why="Agreed.")
    told = Notice.objects.filter(key=f"report-response-{report.ref}").values_list("to__name", flat=True)
    assert list(told) == [director.name]
    with pytest.raises(NotAllowed):
        response.save(report=report, answers=[], words="", by=council.manager, at=NOW)
    wrong = [
        ({"answer": ""}, "Answer recommendation 2"),
        ({"what": ""}, "Say of recommendation 2 why it is not accepted"),
        ({"answer": "part"}, "Name who will do what recommendation 2 asks"),
        ({"answer": "part", "owner": director, "by_on": NOW.date()}, "Give recommendation 2 a date that is still to"),
        ({"answer": "part", "owner": director, "by_on": date(2027, 2, 26)}, "Choose how soon recommendation 2"),
        ({}, "Write a sentence or two in your own words"),
    ]
    for second, says in wrong:
        response.save(report=report, answers=answers(council, **second), words="", by=director, at=NOW)
        with pytest.raises(Refused, match=says):
            response.send_response(report=report, by=director, at=NOW)
    response.save(
        report=report, answers=answers(council), words="We will change how plans are made.", by=director, at=NOW
    )
    sent = response.send_response(report=report, by=director, at=LATER)
    assert (sent.state, sent.responded_by, sent.responded_at) == ("responded", director, LATER)
    with pytest.raises(NotNow, match="was sent"):
        response.save(report=sent, answers=[], words="", by=director, at=LATER)
    item = PlanItem.objects.get()
    assert (item.what, item.doing, item.why) == (PLANS.words, "Clinics from February.", PLANS.because)
    assert (item.owner, item.due_on, item.standard, item.priority) == (council.manager, date(2027, 2, 26), 3, 2)
    plans = next(one for one in report.figures["standards"] if one["number"] == 3)
    count, of = (plans["good"][key][-1] for key in ("counts", "ofs"))
    assert item.before == {"period": "2026-27Q2", "count": count, "of": of, "set": plans["set"]}
    assert [need.words for need in Need.objects.all()] == [TALK.words], "a training need, though it was not accepted"
    acts = set(TrailEntry.objects.values_list("act", flat=True))
    assert {"report.check", "report.issue", "report.answer", "report.respond", "plan.take_up"} <= acts


def test_a_correction_carries_the_answers_and_the_next_quarter_says_what_became_of_them(council: Council) -> None:
    Builder(council).audits(12, first=Q2.first)
    report = a_quarter(council)
    director, officer = council.assistant_director, council.qa_officer
    response.save(report=report, answers=answers(council), words="We will.", by=director, at=NOW)
    response.send_response(report=report, by=director, at=NOW)
    draft = drafting.start_draft(period=Q2, by=officer, at=LATER, why="A word was wrong.")
    assert [(one.number, one.answer) for one in draft.recommended.all()] == [(1, "accept"), (2, "no")]
    third = drafting.start_draft(period=Q2.next, by=officer, at=LATER)
    said = [(one["answer"], one["state"]) for one in third.figures["last_time"]]
    assert said == [("Accept", "Open, due 26 February 2027"), ("Not accepted", "Not on the plan")]
    assert third.figures["last_time"][0]["moved"].startswith(("Too early", "No signal", "Yes"))


def test_what_is_asked_for_again_joins_what_is_on_the_plan(council: Council) -> None:
    Builder(council).audits(12, first=Q2.first)
    officer, director = council.qa_officer, council.assistant_director
    asked = items.Item("Hold plan clinics", "Plans name services.", 3, council.manager, date(2027, 1, 29), 1)
    on_plan = items.take_up(item=asked, by=officer, at=NOW)
    report = a_quarter(council)
    joining = replace(answers(council)[0], owner=None, by_on=None, priority=None, joins=on_plan)
    response.save(report=report, answers=[joining, answers(council)[1]], words="We will.", by=director, at=NOW)
    [unsent] = plan_page.plan_lines(PlanItem.objects.all(), on=NOW.date())
    assert unsent.sources == "", "a draft of the response is nobody else's to read"
    items.end_item(item=on_plan, how="drop", words="No money.", by=officer, at=NOW)
    with pytest.raises(Refused, match="PLAN-001 has ended, so recommendation 1 cannot join it"):
        response.send_response(report=report, by=director, at=NOW)
    items.end_item(item=on_plan, how="reopen", words="Money was found.", by=officer, at=NOW)
    response.send_response(report=report, by=director, at=NOW)
    item = PlanItem.objects.get()
    assert (item.priority, item.due_on, item.owner) == (1, date(2027, 1, 29), council.manager)
    assert [update.words for update in item.updates.all()][-1] == (
        "Asked for again, by recommendation 1 of 2026-27 Q2: Hold a monthly plan clinic in each team. "
        "Clinics from February."
    )
    [line] = plan_page.plan_lines(PlanItem.objects.all(), on=NOW.date())
    assert line.sources == "Recommendation 1 of 2026-27 Q2."
    told = Notice.objects.filter(to=council.manager).values_list("subject", flat=True)
    assert "PLAN-001 of the CQAWG action plan is asked for again" in told
    third = drafting.start_draft(period=Q2.next, by=officer, at=LATER)
    assert third.figures["last_time"][0]["state"] == "Open, due 29 January 2027"


@pytest.mark.once
def test_its_printings_are_drawn_once_and_never_change(council: Council, tmp_path: Any) -> None:
    Builder(council).audits(40, first=Q2.first)
    report = a_quarter(council)
    assert [kind for kind, _, _ in editions.editions_of(report)] == ["large", "wider"]
    director = council.assistant_director
    response.save(report=report, answers=answers(council), words="We will change it.", by=director, at=NOW)
    report = response.send_response(report=report, by=director, at=NOW)
    before = Report.objects.get(pk=report.pk)
    made = editions.make_editions(report=report, at=NOW)
    assert {one.kind for one in made} == {"large", "wider", "response"}
    assert editions.make_editions(report=report, at=LATER) == []
    assert bytes(Report.objects.get(pk=report.pk).pdf or b"") == bytes(before.pdf or b""), "the issued file stays"
    texts = {}
    for one in made:
        path = tmp_path / f"{one.kind}.pdf"
        path.write_bytes(one.pdf)
        with pikepdf.open(path) as file:
            assert "/StructTreeRoot" in file.Root
            assert file.Root.Lang == "en-GB"
        texts[one.kind] = editions.render_edition(report, one.kind)
    assert "We will change it." in texts["response"]
    assert "Clinics from February." in texts["response"]
    assert council.manager.name not in texts["wider"], "nobody is pointed at outside leadership"
    assert "report--large" in texts["large"]
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        Edition.objects.update(sha256="1" * 64)
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM reporting_edition")


@pytest.mark.once
def test_hostile_words_in_every_field_of_a_report_fetch_and_attach_nothing(council: Council) -> None:
    server = socket.create_server(("127.0.0.1", 0))
    server.setblocking(False)
    address = f"http://127.0.0.1:{server.getsockname()[1]}/x"
    bad = (
        f"<img src={address}.png><link rel=attachment href=file:///etc/passwd><script>alert(1)</script>"
        f"<style>@import url({address}.css)</style></p><object data={address}></object> {{{{ settings.SECRET_KEY }}}}"
    )
    officer, director = council.qa_officer, council.assistant_director
    audit = Builder(council).audit(Q2.first, grade="good")
    note = Note.objects.create(audit=audit, slug="s3-worried", text=bad, saved_at=NOW, saved_by=council.auditor)
    theme = vocabulary.coin(name=bad[:79], side="worried", standard=3, by=officer, at=NOW)
    vocabulary.tag(note=note, themes=[theme], by=officer, at=NOW)
    picked = {"line": bad, "words": bad, "kind": "quote", "speaker": "child", "standard": 3}
    line = vocabulary.pick_quotation(note=note, **picked, by=officer, at=NOW)
    vocabulary.settle_quotation(quotation=line, clear=True, why="", by=council.head_of_qa, at=NOW)
    finding = evidence.Finding("lado", str(Q2), 3, "worry", bad[:119], bad, bad[:59])
    evidence.enter(finding=finding, by=officer, at=NOW)
    draft = drafting.start_draft(period=Q2, by=officer, at=NOW)
    recommendations.recommend(report=draft, wording=recommendations.Wording("policy", bad, bad, 3), by=officer, at=NOW)
    every, beside = dict.fromkeys(drafting.WORDS, bad), dict.fromkeys(drafting.BLOCKS, bad)
    drafting.write(report=draft, version=1, words=every, blocks=beside, by=officer, at=NOW)
    report = generate.generate_report(report=generate.request_report(report=draft, by=officer, at=NOW), at=NOW)
    report = checking.check_every_line(report=report, read=True, by=council.head_of_qa, at=NOW)
    report = issue.issue_report(report=report, by=council.head_of_qa, at=NOW, why="Agreed.")
    answer = response.Answer(1, "accept", bad, council.manager, date(2027, 2, 26), 1)
    response.save(report=report, answers=[answer], words=bad, by=director, at=NOW)
    report = response.send_response(report=report, by=director, at=NOW)
    files = [bytes(report.pdf or b""), *(bytes(one.pdf) for one in editions.make_editions(report=report, at=NOW))]
    files.append(plan_page.paper(officer, on=NOW.date()))
    with pytest.raises(BlockingIOError):
        server.accept()
    server.close()
    assert len(files) == 5
    for file in files:
        with pikepdf.open(BytesIO(file)) as opened:
            assert len(opened.attachments) == 0
            assert all(not page.get_images() for page in opened.pages)
            links = [
                str(note.get("/A", {}).get("/URI", "")) for page in opened.pages for note in page.get("/Annots", [])
            ]
            assert not any(links)
    pages = [f"/reports/{report.ref}/", f"/learning/{report.ref}/", "/learning/", "/plan/", "/themes/quotations/"]
    for page in [*pages, "/evidence/", f"/themes/notes/{note.pk}/", "/themes/vocabulary/"]:
        shown = signed_in(officer).get(page).content.decode()
        assert "<script>alert" not in shown, page
        assert f"<img src={address}" not in shown, page


def test_the_pages_from_recommending_to_the_response(council: Council) -> None:
    Builder(council).audits(12, first=Q2.first)
    officer, head, director = (
        signed_in(one) for one in (council.qa_officer, council.head_of_qa, council.assistant_director)
    )
    officer.post("/reports/start/", {"period": "2026-27Q2"})
    ref = Report.objects.get().ref
    page = f"/reports/{ref}/"
    empty = officer.post(f"{page}recommendations/", {"kind": "policy", "words": ""})
    assert (empty.status_code, "Write it." in empty.content.decode()) == (422, True)
    sent = {"kind": "practice", "words": PLANS.words, "because": PLANS.because, "standard": "3"}
    assert officer.post(f"{page}recommendations/", sent).status_code == 302
    changed = {f"r1-{name}": value for name, value in (sent | {"version": "1", "words": "Hold clinics."}).items()}
    assert officer.post(f"{page}recommendations/1/", changed).status_code == 302
    stale = officer.post(f"{page}recommendations/1/", changed)
    assert (stale.status_code, "Someone else changed this" in stale.content.decode()) == (409, True)
    shown = officer.get(f"{page}recommendations/").content.decode()
    assert "Hold clinics." in shown
    assert "What the figures say" in shown
    words = {
        "version": Report.objects.get().version,
        "block_grades": "Steady.",
        "block_staff": "Plans need a date.",
        "make": "y",
    }
    assert officer.post(f"{page}words/", words).status_code == 302
    generate.generate_report(report=Report.objects.get(), at=NOW)
    shown = officer.get(page).content.decode()
    assert "Steady." in shown
    assert "Hold clinics." in shown
    assert head.post(f"{page}check/", {"read": "yes"}).status_code == 302
    assert "Why it goes out now" in head.get(page).content.decode()
    assert head.post(f"{page}issue/", {"why": "Agreed."})["Location"].startswith("/accounts/confirm/")
    confirm(head)
    assert head.post(f"{page}issue/").status_code == 422
    assert head.post(f"{page}issue/", {"why": "Agreed."}).status_code == 302
    assert "Write the response" in director.get(page).content.decode()
    typed = {"answer_1": "accept", "what_1": "From February.", "words": "", "owner_1": str(council.manager.pk)}
    typed |= {"by_on_1_0": "26", "by_on_1_1": "2", "by_on_1_2": "2027", "priority_1": "1"}
    assert director.post(f"{page}response/", typed).status_code == 302
    refused = director.post(f"{page}response/", typed | {"send": "yes"})
    assert refused.status_code == 422
    assert "Write a sentence or two" in refused.content.decode()
    assert "From February." in director.get(f"{page}response/").content.decode(), "what was typed is saved"
    assert director.post(f"{page}response/", typed | {"words": "We will.", "send": "yes"}).status_code == 302
    editions.make_editions(report=Report.objects.prefetch_related("recommended__owner").get(), at=NOW)
    shown = director.get(page).content.decode()
    assert "With the management response (PDF)" in shown
    assert "We will." in shown
    assert director.get(f"{page}response/").status_code == 409
    assert officer.get(f"{page}editions/response.pdf").content[:4] == b"%PDF"
