"""Production's own layout on this machine: docker-compose.yml's processes, and all that they do together."""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
import yaml

from tests import servers, stack_parts
from tests import stack as layout
from tests.ground import processes
from tests.ground.processes import ROOT
from tests.ground.site import FORBIDDEN, OFFICER, SITE, Site, ask_for_a_report, asked, make_database, script
from tests.journeys.mailbox import link_of

pytestmark = pytest.mark.once

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
MEGABYTE = 1024 * 1024
A_COUNCIL = """
import django; django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from people import files
from qualitycounts.base import clock
from tests.audits.meeting.pages import signed_in
from tests.factories import Council, open_audit
from tests.people.handed import PDF
council = Council.make()
audit = open_audit(council)
upload = SimpleUploadedFile("plan.pdf", PDF)
files.store(upload, by=council.qa_officer, at=clock.now())
print(audit.ref, signed_in(Client(), audit.auditor).session.session_key)
"""
WORK = """
import django; django.setup()
from datetime import date
from types import SimpleNamespace
from django.core.management import call_command
from people.models import User
from people.tasks import deliver, heartbeat
from escalation.tasks import sweep
from qualitycounts import health, retention
from qualitycounts.base import clock
from tests.conftest import NOW
from tests.world import report
report(SimpleNamespace(qa_officer=User.objects.get(name="Amara Whitlock")), issued=True)
heartbeat(), sweep(), deliver()
call_command("verify_trail")
retention.apply(on=date(2036, 1, 1), at=NOW)
call_command("verify_trail")
found = health.checks(at=clock.now())
assert not any(found.values()), found
"""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """All of production, with DEBUG off and one host name; nothing of it is left."""
    with layout.started(SITE) as (stack, mail):
        yield Site(stack, mail, *script(stack, A_COUNCIL).split())
    assert not processes.left_behind(stack.var)


# What the compose file says is what runs


def test_the_stack_starts_what_the_compose_file_says_and_nothing_else(site: Site) -> None:
    """Read back from the running processes, with the places of this machine put back to those of the containers."""
    stack = site.stack
    back = {f"{servers.HOST}:{stack.ports['web']}": "0.0.0.0:8000", str(stack.home): "", str(layout.DEPLOY): "/deploy"}
    back |= {f"--host={servers.HOST}": "--host=0.0.0.0", f"--port={stack.ports['stream']}": "--port=8000"}
    back |= {f"{servers.HOST}:{stack.ports[name]}": f"{name}:{port}" for name, port in DEFAULT_PORTS.items()}
    back |= {"/beat-schedule": "/tmp/beat-schedule"}  # noqa: S108 - the container's own

    def as_in_compose(text: str) -> str:
        for here, there in back.items():
            text = text.replace(here, there)
        return text

    services = {name for name, service in COMPOSE["services"].items() if "profiles" not in service}
    assert services == {*layout.OURS, "postgres", "redis", "migrate", "front"}
    for name in layout.OURS:
        service = COMPOSE["services"][name]
        running = stack.processes[name].running
        assert running is not None
        assert running.poll() is None, stack.logs()
        words = service.get("command") or re.findall(
            r'"([^"]+)"', (ROOT / "Dockerfile").read_text().partition("\nCMD ")[2]
        )
        assert [Path(running.args[0]).name, *map(as_in_compose, running.args[1:])] == words, name
        seen = dict(
            line.split("=", 1) for line in Path(f"/proc/{running.pid}/environ").read_text().split("\0") if "=" in line
        )
        for setting, text in service["environment"].items():
            if setting not in ("PGHOST", "PGPORT"):
                assert as_in_compose(seen[setting]) == plain(str(text), stack.given), (name, setting)
        foreign = set(seen) - set(service["environment"]) - layout_needs()
        assert foreign == set(), f"{name} sees what its container would not"


def plain(text: str, given: dict[str, str]) -> str:
    """A setting of the compose file with the operator's words in it, read by another hand than the stack's."""
    for whole, name, rest in re.findall(r"(\$\{(\w+):([^}]*)\})", text):
        text = text.replace(whole, given.get(name) or (rest[1:] if rest[0] == "-" else ""))
    return text


DEFAULT_PORTS = {"postgres": 5432, "redis": 6379}


def layout_needs() -> set[str]:
    """What a process needs on one machine beside its settings; the image has the rest."""
    image = re.findall(r"(\w+)=", re.findall(r"^ENV (.+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)[0])
    ours = {"PATH", "HOME", "ENV_FILE", "VAR_DIR", "SPT_NOENV", "FORWARDED_ALLOW_IPS", "COVERAGE_PROCESS_CONFIG"}
    return ours | set(image)


def test_redis_and_the_front_are_the_compose_files_own(site: Site) -> None:
    limits = servers.asked(f"redis://{servers.HOST}:{site.stack.ports['redis']}/0", "CONFIG GET maxmemory-policy")
    assert "volatile-lru" in limits
    written = (site.stack.home / "nginx-front" / "nginx.conf").read_text()
    own = (ROOT / "docs" / "deploy" / "front.conf").read_text()
    for there, port in (("listen 8080", "front"), ("http://web:8000", "web"), ("http://stream:8000", "stream")):
        where = f"{servers.HOST}:{site.stack.ports[port]}"
        own = own.replace(there, f"listen {where}" if port == "front" else f"http://{where}")
    assert own in written


@pytest.mark.parametrize("name", ["web", "stream", "worker", "backups"])
def test_each_health_check_of_the_compose_file_is_well(site: Site, name: str) -> None:
    kind, *words = site.stack.compose["services"][name]["healthcheck"]["test"]
    assert kind == "CMD"
    assert processes.until(lambda: site.stack.run(name, *words).returncode == 0, 60), site.stack.run(name, *words)


def test_a_setting_that_is_missing_is_said_in_the_compose_files_words() -> None:
    with pytest.raises(stack_parts.Incomplete, match="SECRET_KEY is not set: 50 or more random characters"):
        stack_parts.read_compose({})


# Pages through the front
def test_every_page_is_served(site: Site) -> None:
    assert {path: site.ask(path)[0] for path in ("/accounts/login/", "/health/live", "/front")} == {
        "/accounts/login/": 200,
        "/health/live": 200,
        "/front": 204,
    }
    status, headers, _ = site.ask("/")
    assert (status, headers["Location"]) == (302, "/accounts/login/?next=/")
    assert site.ask("/", Cookie=f"sessionid={site.session}")[0] == 200, "My work of whoever is signed in"
    assert site.ask(f"/audits/{site.meeting}/", Cookie=f"sessionid={site.session}")[0] == 200


def test_the_application_sees_the_host_and_the_scheme_that_were_asked_for(site: Site) -> None:
    status, headers, _ = site.ask("/accounts/login/", X_Forwarded_Proto="http")
    assert (status, headers["Location"]) == (301, f"https://{SITE}/accounts/login/"), "plain HTTP is sent to HTTPS"
    assert site.ask("/accounts/login/", X_Forwarded_Proto="")[0] == 301, "as is what says nothing"
    assert site.ask("/accounts/login/")[1]["Strict-Transport-Security"]
    form = {"login": "nobody@example.gov.uk", "password": "not this"}
    assert site.send("/accounts/login/", form, X_Forwarded_For="192.0.2.1")[0] == 422, "from the site itself"
    refused, _, page = site.send("/accounts/login/", form, Origin="https://elsewhere.example")
    assert refused == 403, page
    for wrong in ("elsewhere.example", "web:8000", servers.HOST):
        assert site.ask("/accounts/login/", Host=wrong)[0] == 400, wrong


def test_an_address_that_the_client_wrote_is_not_believed_through_tls_and_front(site: Site) -> None:
    def page_of_wrong_password(number: int, address: str) -> str:
        form = {"login": "nobody@example.gov.uk", "password": "not this"}
        told = {"X_Forwarded_For": f"203.0.113.{number}, 192.0.2.8", "X_Forwarded_Proto": "http"}
        status, _, page = site.browse("/accounts/login/", form, address=address, **told)
        assert status == 422, "HTTPS whatever the client calls it"
        return page.decode()

    forged = [page_of_wrong_password(number, "127.0.0.3") for number in range(6)]
    assert ["Too many tries" in page for page in forged] == [False] * 5 + [True], "whatever it calls itself"
    assert "Too many tries" not in page_of_wrong_password(99, "127.0.0.4"), "somebody elsewhere is not shut out with it"


def test_static_files_come_with_their_names_hashed(site: Site) -> None:
    page = site.ask("/accounts/login/")[2].decode()
    files = set(re.findall(r'"(/static/[^"]+\.(?:css|js))"', page))
    assert files
    for file in files:
        status, headers, _ = site.ask(file)
        assert status == 200
        assert "immutable" in headers["Cache-Control"]
    script = site.ask(next(file for file in files if "/site." in file))[2].decode()
    assert len(re.findall(r'(?:from|import) "\.[^"]+\.[0-9a-f]{12}\.js"', script)) == script.count("import ") > 5
    for service in ("migrate", "web", "stream"):
        assert "static:/app/var/static" in COMPOSE["services"][service]["volumes"], "kept from version to version"


def test_ten_megabytes_reach_the_application_and_far_more_stop_at_the_front(site: Site) -> None:
    body = b"x" * (11 * MEGABYTE)
    status, _, page = site.ask("/register/import/", method="POST", body=body, Cookie=f"sessionid={site.session}")
    assert (status, b"nginx" in page) == (403, False), "the application's own refusal of a form without its token"
    status, _, page = site.ask("/register/import/", method="POST", body=body + b"x" * (2 * MEGABYTE))
    assert (status, b"nginx" in page) == (413, True)


def test_the_stream_flows_through_the_front_and_only_its_address_needs_the_stream(site: Site) -> None:
    address = f"/audits/{site.meeting}/meeting/live/events/"
    assert site.ask(address)[0] == 302, "signed out: to the sign-in page"
    sent = {"Host": SITE, "X-Forwarded-Proto": "https", "Cookie": f"sessionid={site.session}"}
    for wire in (http.client.HTTPConnection(servers.HOST, site.stack.ports["front"], timeout=10), site.secure()):
        wire.request("GET", address, headers=sent)
        reply = wire.getresponse()
        assert (reply.status, reply.headers["Content-Type"]) == (200, "text/event-stream")
        assert [reply.readline(), reply.readline()] == [b"retry: 3000\n", b"\n"], "at once: nothing holds it back"
        assert reply.readline().startswith(b"data: revision ")
        wire.close()
    site.stack.processes["stream"].kill()
    assert site.ask(address)[0] == 502
    assert site.ask(address.removesuffix("events/"), Cookie=f"sessionid={site.session}")[0] == 200
    assert site.ask("/accounts/login/")[0] == 200
    assert processes.until(lambda: site.ask(address)[0] == 302, 30), "started again by what keeps it"


# What they do together


def test_a_report_is_asked_for_in_a_browser_and_made_by_the_worker(site: Site) -> None:
    file = ask_for_a_report(site)
    assert (file[0], file[1]["Content-Type"], file[2][:5]) == (200, "application/pdf", b"%PDF-")


def test_mail_goes_out_by_the_worker_and_leads_to_the_site(site: Site) -> None:
    assert site.browse("/accounts/password/reset/", {"email": OFFICER})[0] == 302
    _, text = site.mail.of(OFFICER, "password")
    assert link_of(text).startswith(f"https://{SITE}/accounts/password/reset/key/")


def test_health_is_well_once_worker_and_schedule_were_heard(site: Site) -> None:
    assert processes.until(lambda: site.ask("/health/ready")[0] == 200, 90), site.ask("/health/ready")[2]


def test_what_is_killed_is_started_again_and_goes_on(site: Site) -> None:
    worker, beat = site.stack.processes["worker"], site.stack.processes["beat"]
    starts = worker.starts, beat.starts
    worker.kill()
    beat.kill()
    asked(site, "quality_app", "DELETE FROM people_heartbeat")
    assert site.ask("/health/ready")[0] == 503
    assert processes.until(lambda: site.ask("/health/ready")[0] == 200, 90), site.stack.logs()
    assert (worker.starts, beat.starts) == (starts[0] + 1, starts[1] + 1)


# Backup and restore


def test_a_backup_taken_while_people_save_comes_back_whole_elsewhere(site: Site, tmp_path: Path) -> None:
    stack, saved, stop = site.stack, [], threading.Event()
    if not int(asked(site, "quality_app", "SELECT count(*) FROM reporting_report WHERE period = '2026-11'")):
        ask_for_a_report(site)  # another worker has the test that does

    def save() -> None:
        while not stop.is_set():
            text = f"Visits are on time, {len(saved)}."
            form = {"text": text, "version": str(len(saved)), "as": auditor}
            reply = site.send(
                f"/audits/{site.meeting}/meeting/notes/s1-works-well/",
                form,
                Cookie=f"csrftoken={'a' * 32}; sessionid={site.session}",
                Accept="application/json",
            )
            assert reply[0] == 200, reply[2]
            saved.append(text)

    whose = f"SELECT auditor_id FROM audits_audit WHERE ref = '{site.meeting}'"  # noqa: S608 - our own
    auditor = str(asked(site, "quality_app", whose))
    saver = threading.Thread(target=save)
    saver.start()
    assert processes.until(lambda: len(saved) > 2, 20)
    before = len(saved)
    backup = Path(stack.must("backups", "bash", "/deploy/backup.sh").strip())
    after = len(saved)
    stop.set()
    saver.join()
    assert after > before, "people saved meanwhile"

    elsewhere = {"PGDATABASE": "elsewhere", "FILES_DIR": str(tmp_path / "files")}
    (tmp_path / "files").mkdir()
    make_database(stack, "elsewhere")
    restored = stack.must("restore", "bash", "/deploy/restore.sh", backup.name, **elsewhere)
    counted = dict(line.split() for line in (backup / "counts").read_text().splitlines())
    assert f"{len(counted)} tables, {sum(map(int, counted.values()))} rows, 1 files" in restored
    for table, rows in counted.items():
        count = f"SELECT count(*) FROM {table}"  # noqa: S608 - our own
        assert asked(site, "quality_app", count, "elsewhere") == int(rows), table
    text = asked(site, "quality_app", "SELECT text FROM audits_note WHERE slug = 's1-works-well'", "elsewhere")
    assert str(text) in saved[before - 1 : after + 1], "as it was at one moment of the backup"

    def verify() -> tuple[int, str]:
        address = stack.environment("web")["DATABASE_URL"].rpartition("/")[0] + "/elsewhere"
        words = ("python", "manage.py", "verify_restore", "--json")
        done = stack.run("web", *words, DATABASE_URL=address, FILES_DIR=elsewhere["FILES_DIR"])
        return done.returncode, done.stdout + done.stderr

    code, said = verify()
    assert code == 0, said
    found = json.loads(said)
    sealed = asked(site, "quality_app", "SELECT count(*) FROM reporting_report WHERE sha256 != ''", "elsewhere")
    assert (found["entries"], found["reports"], found["files"]) == (int(counted["people_trailentry"]), sealed, 1)

    again = stack.run("restore", "bash", "/deploy/restore.sh", backup.name, **elsewhere)
    assert (again.returncode, "tables. Give it an empty one." in again.stderr) == (1, True)
    asked(site, "quality_app", "UPDATE people_heartbeat SET beat = now()", "elsewhere")
    with pytest.raises(psycopg2.Error, match="owner"):
        asked(site, "quality_app", "DROP TRIGGER trail_no_change ON people_trailentry", "elsewhere")
    next((tmp_path / "files").rglob("??/*")).write_bytes(b"another")
    asked(site, "postgres", "ALTER TABLE reporting_report DISABLE TRIGGER USER", "elsewhere")
    asked(site, "postgres", "UPDATE reporting_report SET pdf = 'another'", "elsewhere")
    code, said = verify()
    assert code == 1
    assert "is not as it was handed over" in said
    assert "The file of report REP-2611-1 is not as it was sealed." in said
    with (backup / "database.dump").open("ab") as dump:
        dump.write(b"x")
    torn = stack.run("restore", "bash", "/deploy/restore.sh", backup.name, **elsewhere)
    assert (torn.returncode, "is not as it was written" in torn.stderr) == (1, True)


# Who may do what in the database


def test_the_application_does_its_work_and_cannot_undo_its_guards(site: Site) -> None:
    script(site.stack, WORK)
    for why, statements in FORBIDDEN.items():
        for statement in statements:
            with pytest.raises(psycopg2.Error, match=why):
                asked(site, "quality_app", statement)
    for role in ("quality_app", "quality_owner"):
        rights = "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        assert asked(site, role, rights) is False
    owned = "SELECT count(*) FROM pg_class WHERE relowner = 'quality_app'::regrole"
    assert asked(site, "quality_app", owned) == 0


def test_each_service_has_the_role_that_it_needs() -> None:
    services = COMPOSE["services"]
    addresses = {
        name: urlsplit(re.sub(r"\${\w+[^}]*}", "x", service["environment"]["DATABASE_URL"])).username
        for name, service in services.items()
        if "DATABASE_URL" in service.get("environment", {})
    }
    app = dict.fromkeys(["web", "stream", "worker", "beat"], "quality_app")
    assert addresses == {**app, "migrate": "quality_owner"}
    assert services["backups"]["environment"]["PGUSER"] == "quality_app"
    for name in (*app, "backups"):
        given = str(services[name]["environment"])
        assert "OWNER_PASSWORD" not in given
        assert "POSTGRES_PASSWORD" not in given
    assert services["postgres"]["configs"][0]["target"] == "/docker-entrypoint-initdb.d/roles.sql"


# What only Docker sees


def test_each_service_is_pinned_limited_and_least() -> None:
    base = re.search(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text())
    assert base
    for name, service in COMPOSE["services"].items():
        image = service["image"] if "build" not in service else base[1]
        assert re.search(r":\d+\.\d+(\.\d+)?-", image), f"{name}: {image} is not one version"
        if service.get("restart") == "unless-stopped":
            assert service["mem_limit"], name
            assert service["logging"]["options"]["max-size"], name
        if "build" in service or "PGHOST" in service.get("environment", {}):
            assert service["cap_drop"] == ["ALL"], name
            assert service["security_opt"] == ["no-new-privileges:true"], name
        if "build" in service:
            assert service["read_only"], name
    assert "\nUSER app\n" in (ROOT / "Dockerfile").read_text()
    used = {
        volume.partition(":")[0] for service in COMPOSE["services"].values() for volume in service.get("volumes", [])
    }
    assert used == set(COMPOSE["volumes"])
