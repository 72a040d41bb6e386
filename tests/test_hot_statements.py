"""The statements asked most, each by the index it is to use: an index that is lost shows here, on both engines.

They are caught as the product asks them, over some hundred synthetic audits, and explained by the engine itself, which
is told to leave a table's whole read for last: of a few hundred rows it would prefer it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from audits.meeting import stream
from audits.models import Audit
from benchmarks import stage
from escalation import sweep
from fixtures import scale
from people import notices, trail
from people.models import Notice, User
from reporting import periods
from reporting.sections.contents import work_out
from standards.models import Criterion, StandardSet
from tests.conftest import NOW, TODAY
from tests.explained import indexes_of, plan_of, read_whole

pytestmark = pytest.mark.engines
Hot = dict[str, Callable[[], object]]
BY_REF = ("audits_audit_ref_", "sqlite_autoindex_audits_audit_1")
BY_MONTH = ("audit_number_once", "sqlite_autoindex_audits_audit_3")
OF_TRAIL = ("people_trailentry_seq_", "sqlite_autoindex_people_trailentry_1")
INDEXES: dict[str, list[str | tuple[str, str]]] = {
    "autosave": [BY_REF, OF_TRAIL, "mark_once", "people_membership_user_id_"],
    "case list": ["case_open", "audits_audit_case_id_"],
    "audit list": [BY_MONTH],
    "My work": ["audit_state_month", "action_state_due", "audits_action_owner_id_", "people_notice_to_id_"],
    "My work of QA": [
        *("action_state_due", "audit_state_month", "audits_audit_finalised_at_"),
        ("audits_action_pkey", "action_state_due"),
    ],
    "sweep": ["action_state_due", "step_state_due", "audit_state_month"],
    "figures of a month": [
        *("audits_audit_finalised_at_", "audits_audit_re_audit_of_id_", "audits_judgement_audit_id_"),
        *("audits_mark_audit_id_", "audits_action_audit_id_"),
        ("proposal_", "sqlite_autoindex_audits_proposal_1"),
    ],
    "stream": [BY_REF],
    "outbox": ["notice_outbox"],
    "trail": [OF_TRAIL],
    "search": [("case_number_upper", "audits_audit_case_id_")],
}
"""Of each the indexes it must go by, as their names begin; where they differ as (PostgreSQL, SQLite). For a search by
number SQLite has none."""


@pytest.fixture
def hot(v7: StandardSet, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Hot:
    """What is asked most, over a year of audits and one meeting that is under way."""
    settings.TODAY = TODAY
    monkeypatch.setattr(stream, "let_go", lambda: None)
    scale.make_synthetic(cases=400, audits=240, today=TODAY)
    meeting = stage.meetings(1, at=NOW)[0]
    mails_of_before(500)
    if connection.vendor == "postgresql":
        connection.cursor().execute("ANALYZE")
    auditor, officer = stage.leader(meeting), stage.officer()
    point = Criterion.objects.filter(section__standard__standard_set=meeting.standard_set_id).earliest("pk")
    month = periods.month_of(TODAY).previous
    return {
        "autosave": saved(auditor, reverse("audit-mark", args=[meeting.ref, point.pk])),
        "case list": shown(officer, reverse("register")),
        "audit list": shown(officer, "/audits/"),
        "My work": shown(auditor, "/"),
        "My work of QA": shown(officer, "/"),
        "sweep": lambda: sweep.sweep_deadlines(on=TODAY, at=NOW),
        "figures of a month": lambda: work_out(month, on=TODAY),
        "stream": lambda: stream.may_follow(meeting.ref, session=stage.session(auditor), who=auditor.pk),
        "outbox": lambda: notices.deliver_outbox(at=NOW),
        "trail": lambda: written(meeting, officer),
        "search": shown(officer, f"{reverse('register')}?number=syn-0000012"),
    }


def mails_of_before(count: int) -> None:
    """Notices whose mail went long ago, as on any site: what waits is found without them."""
    sent = {"mail": Notice.Mail.SENT, "made": NOW, "next_try": NOW, "sent": NOW}
    Notice.objects.bulk_create(
        Notice(to=stage.officer(), key=f"old-{number}", subject="Told", body="Told", **sent) for number in range(count)
    )


def shown(user: User, path: str) -> Callable[[], object]:
    """Somebody opens a page."""
    client = Client()
    client.force_login(user)
    return lambda: client.get(path)


def saved(user: User, path: str) -> Callable[[], object]:
    """A page sends a mark by itself."""
    client = Client(headers={"accept": "application/json"})
    client.force_login(user)
    return lambda: client.post(path, {"value": "partly", "seen": "Seen in the notes.", "version": 0})


def written(audit: Audit, by: User) -> None:
    """A line of history."""
    with trail.acting(by=by, at=NOW) as act:
        act.add("audit.measured", audit)


def test_each_goes_by_its_index_and_reads_no_large_table_whole(hot: Hot) -> None:
    engine = 0 if connection.vendor == "postgresql" else 1
    wrong = {}
    for name, ask in hot.items():
        lines = plan_of(ask)
        wanted = [index if isinstance(index, str) else index[engine] for index in INDEXES[name]]
        used = indexes_of(lines)
        lost = [index for index in wanted if not any(each.startswith(index) for each in used)]
        wrong[name] = (lost, read_whole(lines))
    assert list(hot) == list(INDEXES)
    assert {name: found for name, found in wrong.items() if any(found)} == {}


def test_no_statement_is_compiled_before_it_runs(db: None) -> None:
    """It took half of the time of a month's figures."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit" if connection.vendor == "postgresql" else "PRAGMA threads")
        assert cursor.fetchone() in (("off",), (0,)), "SQLite compiles nothing, and asks with one thread"
