"""The front of docker-compose.yml itself: a real nginx before the pages and the stream as production starts them."""

from __future__ import annotations

import http.client
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests import servers
from tests.ground import processes
from tests.ground.processes import ROOT

pytestmark = pytest.mark.once

SITE = "quality.council.example"
COMPOSE = (ROOT / "docker-compose.yml").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()
PROGRAMS = Path(sys.executable).parent
MEGABYTE = 1024 * 1024
A_MEETING = """
import django; django.setup()
from django.test import Client
from tests.audits.meeting.pages import signed_in
from tests.conftest import load_what_the_council_has
from tests.factories import Council, open_audit
load_what_the_council_has()
audit = open_audit(Council.make())
browser = signed_in(Client(), audit.auditor)
print(audit.ref, browser.session.session_key)
"""


@dataclass
class Site:
    """What a test asks: the front's port, the processes behind it, and a meeting with its auditor's session."""

    front: int
    stream: subprocess.Popen[bytes]
    meeting: str
    session: str

    def ask(
        self, path: str, *, method: str = "GET", body: bytes = b"", **headers: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """What the front answers to the balancer that stands before it."""
        given = {"Host": SITE, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        wire = http.client.HTTPConnection(servers.HOST, self.front, timeout=20)
        try:
            wire.request(method, path, body or None, {name: value for name, value in given.items() if value})
            reply = wire.getresponse()
            return reply.status, reply.headers, reply.read()
        finally:
            wire.close()

    def send(self, path: str, fields: dict[str, str], **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Send a form with its token, as a browser on the site does."""
        token = "a" * 32
        body = urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
        given = {
            "Cookie": f"csrftoken={token}",
            "Origin": f"https://{SITE}",
            "Content_Type": "application/x-www-form-urlencoded",
        }
        return self.ask(path, method="POST", body=body, **given | headers)


def setting(name: str) -> str:
    """What the compose file gives the application where .env says nothing."""
    given = re.search(rf"^    {name}: \${{{name}:-(\w*)}}$", COMPOSE, re.MULTILINE)
    assert given
    return given[1]


def front(web: int, stream: int, port: int) -> str:
    """The compose file's own server block: only its ports are others."""
    block = re.search(r"^  front:\n    content: \|\n((?: {6}.*\n|\n)+)", COMPOSE, re.MULTILINE)
    assert block
    own = block[1].replace("$$", "$")
    for there, on_this_machine in (
        ("listen 8080;", f"listen {servers.HOST}:{port};"),
        ("http://web:8000;", f"http://{servers.HOST}:{web};"),
        ("http://stream:8000;", f"http://{servers.HOST}:{stream};"),
    ):
        assert own.count(there) == 1, there
        own = own.replace(there, on_this_machine)
    return own


def around(block: str, home: Path) -> Path:
    """The least that nginx needs around a server block, with everything it writes in its own folder."""
    kept = "".join(f"{name}_temp_path {home}/{name}; " for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    file = home / "nginx.conf"
    file.write_text(
        f"daemon off; pid {home}/pid; error_log stderr; events {{}}\nhttp {{ access_log off; {kept}\n{block}}}\n"
    )
    return file


def command(name: str) -> list[str]:
    """How production starts a process: the image's command for the pages, the compose file's for the stream."""
    if name == "web":
        words = re.findall(r'"([^"]+)"', DOCKERFILE.partition("\nCMD ")[2])
    else:
        words = re.findall(
            r"^      - (\S+)$", COMPOSE.partition("\n  stream:")[2].partition("healthcheck")[0], re.MULTILINE
        )
    assert words[0] in ("gunicorn", "uvicorn")
    return [str(PROGRAMS / words[0]), *words[1:]]


@pytest.fixture(scope="module")
def site(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Everything that stands behind the address, with DEBUG off and one host name."""
    var = shutil.copytree(migrated, tmp_path_factory.mktemp("front"), dirs_exist_ok=True)
    with ExitStack() as stack:
        settings = {
            "SECRET_KEY": "k" * 60,
            "ALLOWED_HOSTS": SITE,
            "SITE_ADDRESS": f"https://{SITE}",
            "TRUSTED_PROXIES": setting("TRUSTED_PROXIES"),
            "REDIS_URL": stack.enter_context(servers.private_redis()),
            "FORWARDED_ALLOW_IPS": "192.0.2.1",  # the front is another machine, which gunicorn itself does not trust
        }
        done = processes.manage("collectstatic", "--noinput", "-v0", var=var, **settings)
        assert done.returncode == 0, done.stderr
        env = processes.environment(var, **settings)
        env |= {"DJANGO_SETTINGS_MODULE": "qualitycounts.settings", "PYTHONPATH": str(ROOT)}
        made = subprocess.run(
            [sys.executable, "-c", A_MEETING], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
        assert made.returncode == 0, made.stderr
        ports = {name: servers.free_port() for name in ("web", "stream", "front")}
        started = {}
        for name in ("web", "stream"):
            port = str(ports[name])
            words = [word.replace("0.0.0.0", servers.HOST).replace("8000", port) for word in command(name)]  # noqa: S104
            with_us = servers.dies_with_parent(signal.SIGTERM)
            started[name] = subprocess.Popen(words, cwd=ROOT, env=env, preexec_fn=with_us)
            stack.callback(started[name].wait)
            stack.callback(started[name].terminate)
        home = stack.enter_context(servers.folder())
        program = servers.nginx()
        assert program
        file = around(front(ports["web"], ports["stream"], ports["front"]), home)
        running = [program, "-c", file, "-p", home, "-e", "stderr"]
        stack.enter_context(
            servers.running(running, home, signal.SIGTERM, lambda: all(map(servers.answers, ports.values())))
        )
        yield Site(ports["front"], started["stream"], *made.stdout.split())
        processes.end(var)


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


def test_an_address_that_the_client_wrote_is_not_believed(site: Site) -> None:
    def tries(number: int, address: str) -> int:
        form = {"login": f"nobody{number}@example.gov.uk", "password": "not this"}
        return site.send("/accounts/login/", form, X_Forwarded_For=address)[0]

    forged = [tries(number, f"203.0.113.{number}, 192.0.2.8") for number in range(31)]
    assert forged[0] == 422, "a wrong password"
    assert forged[-1] == 429, "thirty tries a minute from one address, whatever it calls itself"
    assert tries(99, "192.0.2.9") == 422, "somebody else's address is not shut out with it"


def test_static_files_come_with_their_names_hashed(site: Site) -> None:
    page = site.ask("/accounts/login/")[2].decode()
    files = set(re.findall(r'"(/static/[^"]+\.(?:css|js))"', page))
    assert files
    for file in files:
        status, headers, _ = site.ask(file)
        assert status == 200
        assert "immutable" in headers["Cache-Control"]


def test_ten_megabytes_reach_the_application_and_far_more_stop_at_the_front(site: Site) -> None:
    body = b"x" * (11 * MEGABYTE)
    status, _, page = site.ask("/register/import/", method="POST", body=body, Cookie=f"sessionid={site.session}")
    assert (status, b"nginx" in page) == (403, False), "the application's own refusal of a form without its token"
    status, _, page = site.ask("/register/import/", method="POST", body=body + b"x" * (2 * MEGABYTE))
    assert (status, b"nginx" in page) == (413, True)


def test_the_stream_flows_through_the_front_and_only_its_address_needs_the_stream(site: Site) -> None:
    address = f"/audits/{site.meeting}/meeting/live/events/"
    assert site.ask(address)[0] == 302, "signed out: to the sign-in page"
    wire = http.client.HTTPConnection(servers.HOST, site.front, timeout=10)
    sent = {"Host": SITE, "X-Forwarded-Proto": "https", "Cookie": f"sessionid={site.session}"}
    wire.request("GET", address, headers=sent)
    reply = wire.getresponse()
    assert (reply.status, reply.headers["Content-Type"]) == (200, "text/event-stream")
    assert [reply.readline(), reply.readline()] == [b"retry: 3000\n", b"\n"], "at once: nothing holds it back"
    assert reply.readline().startswith(b"data: revision ")
    wire.close()
    site.stream.terminate()
    site.stream.wait(20)
    assert site.ask(address)[0] == 502
    assert site.ask(address.removesuffix("events/"), Cookie=f"sessionid={site.session}")[0] == 200
    assert site.ask("/accounts/login/")[0] == 200
