"""`manage.py up`: one command starts everything, and however it ends nothing stays."""

from __future__ import annotations

import http.cookiejar
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from qualitycounts.base import clock
from qualitycounts.management.commands.up import SECONDS_TO_STOP, Command
from standards.models import StandardSet
from tests import servers
from tests.audits.register.test_read_table import sheet
from tests.ground import demo_rules, processes

pytestmark = pytest.mark.once
DAY_OF_DEMO = date(2026, 11, 30)
MAKING_THE_DEMO = 900
"""Seconds in which it is made on a slow machine with three others at work."""
A_ROW = b"<row><c><v>1</v></c><c><v>1</v></c></row>"


@pytest.fixture
def var(migrated: Path, tmp_path: Path) -> Iterator[Path]:
    """A var folder of the test's own; whatever still runs with it at the end is killed."""
    var = tmp_path / "var"
    shutil.copytree(migrated, var)
    yield var
    processes.end(var)


def up(
    var: Path, *words: str, seconds: float = processes.SECONDS, **settings: str
) -> tuple[subprocess.Popen[str], str]:
    """Start it on a free port, and wait for a page and for the worker's two processes."""
    port = servers.free_port()
    running = processes.started("up", "--port", str(port), *words, var=var, DEBUG="1", **settings)
    address = f"http://127.0.0.1:{port}"
    here = processes.until(
        lambda: running.poll() is not None or processes.status(f"{address}/health/live") == 200, seconds
    )
    if not here or not processes.until(lambda: len(processes.left_behind(var)) == 3):  # pages, worker and beat
        processes.end(var)
        pytest.fail(running.communicate()[0])
    return running, address


@pytest.mark.parametrize(
    "signals",
    [[signal.SIGINT], [signal.SIGINT, signal.SIGINT], [signal.SIGTERM], [signal.SIGKILL]],
    ids=["Ctrl-C", "Ctrl-C twice", "TERM", "kill -9"],
)
def test_however_it_is_ended_nothing_stays(var: Path, signals: list[signal.Signals]) -> None:
    running, address = up(var)
    assert processes.status(f"{address}/accounts/login/") == 200
    with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))):  # somebody is still connected
        for sent in signals:
            running.send_signal(sent)
        said = running.communicate(timeout=processes.SECONDS)[0]
    assert processes.until(lambda: not processes.left_behind(var)), processes.left_behind(var)
    if signals == [signal.SIGKILL]:
        assert running.returncode == -signal.SIGKILL
    else:
        assert running.returncode == 0
        assert said.endswith("Stopped.\n")
    assert "Traceback" not in said


@pytest.mark.long
@pytest.mark.timeout(2 * MAKING_THE_DEMO)
def test_the_first_start_makes_a_demo_that_is_believable_and_the_second_finds_it(tmp_path: Path) -> None:
    try:
        running, address = up(tmp_path, seconds=MAKING_THE_DEMO, DEMO="1", TODAY=DAY_OF_DEMO.isoformat())
        running.terminate()
        first = running.communicate(timeout=processes.SECONDS)[0]
        heard_of_long_ago(tmp_path)
        running, again = up(tmp_path, DEMO="1", TODAY=DAY_OF_DEMO.isoformat())
        assert processes.until(lambda: processes.status(f"{again}/health/ready") == 200), "heard of as it starts"
        browser = signed_in(again, "qa.officer@example.gov.uk", "quality-counts")
        million = sheet(lambda part: part.replace(b"</sheetData>", A_ROW * 1_000_000 + b"</sheetData>"))
        *pages, refused = answers_while_reading(browser, again, million)
        running.terminate()
        second = running.communicate(timeout=processes.SECONDS)[0]
    finally:
        processes.end(tmp_path)
    assert first.startswith("Loading the standards ...\nMaking the demo council")
    assert "    qa.officer@example.gov.uk " in first
    logged = r".*(Request Entity Too Large: /register/import/|Service Unavailable: /health/ready)\n"
    said = re.sub(logged, "", second).replace(again, address)
    assert said in first, "the same, without making anything"
    assert (set(pages), refused) == ({200}, 413), "others are served while a million rows are being read"
    with sqlite3.connect(tmp_path / "db.sqlite3") as demo:
        assert demo_rules.broken(demo, today=DAY_OF_DEMO) == {}
        assert demo_rules.unseen(demo, today=DAY_OF_DEMO) == [], "each rule fails where it is broken"


@pytest.mark.parametrize(
    ("today", "shown", "said"),
    [
        (date(2026, 11, 30), None, ""),
        (date(2026, 11, 29), date(2026, 11, 27), "It is a Sunday, so the demonstration shows Friday 27 November.\n"),
        (date(2026, 12, 28), date(2026, 12, 24), "so the demonstration shows Thursday 24 December.\n"),
    ],
)
def test_on_a_day_off_the_demo_shows_the_last_working_day(
    v7: StandardSet,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    today: date,
    shown: date | None,
    said: str,
) -> None:
    settings.TODAY, out = None, StringIO()
    monkeypatch.setenv("TODAY", "")
    monkeypatch.setattr(clock, "today", lambda: today)
    Command(stdout=out).show_a_working_day()
    assert (settings.TODAY, os.environ["TODAY"]) == (shown, str(shown or ""))
    assert said in out.getvalue()


def heard_of_long_ago(var: Path) -> None:
    """Worker and sweep were last heard of days ago, as on any morning after."""
    with sqlite3.connect(var / "db.sqlite3") as database:
        database.execute("UPDATE people_heartbeat SET beat = '2020-01-01 00:00:00'")


def signed_in(address: str, email: str, password: str) -> urllib.request.OpenerDirector:
    """A browser that has signed in, at the page it asked for."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    form = {"csrfmiddlewaretoken": token(browser, f"{address}/accounts/login/"), "login": email, "password": password}
    page = browser.open(f"{address}/accounts/login/?next=/help/", urlencode(form).encode(), timeout=60)
    assert page.url == f"{address}/help/"
    return browser


def token(browser: urllib.request.OpenerDirector, page: str) -> str:
    """What a form of the page must bring back."""
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.open(page, timeout=30).read().decode())
    assert found
    return found[1]


def answers_while_reading(browser: urllib.request.OpenerDirector, address: str, file: bytes) -> list[int]:
    """Hand over a file, and ask for My work again and again until it is answered: how the file was answered, last."""
    day, month, year = "1", "11", "2026"
    parts = {"kind": "cases", "as_at_0": day, "as_at_1": month, "as_at_2": year}
    parts["csrfmiddlewaretoken"] = token(browser, f"{address}/register/import/")
    lines = [f'--cut\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in parts.items()]
    lines.append('--cut\r\nContent-Disposition: form-data; name="file"; filename="cases.xlsx"\r\n\r\n')
    body = "\r\n".join(lines).encode() + file + b"\r\n--cut--\r\n"
    sent = urllib.request.Request(  # noqa: S310 - our own server
        f"{address}/register/import/", body, {"Content-Type": "multipart/form-data; boundary=cut"}
    )
    answers: list[int] = []

    def send() -> None:
        try:
            answers.append(browser.open(sent, timeout=60).status)
        except urllib.error.HTTPError as refused:
            answers.append(refused.code)

    sender = threading.Thread(target=send)
    sender.start()
    pages = []
    while sender.is_alive():
        page = browser.open(f"{address}/", timeout=5).status
        if sender.is_alive():
            pages.append(page)
    sender.join()
    return pages + answers


def test_a_worker_that_hangs_is_killed_by_pressing_ctrl_c_again(var: Path) -> None:
    running, _ = up(var)
    worker = next(process for process in processes.left_behind(var) if os.getsid(process) == process != running.pid)
    os.kill(worker, signal.SIGSTOP)

    def ended() -> bool:
        running.send_signal(signal.SIGINT)
        return running.poll() is not None

    assert processes.until(ended, seconds=SECONDS_TO_STOP - 1)
    assert processes.until(lambda: not processes.left_behind(var)), processes.left_behind(var)


def worker_of(var: Path, running: subprocess.Popen[str]) -> int:
    """The worker, which leads the group that its schedule is in."""
    return next(process for process in processes.left_behind(var) if os.getpgid(process) == process != running.pid)


def test_a_worker_that_is_killed_is_started_again_and_its_schedule_goes_with_it(var: Path) -> None:
    running, address = up(var)
    assert processes.until(lambda: processes.status(f"{address}/health/ready") == 200, 30)
    first = set(processes.left_behind(var)) - {running.pid}
    os.kill(worker_of(var, running), signal.SIGKILL)
    assert processes.until(lambda: not first & set(processes.left_behind(var)), 10), "its beat is gone, too"
    heard_of_long_ago(var)
    assert processes.until(lambda: len(processes.left_behind(var)) == 3, 30), "another worker and another beat"
    assert processes.until(lambda: processes.status(f"{address}/health/ready") == 200, 30), "and they work"
    os.kill(worker_of(var, running), signal.SIGKILL)
    running.terminate()
    said = running.communicate(timeout=processes.SECONDS)[0]
    assert processes.until(lambda: not processes.left_behind(var)), processes.left_behind(var)
    assert "The worker ended (killed by SIGKILL). It is started again in 1 s.\n" in said


def test_when_both_are_killed_the_schedule_ends_by_itself(var: Path) -> None:
    running, _ = up(var)
    worker = worker_of(var, running)
    running.kill()
    os.kill(worker, signal.SIGKILL)
    running.wait(processes.SECONDS)
    assert processes.until(lambda: not processes.left_behind(var), 10), processes.left_behind(var)


def test_a_message_that_was_cut_off_is_left_out_and_the_worker_goes_on(var: Path) -> None:
    queue = var / "queue" / "messages"
    queue.mkdir(parents=True, exist_ok=True)
    for name, torn in (("1_a", ""), ("1_b", '{"body": "W1tdLCB7fSwg'), ("1_c", "null"), ("1_d", "{}"), ("1_e", "\xff")):
        (queue / f"{name}.celery.msg").write_bytes(torn.encode("latin-1"))
    running, address = up(var, WORKER_SILENT="1")  # which a queue without Redis has no use for: it never goes deaf
    assert processes.until(lambda: processes.status(f"{address}/health/ready") == 200, 30)
    assert not list(queue.glob("1_*"))
    running.terminate()
    said = running.communicate(timeout=processes.SECONDS)[0]
    assert said.count("was cut off. It is left out.") == 5
    assert "The worker ended" not in said


def test_it_says_where_it_is_who_may_sign_in_and_where_mail_goes(var: Path) -> None:
    running, address = up(var, "--workers", "1")
    running.terminate()
    said = running.communicate(timeout=processes.SECONDS)[0]
    assert f"Quality Counts is on {address}/" in said
    assert f"Mail goes into files in {var / 'mail'}" in said
    assert "quality-counts" not in said.replace(str(var), ""), "no demo, no demo password"


def test_a_busy_port_is_a_sentence(var: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = processes.manage("up", "--port", str(port), var=var, DEBUG="1")
    assert done.returncode == 2
    assert done.stderr == f"CommandError: Port {port} is in use. Try another: PORT={port + 1} make run\n"


def test_with_real_mail_it_says_which_server(var: Path) -> None:
    running, _ = up(var, EMAIL_URL="smtp://mail.example.gov.uk:25")
    running.terminate()
    assert "Mail goes to mail.example.gov.uk\n" in running.communicate(timeout=processes.SECONDS)[0]


@pytest.mark.parametrize("words", [["--port", "70000"], ["--port", "eighty"], ["--workers", "0"]])
def test_bad_usage_is_a_sentence(var: Path, words: list[str]) -> None:
    done = processes.manage("up", *words, var=var, DEBUG="1")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_worker_whose_parent_is_already_gone_ends(var: Path) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    worker = subprocess.Popen(
        [Path(sys.executable).parent / "celery", "--quiet", "--app", "qualitycounts", "worker", "--pool", "threads"],
        cwd=processes.ROOT,
        env=processes.environment(var, DEBUG="1", UP_PID=str(gone.pid)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert worker.wait(timeout=processes.SECONDS) is not None
