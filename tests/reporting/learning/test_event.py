"""The learning event pack: for front-line staff, from picked and cleared lines and what is written for it alone."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.test import Client
from pptx import Presentation

from audits.models import Note
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, Refused
from reporting.models import Edition, Quotation, Report
from reporting.papers.event_slides import LINES, event_as_pptx
from reporting.periods import parse
from reporting.reports import checking, document, drafting, editions, generate, issue
from reporting.sections.contents import read_figures
from reporting.sections.event import Event, EventPage, Message, PickedLine
from reporting.sections.section import View
from reporting.themes import vocabulary
from tests.conftest import NOW
from tests.factories import Council, UserFactory
from tests.reporting.builder import Builder

HALF = parse("2026-27H2")
LEADERS = ("Leadership", "DMT", "CQAWG", "Director", "What we ask of you", "target", "No signal", "Inadequate", "%")
WRITTEN = {
    "event_proud": "We asked again: a father came to every meeting after that.",
    "event_message_1": "Say what is different for the child.",
    "event_message_2": "Put a name and a day to each step.",
    "event_complaints": "Mostly being told late.\nWe ring the same day now.",
    "event_questions": "What is different for one child?\n- Could the family tell me the plan?",
    "event_try": "Take one plan and cross out “ongoing”.",
    "event_since": "A shorter form: done, in June.\nA quiet room",
    "staff": "Plans got shorter.",
}
PICKED = (
    ("story", "audit", 1, "The plan had eleven steps. Nine said ongoing."),
    ("story", "audit", 1, "An aunt gave them his number."),
    ("quote", "child", None, "She remembered what I said last time."),
    ("quote", "worker", None, "I had no time."),
    ("practice", "audit", None, "You were cross that we came."),
)


@pytest.fixture
def note(council: Council) -> Note:
    """One audit's note with every line that is picked."""
    audit = Builder(council).audit(date(2026, 10, 6), grade="good")
    text = " ".join(line for *_, line in PICKED)
    return Note.objects.create(audit=audit, slug="s3-well", text=text, saved_at=NOW, saved_by=council.auditor)


def pick(note: Note, council: Council, kind: str, speaker: str, message: int | None, line: str) -> Quotation:
    """Pick a line, without clearing it."""
    asked: dict[str, Any] = {"line": line, "words": line, "kind": kind, "speaker": speaker, "standard": 3}
    return vocabulary.pick_quotation(note=note, message=message, **asked, by=council.qa_officer, at=NOW)


def cleared(note: Note, council: Council) -> None:
    for kind, speaker, message, line in PICKED:
        quotation = pick(note, council, kind, speaker, message, line)
        vocabulary.settle_quotation(quotation=quotation, clear=True, why="", by=council.head_of_qa, at=NOW)


def issued_event(council: Council) -> Report:
    """The half-year's pack: written, made, read by a second person and issued."""
    by = council.qa_officer
    draft = drafting.start_draft(period=HALF, by=by, at=NOW)
    draft = drafting.write(report=draft, version=draft.version, words={}, blocks=WRITTEN, by=by, at=NOW)
    made = generate.generate_report(report=generate.request_report(report=draft, by=by, at=NOW), at=NOW)
    with pytest.raises(NotAllowed):
        checking.check_every_line(report=made, read=True, by=by, at=NOW)
    read = checking.check_every_line(report=made, read=True, by=council.head_of_qa, at=NOW)
    return issue.issue_report(report=read, by=council.head_of_qa, at=NOW, why="The event is on Monday.")


def shown(report: Report) -> EventPage:
    figures = read_figures(report.figures)
    return figures.of(Event).page(View(report, figures))


def test_the_pack_holds_what_was_picked_and_cleared_and_what_was_written(note: Note, council: Council) -> None:
    cleared(note, council)
    pick(note, council, "practice", "audit", None, PICKED[1][3])
    page = shown(issued_event(council))
    assert page.proud == [WRITTEN["event_proud"]]
    assert page.practice == [PickedLine("You were cross that we came.", "Auditor and worker together", 3)]
    assert [line.words for line in page.voices] == ["She remembered what I said last time."], "not the worker's"
    first, second = page.messages
    assert (first.words, second.story) == ("Say what is different for the child.", None)
    assert first.story is not None
    assert first.story.lines == [PICKED[0][3], PICKED[1][3]]
    assert first.story.source == (
        f"Picked line by line by {council.qa_officer}, checked by {council.head_of_qa}, "
        "without what could tell who it is."
    )
    assert page.questions == ["What is different for one child?", "Could the family tell me the plan?"]
    assert [(said.about, said.words) for said in page.since] == [
        ("A shorter form", "done, in June."),
        ("", "A quiet room"),
    ]


def test_it_has_no_word_for_leaders_and_no_count(note: Note, council: Council) -> None:
    cleared(note, council)
    report = issued_event(council)
    html = document.render_document(report, read_figures(report.figures))
    words = html.split("<body", 1)[1]
    assert [word for word in LEADERS if word in words] == []
    assert "What children and families told us" in words
    assert "For everyone who works with children and families" in words
    deck = Presentation(BytesIO(bytes(editions.make_editions(report=report, at=NOW)[-1].pdf)))
    text = " ".join(shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame)
    assert [word for word in LEADERS if word in text] == []


def test_the_file_is_tagged_and_the_slides_carry_the_same_parts(note: Note, council: Council) -> None:
    cleared(note, council)
    report = issued_event(council)
    with pikepdf.open(BytesIO(bytes(report.pdf or b""))) as pdf, pdf.open_metadata() as about:
        assert about["pdfuaid:part"] == "1"
        assert "/StructTreeRoot" in pdf.Root
    printings = {edition.kind: edition for edition in editions.make_editions(report=report, at=NOW)}
    assert set(printings) == {"large", "wider", "slides"}
    deck = Presentation(BytesIO(bytes(printings["slides"].pdf)))
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert titles == [
        "Learning event",
        "What we are proud of",
        "What children and families told us",
        "Message 1, and the story behind it",
        "Message 2",
        "What people complained about, and what we did",
        "Talk about it at your table",
        "What we ask you to try",
        "What changed since last time",
    ]
    story = deck.slides[3]
    assert "Picked line by line" in story.notes_slide.notes_text_frame.text
    assert round(deck.slide_width / deck.slide_height, 2) == 1.78
    sizes = [
        run.font.size.pt
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_text_frame
        for paragraph in shape.text_frame.paragraphs
        for run in paragraph.runs
        if run.font.size.pt != 12
    ]
    assert min(sizes) >= 16


def test_a_part_that_does_not_fit_goes_on_on_the_next_slide() -> None:
    lines = [f"Line {number}: " + "we asked again, and again, until somebody answered us. " * 3 for number in range(9)]
    page = EventPage(lines, [], [], [Message(1, "Ask.", None)], [], [], [], [])
    deck = Presentation(BytesIO(event_as_pptx(page, title="Pack", period="October", council="Ours")))
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert titles.count("What we are proud of") == 1
    assert titles.count("What we are proud of (more)") >= 2
    told = " ".join(shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame)
    assert all(line.strip() in told for line in lines)
    assert LINES == 11


def test_a_story_is_of_one_audit_and_says_behind_which_message_it_is(note: Note, council: Council) -> None:
    with pytest.raises(Refused, match="which of the three messages") as refusal:
        pick(note, council, "story", "audit", None, PICKED[0][3])
    assert refusal.value.field == "message"
    first = pick(note, council, "story", "audit", 1, PICKED[0][3])
    builder = Builder(council, seed=2)
    builder.number = 40
    other = builder.audit(date(2026, 11, 6), grade="good")
    elsewhere = Note.objects.create(audit=other, slug="s3-well", text="Ha ha.", saved_at=NOW, saved_by=council.auditor)
    with pytest.raises(Refused, match=f"of {note.audit.ref}. One audit tells it"):
        pick(elsewhere, council, "story", "audit", 1, "Ha ha.")
    assert pick(elsewhere, council, "story", "audit", 2, "Ha ha.").message == 2
    vocabulary.settle_quotation(quotation=first, clear=False, why="A place.", by=council.head_of_qa, at=NOW)
    assert pick(elsewhere, council, "story", "audit", 1, "Ha ha.").message == 1
    assert pick(note, council, "practice", "audit", 3, PICKED[4][3]).message is None


def test_the_draft_asks_for_the_pack_and_nothing_for_leaders(note: Note, council: Council, client: Client) -> None:
    client.force_login(council.qa_officer)
    client.post("/reports/start/", {"period": str(HALF)})
    report = Report.objects.get()
    page = client.get(f"/reports/{report.ref}/").content.decode()
    assert "What we ask you to try" in page
    assert "Nothing was picked or written for this pack yet." in page
    for word in ("What we ask of you", "Four numbers", "DMT"):
        assert word not in page
    typed = {f"block_{slug}": text for slug, text in WRITTEN.items()} | {"version": report.version}
    assert client.post(f"/reports/{report.ref}/words/", typed).status_code == 302
    assert "Take one plan and cross out" in client.get(f"/reports/{report.ref}/").content.decode()
    case = typed | {"version": report.version + 1, "block_event_try": "Look at QC-2610-001."}
    refused = client.post(f"/reports/{report.ref}/words/", case)
    assert refused.status_code == 422
    assert "points to one child" in refused.content.decode()


def test_every_worker_opens_the_pack_and_its_slides_once_it_is_issued(
    note: Note, council: Council, client: Client
) -> None:
    draft = drafting.start_draft(period=HALF, by=council.qa_officer, at=NOW)
    client.force_login(UserFactory.create(roles=(Role.STAFF,)))
    assert client.get(f"/learning/{draft.ref}/pack.pdf").status_code == 404
    report = issued_event(council)
    assert client.get(f"/learning/{report.ref}/slides.pptx").status_code == 404, "not drawn yet"
    editions.make_editions(report=report, at=NOW)
    page = client.get(f"/learning/{report.ref}/").content.decode()
    assert f'href="/learning/{report.ref}/slides.pptx"' in page
    assert client.get(f"/learning/{report.ref}/pack.pdf").content == bytes(report.pdf or b"")
    slides = client.get(f"/learning/{report.ref}/slides.pptx")
    assert slides.content == bytes(Edition.objects.get(kind="slides").pdf)
    assert slides["Content-Disposition"] == f'attachment; filename="{report.ref}-slides.pptx"'
    client.force_login(council.reader)
    assert client.get(f"/reports/{report.ref}/editions/slides.pptx").content == slides.content
    assert (
        ".pptx" in client.get(f"/reports/{report.ref}/").content.decode()
        or "PPTX" in client.get(f"/reports/{report.ref}/").content.decode()
    )


def test_a_quarter_has_no_pack_and_an_earlier_event_prints_as_it_did(council: Council) -> None:
    quarter = drafting.start_draft(period=parse("2026-27Q3"), by=council.qa_officer, at=NOW)
    assert quarter.figures["event"] is None
    figures = read_figures({"period": str(HALF)})
    assert document.document_template(figures) == "reports/document.html"
