"""Random walks over HTTP: whatever anybody sends to a meeting in whatever order, it holds and never answers 500.

What is refused changes nothing, what is done is in the trail, a final audit is whole, and no page of one chair ever
holds a word of what the other has proposed unseen (lifecycle: Must never be broken, 1 to 5, 10 and 11).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from audits.models import Audit, Chair, Proposal
from audits.plan.smart import EXAMPLE
from people import trail
from people.models import User
from standards.grades import Grade
from standards.models import Criterion
from tests.audits.meeting.pages import SCRIPT
from tests.audits.test_invariants import check, everything
from tests.factories import MET, Council, filled_audit, open_audit

FINE = {200, 204, 302}
REFUSED = {400, 401, 403, 404, 405, 409, 422}
GRADES = [*Grade.values, *Grade.values, "superb", ""]
WORDS = ["", "Seen.", "Nichts", "\x00", "x" * 10_001]


def request_of(audit: Audit, chance: Random, points: list[int], secret: str) -> tuple[str, dict[str, Any]]:
    """What somebody may send next: an address of the meeting, and a form with chance in it."""
    number = chance.choice([1, 2, 2, 3, 4, 8, 8, 9])
    one = audit.judgements.filter(number=number).first()
    grade, words, version = chance.choice(GRADES), chance.choice(WORDS), chance.randint(0, 2)
    point, action = chance.choice(points), chance.randint(1, 3)
    what = {
        "numbers": [number],
        "points": [point],
        "what": "Bring the chronology up to date",
        "measure": EXAMPLE,
        "outcome": "He knows who will come",
        "resources": "Half a day without duty",
        "who": chance.choice(["immediate", "worker", "manager", "nobody"]),
        "version": version,
    }
    propose = (f"meeting/grades/{number}/propose/", {"grade": grade, "words": f"{secret} {grade}"})
    return chance.choice(
        [
            *[propose] * 6,
            (f"meeting/grades/{number}/offer/", {"grade": grade, "clash_why": words}),
            (f"meeting/grades/{number}/offer/", {"grade": chance.choice(Grade.values), "clash_why": "We talked."}),
            (f"meeting/grades/{number}/confirm/", {"grade": one.offered if one else grade}),
            (f"meeting/grades/{number}/confirm/", {"grade": grade}),
            (f"meeting/grades/{number}/set-aside/", {"why": words}),
            (f"meeting/grades/{number}/bring-back/", {}),
            (f"meeting/grades/{number}/refer/", {}),
            (f"advice/{number}/", {"advice": words}),
            (f"advice/{number}/rule/", {"grade": grade, "why": words}),
            (
                f"meeting/mark/{point}/",
                {"value": chance.choice(["partly", "not_evidenced", "often"]), "version": version},
            ),
            (f"meeting/notes/s{number}-needs/", {"text": words, "version": version}),
            (f"meeting/bring-in/{point}/", {"why": words}),
            (f"meeting/leave-out/{point}/", {}),
            (f"own/mark/{point}/", {"value": chance.choice(["partly", "often"]), "seen": words, "version": version}),
            (f"own/notes/n{point}/", {"text": words, "version": version}),
            (f"meeting/marks/{number}/open/", {}),
            (f"meeting/marks/{number}/take/", {"shown": f"{point}:partly"}),
            ("meeting/marks/propose/", {f"grade-{number}": grade, f"words-{number}": f"{secret} {grade}"}),
            ("meeting/pause/", {}),
            ("meeting/go-on/", {}),
            ("meeting/go-on/", {}),
            ("plan/", what),
            (f"plan/{action}/", what),
            (f"plan/{action}/remove/", {"version": version}),
            ("meeting/end/", {}),
            ("meeting/reopen/", {"why": words}),
            ("sign/", {"content_hash": audit.content_hash, "agrees": chance.choice(["yes", "no"]), "words": words}),
            ("sign/", {"content_hash": audit.content_hash, "agrees": "yes"}),
        ]
    )


def check_blind(audit: Audit, clients: dict[str, Client], chance: Random) -> None:
    """No page of a chair holds the words of the other that are not revealed."""
    for one in audit.judgements.filter(state="proposed"):
        hidden = Proposal.objects.get(judgement=one, round=one.round)
        other = "keyworker" if hidden.chair == Chair.AUDITOR else "auditor"
        rest = chance.choice([f"?step={one.slug}", f"live/?seen=0&step={one.slug}", "?step=marks", "end/"])
        page = clients[other].get(f"/audits/{audit.ref}/meeting/{rest}", follow=True).content.decode()
        assert hidden.words not in page, (rest, one.number)


def walk(council: Council, chance: Random, *, full: bool, answers: Counter[int]) -> None:
    """Forty requests by whoever chance picks."""
    make: Callable[..., Audit] = filled_audit if full else open_audit
    audit = make(council, at=MET)
    points = [
        *Criterion.objects.filter(section__standard__standard_set=audit.standard_set).values_list("pk", flat=True)
    ]
    people: dict[str, User | None] = {
        "auditor": council.auditor,
        "keyworker": council.keyworker,
        "qa_officer": council.qa_officer,
        "head_of_qa": council.head_of_qa,
        "manager": council.manager,
        "nobody": None,
    }
    clients = {name: Client(raise_request_exception=False) for name in people}
    for name, user in people.items():
        if user is not None:
            clients[name].force_login(user)
    before = everything(audit)
    for _ in range(40):
        audit = Audit.objects.get(pk=audit.pk)
        secret = f"secret{chance.randint(0, 10**9)}"
        address, form = request_of(audit, chance, chance.sample(points, k=5), secret)
        who = chance.choice(
            ["auditor"] * 4 + ["keyworker"] * 4 + ["qa_officer"] * 2 + ["head_of_qa", "manager", "nobody"]
        )
        how: Any = chance.choice([{}, SCRIPT])
        status = clients[who].post(f"/audits/{audit.ref}/{address}", form, **how).status_code
        answers[status] += 1
        assert status in FINE | REFUSED, (who, address, form, status)
        after = everything(audit)
        if status in REFUSED:
            assert after == before, (who, address, form, status)
        if after != before:
            check(audit)
            if chance.random() < 0.3:
                check_blind(audit, clients, chance)
        before = after


@pytest.mark.faults
def test_walks_over_http(council: Council, settings: Any, rounds: Callable[[int], int]) -> None:
    settings.TODAY = MET.date()
    answers: Counter[int] = Counter()
    with time_machine.travel(MET + timedelta(hours=1)):
        for seed in range(rounds(3)):
            with transaction.atomic():
                walk(council, Random(seed), full=seed % 3 == 1, answers=answers)
                assert trail.verify().ok
                transaction.set_rollback(True)
    assert answers[200] + answers[302] > 10 * answers[500]
    assert {302, 403, 404, 409, 422} <= set(answers)
