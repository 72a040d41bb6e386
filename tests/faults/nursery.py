"""A process that has the application imported and forks what it is asked for, so that a hundred workers start fast.

Each line on its stdin is an order in JSON; each line on its stdout the number of the process that does it. It holds no
connection of its own. `python -m tests.faults.nursery`
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django

POINTS = (
    "before the claim",
    "after the claim",
    "before the commit",
    "after the lease",
    "after sending",
)
"""Where a worker can be told to kill itself."""


LEASE = 3
"""Seconds, in place of a hundred, that a dead worker keeps what it claimed."""


def die(*_: Any, **__: Any) -> None:
    """What `kill -9` does, at exactly this point."""
    os.kill(os.getpid(), signal.SIGKILL)


def prepare(die_at: str, *, lease: bool) -> None:
    """Make the worker that will come die at a point, the first time it gets there; `lease`: with a short lease."""
    from escalation import sweep
    from people import notices, trail

    notices.LEASE = timedelta(seconds=LEASE) if lease else notices.LEASE
    patched: dict[str, tuple[Any, str]] = {
        "before the claim": (sweep, "claim"),
        "after the claim": (notices, "tell_all"),
        "before the commit": (trail, "chain"),
        "after the lease": (notices, "send"),
    }
    if die_at in patched:
        module, name = patched[die_at]
        setattr(module, name, die)
    if die_at == "after sending":
        notices.message = sent_then_dead(notices.message)


def sent_then_dead(message: Callable[..., Any]) -> Callable[..., Any]:
    """A mail that goes out, and then its sender dies before writing that down."""

    def made(notice: Any) -> Any:
        mail = message(notice)
        send = mail.send
        mail.send = lambda: (send(), die())
        return mail

    return made


def run(order: dict[str, Any]) -> None:
    """Do what was ordered, in the child."""
    from django.conf import settings

    from qualitycounts import celery
    from qualitycounts.celery import app

    celery.SILENT = order.get("silent", celery.SILENT)
    if order.get("today"):
        settings.TODAY = date.fromisoformat(order["today"])
    if order["run"] == "worker":
        prepare(order.get("die_at", ""), lease=order.get("lease", False))
        app.worker_main(["--quiet", "worker", "-P", "threads", "-c", "2", "-l", "warning", "-n", f"w{os.getpid()}@%h"])
    elif order["run"] == "beat":
        app.conf.beat_max_loop_interval = 0.2
        for entry in app.conf.beat_schedule.values():
            entry["schedule"] = order["every"]
        schedule = Path(settings.VAR_DIR) / f"beat-{os.getpid()}"
        app.start(["--quiet", "beat", "--schedule", str(schedule), "-l", "warning"])
    else:
        result: dict[str, Any] = {}
        exec(order["code"], result)  # noqa: S102 - the test's own lines
        Path(order["answer"]).write_text(json.dumps(result.get("answer")))


def main() -> None:
    """Take orders until stdin ends."""
    django.setup()
    import tests.faults.late  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        child = os.fork()
        if child:
            sys.stdout.write(f"{child}\n")
            sys.stdout.flush()
            continue
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        with Path(os.environ["VAR_DIR"], "log").open("a") as log:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
        os.close(0)
        try:
            run(json.loads(line))
        except BaseException:  # noqa: BLE001 - whatever it is, it is written down and the child ends
            import traceback

            traceback.print_exc()
            os._exit(1)
        os._exit(0)


if __name__ == "__main__":
    main()
