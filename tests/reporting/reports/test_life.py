"""The life of a report: drafted, made, issued, corrected; and what can never change in it."""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import Http404

from people import trail
from people.models import Notice, TrailEntry, User
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale
from reporting import pdf, periods
from reporting.access import file_or_404, report_or_404, visible_reports
from reporting.models import Report
from reporting.plan import recommendations
from reporting.reports import checking, drafting, generate, issue
from tests.conftest import NOW
from tests.factories import Council, UserFactory
from tests.reporting.builder import Builder

NOVEMBER = periods.parse("2026-11")
LATER = NOW + timedelta(hours=1)
NO_WORDS = dict.fromkeys(drafting.WORDS, "")


@pytest.fixture
def by(council: Council) -> User:
    return council.qa_officer


def a_draft(by: User, written: str = "2026-11") -> Report:
    return drafting.start_draft(period=periods.parse(written), by=by, at=NOW, why="A word was wrong.")


def a_report(by: User, written: str = "2026-11") -> Report:
    """One that was made."""
    report = generate.request_report(report=a_draft(by, written), by=by, at=NOW)
    return generate.generate_report(report=report, at=NOW)


def checked(report: Report, council: Council) -> Report:
    """One that a second person has read."""
    return checking.check_every_line(report=report, read=True, by=council.head_of_qa, at=NOW)


def test_a_draft_is_numbered_from_one_and_opened_again_rather_than_doubled(by: User) -> None:
    report = a_draft(by)
    assert (report.ref, report.number, report.state, report.kind) == ("REP-2611-1", 1, "draft", "monthly")
    assert drafting.start_draft(period=NOVEMBER, by=by, at=LATER) == report
    assert [drafting.start_draft(period=periods.parse(one), by=by, at=NOW).ref for one in ("2026-27Q3", "2026-27")] == [
        "REP-2627Q3-1",
        "REP-2627-1",
    ]


def test_a_period_that_has_not_begun_cannot_be_started(by: User) -> None:
    with pytest.raises(Refused, match="December 2026 has not begun"):
        a_draft(by, "2026-12")
    assert a_draft(by, "2026-11").period == "2026-11"


def test_the_words_are_saved_and_a_page_that_is_older_is_refused(by: User) -> None:
    report = a_draft(by)
    saved = drafting.write(report=report, version=1, words=NO_WORDS | {"worries": " Plans.\r\n"}, by=by, at=NOW)
    assert (saved.worries, saved.version) == ("Plans.", 2)
    with pytest.raises(Stale):
        drafting.write(report=report, version=1, words=NO_WORDS, by=by, at=LATER)
    assert Report.objects.get().worries == "Plans."


@pytest.mark.parametrize("words", ["See QC-2611-004.", "qc-2611-12 was late", "Child 562578 was not seen", "x" * 4001])
def test_words_that_point_to_a_case_or_are_too_long_are_refused(by: User, words: str) -> None:
    report = a_draft(by)
    with pytest.raises(Refused) as refusal:
        drafting.write(report=report, version=1, words=NO_WORDS | {"recommendations": words}, by=by, at=NOW)
    assert refusal.value.field == "recommendations"
    assert Report.objects.get().version == 1


@pytest.mark.parametrize("words", ["By 18 December 2026, 12,345 visits.", "x" * 500])
def test_dates_and_counts_are_words_like_any_other(by: User, words: str) -> None:
    drafting.write(report=a_draft(by), version=1, words=NO_WORDS | {"recommendations": words}, by=by, at=NOW)


def test_making_freezes_the_figures_and_the_file_with_its_hash(by: User, council: Council) -> None:
    Builder(council).audit(NOVEMBER.first, grade="good")
    report = a_report(by)
    assert (report.state, report.as_at, report.made_by) == ("generated", NOW.date(), by)
    assert report.figures["audits"]["finalised"]["count"] == 1
    assert bytes(report.pdf or b"").startswith(b"%PDF")
    assert hashlib.sha256(bytes(report.pdf or b"")).hexdigest() == report.sha256
    with pytest.raises(NotNow):
        generate.request_report(report=report, by=by, at=LATER)
    with pytest.raises(NotNow):
        drafting.write(report=report, version=1, words=NO_WORDS, by=by, at=LATER)


def test_asking_twice_makes_it_once_and_a_stopped_worker_can_be_asked_again(by: User) -> None:
    report = generate.request_report(report=a_draft(by), by=by, at=NOW)
    nearly, over = NOW + generate.GIVEN_UP - timedelta(seconds=1), NOW + generate.GIVEN_UP
    assert generate.request_report(report=report, by=by, at=nearly).made_at == NOW
    assert not generate.given_up(report, nearly)
    assert generate.given_up(report, over)
    assert generate.request_report(report=report, by=by, at=over).made_at == over


def test_what_a_stopped_worker_left_is_begun_again_by_itself_a_few_times(
    by: User, django_capture_on_commit_callbacks: Any
) -> None:
    report = generate.request_report(report=a_draft(by), by=by, at=NOW)
    a_report(by, "2026-10")
    at, begun = NOW + generate.GIVEN_UP, 0
    assert generate.take_up_stopped(at=at - timedelta(seconds=1)) == 0
    assert generate.take_up_stopped(at=at, held=lambda: {report.pk}) == 0, "it only takes long"
    with django_capture_on_commit_callbacks() as callbacks:
        while generate.take_up_stopped(at=at):
            begun += 1
            assert generate.take_up_stopped(at=at) == 0, "it is in the making again"
            at += generate.GIVEN_UP
    assert begun == len(callbacks) == generate.TIMES_AGAIN
    report.refresh_from_db()
    assert report.state == Report.State.GENERATING, "and can still be asked for by hand"


def test_the_worker_is_asked_once_the_act_is_saved(by: User, django_capture_on_commit_callbacks: Any) -> None:
    report = a_draft(by)
    with django_capture_on_commit_callbacks() as callbacks:
        generate.request_report(report=report, by=by, at=NOW)
    assert len(callbacks) == 1


def test_a_fault_leaves_it_failed_with_its_words_to_be_tried_again(by: User, monkeypatch: pytest.MonkeyPatch) -> None:
    drafting.write(report=a_draft(by), version=1, words=NO_WORDS | {"worries": "Plans."}, by=by, at=NOW)
    report = generate.request_report(report=Report.objects.get(), by=by, at=NOW)
    with monkeypatch.context() as patched:
        patched.setattr(pdf, "render", lambda html: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            generate.generate_report(report=report, at=NOW)
    failed = Report.objects.get()
    assert (failed.state, failed.worries, failed.sha256) == ("failed", "Plans.", "")
    assert failed.fault.startswith("ZeroDivisionError")
    again = generate.generate_report(report=generate.request_report(report=failed, by=by, at=LATER), at=LATER)
    assert (again.state, again.number, again.fault) == ("generated", 1, "")


def test_a_task_that_comes_twice_changes_nothing(by: User) -> None:
    report = a_report(by)
    assert generate.generate_report(report=report, at=LATER).sha256 == report.sha256
    stale = Report(pk=report.pk, state=Report.State.GENERATING, period="2026-11", number=1, kind="monthly", made_at=NOW)
    assert generate.generate_report(report=stale, at=LATER).sha256 == report.sha256


def test_issuing_opens_it_to_its_readers_and_tells_them(by: User, council: Council) -> None:
    report = a_report(by)
    with pytest.raises(Http404):
        report_or_404(council.reader, report.ref)
    issued = issue.issue_report(report=report, by=by, at=LATER)
    assert (issued.state, issued.issued_at, issued.issued_by) == ("issued", LATER, by)
    assert report_or_404(council.reader, report.ref) == report
    told = set(Notice.objects.values_list("to__name", flat=True))
    assert council.reader.name in told
    assert council.assistant_director.name in told
    assert council.keyworker.name not in told
    with pytest.raises(NotNow):
        issue.issue_report(report=report, by=by, at=LATER)


def test_a_draft_is_seen_by_those_who_write_and_answer_only(by: User, council: Council) -> None:
    report = a_draft(by)
    for person in (by, council.head_of_qa, council.assistant_director):
        assert report_or_404(person, report.ref) == report
    for person in (council.reader, council.auditor, council.manager, council.head_of_service):
        assert list(visible_reports(person)) == []
    with pytest.raises(Http404):
        file_or_404(by, report.ref)


def test_a_draft_or_one_still_being_made_cannot_be_issued(by: User) -> None:
    with pytest.raises(NotNow):
        issue.issue_report(report=a_draft(by), by=by, at=NOW)
    with pytest.raises(NotNow):
        issue.issue_report(report=generate.request_report(report=a_draft(by), by=by, at=NOW), by=by, at=NOW)


def test_only_the_head_of_qa_issues_what_is_not_monthly(by: User, council: Council) -> None:
    report = a_report(by, "2026-27Q3")
    assert not issue.can_publish(report, by, waits="")
    with pytest.raises(NotAllowed):
        issue.issue_report(report=report, by=by, at=NOW)
    with pytest.raises(NotAllowed):
        issue.issue_report(report=a_report(by), by=council.assistant_director, at=NOW)
    checking.check_every_line(report=report, read=True, by=council.head_of_qa, at=NOW)
    with pytest.raises(Refused, match="Write in a line why it goes out now"):
        issue.issue_report(report=report, by=council.head_of_qa, at=NOW, why=" ")
    assert issue.issue_report(report=report, by=council.head_of_qa, at=NOW, why="Agreed.").state == "issued"
    assert TrailEntry.objects.get(act="report.issue").why == "Agreed."


def test_nothing_that_somebody_wrote_goes_out_before_a_second_person_has_read_it(by: User, council: Council) -> None:
    head = council.head_of_qa
    drafting.write(report=a_draft(by), version=1, words=NO_WORDS | {"worries": "Plans."}, by=by, at=NOW)
    report = generate.generate_report(
        report=generate.request_report(report=Report.objects.get(), by=head, at=NOW), at=NOW
    )
    with pytest.raises(NotNow, match="A second person has to read it"):
        issue.issue_report(report=report, by=by, at=NOW)
    for person in (by, head):
        with pytest.raises(NotAllowed, match="You wrote or made this report"):
            checking.check_every_line(report=report, read=True, by=person, at=NOW)
    second = UserFactory.create(name="Second Reader", roles=(Role.QA_OFFICER,))
    with pytest.raises(Refused, match="Tick that you have read every line"):
        checking.check_every_line(report=report, read=False, by=second, at=NOW)
    assert not checking.can_check(report, council.assistant_director)
    checking.check_every_line(report=report, read=True, by=second, at=NOW)
    assert issue.issue_report(report=Report.objects.get(), by=by, at=NOW).checked_by == second
    with pytest.raises(NotNow):
        checking.check_every_line(report=report, read=True, by=second, at=NOW)


def test_whoever_wrote_any_of_it_is_no_second_person(by: User, council: Council) -> None:
    other, third = (UserFactory.create(name=name, roles=(Role.QA_OFFICER,)) for name in ("Other", "Third"))
    draft, wording = a_draft(by), recommendations.Wording("learning", "Practise chronologies.", "", None)
    recommendations.recommend(report=draft, wording=wording, by=council.head_of_qa, at=NOW)
    drafting.write(report=draft, version=1, words=NO_WORDS | {"worries": "Plans"}, by=by, at=NOW)
    drafting.write(report=draft, version=2, words=NO_WORDS | {"worries": "Plans."}, by=other, at=NOW)
    made = generate.generate_report(
        report=generate.request_report(report=Report.objects.get(), by=other, at=NOW), at=NOW
    )
    for person in (by, other, council.head_of_qa):
        assert not checking.can_check(made, person)
        with pytest.raises(NotAllowed, match="You wrote or made this report"):
            checking.check_every_line(report=made, read=True, by=person, at=NOW)
    issue.issue_report(report=checking.check_every_line(report=made, read=True, by=third, at=NOW), by=by, at=NOW)
    again = a_report(third)
    assert [checking.can_check(again, person) for person in (by, council.head_of_qa)] == [False, False]
    assert checking.can_check(again, UserFactory.create(name="Fourth", roles=(Role.QA_OFFICER,)))


def test_a_correction_is_the_next_number_with_the_same_words_and_the_earlier_stays(by: User, council: Council) -> None:
    drafting.write(report=a_draft(by), version=1, words=NO_WORDS | {"worries": "Plans."}, by=by, at=NOW)
    first = issue.issue_report(report=checked(a_report(by), council), by=by, at=NOW)
    Builder(council).audit(NOVEMBER.first, grade="inadequate")
    second = checked(a_report(by), council)
    assert (second.ref, second.worries) == ("REP-2611-2", "Plans.")
    assert report_or_404(council.reader, first.ref).state == "issued", "until the second is issued"
    issue.issue_report(report=second, by=by, at=LATER)
    assert [report.state for report in Report.objects.order_by("number")] == ["superseded", "issued"]
    assert file_or_404(council.reader, first.ref).sha256 == first.sha256
    assert Report.objects.get(number=1).figures["audits"]["finalised"]["count"] == 0


def test_an_older_version_cannot_be_issued_over_a_later_one(by: User) -> None:
    first = a_report(by)
    issue.issue_report(report=a_report(by), by=by, at=NOW)
    with pytest.raises(NotNow):
        issue.issue_report(report=first, by=by, at=LATER)


def test_a_later_draft_does_not_keep_the_version_before_it_from_being_issued(by: User) -> None:
    first = a_report(by)
    later = a_draft(by)
    assert later.number == first.number + 1
    assert issue.issue_report(report=first, by=by, at=LATER).state == "issued"


def test_a_draft_may_be_thrown_away(by: User) -> None:
    a_draft(by).delete()
    assert not Report.objects.exists()


def test_each_step_leaves_one_trail_entry(by: User) -> None:
    report = a_draft(by)
    drafting.write(report=report, version=1, words=NO_WORDS, by=by, at=NOW)
    issue.issue_report(report=a_report(by), by=by, at=NOW)
    acts = list(TrailEntry.objects.filter(ref=report.ref).order_by("seq").values_list("act", "was", "now"))
    assert acts == [
        ("report.start", "", "draft"),
        ("report.write", "draft", "draft"),
        ("report.ask", "draft", "generating"),
        ("report.make", "generating", "generated"),
        ("report.issue", "generated", "issued"),
    ]
    assert trail.verify().ok


@pytest.mark.django_db(transaction=True)
def test_two_who_make_a_report_at_once_get_one_number_each(council: Council) -> None:
    Builder(council).audit(NOVEMBER.first, grade="good")
    gate, made, faults = threading.Barrier(3), [], []

    def make() -> None:
        try:
            gate.wait()
            report = generate.claim(period=NOVEMBER, by=council.qa_officer, at=NOW)
            made.append(generate.generate_report(report=report, at=NOW))
        except Exception as fault:  # noqa: BLE001  the thread has no one to raise it to
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=make) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sorted(report.number for report in made) == [1, 2, 3]
    assert sorted(Report.objects.values_list("number", "state")) == [(n, "generated") for n in (1, 2, 3)]
    assert trail.verify().ok


@pytest.mark.django_db(transaction=True)
def test_two_who_start_a_report_at_once_share_one_draft(council: Council) -> None:
    gate, started = threading.Barrier(2), []

    def start() -> None:
        gate.wait()
        started.append(drafting.start_draft(period=NOVEMBER, by=council.qa_officer, at=NOW).state)
        connection.close()

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert started == ["draft", "draft"]
