"""A disposal from its list to its certificate: nothing goes unsigned or held, and every figure and the chain stay."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audits.draw import draws, exemption
from audits.draw.recompute import recount
from audits.models import Audit, Case, Disposal, Draw, Note, Opening
from audits.record import case_hold, retention_hold, withdrawal
from people import council_settings, trail
from people.models import Notice, TrailEntry, User
from qualitycounts import retention
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale
from qualitycounts.retention import disposals
from reporting import periods
from reporting.reports import counting
from tests.conftest import NOW, TODAY
from tests.factories import CaseFactory, Council, finalised_audit
from tests.world import report as report_of

LATER = NOW.replace(year=2032, month=12, day=6)
DUE = LATER.date()
SAID = {"age": 7, "gender": "F", "ethnicity": "WHITE"}


@pytest.fixture(autouse=True)
def that_day(settings: Any) -> None:
    settings.TODAY = DUE


def of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def old_records(council: Council) -> tuple[Draw, Case, Audit]:
    """A draw of two cases whose audits were withdrawn, a case that is held, and an audit that was closed; all old."""
    held, other = (CaseFactory.create(keyworker=council.keyworker, **SAID) for _ in range(2))
    Case.objects.exclude(pk__in=(held.pk, other.pk)).update(closed_on=date(2026, 1, 1))
    draw = draws.run(month=date(2026, 12, 1), size=2, by=council.qa_officer, at=NOW)
    for audit in Audit.objects.filter(pick__draw=draw):
        withdrawal.withdraw_audit(audit, why="He moved away.", by=council.qa_officer, at=NOW)
    for case in (held, other):
        exemption.exempt_case(case, reason="Court week.", ends_on=TODAY, by=council.head_of_qa, at=NOW)
    third = CaseFactory.create(keyworker=council.keyworker, **SAID)
    closed = finalised_audit(council, number=9, case=third)
    Audit.objects.filter(pk=closed.pk).update(state="closed", closed_at=NOW, closed_by=council.qa_officer)
    Case.objects.update(closed_on=TODAY)
    for case in (held, other):
        common = {"at": NOW, "slot": NOW, "by": council.qa_officer, "roles": "qa_officer", "page": f"case-{case.pk}"}
        Opening.objects.create(kind="case", ref=str(case.pk), case_key=case.pk, **common)
    return draw, held, closed


def figures() -> dict[str, Any]:
    """What the reports of the month count now."""
    return counting.compose(periods.parse("2026-11"), at=NOW).to_json()


def free(disposal: Disposal) -> dict[str, int]:
    return {slug: each["free"] for slug, each in disposal.due.items() if each["free"]}


def sign(disposal: Disposal, by: User, at: datetime = LATER, **more: Any) -> Disposal:
    given = {"why": "The council’s schedule of May 2026.", "seen": disposal.listed.isoformat()} | more
    return disposals.sign_list(disposal, by=by, at=at, **given)


def change(council: Council, slug: str, value: str, number: int = 0) -> None:
    setting = council_settings.SETTINGS[slug]
    council_settings.change(setting, by=council.head_of_qa, at=LATER, value=value, why="Agreed.", number=number)


def test_from_the_list_to_the_certificate(council: Council) -> None:
    draw, held, closed = old_records(council)
    issued = report_of(council, issued=True)
    counted, printed, head = figures(), issued.figures, of(council.head_of_qa)
    page = reverse("register-case-hold", args=[held.pk])
    assert of(council.qa_officer).get(page).status_code == 403
    assert head.post(page, {"why": "A court case."}).status_code == 302
    assert head.post(page, {"why": "Another."}).status_code == 409
    case_hold.hold_case(council.case, why="An inquiry.", by=council.head_of_qa, at=LATER)
    frame = draw.frame

    assert head.post(reverse("disposals")).status_code == 302
    made = Disposal.objects.get()
    # the held case stands in the frame of the draw, so that stays too
    assert free(made) == {"audits": 2, "cases": 2, "openings": 1, "reasons": 1}
    assert [made.due[slug]["held"] for slug in ("audits", "cases", "frames", "openings", "reasons")] == [1] * 5
    shown = head.get(reverse("disposal", args=[made.pk])).content.decode()
    assert closed.ref in shown
    assert held.person_id not in shown
    assert "Sign and remove" in shown
    assert of(council.qa_officer).get(reverse("disposal", args=[made.pk])).status_code == 403
    entries = TrailEntry.objects.count()
    assert disposals.carry_out(at=LATER) is None, "nothing goes unsigned"
    assert TrailEntry.objects.count() == entries

    answer = head.post(reverse("disposal", args=[made.pk]), {"why": "By schedule.", "seen": made.listed.isoformat()})
    assert "confirm" in answer["Location"], "the password is asked for again"
    with pytest.raises(NotAllowed):
        sign(made, council.qa_officer)
    sign(made, council.head_of_qa)
    with pytest.raises(NotNow):
        sign(made, council.head_of_qa)
    retention_hold.place_retention_hold(closed, why="A complaint.", by=council.head_of_qa, at=LATER)

    done = disposals.carry_out(at=LATER)
    assert done is not None
    gone = {slug: count for slug, count in done.removed.items() if count}
    assert gone == {"audits": 1, "cases": 1, "openings": 1, "reasons": 1}
    assert Note.objects.filter(audit=closed).exclude(text=retention.REMOVED).exists(), "held since it was signed"
    draw.refresh_from_db()
    held.refresh_from_db()
    assert (draw.frame, held.age, held.gender) == (frame, 7, "F")
    assert set(Audit.objects.filter(case=held).values_list("ended_why", flat=True)) == {"He moved away."}
    assert list(Opening.objects.filter(page__startswith="case-").values_list("case_key", flat=True)) == [held.pk]
    verdict = trail.verify()
    assert verdict.ok
    assert done.proof["trail"] == {"ok": True, "entries": verdict.entries, "head": verdict.head}
    assert done.proof["before"] == done.proof["after"]
    assert done.proof["after"]["reports"] == 1
    assert figures() == counted
    issued.refresh_from_db()
    assert issued.figures == printed
    certificate = head.get(reverse("disposal", args=[made.pk])).content.decode()
    for words in ("Certificate of disposal", "by Head", "1, 1 stayed: held or changed since", "Print this certificate"):
        assert words.replace("by Head", f"by {council.head_of_qa}") in certificate
    assert disposals.carry_out(at=LATER) is None
    Disposal.objects.update(proof={"before": done.proof["before"]})  # the worker ended before it had counted again
    assert disposals.carry_out(at=LATER).proof == done.proof  # type: ignore[union-attr]
    assert disposals.carry_out(at=LATER) is None
    assert "Certificate" in head.get(reverse("disposals")).content.decode()

    # once nothing is held, the frame goes too, and the draw still comes out as far as it can
    case_hold.end_case_hold(held, by=council.head_of_qa, at=LATER)
    again = disposals.make_list(on=DUE, by=council.head_of_qa, at=LATER)
    assert free(again) == {"audits": 1, "cases": 1, "frames": 1, "openings": 1, "reasons": 1}
    sign(again, council.head_of_qa)
    disposals.carry_out(at=LATER)
    draw.refresh_from_db()
    assert (draw.frame, draw.frame_removed_on, sum(draw.strata.values())) == ("", DUE, draw.frame_size)
    assert recount(draw).problems == []
    officer = of(council.qa_officer)
    proof = officer.get(reverse("draw-proof", args=[draw.ref])).content.decode()
    assert "removed on Monday 6 December 2032" in proof
    assert officer.get(reverse("draw-frame", args=[draw.ref])).status_code == 409
    assert trail.verify().ok
    assert figures() == counted


def test_a_list_is_signed_as_it_was_seen(council: Council) -> None:
    old_records(council)
    made = disposals.make_list(on=DUE, by=council.head_of_qa, at=LATER)
    with pytest.raises(Refused):
        sign(made, council.head_of_qa, why=" ")
    with pytest.raises(NotNow):
        sign(made, council.head_of_qa, at=LATER + timedelta(days=32))
    again = disposals.make_list(on=DUE, by=council.head_of_qa, at=LATER + timedelta(hours=1))
    assert again.pk == made.pk
    with pytest.raises(Stale):
        sign(again, council.head_of_qa, seen=made.listed.isoformat())
    change(council, "retention_years", "5")
    with pytest.raises(NotNow):
        sign(again, council.head_of_qa)
    with pytest.raises(NotAllowed):
        disposals.make_list(on=DUE, by=council.qa_officer, at=LATER)
    sign(disposals.make_list(on=DUE, by=council.head_of_qa, at=LATER), council.head_of_qa)
    with pytest.raises(NotNow):
        disposals.make_list(on=DUE, by=council.head_of_qa, at=LATER)
    change(council, "retention_years", "6", 1)
    with pytest.raises(NotNow):
        disposals.carry_out(at=LATER)
    assert disposals.make_list(on=DUE, by=council.head_of_qa, at=LATER).signed is None, "signed by other periods"


def test_the_monthly_list_is_made_once_where_it_is_switched_on(council: Council) -> None:
    Opening.objects.create(kind="list", page="audits", by=council.qa_officer, at=NOW, slot=NOW)
    change(council, "openings_months", "6")
    sunday, monday = date(2027, 8, 1), date(2027, 8, 2)
    assert not disposals.list_monthly(on=monday, at=LATER), "nobody has switched it on"
    change(council, "retention_monthly", "yes")
    assert [disposals.list_monthly(on=on, at=LATER) for on in (sunday, monday, monday)] == [False, True, False]
    made, notice = Disposal.objects.get(), Notice.objects.get(key="disposal:2027-08")
    assert (made.listed_by, free(made)) == (None, {"openings": 1})
    assert (notice.to, notice.link) == (council.head_of_qa, reverse("disposal", args=[made.pk]))
    assert Opening.objects.exists()
