"""Two rows of one child, split by an import whose number had lost its zeros: made one from the case's page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audits.draw import draws, exemption
from audits.draw.recompute import recount
from audits.models import Audit, Case, Draw
from audits.register import merge_cases
from people import trail
from people.models import TrailEntry
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from tests.audits.meeting.pages import text
from tests.audits.register.extracts import DECEMBER, LATER, NOVEMBER, bring, case, history, line
from tests.conftest import TODAY
from tests.factories import Council, agreed_audit, allocated_audit

pytestmark = pytest.mark.django_db
MUCH_LATER = LATER + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _split(council: Council, settings: Any) -> None:
    """A child whom the first extract calls 0042 and the second 42: the one closed, the other new."""
    settings.TODAY = TODAY
    Case.objects.update(source=Case.Source.DEMO)
    bring(line("0042", Last_Audited="05/05/2025"))
    bring(line("42", Category="CP", Last_Audited=""), as_at=date(2026, 11, 20))
    assert (case("0042").closed_on, case("42").closed_on) == (date(2026, 11, 20), None)


def merge(council: Council, kept: str = "0042", **more: Any) -> Case:
    given = {"number": "42", "why": "Excel took the zeros", "by": council.qa_officer, "at": MUCH_LATER} | more
    return merge_cases.merge_cases(case(kept), **given)


def test_from_the_case_s_page_everything_is_one_and_every_file_means_it(client: Client, council: Council) -> None:
    draws.run(month=TODAY.replace(month=12, day=1), size=2, by=council.qa_officer, at=LATER)
    audit = Audit.objects.get(case=case("42"))
    exemption.exempt_case(
        case("42"), reason="Court week", ends_on=date(2026, 12, 24), by=council.head_of_qa, at=MUCH_LATER
    )
    client.force_login(council.qa_officer)
    page = reverse("register-case", args=[case("0042").pk])
    assert "The same child as another row?" in text(client.get(page))
    done = client.post(f"{page}merge/", {"number": " 42 ", "why": "Excel took the zeros"}, follow=True)
    assert "The two rows are one case now." in text(done)
    assert audit.ref in text(done)
    kept, old = case("0042"), case("42")
    assert (kept.closed_on, kept.category, kept.other_numbers) == (None, "CP", ["42"])
    assert (kept.last_audited_on, kept.keyworker) == (date(2025, 5, 5), council.keyworker)
    assert (old.merged_into, old.closed_on, kept.exemptions.count()) == (kept, TODAY, 1)
    audit.refresh_from_db()
    assert (audit.case, audit.is_to_replace(TODAY)) == (kept, False)
    assert recount(Draw.objects.get()).ok, "the draw's proof goes by the number that was drawn"
    assert [field for field, _, _ in history("0042")] == ["state"], "history keeps both"
    acts = TrailEntry.objects.filter(kind="case", why="Excel took the zeros").values_list("act", "ref")
    assert list(acts) == [("case.merged", "0042"), ("case.merged_away", "42")]
    assert trail.verify().ok
    assert "The same child" in text(client.get(reverse("register-case", args=[old.pk])))

    for number in ("42", "0042"):
        again = bring(line(number, Category="CP"), as_at=DECEMBER)
        assert [again.counts[key] for key in ("added", "changed", "closed", "unchanged")] == [0, 0, 0, 1], number
    both = bring(line("0042", Category="CP"), line("42", Category="CIN"), as_at=DECEMBER)
    assert [problem["why"] for problem in both.problems] == [
        "“42” was merged with “0042”, which is in this file too. That row was used, this one not."
    ]
    assert (case("0042").category, Case.objects.filter(closed_on=None, person_id__endswith="42").count()) == ("CP", 1)


def test_what_is_refused_and_says_what_to_do(council: Council) -> None:
    for more, refused, says in (
        ({"number": "4711"}, Refused, "There is no case of this number"),
        ({"number": "0042"}, Refused, "That is this case"),
        ({"why": " "}, Refused, "Say how you know"),
        ({"by": council.manager}, NotAllowed, "."),
    ):
        with pytest.raises(refused, match=says):
            merge(council, **more)
    first = allocated_audit(council, case=case("42"), number=1)
    second = allocated_audit(council, case=case("0042"), number=2)
    with pytest.raises(NotNow, match=f"{second.ref} and {first.ref}. Withdraw one of them first"):
        merge(council)
    second.delete()
    merge(council)
    with pytest.raises(Refused, match="42 is merged with 0042 already"):
        merge(council, kept=council.case.person_id)
    with pytest.raises(NotNow, match="Open that one"):
        merge(council, kept="42", number=council.case.person_id)


def test_what_waits_for_signatures_under_the_old_number_is_signed_first(council: Council) -> None:
    audit = agreed_audit(council, case=case("42"))
    with pytest.raises(NotNow, match=f"{audit.ref} waits for signatures under 42"):
        merge(council)
    assert case("42").merged_into is None


def test_a_child_who_is_open_twice_keeps_the_row_that_is_kept(council: Council) -> None:
    bring(line("42", Category="CP"), line("0042", Date_Opened="01/01/2026"), as_at=NOVEMBER, at=LATER)
    kept = merge(council)
    assert (kept.category, kept.opened_on) == ("CIN", date(2026, 1, 1))
