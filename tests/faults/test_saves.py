"""PostgreSQL is stopped at once in the middle of many saves: what was said to be saved is, and nothing by half."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator

import pytest

from tests.faults.machine import Machine
from tests.ground.processes import until

pytestmark = [pytest.mark.faults, pytest.mark.once]
SAVERS = 4
SAVES = 200


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    made = Machine(tmp_path_factory.mktemp("saves"))
    try:
        made.python("from django.core.management import call_command\ncall_command('migrate', verbosity=0)")
        made.python(f"from tests.faults.late import make\nanswer = make({SAVERS})")
        yield made
    finally:
        made.end()


def said(machine: Machine) -> list[str]:
    """Each save that the application said was saved."""
    return [line for file in machine.var.glob("said-*") for line in file.read_text().splitlines()]


def test_a_database_stopped_at_once_loses_no_save_that_was_acknowledged(
    machine: Machine, rounds: Callable[[int], int]
) -> None:
    stops = max(1, min(rounds(1), 5))
    each = SAVES // SAVERS
    code = "from pathlib import Path\nfrom tests.faults.saver import save\nsave({0}, {1}, Path('{2}'))"
    savers = [
        machine.order(run="code", answer=str(machine.var / f"end-{number}"), code=code.format(number, each, out))
        for number in range(1, SAVERS + 1)
        for out in [machine.var / f"said-{number}"]
    ]
    for stop in range(1, stops + 1):
        assert until(lambda stop=stop: len(said(machine)) >= SAVES * stop // (stops + 1), 120)
        machine.postgres.stop()
        before = len(said(machine))
        time.sleep(0.5)
        machine.postgres.start()
    assert all(until(lambda one=one: not machine.lives(one), 120) for one in savers)
    there = machine.python("from tests.faults.saver import found\nanswer = found()")
    lost = set(said(machine)) - set(there["saves"])
    half = set(there["saves"]) ^ set(there["entries"])
    twice = len(there["saves"]) - len(set(there["saves"]))
    sys.stdout.write(
        f"\nPostgreSQL stopped {stops} times in {SAVES} saves (the last after {before}): {len(said(machine))} "
        f"acknowledged, {len(lost)} of them lost, {len(half)} half, {twice} twice\n"
    )
    assert (lost, half, twice, there["chain"]) == (set(), set(), 0, True)
    assert len(there["saves"]) == SAVES
