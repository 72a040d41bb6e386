"""The compose file's own database roles, on a real PostgreSQL: the application works, and cannot undo its guards."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
import yaml

from tests import servers
from tests.ground import processes
from tests.ground.processes import ROOT

pytestmark = pytest.mark.once

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
WORK = """
import django; django.setup()
from datetime import date, timedelta
from django.core.management import call_command
from people.tasks import deliver, heartbeat
from escalation.tasks import sweep
from qualitycounts import health, retention
from qualitycounts.base import clock
from tests.conftest import NOW
from tests.factories import Council, finalised_audit
from tests.world import report
council = Council.make()
audit = finalised_audit(council)
report(council, issued=True)
heartbeat(), sweep(), deliver()
call_command("verify_trail")
retention.apply(on=date(2036, 1, 1), at=NOW)
call_command("verify_trail")
found = health.checks(at=clock.now())
assert not any(found.values()), found
"""
FORBIDDEN = {
    "must be owner|must be superuser|permission denied": (
        "DROP TRIGGER trail_no_change ON people_trailentry",
        "ALTER TABLE people_trailentry DISABLE TRIGGER USER",
        "ALTER TABLE reporting_report ADD COLUMN more text",
        "DROP TABLE people_notice",
        "CREATE RULE quiet AS ON DELETE TO people_notice DO INSTEAD NOTHING",
        "CREATE TRIGGER another BEFORE INSERT ON people_notice FOR EACH ROW EXECUTE FUNCTION trail_refuse()",
        "CREATE OR REPLACE FUNCTION trail_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        "DROP FUNCTION trail_refuse() CASCADE",
        "TRUNCATE people_trailentry",
        "TRUNCATE reporting_edition",
        "TRUNCATE people_notice",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TABLE mine (id int)",
        "CREATE TEMPORARY TABLE mine (id int)",
        "CREATE DATABASE mine",
        "CREATE ROLE mine",
        "COPY people_notice TO PROGRAM 'true'",
        "SET session_replication_role = replica",
        "SET ROLE quality_owner",
        "ALTER ROLE quality_app SUPERUSER",
        "SELECT rolpassword FROM pg_authid",
    ),
    "append-only": ("DELETE FROM people_trailentry", "UPDATE people_trailentry SET act = 'other'"),
    "never changes": ("DELETE FROM reporting_report",),
}


def program(name: str) -> str:
    """One of PostgreSQL's own."""
    folder = servers.postgres_programs()
    assert folder
    return shutil.which(name) or str(folder / name)


def address(server: str, role: str) -> str:
    """The database as one role reaches it."""
    place = urlsplit(server)
    return urlunsplit(place._replace(netloc=f"{role}@{place.hostname}:{place.port}", path="/quality"))


def asked(server: str, role: str, question: str) -> object:
    """What the database answers to a role: one value, or nothing."""
    connection = psycopg2.connect(address(server, role))
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A cluster as the compose file makes it at its first start, migrated by the owner."""
    var = tmp_path_factory.mktemp("roles")
    script = var / "roles.sql"
    script.write_text(COMPOSE["configs"]["roles"]["content"].replace("$$", "$"))
    with servers.private_postgres() as url:
        for words in (["-c", "CREATE DATABASE quality", url], ["-f", script, address(url, "postgres")]):
            line = [program("psql"), "-v", "ON_ERROR_STOP=1", "-q", *words]
            env = {"PATH": os.environ["PATH"], "OWNER_PASSWORD": "owner's", "APP_PASSWORD": "app1"}
            done = subprocess.run(line, env=env, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
        for command in (["migrate", "-v0"], ["load_standards", "fixtures/standards_v7.json"]):
            ran = processes.manage(*command, var=var, DEBUG="1", DATABASE_URL=address(url, "quality_owner"))
            assert ran.returncode == 0, ran.stderr
        yield url
        processes.end(var)


def work(server: str, var: Path) -> None:
    """What the application does, as its own role."""
    env = processes.environment(var, DEBUG="1", DATABASE_URL=address(server, "quality_app"))
    env |= {"DJANGO_SETTINGS_MODULE": "qualitycounts.settings", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", WORK], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_application_does_its_work_and_cannot_undo_its_guards(server: str, tmp_path: Path) -> None:
    work(server, tmp_path)
    for why, statements in FORBIDDEN.items():
        for statement in statements:
            with pytest.raises(psycopg2.Error, match=why):
                asked(server, "quality_app", statement)
    for role in ("quality_app", "quality_owner"):
        rights = "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        assert asked(server, role, rights) is False
    owned = "SELECT count(*) FROM pg_class WHERE relowner = 'quality_app'::regrole"
    assert asked(server, "quality_app", owned) == 0
    dump = tmp_path / "dump"
    for words in (
        ["pg_dump", "-Fc", "-f", str(dump), "-d", address(server, "postgres")],
        ["pg_restore", "--clean", "--if-exists", "-d", address(server, "postgres"), str(dump)],
    ):
        done = subprocess.run([program(words[0]), *words[1:]], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    made = asked(server, "quality_app", "SELECT count(*) FROM people_trailentry")
    assert isinstance(made, int)
    assert made > 50, "after a restore the application reads and writes as before"
    asked(server, "quality_app", "UPDATE people_heartbeat SET beat = now()")
    with pytest.raises(psycopg2.Error, match="owner"):
        asked(server, "quality_app", "DROP TRIGGER trail_no_change ON people_trailentry")


def test_each_service_has_the_role_that_it_needs() -> None:
    services = COMPOSE["services"]
    addresses = {
        name: urlsplit(re.sub(r"\${\w+[^}]*}", "x", service["environment"]["DATABASE_URL"])).username
        for name, service in services.items()
        if "DATABASE_URL" in service.get("environment", {})
    }
    app = dict.fromkeys(["web", "stream", "worker", "beat"], "quality_app")
    assert addresses == {**app, "migrate": "quality_owner"}
    for name in app:
        given = str(services[name]["environment"])
        assert "OWNER_PASSWORD" not in given
        assert "POSTGRES_PASSWORD" not in given
    assert services["postgres"]["configs"][0]["target"] == "/docker-entrypoint-initdb.d/roles.sql"
