"""The parts of the stack: the compose file as Docker reads it, processes, servers, and what nginx needs."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests import servers

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILE = ROOT / "Dockerfile"
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
