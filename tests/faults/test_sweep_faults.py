"""What may go wrong with the machinery: each deadline that passed is told once all the same, and none early.

Real processes on a PostgreSQL and a Redis of their own. `make faults` runs each many times; the suite a few.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from tests.faults.machine import Machine
from tests.faults.nursery import POINTS
from tests.ground.processes import until

pytestmark = [pytest.mark.faults, pytest.mark.once]
DEADLINES = 50
TOLD = 2 * DEADLINES
"""Inbox rows: each deadline is told to two QA Officers."""
MANY = 20
"""From so many rounds on it is a fault run, and nothing is made short."""
Rounds = Callable[[int], int]
ONE = "SELECT count(*), count(DISTINCT (action_id, due_on, level)) FROM escalation_breach"
INBOX = "SELECT count(*), count(DISTINCT (to_id, key)), count(*) FILTER (WHERE mail = 'sent') FROM people_notice"
EARLY = 'SELECT count(*) FROM escalation_breach WHERE "on" <= due_on'


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    made = Machine(tmp_path_factory.mktemp("machine"))
    try:
        made.python("from django.core.management import call_command\ncall_command('migrate', verbosity=0)")
        made.python(f"from tests.faults.late import make\nanswer = make({DEADLINES})")
        yield made
    finally:
        made.end()


@dataclass
class Table:
    """What a fault run found, for the line that it prints."""

    rounds: int = 0
    breaches: int = 0
    inbox: int = 0
    lost: int = 0
    twice: int = 0
    early: int = 0
    mails_again: int = 0

    def add(self, machine: Machine, *, breaches: int = DEADLINES, inbox: int = TOLD) -> None:
        """Count one round, and hold it to what must be."""
        [(found, distinct)] = machine.asked(ONE)
        [(rows, keys, sent)] = machine.asked(INBOX)
        [(early,)] = machine.asked(EARLY)
        mails = machine.sent()
        self.rounds += 1
        self.breaches, self.inbox = self.breaches + found, self.inbox + rows
        self.lost += (breaches - found) + (inbox - rows) + (inbox - len(set(mails)))
        self.twice += (found - distinct) + (rows - keys)
        self.early += early
        self.mails_again += len(mails) - len(set(mails))
        assert (found, distinct, rows, keys, sent, early) == (breaches, breaches, inbox, inbox, inbox, 0)
        assert len(set(mails)) == inbox

    def say(self, what: str) -> None:
        """The line of the table."""
        sys.stdout.write(
            f"\n{what}: {self.rounds} rounds, {self.breaches} breaches, {self.inbox} inbox rows, {self.lost} lost, "
            f"{self.twice} twice, {self.early} early, {self.mails_again} mails again under their own Message-ID\n"
        )


def all_told(machine: Machine, inbox: int = TOLD) -> bool:
    """Whether every row is there and sent."""
    [(rows, _, sent)] = machine.asked(INBOX)
    return rows == sent == inbox


def seen_through(machine: Machine, seconds: float = 60, inbox: int = TOLD) -> bool:
    """Say sweep and deliver again and again, as beat does, until all is told."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        machine.say("sweep", "deliver")
        if until(lambda: all_told(machine, inbox), 2):
            return True
    return False


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_its_worst_moment_loses_nothing(machine: Machine, point: str, rounds: Rounds) -> None:
    table = Table()
    for _ in range(rounds(1)):
        machine.reset()
        dying = machine.worker(die_at=point, lease=True)
        machine.say("sweep", "deliver")
        if point.startswith("after") and "claim" not in point:
            until(lambda: machine.asked(INBOX)[0][0] == TOLD, 20)
            machine.say("deliver")
        assert machine.gone(dying), f"it was not killed {point}"
        alive = machine.worker(lease=True)
        assert seen_through(machine)
        machine.kill(alive)
        table.add(machine)
    assert table.mails_again == (table.rounds if point == "after sending" else 0)
    table.say(f"kill -9 {point}")


def test_three_beats_and_four_workers_tell_each_once(machine: Machine, rounds: Rounds) -> None:
    table = Table()
    for _ in range(rounds(1)):
        machine.reset()
        crowd = [machine.beat(every=0.3) for _ in range(3)] + [machine.worker() for _ in range(4)]
        assert until(lambda: all_told(machine), 60)
        time.sleep(1)
        machine.kill(*crowd)
        table.add(machine)
    assert table.mails_again == 0
    table.say("3 beats, 4 workers")


def test_redis_flushed_and_then_off(machine: Machine, rounds: Rounds) -> None:
    """Off for 3 seconds in the suite, for ten minutes in a fault run; beat and worker go on by themselves after it.

    A worker that has ended, because nothing came out of the queue any more, is started again, as in production.
    """
    table, off = Table(), 600 if rounds(1) >= MANY else 3
    for fault in (machine.flush, lambda: machine.redis_off(off)):
        machine.reset()
        crowd = [machine.beat(today="2026-11-23"), machine.worker(today="2026-11-23", silent=30)]
        assert machine.beats_after(None), "beat and worker live"
        fault()
        moment = machine.heard()
        assert moment is not None
        if not machine.heard_or_gone(moment, crowd[1]):
            crowd.append(machine.worker(today="2026-11-23"))
        assert machine.beats_after(moment), "they live again"
        assert machine.asked(ONE) == [(0, 0)], "nothing is told before its day"
        machine.kill(*crowd)
        crowd = [machine.beat(), machine.worker()]
        assert until(lambda: all_told(machine), 60)
        machine.kill(*crowd)
        table.add(machine)
    table.say(f"Redis flushed, and off for {off} seconds")
    alone = machine.worker(silent=2)
    assert not machine.heard_or_gone(datetime.max.replace(tzinfo=UTC), alone), "nothing comes, so it ends"


def test_days_without_a_beat_and_a_clock_that_is_a_day_out(machine: Machine, rounds: Rounds) -> None:
    """Three days off: each level that was reached is told once. A clock a day out tells nobody early, nobody twice."""
    table = Table()
    for _ in range(rounds(1)):
        machine.reset()
        for day in ("2026-11-23", "2026-11-22"):
            machine.python("from escalation.tasks import sweep\nsweep()", today=day)
        assert machine.asked(ONE) == [(0, 0)], "nothing is told before its day"
        for day in ("2026-11-24", "2026-11-23", "2026-11-25", "2026-11-24", "2026-11-27"):
            machine.python("from escalation.tasks import sweep\nsweep()\nsweep()", today=day)
        machine.python("from people.tasks import deliver\ndeliver()", today="2026-11-27")
        table.add(machine)
        machine.python("from escalation.tasks import sweep\nsweep()", today="2026-11-30")
        [(found, distinct)] = machine.asked(ONE)
        assert (found, distinct) == (2 * DEADLINES, 2 * DEADLINES), "after a weekend the second level is told, once"
    table.say("beat off three days, clock a day behind and ahead")
