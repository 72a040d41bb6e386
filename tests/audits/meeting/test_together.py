"""Both sheets side by side: open once both have proposed, what needs talk first, the rest taken with one press."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from audits.meeting import grading, lifecycle, own_marks, together
from audits.meeting.desk import build_page
from audits.meeting.page import MeetingPage
from audits.models import Audit, Mark, OwnMark, Proposal
from audits.record.signed_record import build_record
from people.models import TrailEntry, User
from qualitycounts.base.refusals import NotNow, Refused, Stale
from standards.models import Criterion
from tests.audits.meeting.pages import SCRIPT, at_most, signed_in, text
from tests.factories import BEFORE, EARLY, EVERY_FACT, MET, CaseFactory, Council, booked_audit, mark_alone


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = MET.date()


THEIRS = {"1.3": "partly", "2.6": "partly", "2.9": "not_evidenced", "2.13": ""}
MINE = {"2.6": "not_evidenced", "2.9": "not_evidenced", "2.10": "partly"}


@pytest.fixture
def audit(council: Council) -> Audit:
    """A looked-after child's audit in its meeting, to which both came with marks."""
    audit = booked_audit(council, case=CaseFactory.create(keyworker=council.keyworker, category="CLA", **EVERY_FACT))
    mark_alone(audit, council.auditor, MINE)
    mark_alone(audit, council.keyworker, THEIRS | {"2.10": "partly"})
    return lifecycle.open_meeting(audit, by=council.auditor, at=MET, why=EARLY)


def pk_of(code: str) -> int:
    return Criterion.objects.get(code=code).pk


def propose(audit: Audit, by: User, *numbers: int, grade: str = "good") -> None:
    grading.propose_grades(audit, dict.fromkeys(numbers, (grade, "As the file shows.")), by=by, at=MET)


def both_propose(council: Council, audit: Audit, *numbers: int) -> None:
    for person in (council.auditor, council.keyworker):
        propose(audit, person, *numbers)


def desk(audit: Audit, by: User, step: str = "marks") -> MeetingPage:
    return build_page(Audit.objects.get(pk=audit.pk), by, step)


def test_before_both_have_proposed_only_the_number_of_the_whole_audit_is_said(council: Council, audit: Audit) -> None:
    propose(audit, council.auditor, 2)
    for person in (council.auditor, council.keyworker):
        page = desk(audit, person)
        assert (page.both.sheets.to_talk, page.both.sheets.asked) == (4, 86)
        assert not page.both.sheets.theirs
        assert not page.both.opened


def test_of_a_closed_standard_nothing_but_that_number_depends_on_the_others_marks(
    council: Council, audit: Audit
) -> None:
    both_propose(council, audit, 1)
    before = desk(audit, council.auditor)
    OwnMark.objects.filter(saved_by=council.keyworker, criterion__code="2.1").update(value="partly")
    after = desk(audit, council.auditor)
    assert (before.both.sheets.to_talk, after.both.sheets.to_talk) == (4, 5)
    assert replace(before.both.sheets, to_talk=5) == after.both.sheets
    assert before.both.opened == after.both.opened
    assert {name for name, key in before.keys.items() if key != after.keys[name]} == {"steps"}


def test_an_open_standard_shows_first_what_needs_talk_and_why(council: Council, audit: Audit) -> None:
    both_propose(council, audit, 2)
    page = desk(audit, council.auditor)
    (opened,) = page.both.opened
    assert [(point.number, point.pair.reason) for point in opened.talk if point.pair] == [
        ("6", "You differ"),
        ("9", "Not evidenced"),
        ("13", "Niamh left it blank"),
    ]
    assert [(one.heading, one.button) for one in opened.shared] == [
        ("Every child", "Both say evidenced: take all 2"),
        ("A good assessment", "Take these 8 as you both marked them"),
    ]
    assert opened.shared[1].in_words == "7 evidenced, 1 partly"
    step = desk(audit, council.keyworker, "2")
    assert [point.number for point in step.sections[1].points][:3] == ["6", "9", "13"]


def test_with_one_standard_still_closed_the_number_would_tell_of_it_and_is_not_said(
    council: Council, audit: Audit
) -> None:
    both_propose(council, audit, 1, 2, 3, 4, 5)
    assert desk(audit, council.auditor).both.to_talk == 4
    both_propose(council, audit, 6)
    assert desk(audit, council.auditor).both.to_talk is None
    both_propose(council, audit, 7)
    assert desk(audit, council.auditor).both.to_talk == 4


def test_one_press_takes_what_needs_no_talk_with_both_pages(council: Council, audit: Audit) -> None:
    both_propose(council, audit, 2)
    lifecycle.record_mark(
        audit, by=council.keyworker, at=MET, criterion=pk_of("2.3"), value="partly", seen="Seen now.", version=0
    )
    _, good = desk(audit, council.auditor).both.opened[0].shared
    assert good.button == "Take these 7 as you both marked them"
    shown = {point.pk: point.pair.shared for point in good.left if point.pair}
    assert together.take_marks(audit, 2, by=council.auditor, at=MET, shown=shown) == 7
    taken = Mark.objects.get(audit=audit, criterion__code="2.4")
    assert (taken.value, taken.seen, taken.version, taken.saved_by) == ("evidenced", "page 2.4", 1, council.auditor)
    assert Mark.objects.get(criterion__code="2.3").seen == "Seen now."
    assert Mark.objects.get(criterion__code="2.10").value == "partly"
    assert not Mark.objects.filter(criterion__code__in=["2.6", "2.9", "2.13", "2.1"]).exists()
    with pytest.raises(Stale):
        together.take_marks(audit, 2, by=council.keyworker, at=MET, shown=shown)
    assert [one.taken for one in desk(audit, council.keyworker).both.opened[0].shared] == [0, 8]
    entry = TrailEntry.objects.get(act="marks.taken")
    assert (entry.ref, entry.by) == (f"{audit.ref}/2", council.auditor)


def test_nothing_is_taken_that_needs_talk_or_before_both_have_proposed(council: Council, audit: Audit) -> None:
    propose(audit, council.auditor, 2)
    take: Any = {"by": council.auditor, "at": MET}
    with pytest.raises(NotNow, match="once both of you have proposed"):
        together.take_marks(audit, 2, shown={pk_of("2.1"): "evidenced"}, **take)
    propose(audit, council.keyworker, 2)
    for code, value in (("2.6", "partly"), ("2.9", "not_evidenced"), ("2.1", "partly"), ("3.1", "evidenced")):
        with pytest.raises(Stale):
            together.take_marks(audit, 2, shown={pk_of(code): value}, **take)
    with pytest.raises(Refused):
        together.take_marks(audit, 2, shown={}, **take)
    assert not Mark.objects.exists()


def test_who_came_without_marks_takes_the_others_or_marks_live(council: Council) -> None:
    audit = booked_audit(council)
    mark_alone(audit, council.keyworker, {"2.9": "not_evidenced", "2.13": ""})
    audit = lifecycle.open_meeting(audit, by=council.auditor, at=MET, why=EARLY)
    assert desk(audit, council.auditor, "").step == "1"
    assert desk(audit, council.keyworker, "").step == "marks"
    both_propose(council, audit, 2)
    for person, whose in ((council.auditor, "Niamh’s"), (council.keyworker, "your")):
        (opened,) = desk(audit, person).both.opened
        assert [point.number for point in opened.talk] == ["9", "13"]
        assert [one.button for one in opened.shared] == [f"Take {whose} 2 marks", f"Take {whose} 9 marks"]
    shown = {point.pk: point.pair.shared for point in opened.shared[0].left if point.pair}
    together.take_marks(audit, 2, by=council.auditor, at=MET, shown=shown)
    assert Mark.objects.filter(audit=audit).count() == 2


def test_opened_before_both_have_proposed_it_opens_for_that_chair_alone_and_the_record_says_so(
    council: Council, audit: Audit
) -> None:
    together.open_marks_early(audit, 2, by=council.auditor, at=MET)
    assert [one.sight.number for one in desk(audit, council.auditor).both.opened] == [2]
    assert not desk(audit, council.keyworker).both.opened
    with pytest.raises(NotNow):
        together.take_marks(audit, 2, by=council.auditor, at=MET, shown={pk_of("2.1"): "evidenced"})
    assert [chapter.opened_early for chapter in build_record(audit).chapters][:3] == [(), ("auditor",), ()]
    entry = TrailEntry.objects.get(act="marks.opened_early")
    assert (entry.ref, entry.by) == (f"{audit.ref}/2", council.auditor)
    both_propose(council, audit, 2)
    together.open_marks_early(audit, 2, by=council.keyworker, at=MET)
    assert audit.judgements.get(number=2).opened_early == ["auditor"]


def test_grades_of_several_standards_are_proposed_together_all_or_none(council: Council, audit: Audit) -> None:
    with pytest.raises(Refused, match="at least one"):
        grading.propose_grades(audit, {}, by=council.auditor, at=MET)
    with pytest.raises(Refused):
        grading.propose_grades(audit, {1: ("good", ""), 2: ("splendid", "")}, by=council.auditor, at=MET)
    assert not Proposal.objects.exists()
    propose(audit, council.auditor, 1, 2, 3)
    assert Proposal.objects.count() == 3


# The pages


@pytest.mark.parametrize("opened", [False, True])
def test_both_sheets_are_a_small_page_of_few_questions(
    client: Client, council: Council, audit: Audit, opened: bool
) -> None:
    if opened:
        both_propose(council, audit, 1, 2, 3, 4, 5, 6, 7)
    for person in (council.auditor, council.keyworker):
        signed_in(client, person)
        for step in ("marks", "2", "5"):
            with at_most(10):
                page = client.get(f"/audits/{audit.ref}/meeting/", {"step": step})
            assert (page.status_code, len(page.content) <= 90_000) == (200, True), len(page.content)
        with at_most(9):
            news = client.get(f"/audits/{audit.ref}/meeting/live/", {"seen": 0, "step": "marks"}, **SCRIPT)  # type: ignore[arg-type]
        assert "together_rest" in news.json()["parts"]


def test_many_to_talk_about_are_listed_each_on_its_own_standard(client: Client, council: Council) -> None:
    audit = booked_audit(council, case=CaseFactory.create(keyworker=council.keyworker, category="CLA"))
    for person, value in ((council.auditor, "partly"), (council.keyworker, "evidenced")):
        mark_alone(audit, person, value=value)
    audit = lifecycle.open_meeting(audit, by=council.auditor, at=MET, why=EARLY)
    both_propose(council, audit, 1, 2, 3, 4, 5, 6, 7)
    page = signed_in(client, council.auditor).get(f"/audits/{audit.ref}/meeting/", {"step": "marks"})
    assert len(page.content) <= 90_000
    assert "15 criteria to talk about" in text(page)


def test_without_scripts_one_proposes_takes_and_marks_by_plain_forms(
    client: Client, council: Council, audit: Audit
) -> None:
    base = f"/audits/{audit.ref}/meeting/"
    for person in (council.auditor, council.keyworker):
        signed_in(client, person)
        assert client.get(base).context["desk"].step == "marks"
        reply = client.post(f"{base}marks/propose/", {"grade-2": "good", "words-2": "As seen.", "as": person.pk})
        assert (reply.status_code, reply["Location"]) == (302, f"{base}?step=marks#a-propose")
    page = client.get(f"{base}?step=marks")
    shown = re.findall(r'name="shown" value="([^"]+)"', text(page))
    assert len(shown) == 2
    assert client.post(f"{base}marks/2/take/", {"shown": shown[1]}).status_code == 302
    assert client.post(f"{base}marks/2/take/", {"shown": shown[1]}).status_code == 409
    assert client.post(f"{base}marks/2/take/", {"shown": "all"}).status_code == 422
    desk = page.context["desk"]
    sent = {f"{row.key}-was": row.was for row in [*desk.points, *desk.fields]}
    key = f"c{pk_of('2.6')}"
    saved = client.post(f"{base}step/marks/", sent | {key: "partly", "s2-works-well": "The file is whole."})
    assert saved.status_code == 302
    assert Mark.objects.get(criterion__code="2.6").value == "partly"
    assert audit.notes.get().text == "The file is whole."
    none = client.post(f"{base}marks/propose/", {"words-3": "Its needs are plain."})
    assert none.status_code == 422
    for words in ("Pick a grade for at least one standard.", "Its needs are plain."):
        assert words in text(none)
    assert client.post(f"{base}marks/3/open/", {}).status_code == 302
    assert "You opened Tomasz’s marks of Standard 3" in text(client.get(f"{base}?step=marks"))


def test_the_others_private_notes_never_leave_even_where_marks_are_open(
    client: Client, council: Council, audit: Audit
) -> None:
    own_marks.save_own_note(audit, pk_of("2.6"), by=council.keyworker, at=BEFORE, text="I was off sick.", version=0)
    both_propose(council, audit, 2)
    base = f"/audits/{audit.ref}/meeting/"
    for step in ("marks", "2"):
        theirs = text(signed_in(client, council.auditor).get(base, {"step": step}))
        assert "page 2.6" in theirs
        assert "I was off sick." not in theirs
    assert "I was off sick." in text(signed_in(client, council.keyworker).get(base, {"step": "marks"}))
