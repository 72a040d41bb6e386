"""An import, and taking one back, killed with -9 in the middle: nothing of it is there, and it can be done again."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.faults.machine import Machine
from tests.faults.register import POINTS

pytestmark = [pytest.mark.faults, pytest.mark.once]
HERE = "from tests.faults import register\n"


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    made = Machine(tmp_path_factory.mktemp("imports"))
    try:
        made.python("from django.core.management import call_command\ncall_command('migrate', verbosity=0)")
        made.python(f"{HERE}register.make()")
        yield made
    finally:
        made.end()


def standing(machine: Machine) -> dict[str, Any]:
    found: dict[str, Any] = machine.python(f"{HERE}answer = register.print_of()")
    return found


def dies(machine: Machine, point: str, what: str, kind: str) -> bool:
    """Whether it was killed there, rather than not getting there; without an answer it was."""
    answer = machine.var / f"dying-{len(list(machine.var.glob('dying-*')))}"
    code = f"{HERE}register.dying({point!r}, {what!r}, {kind!r})\nanswer = True"
    child = machine.order(run="code", answer=str(answer), code=code)
    assert machine.gone(child)
    return not answer.exists()


@pytest.mark.parametrize("kind", ["cases", "staff"])
def test_nothing_half_is_left_of_an_import_or_of_taking_it_back(
    machine: Machine, kind: str, rounds: Callable[[int], int]
) -> None:
    first, killed = standing(machine), 0
    for what, code in (("import", f"register.bring_wrong({kind!r})"), ("take back", f"register.undo({kind!r})")):
        was = standing(machine)
        points = list(POINTS[what, kind])
        for point in points * rounds(1) if rounds(1) > 1 else (points[0], points[-1]):
            assert dies(machine, point, what, kind), (what, point)
            assert standing(machine) == was, (what, point)
            killed += 1
        machine.python(HERE + code)
        assert standing(machine)["rows"] != was["rows"]
    last = standing(machine)
    assert (last["ok"], last["everything"]) == (True, first["everything"])
    sys.stdout.write(f"\n{kind}: killed {killed} times, nothing half, and taken back as it was\n")
