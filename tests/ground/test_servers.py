"""The private PostgreSQL and Redis of the suite: up in a second, gone with the block, gone with a killed suite."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest

from tests import servers
from tests.ground import processes

pytestmark = pytest.mark.once

HOLD = """
from tests import servers
with servers.private_postgres() as database, servers.private_redis() as queue:
    print(database, queue, flush=True)
    input()
"""


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2].partition("/")[0])


def test_both_start_work_and_leave_nothing() -> None:
    with servers.private_postgres() as database, servers.private_redis() as queue:
        connection = psycopg2.connect(database)
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute("CREATE DATABASE ours")
        cursor.execute("SHOW data_directory")
        data = Path(cursor.fetchone()[0])
        connection.close()
        assert data.exists()
        assert servers.pongs(queue)
        assert servers.lets_us_create(database)
    assert not servers.answers(port_of(database))
    assert not servers.answers(port_of(queue))
    assert not data.parent.exists()


def test_a_killed_suite_leaves_no_server_and_the_next_removes_its_folders() -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        cwd=processes.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    ports = [port_of(url) for url in holder.stdout.readline().split()]
    assert [servers.answers(port) for port in ports] == [True, True]
    os.kill(holder.pid, signal.SIGKILL)
    holder.communicate()
    assert processes.until(lambda: not any(map(servers.answers, ports)))
    with servers.folder() as ours:
        assert ours.exists()
        assert list(ours.parent.glob(f"{servers.FOLDERS}{holder.pid}-*")) == []


def test_a_named_server_is_used_and_one_that_does_not_answer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = servers.free_port()
    monkeypatch.setenv("DATABASE_URL", f"postgres://postgres@127.0.0.1:{nobody}/postgres")
    monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{nobody}/0")
    with pytest.raises(servers.Unavailable, match="DATABASE_URL"), servers.postgres():
        pass
    with pytest.raises(servers.Unavailable, match="REDIS_URL"), servers.redis():
        pass
    with servers.private_redis() as queue:
        monkeypatch.setenv("REDIS_URL", queue)
        with servers.redis() as used:
            assert used == queue


def test_a_running_redis_lends_an_empty_database_and_gets_it_back_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)
    with servers.private_redis() as running:
        server = running.removesuffix("/0")
        monkeypatch.setattr(servers, "USUAL_REDIS", server)
        servers.asked(f"{server}/15", "SET theirs 1")
        with servers.redis() as first, servers.redis() as second:
            assert {first, second} == {f"{server}/14", f"{server}/13"}
            servers.asked(first, "SET ours 1")
        assert servers.asked(f"{server}/15", "KEYS *") == ["*1", "$6", "theirs"]
        assert servers.asked(first, "DBSIZE") == servers.asked(second, "DBSIZE") == [":0"]
        for number in range(1, 15):
            servers.asked(f"{server}/{number}", "SET theirs 1")
        with servers.redis() as private:
            assert not private.startswith(server)


def test_a_program_that_will_not_start_says_why() -> None:
    words = ["sh", "-c", "echo no room for me; exit 3"]
    with (
        servers.folder() as home,
        pytest.raises(servers.Unavailable, match="no room for me"),
        servers.running(words, home, signal.SIGTERM, lambda: False),
    ):
        pass


def test_what_is_missing_is_one_line_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "is_root", lambda: False)
    with pytest.raises(servers.Unavailable) as refusal:
        servers.install(["Redis", "Pango"])
    assert str(refusal.value) == (
        "The suite needs Redis, Pango. Run this once:\n    sudo apt-get install -y --no-install-recommends "
        "redis-server libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    )


def test_this_machine_has_what_the_suite_needs() -> None:
    assert servers.missing() == []
