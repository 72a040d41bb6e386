"""The draw: what it makes, whom it tells, who may have it made, and that it is made once."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import StringIO
from threading import Barrier
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audits.allocation import allocate
from audits.booking import book as booking_book
from audits.draw import draws, recompute
from audits.models import Activity, Audit, Case, Draw, Pick
from people.models import Notice, TrailEntry, User
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from tests.conftest import NOW
from tests.factories import CaseFactory, Council, UserFactory

DECEMBER = date(2026, 12, 1)


@pytest.fixture
def cases(council: Council) -> list[Case]:
    """Thirty cases in two teams that could be drawn, one in three a child protection plan, and the council's own."""
    Case.objects.update(person_id="600000")
    return [
        CaseFactory.create(
            person_id=str(700000 + number),
            keyworker=council.keyworker if number % 2 else council.other_keyworker,
            category="CIN" if number % 3 else "CP",
        )
        for number in range(30)
    ]


def make(council: Council, size: int = 6, **more: Any) -> Draw:
    """A draw with a seed of ours, so that the same cases come out each time."""
    asked = {"month": DECEMBER, "size": size, "by": council.qa_officer, "at": NOW, "seed": "5eed"}
    return draws.run(**{**asked, **more})


def test_what_is_drawn_can_be_worked_out_with_nothing_but_sha256(council: Council, cases: list[Case]) -> None:
    drawn = make(council)
    lines = sorted(["600000,CP", *(f"{case.person_id},{case.category}" for case in cases)])
    assert drawn.frame == "\n".join(lines)
    assert drawn.frame_hash == hashlib.sha256(drawn.frame.encode()).hexdigest()
    assert drawn.quotas == {"CIN": 4, "CP": 2}
    for category, places in drawn.quotas.items():
        tickets = sorted(
            (hashlib.sha256(f"{drawn.seed}:{person}".encode()).hexdigest(), person)
            for person, code in (line.split(",") for line in lines)
            if code == category
        )
        picks = [(pick.ticket, pick.case.person_id) for pick in drawn.picks.filter(category=category)]
        assert picks == tickets[:places]
    assert recompute.recount(drawn).ok


def test_each_case_has_its_audit_and_both_chairs_are_told(council: Council, cases: list[Case]) -> None:
    drawn = make(council, size=4)
    audits = list(Audit.objects.filter(pick__draw=drawn).select_related("case", "auditor", "keyworker"))
    assert sorted(audit.ref for audit in audits) == [f"QC-2612-00{number}" for number in range(1, 5)]
    for audit in audits:
        assert audit.state == Audit.State.ALLOCATED
        assert (audit.keyworker, audit.team) == (audit.case.keyworker, audit.case.team)
        assert audit.auditor is not None
        assert audit.auditor != audit.keyworker
        assert Notice.objects.filter(to=audit.auditor, link=f"/audits/{audit.ref}/").count() == 1
        assert Notice.objects.filter(to=audit.keyworker, link=f"/audits/{audit.ref}/").count() == 1
    assert not [notice for notice in Notice.objects.all() for case in cases if case.person_id in notice.body]


def test_the_trail_has_the_draw_and_every_audit(council: Council, cases: list[Case]) -> None:
    drawn = make(council, size=2)
    entries = TrailEntry.objects.order_by("seq")
    assert [(entry.act, entry.ref, entry.now) for entry in entries] == [
        ("activity.planned", drawn.activity.ref, "planned"),
        ("draw.run", "DRAW-2612", "drawn"),
        ("audit.drawn", "QC-2612-001", "allocated"),
        ("audit.drawn", "QC-2612-002", "allocated"),
        ("audit.allocated", "QC-2612-001", "allocated"),
        ("audit.allocated", "QC-2612-002", "allocated"),
    ]
    assert {entry.by for entry in entries} == {council.qa_officer}
    content = json.loads(entries[1].content or "")
    assert (content["seed"], content["frame_hash"]) == (drawn.seed, drawn.frame_hash)


def test_more_places_than_cases_draws_every_case(council: Council) -> None:
    drawn = make(council, size=5)
    assert drawn.frame_size == 1
    assert [pick.case for pick in drawn.picks.all()] == [council.case]


def test_seeds_are_made_here_or_given_and_the_record_says_which(council: Council, cases: list[Case]) -> None:
    made = make(council, seed=None)
    given = make(council, month=date(2027, 1, 1), seed="00ff")
    assert (len(made.seed), made.seed_given) == (32, False)
    assert (given.seed, given.seed_given) == ("00ff", True)


def test_the_next_month_does_not_draw_a_case_that_is_still_being_audited(council: Council, cases: list[Case]) -> None:
    first = make(council)
    second = make(council, month=date(2027, 1, 1))
    assert second.excluded["open_audit"] == 6
    assert not {pick.case for pick in first.picks.all()} & {pick.case for pick in second.picks.all()}


@pytest.mark.parametrize("size", [0, -1])
def test_a_draw_of_nothing_is_refused(council: Council, size: int) -> None:
    with pytest.raises(Refused, match="1 or more"):
        make(council, size=size)


@pytest.mark.parametrize("seed", ["", "xyz", "0" * 65, "'; rm -rf"])
def test_a_seed_is_hex(council: Council, seed: str) -> None:
    with pytest.raises(Refused, match="hex characters"):
        make(council, seed=seed)


def test_nothing_to_draw_from_is_refused_and_leaves_nothing_behind(council: Council) -> None:
    Case.objects.update(keyworker=None)
    with pytest.raises(Refused, match="no case to draw from"):
        make(council)
    assert not Activity.objects.exists()


def test_only_qa_runs_a_draw(council: Council) -> None:
    for person in (council.auditor, council.head_of_service, council.assistant_director, council.administrator):
        with pytest.raises(NotAllowed):
            make(council, by=person)
    assert make(council, by=council.head_of_qa).drawn_by == council.head_of_qa


def test_the_system_may_draw(council: Council) -> None:
    assert make(council, by=None).drawn_by is None


def test_a_second_draw_of_the_month_is_refused_and_says_what_to_do(council: Council, cases: list[Case]) -> None:
    make(council)
    with pytest.raises(NotNow, match=r"December 2026 was drawn already: DRAW-2612\..*Head of QA can draw again"):
        make(council)
    assert Draw.objects.count() == 1
    assert Audit.objects.count() == 6


def test_a_themed_draw_of_the_same_month_has_its_own_reference_and_frame(council: Council, cases: list[Case]) -> None:
    make(council)
    themed = make(council, size=2, kind="themed", title="Neglect", narrow={"categories": ["CP"], "teams": ["Court"]})
    assert themed.ref == "THEMED-2612"
    assert themed.filter == {"categories": ["CP"], "teams": ["Court"]}
    assert {(pick.category, pick.case.team) for pick in themed.picks.all()} == {("CP", council.court)}
    assert sorted(audit.ref for audit in Audit.objects.filter(pick__draw=themed)) == ["QC-2612-007", "QC-2612-008"]
    with pytest.raises(Refused, match="Core live audits are drawn from every case"):
        make(council, month=date(2027, 1, 1), narrow={"categories": ["CP"]})


def test_the_head_of_qa_draws_again_and_the_old_draw_stays(council: Council, cases: list[Case]) -> None:
    old = make(council)
    new = draws.redraw(old, size=5, why="The extract was a month old.", by=council.head_of_qa, at=NOW)
    old.refresh_from_db()
    assert (old.state, old.superseded_why) == ("superseded", "The extract was a month old.")
    assert {audit.state for audit in Audit.objects.filter(pick__draw=old)} == {"withdrawn"}
    assert (new.ref, new.size, new.state) == ("DRAW-2612-2", 5, "drawn")
    assert new.frame == old.frame
    assert new.seed != old.seed
    assert min(audit.ref for audit in Audit.objects.filter(pick__draw=new)) == "QC-2612-007"
    assert recompute.recount(old).ok
    assert recompute.recount(new).ok


def test_drawing_again_is_for_the_head_of_qa_with_a_reason_before_any_booking(
    council: Council, cases: list[Case]
) -> None:
    old = make(council)
    with pytest.raises(NotAllowed, match="Only the Head of QA"):
        draws.redraw(old, size=5, why="A better one.", by=council.qa_officer, at=NOW)
    with pytest.raises(Refused, match="Say why"):
        draws.redraw(old, size=5, why=" ", by=council.head_of_qa, at=NOW)
    audit = Audit.objects.filter(auditor__isnull=False).first()
    assert audit is not None
    assert audit.auditor is not None
    booking_book.book_meeting(audit, by=audit.auditor, at=NOW, meets=NOW + timedelta(days=9), place="Room 2")
    with pytest.raises(NotNow, match=f"meeting of {audit.ref} is booked"):
        draws.redraw(old, size=5, why="The extract was old.", by=council.head_of_qa, at=NOW)
    old.refresh_from_db()
    assert old.state == "drawn"


def test_a_superseded_draw_is_not_drawn_again(council: Council, cases: list[Case]) -> None:
    old = make(council)
    draws.redraw(old, size=5, why="The extract was old.", by=council.head_of_qa, at=NOW)
    with pytest.raises(NotNow, match="superseded already"):
        draws.redraw(old, size=5, why="Once more.", by=council.head_of_qa, at=NOW)


def test_auditors_who_gain_room_are_found_later(council: Council, cases: list[Case]) -> None:
    drawn = make(council, size=9)
    waiting = Audit.objects.filter(auditor=None)
    assert waiting.count() == 5
    assert {pick.no_auditor_why for pick in Pick.objects.filter(audit__auditor=None)} <= {
        "No auditor can take it: 2 full this month.",
        "No auditor can take it: 1 in the keyworker’s team, 1 full this month.",
    }
    assert allocate.place_waiting(by=council.qa_officer, at=NOW) == 0
    for number in range(3):
        UserFactory.create(roles=(Role.AUDITOR,), email=f"new{number}@example.gov.uk")
    assert allocate.place_waiting(by=council.qa_officer, at=NOW) == 5
    assert not waiting.exists()
    assert not Pick.objects.exclude(no_auditor_why="").exists()
    assert recompute.recount(drawn).ok
    with pytest.raises(NotNow, match="its auditor already"):
        allocate.place_waiting(by=council.qa_officer, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_people_drawing_at_once_make_one_draw(council: Council) -> None:
    together = Barrier(2)

    def press(person: User) -> str:
        try:
            together.wait(5)
            return make(council, by=person).ref
        except NotNow:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(press, [council.qa_officer, council.head_of_qa]))
    assert answers == ["DRAW-2612", "refused"]
    assert Draw.objects.count() == 1
    assert Audit.objects.count() == 1


def run_command(*words: str) -> Any:
    out = StringIO()
    call_command(*words, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_the_command_prints_what_scripts_rely_on(council: Council, cases: list[Case]) -> None:
    printed = run_command("draw", "--month", "2026-12", "--size", "9", "--seed", "e3f214c03849403eee3aad1b15acde83")
    drawn = Draw.objects.get()
    assert printed["ref"] == "DRAW-2612"
    assert printed["seed"] == "e3f214c03849403eee3aad1b15acde83"
    assert (printed["frame_hash"], printed["frame_size"]) == (drawn.frame_hash, 31)
    assert printed["excluded"] == dict.fromkeys(
        ("no_keyworker", "open_audit", "held", "exempt", "recently_audited", "recently_opened"), 0
    )
    assert printed["quotas"] == drawn.quotas
    assert len(printed["picks"]) == 9
    for pick in printed["picks"]:
        audit = Audit.objects.select_related("case", "auditor", "keyworker", "pick").get(ref=pick["audit"])
        assert pick["person_id"] == audit.case.person_id
        assert pick["ticket"] == audit.pick.ticket
        assert pick["keyworker"] == audit.keyworker.email
        assert pick["auditor"] == (audit.auditor.email if audit.auditor else None)
        assert ("why" in pick) == (pick["auditor"] is None)
    assert run_command("verify_draw", "DRAW-2612") == {"ok": True, "frame_hash": drawn.frame_hash, "problems": []}


def test_verifying_a_draw_that_was_changed_prints_it_and_fails(council: Council) -> None:
    drawn = make(council)
    drawn.seed = "00ff"
    drawn.save()
    out = StringIO()
    with pytest.raises(CommandError, match="trail has another seed") as failed:
        call_command("verify_draw", drawn.ref, "--json", stdout=out)
    assert failed.value.returncode == 1
    assert json.loads(out.getvalue())["ok"] is False


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["draw", "--month", "2026-12", "--size", "0"], 1),
        (["verify_draw", "DRAW-9999"], 1),
    ],
)
def test_the_commands_refuse_with_a_sentence(council: Council, words: list[str], code: int) -> None:
    with pytest.raises(CommandError) as refused:
        call_command(*words)
    assert refused.value.returncode == code
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("words", [["--month", "2026-13"], ["--month", "soon"], ["--size", "x"], ["--seed", "xyz"]])
def test_bad_usage_is_told_from_a_refusal(words: list[str]) -> None:
    whole = ["draw", "--month", "2026-12", "--size", "3"]
    with pytest.raises(CommandError, match=f"argument {words[0]}"):
        call_command(*whole, *words)
