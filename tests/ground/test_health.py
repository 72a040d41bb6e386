"""Health: a live process says so; a machine that cannot do its work says what is wrong and what to do."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from people import triggers
from people.models import Heartbeat
from qualitycounts import health
from qualitycounts.base import clock
from standards.models import BankHoliday, StandardSet
from tests import servers
from tests.ground import processes

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def beats(at: datetime) -> None:
    """Worker and sweep were heard of at a moment."""
    for part in ("worker", "sweep"):
        Heartbeat.objects.update_or_create(part=part, defaults={"beat": at})


def ready(client: Client) -> tuple[int, dict[str, Any]]:
    """The status, and what each check says, of a machine whose worker and sweep live."""
    beats(clock.now())
    reply = client.get("/health/ready")
    return reply.status_code, reply.json()["checks"]


def test_live_asks_nothing_of_anyone(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        reply = client.get("/health/live")
    assert (reply.status_code, reply.content) == (200, b"live\n")


def test_ready_when_all_is_well(client: Client, v7: StandardSet) -> None:
    status, checks = ready(client)
    assert status == 200
    names = ["database", "migrations", "trail", "reports", "bank_holidays", "pdf", "static", "redis"]
    names += ["worker", "sweep", "mail"]
    assert checks == dict.fromkeys(names, "ok")


def test_it_may_be_asked_with_head_and_not_posted_to(client: Client, v7: StandardSet) -> None:
    beats(clock.now())
    assert client.head("/health/ready").status_code == 200
    assert client.post("/health/ready").status_code == 405


def test_a_migration_not_applied(client: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="reporting").delete()
    status, checks = ready(client)
    assert status == 503
    assert "Run `manage.py migrate`" in checks["migrations"]
    assert "trail" not in checks, "a database that is not at its newest is asked nothing more"


@pytest.mark.once
def test_static_files_that_were_not_gathered(tmp_path: Path) -> None:
    live = {"SECRET_KEY": "k" * 60, "ALLOWED_HOSTS": "testserver"}
    ask = "from qualitycounts import health; print(health.static() or 'well')"
    words = ("shell", "--verbosity", "0", "--command", ask)
    lacking = processes.manage(*words, var=tmp_path, **live).stdout
    assert "static files were not gathered, so pages fail. Run `manage.py collectstatic --noinput`" in lacking
    assert processes.manage(*words, var=tmp_path, DEBUG="1").stdout == "well\n", "there they are read where they lie"
    gathered = processes.manage("collectstatic", "--noinput", "-v0", var=tmp_path, **live)
    assert gathered.returncode == 0, gathered.stderr
    assert processes.manage(*words, var=tmp_path, **live).stdout == "well\n"
    manifest = tmp_path / "static" / "staticfiles.json"
    hashed = json.loads(manifest.read_text())
    hashed["paths"].popitem()
    manifest.write_text(json.dumps(hashed))
    assert processes.manage(*words, var=tmp_path, **live).stdout.startswith("1 static files"), "a newer version's file"


@pytest.mark.once
def test_a_database_that_does_not_answer(tmp_path: Path) -> None:
    nobody = f"postgres://postgres@127.0.0.1:{servers.free_port()}/postgres"
    ask = "from django.test import Client; ask = Client().get; print(ask('/health/live'), ask('/health/ready'))"
    words = ("shell", "--verbosity", "0", "--command", ask)
    said = processes.manage(*words, var=tmp_path, DATABASE_URL=nobody, DEBUG="1", ALLOWED_HOSTS="testserver").stdout
    assert said.startswith('<HttpResponse status_code=200, "text/plain"> <JsonResponse status_code=503')


def test_triggers_that_were_dropped(client: Client, v7: StandardSet) -> None:
    on = "" if connection.vendor == "sqlite" else " ON people_trailentry"
    name = "trail_no_update" if connection.vendor == "sqlite" else "trail_no_change"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{on}")
    status, checks = ready(client)
    assert status == 503
    assert f"triggers that guard the trail are missing, off or changed: {name}." in checks["trail"]
    triggers.create_trail_triggers()
    assert ready(client)[0] == 200


def test_bank_holidays_must_be_known_for_six_months(v7: StandardSet) -> None:
    last = BankHoliday.objects.latest("on").on.year
    in_june = clock.now().replace(year=last, month=6, day=30, hour=12)
    assert health.checks(at=in_june)["bank_holidays"] == ""
    assert "/settings/bank-holidays/" in health.checks(at=in_june + timedelta(days=1))["bank_holidays"]


def test_no_bank_holidays_at_all(client: Client, v7: StandardSet) -> None:
    BankHoliday.objects.all().delete()
    status, checks = ready(client)
    assert status == 503
    assert "/settings/bank-holidays/" in checks["bank_holidays"]


@pytest.mark.parametrize("part", ["worker", "sweep"])
def test_a_part_that_has_gone_quiet_is_red_within_two_minutes(v7: StandardSet, part: str) -> None:
    at = clock.now()
    beats(at)
    Heartbeat.objects.filter(part=part).update(beat=at - timedelta(seconds=100))
    assert health.checks(at=at)[part] == "", "a beat is due each minute, and may be a little late"
    late = health.checks(at=at + timedelta(seconds=20))
    assert " 2 minutes ago" in late[part]


def test_a_part_that_was_never_heard_of_is_red_at_once(client: Client, v7: StandardSet) -> None:
    MigrationRecorder.Migration.objects.update(applied=clock.now())
    reply = client.get("/health/ready")
    assert reply.status_code == 503
    assert "The worker was never heard of." in reply.json()["checks"]["worker"]
    assert "The sweep was never heard of." in reply.json()["checks"]["sweep"]
    assert client.get("/health/live").status_code == 200
    Heartbeat.objects.create(part="worker", beat=clock.now())
    checks = client.get("/health/ready").json()["checks"]
    assert (checks["worker"], checks["sweep"][:9]) == ("ok", "The sweep"), "each for itself"
    beats(clock.now())
    assert client.get("/health/ready").status_code == 200


def test_the_banner_waits_for_a_part_that_was_never_heard_of(v7: StandardSet) -> None:
    at = clock.now()
    MigrationRecorder.Migration.objects.update(applied=at)
    assert health.trouble(at=at + timedelta(minutes=1)) == ""
    assert "The worker was never heard of." in health.trouble(at=at + timedelta(minutes=2))


def test_a_process_of_pages_knows_every_address_before_anybody_asks(tmp_path: Path) -> None:
    words = "import sys, qualitycounts.wsgi; print('audits.urls' in sys.modules)"
    env = processes.environment(tmp_path, DEBUG="1")
    done = subprocess.run(
        [sys.executable, "-c", words], cwd=processes.ROOT, env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "True"
