"""The live meeting: saves that never overwrite unseen, and an end that nothing is missing from."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import connections

from audits.booking import book as booking_book
from audits.form_boxes import boxes_of
from audits.meeting import lifecycle
from audits.meeting.missing import missing_for_ending
from audits.models import Action, Audit, Mark, Note
from audits.plan import smart, smart_plan
from people.models import Notice, TrailEntry, User
from qualitycounts.base.refusals import LONGEST, NotAllowed, NotNow, Refused, Stale, allows
from standards.grades import Grade
from standards.models import Criterion
from tests.factories import (
    EARLY,
    MET,
    CaseFactory,
    Council,
    add_action,
    agree,
    agreed_audit,
    allocated_audit,
    booked_audit,
    filled_audit,
    open_audit,
    say_why,
)


def test_booking_tells_the_keyworker_without_naming_the_child(council: Council) -> None:
    audit = booked_audit(council)
    assert audit.state == Audit.State.BOOKED
    notice = Notice.objects.get(to=council.keyworker)
    assert "Monday 16 November 2026" in notice.subject
    assert council.case.person_id not in notice.subject + notice.body + notice.link


def test_booking_refuses_the_past_no_place_and_anyone_else(council: Council) -> None:
    audit = allocated_audit(council)
    with pytest.raises(Refused, match="has passed"):
        booking_book.book_meeting(audit, by=council.auditor, at=MET, meets=MET, place="Room 4")
    with pytest.raises(Refused, match="where you will meet"):
        booking_book.book_meeting(audit, by=council.auditor, at=MET, meets=MET + timedelta(minutes=1), place="  ")
    with pytest.raises(NotAllowed, match="for the auditor to do"):
        booking_book.book_meeting(audit, by=council.keyworker, at=MET, meets=MET + timedelta(days=1), place="Room 4")
    assert allows(booking_book.check_book, audit, by=council.auditor)
    assert not allows(booking_book.check_book, audit, by=council.keyworker)


def test_an_audit_without_a_keyworker_cannot_be_booked_or_opened(council: Council) -> None:
    audit = allocated_audit(council)
    Audit.objects.filter(pk=audit.pk).update(keyworker=None)
    with pytest.raises(NotNow, match="no keyworker"):
        booking_book.book_meeting(audit, by=council.auditor, at=MET, meets=MET + timedelta(days=1), place="Room 4")
    with pytest.raises(NotNow, match="no keyworker"):
        lifecycle.open_meeting(audit, by=council.auditor, at=MET, why=EARLY)


def test_what_changed_since_the_draw_keeps_a_meeting_from_opening(council: Council) -> None:
    audit = booked_audit(council)
    keyworker, case = council.keyworker, council.case
    keyworker.left_on = MET.date()
    keyworker.save()
    with pytest.raises(NotNow, match="no keyworker"):
        lifecycle.open_meeting(audit, by=council.auditor, at=MET, why=EARLY)
    keyworker.left_on, keyworker.team = MET.date() + timedelta(days=1), council.auditor.team
    keyworker.save()
    with pytest.raises(Refused, match="in the keyworker’s team"):
        lifecycle.open_meeting(audit, by=council.auditor, at=MET, why=EARLY)
    keyworker.team = council.north
    keyworker.save()
    case.closed_on = MET.date()
    case.save()
    with pytest.raises(NotNow, match="case is closed"):
        lifecycle.open_meeting(audit, by=council.auditor, at=MET, why=EARLY)
    case.closed_on = MET.date() + timedelta(days=1)
    case.save()
    assert lifecycle.open_meeting(audit, by=council.auditor, at=MET, why=EARLY).state == Audit.State.IN_MEETING


def test_the_keyworker_says_once_that_the_file_is_ready(council: Council) -> None:
    audit = booked_audit(council)
    with pytest.raises(NotAllowed):
        booking_book.confirm_file_checked(audit, by=council.auditor, at=MET)
    booking_book.confirm_file_checked(audit, by=council.keyworker, at=MET)
    again = booking_book.confirm_file_checked(audit, by=council.keyworker, at=MET + timedelta(hours=1))
    assert again.prepared_at == MET


def test_opening_twice_changes_nothing_and_only_the_auditor_opens(council: Council) -> None:
    audit = booked_audit(council)
    with pytest.raises(NotAllowed):
        lifecycle.open_meeting(audit, by=council.keyworker, at=MET, why=EARLY)
    lifecycle.open_meeting(audit, by=council.auditor, at=MET, why=EARLY)
    lifecycle.open_meeting(audit, by=council.auditor, at=MET, why=EARLY)
    assert TrailEntry.objects.filter(act="audit.opened").count() == 1
    assert audit.judgements.count() == 8


def test_a_meeting_that_opens_late_keeps_the_time_it_was_booked_for(council: Council) -> None:
    audit = booked_audit(council)
    assert lifecycle.open_meeting(audit, by=council.auditor, at=MET + timedelta(minutes=20), why=EARLY).meets == MET


def test_a_stale_note_is_refused_with_what_is_there_and_nothing_is_lost(council: Council) -> None:
    audit = open_audit(council)
    first = lifecycle.record_note(
        audit, by=council.auditor, at=MET, slug="s2-worried", text="May is missing.", version=0
    )
    assert first.version == 1
    with pytest.raises(Stale) as refusal:
        lifecycle.record_note(audit, by=council.keyworker, at=MET, slug="s2-worried", text="June too.", version=0)
    assert refusal.value.current == "May is missing."
    assert Note.objects.get(audit=audit, slug="s2-worried").text == "May is missing."
    merged = lifecycle.record_note(
        audit, by=council.keyworker, at=MET, slug="s2-worried", text="May and June are missing.", version=1
    )
    assert (merged.version, merged.saved_by) == (2, council.keyworker)


def test_the_text_is_kept_exactly_as_typed_formulas_and_all(council: Council) -> None:
    audit = open_audit(council)
    text = '=HYPERLINK("http://example.test")\n  <b>She said “no”</b> \U0001f600 '
    lifecycle.record_note(audit, by=council.auditor, at=MET, slug="s2-worried", text=text, version=0)
    assert Note.objects.get(audit=audit, slug="s2-worried").text == text


@pytest.mark.parametrize(
    ("slug", "choice", "text", "sentence"),
    [
        ("s9-worried", "", "x", "not a box"),
        ("feedback", "perhaps", "", "not a box"),
        ("s1-worried", "", "x" * (LONGEST + 1), "10,001 characters"),
    ],
)
def test_what_the_form_does_not_have_is_refused(
    council: Council, slug: str, choice: str, text: str, sentence: str
) -> None:
    audit = open_audit(council)
    with pytest.raises(Refused, match=sentence):
        lifecycle.record_note(audit, by=council.auditor, at=MET, slug=slug, choice=choice, text=text, version=0)
    lifecycle.record_note(audit, by=council.auditor, at=MET, slug="s1-worried", text="x" * LONGEST, version=0)


def test_marks_are_saved_one_row_at_a_time_and_only_for_this_sets_points(council: Council) -> None:
    audit = open_audit(council, case=CaseFactory.create(keyworker=council.keyworker, category="CLA"))
    criterion = Criterion.objects.get(code="4.2.a", section__standard__standard_set=audit.standard_set)
    saved = lifecycle.record_mark(
        audit, by=council.auditor, at=MET, criterion=criterion.pk, value="partly", seen="Review of May", version=0
    )
    assert (saved.value, saved.seen, saved.version) == ("partly", "Review of May", 1)
    same = lifecycle.record_mark(
        audit, by=council.auditor, at=MET, criterion=criterion.pk, value="partly", seen="Review of May", version=1
    )
    assert same.version == 1
    with pytest.raises(Refused, match="not a point"):
        lifecycle.record_mark(audit, by=council.auditor, at=MET, criterion=10**9, value="partly", seen="", version=0)
    with pytest.raises(Refused, match="Choose evidenced"):
        lifecycle.record_mark(
            audit, by=council.auditor, at=MET, criterion=criterion.pk, value="maybe", seen="", version=1
        )
    with pytest.raises(Stale):
        lifecycle.record_mark(
            audit, by=council.keyworker, at=MET, criterion=criterion.pk, value="evidenced", seen="", version=0
        )
    assert Mark.objects.get().value == "partly"


def test_nobody_else_writes_and_nobody_writes_outside_the_meeting(council: Council) -> None:
    booked = booked_audit(council)
    with pytest.raises(NotNow, match="booked"):
        lifecycle.record_note(booked, by=council.auditor, at=MET, slug="s1-worried", text="x", version=0)
    lifecycle.open_meeting(booked, by=council.auditor, at=MET, why=EARLY)
    for who in (council.manager, council.qa_officer, council.other_auditor):
        with pytest.raises(NotAllowed):
            lifecycle.record_note(booked, by=who, at=MET, slug="s1-worried", text="x", version=0)
    assert not Note.objects.exists()


def test_a_blank_meeting_says_everything_that_is_missing(council: Council) -> None:
    audit = open_audit(council)
    found = missing_for_ending(audit)
    steps = [one.step for one in found]
    assert steps.count("record") == 9
    assert steps.count("indicators") == 1
    assert all(steps.count(number) == 2 for number in (*"1234567", "case"))
    with pytest.raises(Refused, match=r"^Not yet: Case"):
        lifecycle.end_meeting(audit, by=council.auditor, at=MET)


def test_a_note_in_any_of_a_standards_three_boxes_will_do_and_good_practice_alone_will_not(council: Council) -> None:
    audit = open_audit(council)
    for number, box in enumerate(boxes_of(1), 1):
        slug = f"s{number}{box.slug[2:]}"
        lifecycle.record_note(audit, by=council.auditor, at=MET, slug=slug, text="Weekly visits.", version=0)
    lacking = [one.step for one in missing_for_ending(audit) if "has no note" in one.sentence]
    assert lacking == ["4", "5", "6", "7", "case"]


def test_a_note_without_a_word_is_listed_and_keeps_nothing_from_ending(council: Council) -> None:
    audit = filled_audit(council)
    lifecycle.record_note(audit, by=council.auditor, at=MET, slug="s3-good-practice", text=" . ", version=0)
    [gap] = missing_for_ending(audit)
    assert (gap.step, gap.place, gap.blocks) == ("3", "s3-good-practice", False)
    assert gap.sentence == "“Good practice to share” says only “.”. Write it or clear it."
    assert lifecycle.end_meeting(audit, by=council.auditor, at=MET).state == "agreed"


def test_each_low_grade_needs_an_action_of_its_own(council: Council) -> None:
    audit = filled_audit(council)
    assert missing_for_ending(audit) == []
    agree(audit, 3, Grade.REQUIRES_IMPROVEMENT)
    say_why(audit)
    assert [one.step for one in missing_for_ending(audit)] == ["plan"]
    add_action(audit, [3])
    assert missing_for_ending(audit) == []
    smart_plan.remove_action(audit.actions.get(), by=council.auditor, at=MET, version=1)
    assert [one.sentence for one in missing_for_ending(audit)] == [
        f"{audit.judgements.get(number=3).title} is graded Requires improvement and has no action yet."
    ]


def test_only_the_auditor_ends_and_a_date_must_still_fit_on_that_day(council: Council) -> None:
    audit = filled_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    with pytest.raises(NotAllowed):
        lifecycle.end_meeting(audit, by=council.keyworker, at=MET)
    ended = lifecycle.end_meeting(audit, by=council.auditor, at=MET)
    assert (ended.state, ended.met_on, len(ended.content_hash)) == (Audit.State.AGREED, date(2026, 11, 16), 64)
    with pytest.raises(NotNow):
        lifecycle.end_meeting(audit, by=council.auditor, at=MET)


def test_a_meeting_that_ends_before_an_actions_day_is_refused(council: Council) -> None:
    audit = filled_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    Action.objects.filter(kind="immediate").update(due_on=date(2026, 11, 15), first_due_on=date(2026, 11, 15))
    with pytest.raises(Refused, match="before the meeting"):
        lifecycle.end_meeting(audit, by=council.auditor, at=MET)


@pytest.mark.parametrize("text", ["ASAP", "a.s.a.p.", "as soon as possible", "Ongoing", "TBC", "in due course"])
def test_vague_words_are_refused_in_the_measure(council: Council, text: str) -> None:
    letter = smart.measurable(text)
    assert not letter.ok
    assert "cannot be checked" in letter.sentence


def test_what_can_be_counted_is_not_vague() -> None:
    assert smart.measurable("None of the visits since May is late").ok
    assert smart.specific("Check that none of the visits is late").ok


def test_vague_words_in_the_text_are_refused_or_only_warned_of_where_they_may_be_fair() -> None:
    assert not smart.specific("Update the whole chronology ASAP please").ok
    assert "ASAP" in smart.specific("Write to the court about the ongoing case ASAP").sentence
    fair = smart.specific("Write to the court about the ongoing case")
    assert (fair.ok, fair.warning) == (True, True)
    assert smart.specific("Update the chronology from May") == smart.Letter(
        "specific", "Specific", True, "says what is done", field="what"
    )


def test_a_worker_and_auditor_of_another_case_cannot_see_or_touch_this_one(council: Council) -> None:
    other = CaseFactory.create(keyworker=council.other_keyworker)
    theirs = allocated_audit(council, number=2, case=other, auditor=council.other_auditor)
    with pytest.raises(NotAllowed):
        booking_book.book_meeting(theirs, by=council.auditor, at=MET, meets=MET + timedelta(days=1), place="Room 4")


@pytest.mark.django_db(transaction=True)
def test_two_people_saving_one_box_at_once_one_wins_and_the_other_is_told(council: Council) -> None:
    audit = open_audit(council)
    results: list[str] = []
    start = threading.Barrier(2)

    def save(by: User, text: str) -> None:
        start.wait()
        try:
            lifecycle.record_note(
                Audit.objects.get(pk=audit.pk),
                by=by,
                at=MET,
                slug="s1-worried",
                text=text,
                version=0,
            )
            results.append(text)
        except Stale as refusal:
            results.append(f"stale: {refusal.current}")
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=save, args=pair) for pair in ((council.auditor, "mine"), (council.keyworker, "theirs"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = Note.objects.get(audit=audit, slug="s1-worried").text
    assert sorted(results) == sorted([kept, f"stale: {kept}"])


def test_what_is_signed_cannot_be_written_over(council: Council) -> None:
    audit = agreed_audit(council)
    with pytest.raises(NotNow, match="Reopen it first"):
        lifecycle.record_note(audit, by=council.auditor, at=MET, slug="s1-worried", text="x", version=0)
