"""`make stack`: production as docker-compose.yml lays it out, without Docker, on this machine's own programs.

The compose file and the Dockerfile are read, never copied: each command line, each setting, the roles of the database
and the front's server block are theirs. What one machine cannot have as many have it stands in `Stack.here` alone:
other ports, and folders of its own. TLS ends in docs/deploy/tls.conf. All of it goes when it is stopped.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import servers  # noqa: E402
from tests.journeys.mailbox import Mailbox, mailbox  # noqa: E402

COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILE = ROOT / "Dockerfile"
DEPLOY = ROOT / "docs" / "deploy"
PROGRAMS = Path(sys.executable).parent
NEEDS = ("PostgreSQL", "Redis", "nginx", "Pango")
OURS = ("web", "stream", "worker", "beat", "backups")
"""The services that are started as processes here once `migrate` is done; PostgreSQL, Redis and nginx beside them."""
FOLDERS = ("files", "heads", "backups")
SECONDS_TO_START = 60
SECONDS_TO_STOP = 5
PAUSE = 0.5
"""Seconds after which a process that ended is started again, as `restart: unless-stopped` has Docker do it."""
NAMED = re.compile(r"\$\$|\$\{(?P<name>\w+)(?::(?P<sign>[-?])(?P<more>[^}]*))?\}")


class Incomplete(Exception):
    """A setting that the compose file asks for was not given; the sentence is the compose file's own."""


def read_compose(given: dict[str, str]) -> dict[str, Any]:
    """The compose file with its variables put in, as Docker reads it."""

    def value(found: re.Match[str]) -> str:
        if found[0] == "$$":
            return "$"
        name, more = found["name"], found["more"] or ""
        if not given.get(name) and found["sign"] == "?":
            raise Incomplete(f"{name} is not set: {more}")
        return given.get(name) or (more if found["sign"] == "-" else "")

    def put_in(part: Any) -> Any:
        if isinstance(part, dict):
            return {name: put_in(inner) for name, inner in part.items()}
        if isinstance(part, list):
            return [put_in(inner) for inner in part]
        return NAMED.sub(value, part) if isinstance(part, str) else part

    read: dict[str, Any] = put_in(yaml.safe_load(COMPOSE.read_text()))
    return read


def image_command() -> list[str]:
    """What the image starts where the compose file names no command: the Dockerfile's last line."""
    words: list[str] = json.loads(DOCKERFILE.read_text().rpartition("\nCMD ")[2].replace("\\\n", ""))
    return words


def image_environment() -> dict[str, str]:
    """What the Dockerfile sets in every process."""
    line = re.search(r"^ENV (.+)$", DOCKERFILE.read_text(), re.MULTILINE)
    return dict(pair.split("=") for pair in line[1].split()) if line else {}


class Process:
    """One service as a process, which can be killed, and is started again however it ended."""

    def __init__(self, name: str, words: list[str], environment: dict[str, str], log: Path) -> None:
        self.name, self.words, self.environment, self.log = name, words, environment, log
        self.running: subprocess.Popen[bytes] | None = None
        self.starts = 0

    def start(self) -> None:
        """Start it, in a group of its own that ends with us."""
        with self.log.open("ab") as output:
            self.running = subprocess.Popen(
                self.words,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=servers.dies_with_parent(signal.SIGTERM),
            )
        self.starts += 1

    def ended(self) -> bool:
        """Whether it was started and is gone."""
        return self.running is not None and self.running.poll() is not None

    def kill(self) -> None:
        """End it and all that it started at once, as a machine that runs out of memory does."""
        if self.running is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()


class Server:
    """PostgreSQL or Redis, which can be stopped and started again with what it had at its address."""

    def __init__(self, words: list[Any], home: Path, last_signal: signal.Signals, port: int) -> None:
        self.words, self.home, self.last_signal, self.port = words, home, last_signal, port
        self.block = ExitStack()

    def start(self) -> None:
        """Start it and wait until it answers."""
        ready = servers.running(self.words, self.home, self.last_signal, lambda: servers.answers(self.port))
        self.block.enter_context(ready)

    def stop(self) -> None:
        """Stop it: nobody answers at its address."""
        self.block.close()


class Stack:
    """Every process of the compose file on this machine."""

    def __init__(self, home: Path, given: dict[str, str], *, tls: int | None = None) -> None:
        self.home, self.var, self.given = home, home / "var", given
        self.compose = read_compose(given)
        self.site = given["ALLOWED_HOSTS"].split(",")[0]
        self.passwords = {name: given[name] for name in ("POSTGRES_PASSWORD", "OWNER_PASSWORD", "APP_PASSWORD")}
        self.ports = {name: servers.free_port() for name in ("postgres", "redis", "web", "stream", "front")}
        self.ports["tls"] = tls or servers.free_port()
        self.processes = {name: self.process(name) for name in OURS}
        self.certificate = home / "certificate.pem"
        self.stopping = threading.Event()

    @property
    def address(self) -> str:
        """Where the site is, for a browser on this machine."""
        return f"https://{self.site}:{self.ports['tls']}"

    def here(self, text: str, service: str) -> str:
        """A word or a setting of the compose file as it is on this machine: every difference there is."""
        own = self.ports.get(service, 0)
        for there, on_this_machine in (
            ("0.0.0.0:8000", f"{servers.HOST}:{own}"),
            ("--host=0.0.0.0", f"--host={servers.HOST}"),
            ("--port=8000", f"--port={own}"),
            ("http://127.0.0.1:8000/", f"http://{servers.HOST}:{own}/"),
            ("@postgres:5432/", f"@{servers.HOST}:{self.ports['postgres']}/"),
            ("redis://redis:6379/", f"redis://{servers.HOST}:{self.ports['redis']}/"),
            ("/deploy/", f"{DEPLOY}/"),
            ("/tmp/beat-schedule", f"{self.home}/beat-schedule"),  # noqa: S108 - the container's own
            ("listen 8080;", f"listen {servers.HOST}:{self.ports['front']};"),
            ("http://web:8000;", f"http://{servers.HOST}:{self.ports['web']};"),
            ("http://stream:8000;", f"http://{servers.HOST}:{self.ports['stream']};"),
        ):
            text = text.replace(there, on_this_machine)
        return re.sub(rf"^/(?={'|'.join(FOLDERS)})", f"{self.home}/", text)

    def environment(self, service: str) -> dict[str, str]:
        """What a process of a service sees: the compose file's settings, and nothing of the caller's but the path."""
        kept = {name: os.environ[name] for name in ("HOME", "COVERAGE_PROCESS_CONFIG") if name in os.environ}
        programs = servers.postgres_programs()
        path = f"{PROGRAMS}:{programs}:{os.environ['PATH']}:/usr/sbin"
        besides = {
            "PATH": path,
            "ENV_FILE": os.devnull,
            "VAR_DIR": str(self.var),
            "SPT_NOENV": "1",
            "FORWARDED_ALLOW_IPS": "192.0.2.1",  # the front is another machine, which gunicorn itself does not trust
        }
        settings = {
            name: self.here(str(value), service)
            for name, value in self.compose["services"][service].get("environment", {}).items()
        }
        if "PGHOST" in settings:
            settings |= {"PGHOST": servers.HOST, "PGPORT": str(self.ports["postgres"])}
        return kept | image_environment() | besides | settings

    def words(self, service: str) -> list[str]:
        """The command line of a service."""
        return [self.here(word, service) for word in self.compose["services"][service].get("command", image_command())]

    def process(self, service: str) -> Process:
        """The process of a service, not yet started."""
        environment = self.environment(service)
        program, *words = self.words(service)
        found = shutil.which(program, path=environment["PATH"])
        if found is None:
            raise servers.Unavailable(f"{program} is not installed.")
        return Process(service, [found, *words], environment, self.home / f"{service}.log")

    def run(self, service: str, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run something as a service would: `docker compose run --rm SERVICE …`. Without words, its own command."""
        environment = self.environment(service) | {name: self.here(text, service) for name, text in settings.items()}
        line = [self.here(word, service) for word in words] or self.words(service)
        program = shutil.which(line[0], path=environment["PATH"]) or line[0]
        return subprocess.run(
            [program, *line[1:]], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=600
        )

    def must(self, service: str, *words: str, **settings: str) -> str:
        """The same, and what it printed. `Unavailable` where it did not end well."""
        done = self.run(service, *words, **settings)
        if done.returncode:
            raise servers.Unavailable(f"{service}: {' '.join(words)} failed:\n{done.stdout}{done.stderr}"[-3000:])
        return done.stdout

    @contextmanager
    def running(self) -> Iterator[Stack]:
        """All of it, started in the compose file's order, for as long as the block."""
        for name in (*FOLDERS, "var"):
            (self.home / name).mkdir()
        with ExitStack() as block:
            self.start_servers(block)
            self.must("web", "python", "manage.py", "collectstatic", "--noinput", "-v0")  # what the image does
            self.must("migrate")
            block.callback(self.stop)
            for process in self.processes.values():
                process.start()
            self.start_fronts()
            keeper = threading.Thread(target=self.keep)
            keeper.start()
            block.callback(keeper.join)
            block.callback(self.stopping.set)
            yield self

    def start_servers(self, block: ExitStack) -> None:
        """PostgreSQL, with the compose file's roles, and Redis, by the compose file's command line."""
        programs, redis = servers.postgres_programs(), shutil.which("redis-server")
        if programs is None or redis is None:
            raise servers.Unavailable("PostgreSQL and Redis must be installed.")
        home = block.enter_context(servers.folder())
        secret = home / "password"
        secret.write_text(self.passwords["POSTGRES_PASSWORD"])
        if servers.is_root():
            shutil.chown(secret, "nobody")
        data = servers.make_cluster(programs, home, "--auth", "scram-sha-256", "--pwfile", str(secret))
        port = self.ports["postgres"]
        words = [programs / "postgres", "-D", data, "-p", str(port), "-c", f"listen_addresses={servers.HOST}"]
        self.postgres = Server([*words, "-c", "unix_socket_directories="], home, signal.SIGINT, port)
        command = self.compose["services"]["redis"]["command"]
        port, home = self.ports["redis"], block.enter_context(servers.folder())
        self.redis = Server([redis, *command[1:], "--port", str(port), "--dir", home], home, signal.SIGTERM, port)
        for server in (self.postgres, self.redis):
            server.start()
            block.callback(server.stop)
        roles = self.home / "roles.sql"
        roles.write_text(self.compose["configs"]["roles"]["content"])
        self.ask_superuser("CREATE DATABASE quality", database="postgres")
        self.must("backups", "psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(roles), **self.superuser("quality"))

    def superuser(self, database: str) -> dict[str, str]:
        """How psql reaches a database as nobody of the application may."""
        return self.passwords | {
            "PGUSER": "postgres",
            "PGPASSWORD": self.passwords["POSTGRES_PASSWORD"],
            "PGDATABASE": database,
        }

    def ask_superuser(self, question: str, database: str = "quality") -> str:
        """What PostgreSQL answers its superuser."""
        return self.must("backups", "psql", "-qtA", "-c", question, **self.superuser(database)).strip()

    def start_fronts(self) -> None:
        """The compose file's front, and the site that ends TLS before it."""
        key = self.home / "key.pem"
        make_certificate(self.site, self.certificate, key)
        tls = (DEPLOY / "tls.conf").read_text()
        tls = tls[tls.index("server {\n  listen 443") :]
        for there, on_this_machine in (
            ("listen 443 ssl;", f"listen {servers.HOST}:{self.ports['tls']} ssl;"),
            ("quality.council.example", self.site),
            ("/etc/ssl/quality/fullchain.pem", str(self.certificate)),
            ("/etc/ssl/quality/privkey.pem", str(key)),
            ("http://127.0.0.1:8080;", f"http://{servers.HOST}:{self.ports['front']};"),
        ):
            tls = tls.replace(there, on_this_machine)
        front = self.here(self.compose["configs"]["front"]["content"], "front")
        for name, site in (("front", front), ("tls", tls)):
            home = self.home / f"nginx-{name}"
            home.mkdir()
            words = [servers.nginx() or "nginx", "-c", str(around(site, home)), "-p", str(home), "-e", "stderr"]
            nginx = Process(name, words, {"PATH": os.environ["PATH"]}, self.home / f"{name}.log")
            nginx.start()
            self.processes[name] = nginx
        wait_until(lambda: all(map(servers.answers, self.ports.values())), self)

    def stop(self) -> None:
        """Ask every process to end, all at once, and end those that take long."""
        alive = [process for process in self.processes.values() if process.running and not process.ended()]
        for process in alive:
            if process.running:
                process.running.terminate()
        deadline = time.monotonic() + SECONDS_TO_STOP
        while time.monotonic() < deadline and not all(process.ended() for process in alive):
            time.sleep(0.1)
        for process in self.processes.values():
            process.kill()

    def keep(self) -> None:
        """Start again whatever ended, as `restart: unless-stopped` does."""
        while not self.stopping.wait(PAUSE):
            for process in self.processes.values():
                if process.ended() and not self.stopping.is_set():
                    process.start()

    def logs(self) -> str:
        """The last lines of every process."""
        return "\n".join(f"{log.stem}: {log.read_text(errors='replace')[-800:]}" for log in self.home.glob("*.log"))


def wait_until(happens: Any, stack: Stack) -> None:
    """Wait for it; `Unavailable` with the logs where it does not come."""
    deadline = time.monotonic() + SECONDS_TO_START
    while not happens():
        if time.monotonic() > deadline:
            raise servers.Unavailable(f"The stack did not start.\n{stack.logs()}")
        time.sleep(0.1)


def around(block: str, home: Path) -> Path:
    """The least that nginx needs around a server block, with everything it writes in its own folder."""
    kept = "".join(f"{name}_temp_path {home}/{name}; " for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    file = home / "nginx.conf"
    user = "user root; " if servers.is_root() else ""
    file.write_text(
        f"{user}daemon off; pid {home}/pid; error_log stderr; events {{}}\nhttp {{ access_log off; {kept}\n{block}}}\n"
    )
    return file


def make_certificate(site: str, certificate: Path, key: Path) -> None:
    """A certificate for one name, for a day, that its own holder signs."""
    secret, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.OID_COMMON_NAME, site)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(site)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(secret, hashes.SHA256())
    )
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        secret.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def settings_for(site: str, mail: Mailbox, port: int | None = None) -> dict[str, str]:
    """What an operator puts into `.env`, for a stack that lives an hour."""
    where = f"https://{site}" + (f":{port}" if port else "")
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": site,
        "SITE_ADDRESS": where,
        "POSTGRES_PASSWORD": secrets.token_hex(12),
        "OWNER_PASSWORD": secrets.token_hex(12),
        "APP_PASSWORD": secrets.token_hex(12),
        "EMAIL_URL": mail.url,
        "DEFAULT_FROM_EMAIL": f"quality-counts@{site}",
        "COUNCIL_NAME": "Council of the stack",
    }


@contextmanager
def started(site: str, *, port: int | None = None) -> Iterator[tuple[Stack, Mailbox]]:
    """The whole stack with a mail server of its own, in a folder that goes with it."""
    with servers.folder() as home:
        home.chmod(0o755)
        mails = home / "mail"
        mails.mkdir()
        with mailbox(mails) as mail, Stack(home, settings_for(site, mail, port), tls=port).running() as stack:
            yield stack, mail


def main() -> int:
    """Run it until it is told to stop: 0; 2 where something this needs is not here."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--port", type=int, default=8443, help="the port of https://localhost (8443)")
    options = asked.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if lacking := [name for name in NEEDS if name in servers.missing()]:
        servers.install(lacking)
    print("Starting the database, Redis, pages, stream, worker, schedule, backups and fronts ...", flush=True)
    with started("localhost", port=options.port) as (stack, _):
        made = stack.must("web", "python", "manage.py", "make_administrator", "admin@example.gov.uk", "--json")
        print(f"\nProduction's layout is on {stack.address}/   (Ctrl-C stops it and throws it away)")
        print(f"The first administrator's link, good once:\n{made.strip()}")
        print(f"Logs, mail and backups: {stack.home}", flush=True)
        while True:
            signal.pause()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except servers.Unavailable as why:
        print(why, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("Stopped.")
