"""People go on working while a report is being made: it tells of one moment, in figures, rows and words."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from audits.models import Action, Audit
from people.models import User
from qualitycounts.base.refusals import NotNow
from reporting import pdf
from reporting.models import Report
from reporting.reports import counting, drafting, generate
from reporting.reports.generate import request_report
from tests.conftest import NOW
from tests.factories import Council
from tests.reporting.builder import Builder
from tests.reporting.reports.test_life import NOVEMBER


@pytest.fixture
def by(council: Council) -> User:
    return council.qa_officer


def in_another_thread(change: Any, wait: float) -> threading.Thread:
    """What another process writes: at once, or (SQLite) once the report's own transaction has ended."""

    def work() -> None:
        try:
            change()
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(wait)
    return thread


@pytest.mark.django_db(transaction=True)
def test_what_changes_while_it_is_counted_is_in_figures_and_rows_or_in_neither(
    council: Council, by: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit = Builder(council).audit(NOVEMBER.first, grade="good")
    before = counting.freeze_rows(NOVEMBER, at=NOW)
    counted, threads = counting.freeze_rows, []

    def change_and_count(*args: Any, **kwargs: Any) -> Any:
        regrade = Audit.objects.filter(pk=audit.pk)
        threads.append(in_another_thread(lambda: regrade.update(grade="inadequate"), 0.5))
        return counted(*args, **kwargs)

    monkeypatch.setattr(generate, "freeze_rows", change_and_count)
    report = generate.generate_report(report=generate.claim(period=NOVEMBER, by=by, at=NOW), at=NOW)
    threads[0].join()
    audit.refresh_from_db()
    assert (report.state, audit.grade) == ("generated", "inadequate")
    assert report.rows == before != counting.freeze_rows(NOVEMBER, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_its_words_wait_and_the_register_does_not_while_it_is_drawn(
    council: Council, by: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit = Builder(council).audit(NOVEMBER.first, grade="good")
    draft = drafting.start_draft(period=NOVEMBER, by=by, at=NOW)
    words = dict.fromkeys(drafting.WORDS, "Visits are on time.")
    draft = drafting.write(report=draft, version=draft.version, words=words, by=by, at=NOW)
    drawn = []

    def change_and_draw(html: str) -> bytes:
        with pytest.raises(NotNow):
            drafting.write(report=draft, version=draft.version, words=dict.fromkeys(words, "Other."), by=by, at=NOW)
        Audit.objects.filter(pk=audit.pk).update(grade="inadequate")
        Action.objects.all().delete()
        drawn.append(html)
        return b"%PDF-1.7"

    monkeypatch.setattr(pdf, "render", change_and_draw)
    figures = counting.compose(NOVEMBER, at=NOW, report=draft).to_json()
    report = generate.generate_report(report=request_report(report=draft, by=by, at=NOW), at=NOW)
    assert report.figures == figures
    assert (report.state, report.working_well) == ("generated", "Visits are on time.")
    assert "Visits are on time." in drawn[0]
    assert Report.objects.count() == 1
