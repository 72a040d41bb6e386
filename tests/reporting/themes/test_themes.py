"""Themes of notes, and the lines picked from them: nobody's words are used before a second person cleared them."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.test import Client

from audits.meeting import lifecycle, pause
from audits.models import Audit, Note
from people.models import TrailEntry, User
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from reporting import periods
from reporting.models import Quotation, Tag, Theme
from reporting.reports import counting
from reporting.themes import coding, vocabulary
from tests.audits.meeting.test_races import at_once
from tests.conftest import NOW
from tests.factories import Council, open_audit
from tests.reporting.builder import Builder

OCTOBER = periods.parse("2026-10")
TEXT = "The plan lists services.\nMum said: “Tom\u2019s visits help me plan the week.” Nobody asked the father."
LINE = "Mum said: “Tom\u2019s visits help me plan the week.”"


@pytest.fixture
def note(council: Council, settings: Any) -> Note:
    """A note of a final audit of October."""
    settings.TODAY = NOW.date()
    audit = Builder(council).audit(OCTOBER.first, grade="good")
    saved = {"saved_at": NOW, "saved_by": council.auditor}
    return Note.objects.create(audit=audit, slug="s3-worried", text=TEXT, **saved)


def a_theme(by: User, name: str = "No measure or date") -> Theme:
    return vocabulary.coin(name=name, side="worried", standard=3, by=by, at=NOW)


def picked(note: Note, by: User, **more: Any) -> Quotation:
    words = {"line": LINE, "words": "“The visits help me plan the week.”", "kind": "quote", "speaker": "family"}
    return vocabulary.pick_quotation(note=note, standard=3, **(words | more), by=by, at=NOW)


def test_a_theme_is_coined_once_used_and_retired_but_stays_on_what_it_was_put_on(council: Council, note: Note) -> None:
    by = council.qa_officer
    theme, other = a_theme(by), a_theme(by, "No contingency plan")
    for name, says in (("  no measure OR date ", "There is a theme"), (" ", "Give the theme a name")):
        with pytest.raises(Refused, match=says):
            a_theme(by, name)
    vocabulary.tag(note=note, themes=[theme], by=by, at=NOW)
    vocabulary.tag(note=note, themes=[theme], by=by, at=NOW)
    assert Tag.objects.get().theme == theme
    theme, other = (vocabulary.retire_theme(theme=one, by=by, at=NOW) for one in (theme, other))
    vocabulary.tag(note=note, themes=[theme], by=by, at=NOW)
    with pytest.raises(Refused, match="no longer used"):
        vocabulary.tag(note=note, themes=[theme, other], by=by, at=NOW)
    vocabulary.tag(note=note, themes=[], by=by, at=NOW)
    assert not Tag.objects.exists()
    with pytest.raises(NotAllowed):
        a_theme(council.auditor, "Mine")


@pytest.mark.django_db(transaction=True)
def test_two_who_put_the_same_theme_on_a_note_at_once_put_it_on_once(council: Council, note: Note) -> None:
    theme = a_theme(council.qa_officer)
    puts = [
        partial(vocabulary.tag, note=note, themes=[theme], by=by, at=NOW)
        for by in (council.qa_officer, council.head_of_qa)
    ]
    assert at_once(*puts) == [None, None]
    assert TrailEntry.objects.filter(act="note.tag").count() == Tag.objects.count() == 1


def test_a_line_is_quoted_only_as_a_second_person_cleared_it(council: Council, note: Note) -> None:
    officer, head = council.qa_officer, council.head_of_qa

    def quoted() -> list[str]:
        return [one["words"] for one in counting.compose(OCTOBER, at=NOW).to_json()["themes"]["quotes"]]

    for wrong, says in (
        ({"line": "Mum said: “Visits help.”"}, "not in the note as you wrote it"),
        ({"words": ""}, "Write the line as it may be read"),
        ({"words": "x" * 401}, "Keep it to 400"),
        ({"words": "In QC-2610-001 she said so."}, "points to one child’s case"),
    ):
        with pytest.raises(Refused, match=says):
            picked(note, officer, **wrong)
    one = picked(note, officer)
    assert quoted() == []
    with pytest.raises(NotAllowed, match="Someone else has to read it"):
        vocabulary.settle_quotation(quotation=one, clear=True, why="", by=officer, at=NOW)
    vocabulary.settle_quotation(quotation=one, clear=True, why="", by=head, at=NOW)
    assert quoted() == ["“The visits help me plan the week.”"]
    with pytest.raises(Refused, match="Say why it is not to be used"):
        vocabulary.settle_quotation(quotation=one, clear=False, why=" ", by=head, at=NOW)
    vocabulary.settle_quotation(quotation=one, clear=False, why="The week is known.", by=head, at=NOW)
    assert quoted() == []
    with pytest.raises(NotNow):
        vocabulary.settle_quotation(quotation=one, clear=True, why="", by=head, at=NOW)
    picked(note, officer, kind="practice")
    Audit.objects.update(state=Audit.State.VOIDED, ended_at=NOW, ended_by=head, ended_why="Named the wrong child.")
    assert quoted() == []


def test_the_pages_of_notes_and_lines(council: Council, note: Note) -> None:
    officer, head, auditor, stranger = Client(), Client(), Client(), Client()
    for client, person in (
        (officer, council.qa_officer),
        (head, council.head_of_qa),
        (auditor, council.auditor),
        (stranger, council.other_auditor),
    ):
        client.force_login(person)
    page = f"/themes/notes/{note.pk}/"
    empty = officer.post("/themes/vocabulary/", {"name": "", "side": "well"})
    assert (empty.status_code, "Give the theme a name" in empty.content.decode()) == (422, True)
    officer.post("/themes/vocabulary/", {"name": "No measure", "side": "worried", "standard": "3"})
    theme = Theme.objects.get()
    assert "0 of 1" in " ".join(officer.get("/themes/?month=2026-10").content.decode().replace("<b>", "").split())
    assert auditor.get(page).status_code == 200
    assert "Pick a line" not in auditor.get(page).content.decode()
    assert stranger.get(page).status_code == 404
    assert auditor.post(page, {"themes": [theme.pk]}).status_code == 302
    assert Tag.objects.get().tagged_by == council.auditor
    refused = officer.post(f"{page}pick/", {"kind": "quote", "line": "Not there", "words": "Kept.", "speaker": "child"})
    assert refused.status_code == 422
    assert "Kept." in refused.content.decode()
    officer.post(f"{page}pick/", {"kind": "practice", "line": LINE, "words": "Ask.", "speaker": "family"})
    one = Quotation.objects.get()
    assert "clear it" not in officer.get("/themes/quotations/").content.decode()
    assert "clear it" in head.get("/themes/quotations/").content.decode()
    assert officer.post(f"/themes/quotations/{one.pk}/", {"clear": "yes"}).status_code == 403
    head.post(f"/themes/quotations/{one.pk}/", {"clear": "yes"})
    staff = Client()
    staff.force_login(council.staff)
    shown = staff.get("/learning/?standard=3").content.decode()
    assert "Ask." in shown
    assert note.audit.ref not in shown
    assert LINE not in shown
    assert "Ask." not in staff.get("/learning/?standard=4").content.decode()
    officer.post(f"/themes/vocabulary/{theme.pk}/")
    assert "no longer used" in officer.get("/themes/vocabulary/").content.decode()


def test_the_auditor_puts_themes_on_notes_in_the_meeting_and_only_then(council: Council, settings: Any) -> None:
    settings.TODAY = NOW.date()
    audit = open_audit(council, at=NOW)
    well, worried, old = (
        vocabulary.coin(name=name, side=side, standard=3, by=council.qa_officer, at=NOW)
        for name, side in (("Seen alone", "well"), ("No measure", "worried"), ("Old", "worried"))
    )
    vocabulary.retire_theme(theme=old, by=council.qa_officer, at=NOW)
    auditor, keyworker, stranger = Client(), Client(), Client()
    for client, person in (
        (auditor, council.auditor),
        (keyworker, council.keyworker),
        (stranger, council.other_auditor),
    ):
        client.force_login(person)
    page = f"/audits/{audit.ref}/themes/3/"
    assert "No note of this step has words yet" in auditor.get(page).content.decode()
    record = partial(lifecycle.record_note, audit, by=council.keyworker, at=NOW, version=0)
    note, other = record(slug="s3-worried", text="Only services."), record(slug="s3-works-well", text="Seen alone.")
    shown = auditor.get(page).content.decode()
    assert ("No measure" in shown, "Old" in shown) == (True, False)
    sent = {"notes": [note.pk, other.pk], f"n{note.pk}": [worried.pk], f"n{other.pk}": [well.pk]}
    as_script = {"Accept": "application/json", "HX-Request": "true"}
    assert "saved" in auditor.post(page, sent, headers=as_script).json()
    assert {(tag.note, tag.theme) for tag in Tag.objects.all()} == {(note, worried), (other, well)}
    assert auditor.post(page, {"notes": [note.pk]}).status_code == 302
    assert [tag.note for tag in Tag.objects.all()] == [other], "a note that the page did not have keeps its themes"
    for wrong in (old.pk, well.pk, 99, "x"):
        refused = auditor.post(page, {"notes": [note.pk], f"n{note.pk}": [wrong]})
        assert (refused.status_code, "not in the vocabulary" in refused.content.decode()) == (422, True)
    assert [client.get(page).status_code for client in (keyworker, stranger)] == [403, 404]
    for step in ("indicators", "9", "x"):
        assert auditor.get(f"/audits/{audit.ref}/themes/{step}/").status_code == 404
    pause.pause_meeting(audit, by=council.auditor, at=NOW)
    refused = auditor.post(page, sent, headers=as_script)
    assert (refused.status_code, "does not go on now" in refused.content.decode()) == (409, True)


@pytest.mark.parametrize("many", [1, 12])
def test_the_pile_asks_as_many_questions_of_many_notes_as_of_one(
    council: Council, note: Note, django_assert_num_queries: Any, many: int
) -> None:
    theme = a_theme(council.qa_officer)
    builder = Builder(council, number=50)
    for _ in range(many):
        audit = builder.audit(OCTOBER.first, grade="good")
        more = Note.objects.create(audit=audit, slug="s1-worried", text="x", saved_at=NOW, saved_by=council.auditor)
        vocabulary.tag(note=more, themes=[theme], by=council.qa_officer, at=NOW)
    with django_assert_num_queries(3):
        pile = coding.pile(council.qa_officer, OCTOBER)
    assert (pile.left, pile.tagged) == (1, many)
    assert pile.notes[0].note == note, "what carries nothing yet comes first"
