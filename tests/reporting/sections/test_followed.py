"""The words on children who are followed: never put right while anything of theirs is open."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.template.loader import render_to_string

from audits.models import Action
from escalation.models import Escalation
from qualitycounts.base import clock
from reporting.periods import parse
from reporting.sections.contents import work_out
from reporting.sections.followed import FollowedChildren
from reporting.sections.put_right import PutRight
from tests.factories import Council
from tests.reporting.builder import Builder

DAY, ON = date(2026, 10, 5), date(2026, 11, 23)


@pytest.mark.parametrize(
    ("steps", "is_open", "words"),
    [
        ([0, 0, 0, 0, 0, 0], 0, "No audit of October 2026 was graded below Good."),
        ([1, 1, 1, 1, 1, 1], 0, "The one child below Good in October 2026 is put right."),
        (
            [1, 1, 1, 1, 1, 0],
            1,
            "The one child below Good in October 2026 is not yet put right; 1 is on the case file and not better at "
            "re-audit, or with an escalation open; 1 has an escalation open.",
        ),
        ([3, 3, 3, 3, 3, 3], 0, "All 3 children below Good in October 2026 are put right."),
        (
            [9, 8, 6, 6, 5, 2],
            4,
            "Of 9 children below Good in October 2026 2 are put right; 1 has no plan, 2 have actions to do, 1 is not "
            "on the case file yet, 3 are on the case file and not better at re-audit, or with an escalation open; 4 "
            "have an escalation open.",
        ),
        (
            [2, 2, 0, 0, 0, 0],
            0,
            "Of 2 children below Good in October 2026 none are put right; 2 have actions to do.",
        ),
    ],
)
def test_every_child_is_somewhere_in_the_sentence(steps: list[int], is_open: int, words: str) -> None:
    assert FollowedChildren("2026-10", steps, 0, 0, is_open).in_words == words


def test_an_audit_is_put_right_only_once_its_re_audit_is_better_and_nothing_is_open(council: Council) -> None:
    builder = Builder(council, on=ON)
    finalised = clock.start_of(DAY)
    filed = {"on_file_on": DAY, "on_file_at": finalised, "on_file_by": council.keyworker}
    audit = builder.audit(DAY, grade="inadequate", hour=10, **filed)
    builder.action(audit, 1, DAY, state="verified")
    Action.objects.update(done_at=finalised, done_on=DAY, verified_at=finalised)
    escalation = Escalation.objects.create(
        ref="QC-E", audit=audit, path="inadequate", grade="inadequate", state="open", opened=finalised, opened_on=DAY
    )
    assert stands() == ([1, 1, 1, 1, 1, 0], 0, 1, 1)
    again = builder.audit(DAY + timedelta(days=30), grade="good", re_audit_of=audit)
    assert stands() == ([1, 1, 1, 1, 1, 0], 1, 1, 1), "better, with its escalation open"
    Escalation.objects.filter(pk=escalation.pk).update(state="finished", finished=clock.start_of(ON))
    assert stands() == ([1, 1, 1, 1, 1, 1], 1, 1, 0)
    again.delete()
    assert stands() == ([1, 1, 1, 1, 1, 0], 0, 1, 0), "nothing open, and not audited again"
    page = " ".join(render_to_string("reports/put_right.html", {"put_right": figures()}).split())
    assert "All are put right" not in page
    assert '<th scope="row" class="nowrap">October</th> <td class="num">1</td>' in page


def test_a_report_of_the_next_month_has_last_months_children_beside_its_own(council: Council) -> None:
    builder = Builder(council, on=ON)
    builder.audit(DAY, grade="inadequate")
    builder.audit(DAY + timedelta(days=31), grade="requires_improvement")
    followed = work_out(parse("2026-11"), on=ON).of(PutRight).followed or []
    assert [(each.period, each.below) for each in followed] == [("2026-11", 1), ("2026-10", 1)]


def figures() -> PutRight:
    return work_out(parse("2026-10"), on=ON).of(PutRight)


def stands() -> tuple[list[int], int, int, int]:
    """October's children: the steps, those better of those to be audited again, the escalations."""
    now = (figures().followed or [])[0]
    return now.steps, now.better, now.again, now.open
