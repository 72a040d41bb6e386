"""`make soak`: the stack under light load while its processes are killed and its servers restarted; then the count.

An auditor saves notes through TLS and front, people are told things, deadlines pass and reports are asked for, evenly
over the time. Worker and beat are killed five times, Redis and PostgreSQL restarted once each. Exit 1 where anything
that was said to be saved is gone, anything was told or escalated twice, or came later than two sweeps.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import servers, stack  # noqa: E402

SITE = "quality.council.example"
TWO_SWEEPS = 120
EVERY = {"save": 1.0, "tell": 5.0, "deadline": 15.0, "report": 40.0}
"""Seconds between two of each."""
LAST_SECONDS = 140
"""After the load: as long as what is late may take to come."""
KILLS = 5
TOKEN = "a" * 32
SET_UP = """
import django; django.setup()
from django.test import Client
from tests.audits.meeting.pages import signed_in
from tests.escalation.build import add_action
from tests.factories import CaseFactory, Council, finalised_audit, open_audit
council = Council.make()
audit = open_audit(council)
add_action(finalised_audit(council, number=2, case=CaseFactory.create(keyworker=council.keyworker, category="CIN")))
print(audit.ref, audit.auditor_id, signed_in(Client(), audit.auditor).session.session_key)
"""
WORKS = """
import sys, time
import django; django.setup()
from datetime import timedelta
from django.db import InterfaceError, OperationalError, close_old_connections
from audits.models import Action
from escalation.models import Breach
from people import notices
from people.models import User
from people.notice_texts import TrailFault
from qualitycounts.base import clock
from reporting import periods
from reporting.models import Report
from reporting.reports import drafting, generate

officer = User.objects.get(name="Amara Whitlock")

def tell(number):
    text = TrailFault(f"Line {number}.")
    notices.notify(to=[officer], text=text, key=f"soak:{number}", at=clock.now())

def deadline(number):
    late = Action.objects.order_by("number")[0]
    late.pk, late.number, late.due_on = None, 100 + number, clock.today() - timedelta(days=3)
    late.first_due_on = late.due_on
    late.save(force_insert=True)

def report(number):
    months = 12 * clock.today().year + clock.today().month - 1 - number
    period = periods.parse(f"{months // 12}-{months % 12 + 1:02}")
    draft = drafting.start_draft(period=period, by=officer, at=clock.now(), why="")
    generate.request_report(report=draft, by=officer, at=clock.now())
    return [draft.ref]

def found(number):
    late = Breach.objects.filter(action__number__gte=100).values_list("action__number", flat=True).distinct()
    return [f"deadline {action - 100}" for action in late] + [
        f"report {ref}" for ref in Report.objects.exclude(sha256="").values_list("ref", flat=True)
    ]

for line in sys.stdin:
    what, number = line.split()
    for last in (False,) * 60 + (True,):
        try:
            close_old_connections()
            said = globals()[what](int(number))
            break
        except (InterfaceError, OperationalError):
            if last:
                raise
            time.sleep(1)
    print(",".join(said or []), flush=True)
"""
COUNT = """
import django; django.setup()
import json
from audits.models import Note
from people import trail
from people.models import Notice
from reporting.models import Report
print(json.dumps({
    "note": "".join(Note.objects.filter(slug="s1-works-well", audit__ref="AUDIT").values_list("text", flat=True)),
    "reports": list(Report.objects.values_list("ref", "state")),
    "unsent": Notice.objects.exclude(mail__in=("sent", "none")).filter(key__startswith="soak:").count(),
    "trail": trail.verify().ok,
}))
"""


class Load:
    """What goes on meanwhile, and when each thing was begun and was seen to be done."""

    def __init__(self, site: stack.Stack, mail: stack.Mailbox) -> None:
        self.site, self.mail = site, mail
        self.stop = threading.Event()
        self.begun: dict[str, float] = {}
        self.seen: dict[str, float] = {}
        self.mails: Counter[str] = Counter()
        self.saved: list[str] = []
        self.refused: Counter[int] = Counter()
        self.read, self.stopped_at = 0, 0.0
        self.whole = False
        self.audit, self.auditor, self.session = self.script(SET_UP).split()

    def script(self, text: str) -> str:
        """A few lines as the application itself."""
        return self.site.must("worker", "python", "-c", text, DJANGO_SETTINGS_MODULE="qualitycounts.settings")

    def save(self) -> None:
        """Save a note as the meeting's page does. Only what was answered with 200 was promised."""
        while not self.stop.wait(EVERY["save"]):
            text = f"Visits are on time, {len(self.saved)}."
            form = {"text": text, "version": str(len(self.saved)), "as": self.auditor, "csrfmiddlewaretoken": TOKEN}
            try:
                status = self.post(f"/audits/{self.audit}/meeting/notes/s1-works-well/", form)
            except OSError:
                status = 0
            if status == 200:
                self.saved.append(text)
            else:
                self.refused[status] += 1
                if self.note() == text:  # it was saved, and the answer was lost on its way
                    self.saved.append(text)

    def post(self, path: str, form: dict[str, str]) -> int:
        """What the front answers."""
        wire = http.client.HTTPConnection(servers.HOST, self.site.ports["front"], timeout=10)
        headers = {
            "Host": SITE,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "192.0.2.7",
            "Origin": f"https://{SITE}",
        }
        headers |= {"Cookie": f"csrftoken={TOKEN}; sessionid={self.session}", "Accept": "application/json"}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            wire.request("POST", path, urlencode(form), headers)
            return wire.getresponse().status
        except http.client.HTTPException:
            return 0
        finally:
            wire.close()

    def count(self) -> dict[str, Any]:
        """What the database has of it all."""
        counted: dict[str, Any] = json.loads(self.script(COUNT.replace("AUDIT", self.audit)))
        return counted

    def note(self) -> str:
        """The note as the database has it, once it can be asked."""
        while True:
            try:
                said: str = self.count()["note"]
            except servers.Unavailable:
                time.sleep(1)
            else:
                return said

    def work(self) -> None:
        """Tell, miss deadlines and ask for reports, each in its rhythm; look every few seconds at what was done."""
        process = self.site.process("worker")
        words = [str(stack.PROGRAMS / "python"), "-c", WORKS]
        environment = process.environment | {"DJANGO_SETTINGS_MODULE": "qualitycounts.settings"}
        asks = subprocess.PIPE
        with subprocess.Popen(words, cwd=ROOT, env=environment, stdin=asks, stdout=asks, text=True, bufsize=1) as works:
            if works.stdin is None or works.stdout is None:
                raise RuntimeError("There is nothing to speak to.")
            numbers: Counter[str] = Counter()
            due = dict.fromkeys(("tell", "deadline", "report"), time.monotonic())
            look = time.monotonic()
            while not self.ended():
                for what, moment in due.items():
                    if time.monotonic() >= moment and not self.stop.is_set():
                        due[what] = moment + EVERY[what]
                        number = numbers[what]
                        numbers[what] += 1
                        print(what, number, file=works.stdin, flush=True)
                        said = works.stdout.readline().strip()
                        self.begun[f"{what} {said or number}"] = time.monotonic()
                if time.monotonic() >= look:
                    look = time.monotonic() + 3
                    print("found", 0, file=works.stdin, flush=True)
                    for name in filter(None, works.stdout.readline().strip().split(",")):
                        self.seen.setdefault(name, time.monotonic())
                self.read_mail()
                time.sleep(0.2)
            works.stdin.close()
        self.whole = True

    def read_mail(self) -> None:
        """Count what came to the mail server, by what it says."""
        for _, _, text in self.mail.mails[self.read :]:
            self.read += 1
            if told := re.search(r"Line (\d+)\.", text):
                self.mails[told[1]] += 1
                self.seen.setdefault(f"tell {told[1]}", time.monotonic())

    def ended(self) -> bool:
        """Whether the load is over and all that was begun was seen, or has had its time."""
        if not self.stop.is_set():
            return False
        return self.begun.keys() <= self.seen.keys() or time.monotonic() - self.stopped_at > LAST_SECONDS


def disturb(site: stack.Stack, minutes: float, say: Callable[[str], None]) -> None:
    """Kill worker and beat five times, restart Redis and PostgreSQL once each, evenly over the time."""

    def kill(name: str) -> Callable[[], None]:
        return lambda: site.processes[name].kill()

    def restart(server: stack.Server) -> Callable[[], None]:
        def act() -> None:
            server.stop()
            time.sleep(3)
            server.start()

        return act

    acts: list[tuple[str, list[Callable[[], None]]]] = [
        (f"worker and beat killed ({number + 1})", [kill("worker"), kill("beat")]) for number in range(KILLS)
    ]
    acts.insert(2, ("Redis restarted", [restart(site.redis)]))
    acts.insert(5, ("PostgreSQL restarted", [restart(site.postgres)]))
    for words, steps in acts:
        time.sleep(minutes * 60 / (len(acts) + 1))
        for step in steps:
            step()
        say(words)
    time.sleep(minutes * 60 / (len(acts) + 1))


def tally(load: Load, counted: dict[str, Any]) -> tuple[list[str], list[str]]:
    """What is to be printed, and what of it is wrong."""
    lines, wrong = [], []
    for what in ("tell", "deadline", "report"):
        begun = {name: at for name, at in load.begun.items() if name.startswith(what)}
        took = sorted(load.seen[name] - at for name, at in begun.items() if name in load.seen)
        lost = sorted(begun.keys() - load.seen.keys())
        late = sum(seconds > TWO_SWEEPS for seconds in took)
        middle, most = (took[len(took) // 2], took[-1]) if took else (0.0, 0.0)
        lines.append(
            f"{what}: {len(begun)} begun, {len(lost)} lost, {late} late; median {middle:.0f} s, longest {most:.0f} s"
        )
        wrong += [f"{name} was lost" for name in lost] + ([f"{late} of {what} came late"] if late else [])
    twice = [f"Line {line} was mailed {times} times" for line, times in load.mails.items() if times > 1]
    kept = bool(load.saved) and counted["note"] == load.saved[-1]
    refused = ", ".join(f"{times} × {status or 'no answer'}" for status, times in load.refused.items())
    lines.append(
        f"saves: {len(load.saved)} promised, {load.refused.total()} not answered with 200 ({refused}), "
        f"the last one kept: {kept}"
    )
    lines.append(f"mails: {load.mails.total()}, {len(twice)} twice; not sent at the end: {counted['unsent']}")
    lines.append(f"trail: {'verifies' if counted['trail'] else 'does not verify'}")
    wrong += [] if load.whole else ["the load broke off"]
    wrong += (
        twice + ([] if kept else ["a save that was promised is gone"]) + ([] if counted["trail"] else ["the trail"])
    )
    return lines, wrong


def main() -> int:
    """0 where nothing was lost, twice or late; 1 with what was; 2 where something this needs is not here."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=60, help="how long the load goes on (60)")
    minutes = asked.parse_args().minutes
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if lacking := [name for name in stack.NEEDS if name in servers.missing()]:
        servers.install(lacking)
    with stack.started(SITE) as (site, mail):
        load, began = Load(site, mail), time.monotonic()

        def say(words: str) -> None:
            print(f"{time.monotonic() - began:6.0f} s  {words}", flush=True)

        threads = [threading.Thread(target=load.save, daemon=True), threading.Thread(target=load.work, daemon=True)]
        for thread in threads:
            thread.start()
        say("begun")
        disturb(site, minutes, say)
        load.stopped_at = time.monotonic()
        load.stop.set()
        for thread in threads:
            thread.join()
        say(", ".join(f"{name} started {process.starts} times" for name, process in site.processes.items()))
        lines, wrong = tally(load, load.count())
    print("\n".join([*lines, "", *(wrong or ["Nothing lost, nothing twice, nothing late."])]))
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except servers.Unavailable as why:
        print(why, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
