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
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import servers  # noqa: E402
from tests.journeys.mailbox import Mailbox, mailbox  # noqa: E402
from tests.stack_parts import (  # noqa: E402
    Process,
    Server,
    around,
    image_command,
    image_environment,
    make_certificate,
    read_compose,
)

DEPLOY = ROOT / "docs" / "deploy"
PROGRAMS = Path(sys.executable).parent
NEEDS = ("PostgreSQL", "Redis", "nginx", "Pango")
OURS = ("web", "stream", "worker", "beat", "backups")
"""The services that are started as processes here once `migrate` is done; PostgreSQL, Redis and nginx beside them."""
FOLDERS = ("files", "heads", "backups")
ADMINISTRATOR = "admin@example.gov.uk"
SECONDS_TO_START = 60
SECONDS_TO_STOP = 5
PAUSE = 0.5
"""Seconds after which a process that ended is started again, as `restart: unless-stopped` has Docker do it."""


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
            ("/tmp/beat-schedule", f"{self.home}/beat-schedule"),  # noqa: S108 - the container's own
            ("listen 8080;", f"listen {servers.HOST}:{self.ports['front']};"),
            ("http://web:8000;", f"http://{servers.HOST}:{self.ports['web']};"),
            ("http://stream:8000;", f"http://{servers.HOST}:{self.ports['stream']};"),
        ):
            text = text.replace(there, on_this_machine)
        text = re.sub(r"(?<!\S)/deploy/", f"{DEPLOY}/", text)
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

    def config(self, name: str) -> str:
        """A file that the compose file hands to its containers."""
        return str(ROOT / self.compose["configs"][name]["file"])

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
        words += ["-c", "unix_socket_directories=", "-c", "fsync=off"]  # it lives an hour
        self.postgres = Server(words, home, signal.SIGINT, port)
        command = self.compose["services"]["redis"]["command"]
        port, home = self.ports["redis"], block.enter_context(servers.folder())
        self.redis = Server([redis, *command[1:], "--port", str(port), "--dir", home], home, signal.SIGTERM, port)
        for server in (self.postgres, self.redis):
            server.start()
            block.callback(server.stop)
        self.ask_superuser("CREATE DATABASE quality", database="postgres")
        self.must(
            "backups", "psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", self.config("roles"), **self.superuser("quality")
        )

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
        front = self.here(Path(self.config("front")).read_text(), "front")
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


def stop_asked(signum: int, frame: FrameType | None) -> None:
    """SIGTERM ends it as Ctrl-C does; the second time neither disturbs the ending."""
    for asking in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asking, signal.SIG_IGN)
    raise KeyboardInterrupt


def main() -> int:
    """Run it until it is told to stop: 0; 2 where something this needs is not here."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--port", type=int, default=8443, help="the port of https://localhost (8443)")
    options = asked.parse_args()
    for asking in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asking, stop_asked)
    if lacking := [name for name in NEEDS if name in servers.missing()]:
        servers.install(lacking)
    print("Starting the database, Redis, pages, stream, worker, schedule, backups and fronts ...", flush=True)
    with started("localhost", port=options.port) as (stack, _):
        made = json.loads(stack.must("web", "python", "manage.py", "make_administrator", ADMINISTRATOR, "--json"))
        print(f"\nProduction's layout is on {stack.address}/   (Ctrl-C stops it and throws it away)")
        print(f"Its certificate is of its own making: {stack.certificate}")
        print(f"\nThe first administrator is {ADMINISTRATOR}; this link sets their password, once:\n  {made['link']}")
        print(f"\nLogs, mail, files and backups are in {stack.home}")
        print(f"Whether all is well: curl --cacert {stack.certificate} {stack.address}/health/ready", flush=True)
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
