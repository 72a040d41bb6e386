"""The panel's sample: whole kinds, then chance, which anyone can work out again."""

from __future__ import annotations

import subprocess
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.draw import tickets
from audits.models import Audit, Panel, Review
from audits.panel import sample as panel_sample
from audits.panel import sample_page
from audits.record import withdrawal
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from tests.audits.panel.panels import DRAWN, NOVEMBER, SITS, Sitters, drawn, final, review_of
from tests.factories import Council, UserFactory

Kind = Review.Kind


@given(
    counts=st.tuples(*[st.integers(0, n) for n in (3, 3, 6, 60)]),
    seed=st.binary(min_size=16, max_size=16).map(bytes.hex),
    percent=st.integers(0, 100),
    least=st.integers(0, 8),
)
def test_whatever_the_month_the_kinds_are_whole_and_chance_adds_its_share(
    counts: tuple[int, ...], seed: str, percent: int, least: int
) -> None:
    kinds = [kind for kind, n in zip(Kind.values, counts, strict=True) for _ in range(n)]
    frame = tickets.frame_text((f"QC-2611-{n:03}", kind) for n, kind in enumerate(kinds))
    found = panel_sample.work_out(frame, seed, percent=percent, least=least)
    chosen = [kind for _, _, kind in found.chosen]
    for kind, n in zip(Kind.values[:3], counts, strict=False):
        assert chosen.count(kind) == n
    rest = counts[3]
    assert chosen.count(Kind.CHANCE) == min(rest, max(-(-percent * rest // 100), least - sum(counts[:3])))
    assert len(found.chosen) >= min(least, len(kinds))
    assert found.chosen == sorted(found.chosen)
    assert all(ticket == sha256(f"{seed}:{ref}".encode()).hexdigest() for ticket, ref, _ in found.chosen)
    lowest = [ticket for ticket, _, kind in found.chosen if kind == Kind.CHANCE]
    assert not lowest or not found.reserve or max(lowest) < min(found.reserve)[0]
    assert len(found.reserve) + chosen.count(Kind.CHANCE) == rest


def a_month(council: Council) -> list[Audit]:
    """Twelve: one Inadequate, one Outstanding, ten Good by three auditors, one of them new."""
    grades = ["inadequate", "outstanding", *["good"] * 10]
    ours = council.auditor
    other, new = (UserFactory.create(roles=(Role.AUDITOR,)) for _ in range(2))
    led = [ours, other, ours, ours, ours, ours, other, other, other, new, new, new]
    audits = [
        final(council, number, grade, auditor=by) for number, (grade, by) in enumerate(zip(grades, led, strict=True), 1)
    ]
    long_ago = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    for number, by in enumerate((ours, ours, other, other), 50):
        Audit.objects.filter(pk=final(council, number, auditor=by).pk).update(finalised_at=long_ago)
    return audits


def test_all_the_inadequate_and_outstanding_and_the_first_two_of_a_new_auditor_come_before_it(council: Council) -> None:
    audits = a_month(council)
    panel = drawn(council, Sitters.make(council))
    kinds = dict(panel.reviews.values_list("audit__ref", "kind"))
    refs = [audit.ref for audit in audits]
    fixed = {refs[0]: "inadequate", refs[1]: "outstanding", refs[9]: "new_auditor", refs[10]: "new_auditor"}
    assert fixed.items() <= kinds.items()
    assert [kind for ref, kind in kinds.items() if ref not in fixed] == ["chance", "chance"]  # a fifth of eight
    assert len(tickets.frame_cases(panel.frame)) == 12
    assert panel_sample.recomputes(panel)
    panel.seed = "cd" * 16
    assert not panel_sample.recomputes(panel)


def test_the_lines_on_the_page_give_the_same_audits(council: Council, tmp_path: Path) -> None:
    a_month(council)
    panel = drawn(council, Sitters.make(council))
    (tmp_path / "frame.csv").write_text(panel.frame)
    said = subprocess.run(
        ["bash", "-c", sample_page.check_lines(panel)], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout.split()
    assert said[0] == panel.frame_hash
    by_chance = panel.reviews.filter(kind="chance").order_by("ticket").values_list("ticket", "audit__ref")
    assert said[2:] == [text for pair in by_chance for text in pair]


def test_what_is_not_ready_or_not_allowed_is_refused(council: Council) -> None:
    sitters = Sitters.make(council)

    def draw(**more: object) -> Panel:
        words = {"month": NOVEMBER, "meets_on": SITS, "members": sitters.all, "by": council.qa_officer, "at": DRAWN}
        return panel_sample.draw_sample(**(words | more))  # type: ignore[arg-type]

    with pytest.raises(Refused, match="No audit was finalised in November 2026"):
        draw()
    final(council, 1)
    with pytest.raises(NotAllowed):
        draw(by=council.head_of_service)
    with pytest.raises(NotNow, match="is not over"):
        draw(at=datetime(2026, 11, 30, 23, 30, tzinfo=UTC))
    with pytest.raises(Refused, match="passed"):
        draw(meets_on=date(2026, 12, 2))
    with pytest.raises(Refused, match="who gives a grade"):
        draw(members=[])
    with pytest.raises(Refused, match="does not sit on panels"):
        draw(members=[council.auditor])
    with pytest.raises(Refused, match="from among the members"):
        draw(deputy=council.head_of_service)
    draw()
    with pytest.raises(NotNow, match="drawn already: PANEL-2611"):
        draw()
    assert panel_sample.usual_day(NOVEMBER) == SITS


def test_an_audit_that_is_taken_out_is_replaced_by_the_next_ticket_and_stays_readable(council: Council) -> None:
    audits = a_month(council)
    panel = drawn(council, Sitters.make(council))
    review = review_of(audits[0])
    withdrawal.void_audit(audits[0], why="The wrong child’s file.", by=council.head_of_qa, at=DRAWN)
    with pytest.raises(Refused, match="Say why"):
        panel_sample.take_from_sample(review, why=" ", by=council.qa_officer, at=DRAWN)
    first = panel_sample.worked_out(panel).reserve[0]
    called = panel_sample.take_from_sample(review, why="It was voided.", by=council.qa_officer, at=DRAWN)
    assert called is not None
    assert (called.ticket, called.audit.ref, called.replaces) == (*first, review)
    review.refresh_from_db()
    assert (review.state, review.replaced_why) == ("replaced", "It was voided.")
    assert panel_sample.recomputes(panel)
    with pytest.raises(NotNow):
        panel_sample.take_from_sample(review, why="Again.", by=council.qa_officer, at=DRAWN + timedelta(hours=1))
    for left in panel.reviews.filter(state="blind"):
        panel_sample.take_from_sample(left, why="Everyone is too near.", by=council.qa_officer, at=DRAWN)
    while left_over := panel.reviews.filter(state="blind").first():
        called = panel_sample.take_from_sample(left_over, why="Everyone is too near.", by=council.qa_officer, at=DRAWN)
    assert called is None
