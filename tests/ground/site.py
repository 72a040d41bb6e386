"""The stack as a test asks it: by its front, by a browser over TLS, by the application's own role, by its database."""

from __future__ import annotations

import http.client
import ssl
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

import psycopg2

from tests import servers
from tests import stack as layout
from tests.factories import PASSWORD
from tests.ground import processes
from tests.ground.processes import ROOT
from tests.journeys.mailbox import Mailbox

SITE = "quality.council.example"
OFFICER = "amara.whitlock@example.gov.uk"
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
"""What the application's role may not do, by what the database answers."""


@dataclass
class Site:
    """What a test asks: the stack, its mail, and a meeting with its auditor's session."""

    stack: layout.Stack
    mail: Mailbox
    meeting: str
    session: str
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(
        self, path: str, *, method: str = "GET", body: bytes = b"", **headers: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """What the compose file's front answers to what stands before it."""
        given = {"Host": SITE, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        wire = http.client.HTTPConnection(servers.HOST, self.stack.ports["front"], timeout=20)
        return answer(wire, method, path, body, {name: value for name, value in given.items() if value})

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

    def secure(self, address: str = servers.HOST) -> Secure:
        """A connection over TLS from some address, the site's certificate checked."""
        trusted = ssl.create_default_context(cafile=str(self.stack.certificate))
        return Secure(SITE, self.stack.ports["tls"], context=trusted, source_address=(address, 0), timeout=20)

    def browse(
        self, path: str, fields: dict[str, str] | None = None, *, address: str = servers.HOST, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """What a browser at some address gets of the site itself: TLS, its certificate checked, cookies kept."""
        wire = self.secure(address)
        here = f"https://{SITE}:{self.stack.ports['tls']}"
        given = {"Host": urlsplit(here).netloc}
        body = b""
        if fields is not None:
            self.cookies.setdefault("csrftoken", "a" * 32)
            body = urlencode({"csrfmiddlewaretoken": self.cookies["csrftoken"], **fields}).encode()
            given |= {"Origin": here, "Content-Type": "application/x-www-form-urlencoded"}
        given["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        status, reply, page = answer(wire, "GET" if fields is None else "POST", path, body, given)
        for line in reply.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return status, reply, page


class Secure(http.client.HTTPSConnection):
    """A connection to the site by its name, which no name server knows: it is on this machine."""

    def connect(self) -> None:
        named, self.host = self.host, servers.HOST
        http.client.HTTPConnection.connect(self)
        self.host = named
        self.sock = self._context.wrap_socket(self.sock, server_hostname=named)  # type: ignore[attr-defined]


def answer(
    wire: http.client.HTTPConnection, method: str, path: str, body: bytes, headers: dict[str, str]
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """One question and its answer."""
    try:
        wire.request(method, path, body or None, headers)
        reply = wire.getresponse()
        return reply.status, reply.headers, reply.read()
    finally:
        wire.close()


def script(stack: layout.Stack, text: str) -> str:
    """Run a few lines as the application itself: its own role, its own settings."""
    return stack.must("worker", "python", "-c", text, DJANGO_SETTINGS_MODULE="qualitycounts.settings")


def make_database(stack: layout.Stack, name: str) -> None:
    """An empty database with the rights of the first, as the compose file's roles have them."""
    statements = (ROOT / "docs" / "deploy" / "roles.sql").read_text().split(";\n")
    kept = [line.partition("CREATE ROLE")[0] if "CREATE ROLE" in line else line for line in statements]
    stack.ask_superuser(f"CREATE DATABASE {name}", database="postgres")
    lines = [line.replace("DATABASE quality", f"DATABASE {name}") for line in kept if "getenv" not in line]
    stack.ask_superuser(";\n".join(line for line in lines if line.strip()), database=name)


def asked(site: Site, role: str, question: str, database: str = "quality") -> object:
    """What the database answers to a role: one value, or nothing."""
    secret = {"quality_app": "APP_PASSWORD", "quality_owner": "OWNER_PASSWORD", "postgres": "POSTGRES_PASSWORD"}[role]
    connection = psycopg2.connect(
        host=servers.HOST,
        port=site.stack.ports["postgres"],
        dbname=database,
        user=role,
        password=site.stack.passwords[secret],
    )
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def ask_for_a_report(site: Site) -> tuple[int, http.client.HTTPMessage, bytes]:
    """Ask for November's in a browser, wait for the worker, and fetch its file."""
    signed = site.browse("/accounts/login/?next=/reports/", {"login": OFFICER, "password": PASSWORD})
    assert (signed[0], signed[1]["Location"]) == (302, "/reports/")
    assert {name for name, value in site.cookies.items() if value} == {"csrftoken", "sessionid"}
    assert "Secure" in str(signed[1].get_all("Set-Cookie"))
    begun = site.browse("/reports/start/", {"period": "2026-11"})
    assert begun[0] == 302, begun[2]
    page = begun[1]["Location"]
    assert site.browse(f"{page}words/", {"version": "1", "make": "yes"})[0] == 302
    assert processes.until(lambda: b"Making the report." not in site.browse(page)[2], 90)
    return site.browse(f"{page}pdf")
