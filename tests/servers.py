"""PostgreSQL and Redis for the suite and the benchmarks, and nothing left behind.

`with servers.postgres() as url` and `with servers.redis() as url` go down one ladder: the server that DATABASE_URL or
REDIS_URL names, else the one on this machine's usual port if it answers and lets us create databases, else a private
one from the installed programs. `missing()` and `install()` see to the programs. Only the standard library is used.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HOST = "127.0.0.1"
USUAL_POSTGRES = f"postgres://postgres@{HOST}:5432/postgres"
USUAL_REDIS = f"redis://{HOST}:6379"
FOLDERS = "quality-counts-"
SECONDS_TO_START = 60
PR_SET_PDEATHSIG = 1

# The project's own driver asks, in a process of its own.
MAY_CREATE = """
import sys, psycopg2
with psycopg2.connect(sys.argv[1], connect_timeout=3) as connection, connection.cursor() as cursor:
    cursor.execute("SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user")
    sys.exit(0 if cursor.fetchone()[0] else 1)
"""


class Unavailable(Exception):
    """A server that was named does not answer, or one could not be started; the sentence says which."""


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL in which we may create databases."""
    named = os.environ.get("DATABASE_URL", "")
    if named.startswith("postgres"):
        if not lets_us_create(named):
            raise Unavailable("The server of DATABASE_URL does not answer, or does not let us create databases.")
        yield named
    elif lets_us_create(USUAL_POSTGRES):
        yield USUAL_POSTGRES
    else:
        with private_postgres() as url:
            yield url


@contextmanager
def redis() -> Iterator[str]:
    """The address of a Redis; on a running one that nobody named, a database in it that is empty, and is so after."""
    named = os.environ.get("REDIS_URL", "")
    if named:
        if not pongs(named):
            raise Unavailable("The server of REDIS_URL does not answer.")
        yield named
    elif url := claimed(USUAL_REDIS):
        try:
            yield url
        finally:
            asked(url, "FLUSHDB")
    else:
        with private_redis() as url:
            yield url


@contextmanager
def private_postgres() -> Iterator[str]:
    """A cluster of our own in a temporary folder, fast rather than safe: it lives as long as the block."""
    programs = postgres_programs()
    if programs is None:
        raise Unavailable("PostgreSQL is not installed.")
    with folder() as home:
        port = free_port()
        data = make_cluster(programs, home, "--auth", "trust")
        words: list[str | Path] = [programs / "postgres", "-D", data, "-p", str(port)]
        settings = {
            "listen_addresses": HOST,
            "unix_socket_directories": "",
            "max_connections": 200,
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
        }
        for name, value in settings.items():
            words += ["-c", f"{name}={value}"]
        url = f"postgres://postgres@{HOST}:{port}/postgres"
        with running(words, home, signal.SIGQUIT, lambda: answers(port) and lets_us_create(url)):
            yield url


def make_cluster(programs: Path, home: Path, *more: str) -> Path:
    """A new cluster in a folder; who may sign in how is the caller's to say."""
    options = "--username postgres --encoding UTF8 --locale C --no-sync"
    initdb = [str(programs / "initdb"), "-D", str(home / "data"), *options.split(), *more]
    done = subprocess.run(initdb, cwd=home, capture_output=True, text=True, check=False, **as_nobody())
    if done.returncode:
        raise Unavailable(f"PostgreSQL's initdb failed: {done.stderr.strip()}")
    return home / "data"


@contextmanager
def private_redis() -> Iterator[str]:
    """A Redis of our own that keeps nothing: it lives as long as the block."""
    program = shutil.which("redis-server")
    if program is None:
        raise Unavailable("Redis is not installed.")
    with folder() as home:
        port = free_port()
        words = [program, "--port", str(port), "--bind", HOST, "--dir", home, "--save", "", "--appendonly", "no"]
        url = f"redis://{HOST}:{port}/0"
        with running(words, home, signal.SIGTERM, lambda: pongs(url)):
            yield url


@contextmanager
def running(
    words: list[Any], home: Path, last_signal: signal.Signals, ready: Callable[[], bool]
) -> Iterator[subprocess.Popen[bytes]]:
    """A server that dies with us, whatever ends us: the kernel sends it `last_signal` when this process is gone."""
    log = home / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            words,
            cwd=home,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=dies_with_parent(last_signal),
            **as_nobody(),
        )
    try:
        deadline = time.monotonic() + SECONDS_TO_START
        while not ready():
            if server.poll() is not None or time.monotonic() > deadline:
                raise Unavailable(f"{Path(words[0]).name} did not start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        yield server
    finally:
        server.send_signal(last_signal)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder that the server's own user may write in; first, those that killed suites left are removed."""
    for left in Path(tempfile.gettempdir()).glob(f"{FOLDERS}*"):
        owner = left.name.removeprefix(FOLDERS).partition("-")[0]
        if owner.isdigit() and not Path("/proc", owner).exists() and Path("/proc/self").exists():
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{FOLDERS}{os.getpid()}-", ignore_cleanup_errors=True) as name:
        if is_root():
            shutil.chown(name, "nobody", group_of_nobody())
        yield Path(name)


def as_nobody() -> dict[str, Any]:
    """PostgreSQL refuses to run as root; so as root a server runs as nobody."""
    return {"user": "nobody", "group": group_of_nobody(), "extra_groups": []} if is_root() else {}


def group_of_nobody() -> str:
    """Debian's name for it, else the other one."""
    import grp

    return "nogroup" if any(group.gr_name == "nogroup" for group in grp.getgrall()) else "nobody"


def is_root() -> bool:
    """Whether we may do as we like."""
    return os.geteuid() == 0


def dies_with_parent(last_signal: signal.Signals) -> Callable[[], None] | None:
    """What a child calls before it becomes the server; elsewhere than on Linux there is no such thing."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(last_signal))
        if os.getppid() != parent:
            os._exit(1)

    return ask


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as caller:
        caller.settimeout(1)
        return caller.connect_ex((HOST, port)) == 0


def lets_us_create(url: str) -> bool:
    """Whether the PostgreSQL there answers and lets us create databases."""
    asked = [sys.executable, "-c", MAY_CREATE, url]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def asked(url: str, *commands: str) -> list[str]:
    """What a Redis answers, a line each; nothing where none answers, or where it wants a password we were not given."""
    place = urlsplit(url)
    before = [f"AUTH {place.username or 'default'} {place.password}"] if place.password else []
    before += [f"SELECT {place.path.strip('/') or 0}"]
    try:
        with socket.create_connection((place.hostname or HOST, place.port or 6379), timeout=2) as caller:
            caller.sendall("".join(f"{command}\r\n" for command in (*before, *commands, "QUIT")).encode())
            reply = b""
            while part := caller.recv(4096):
                reply += part
    except OSError:
        return []
    lines = reply.decode().splitlines()
    return [] if any(line.startswith("-") for line in lines) else lines[len(before) : -1]


def pongs(url: str) -> bool:
    """Whether a Redis answers there, to us."""
    return asked(url, "PING") == ["+PONG"]


def claimed(server: str) -> str | None:
    """A database of that Redis with nothing in it but our claim."""
    for number in range(15, 0, -1):
        url = f"{server}/{number}"
        match asked(url, "SET quality-counts-suite 1 NX", "DBSIZE"):
            case ["+OK", ":1"]:
                return url
            case ["+OK", _]:
                asked(url, "DEL quality-counts-suite")
    return None


def postgres_programs() -> Path | None:
    """The folder of initdb and postgres: Debian keeps them off the PATH, one folder a version."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda found: int(found.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return next((found for found in folders if (found / "initdb").exists() and (found / "postgres").exists()), None)


def chromium() -> str | None:
    """The installed browser that the browser tests drive."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def headless_shell() -> object:
    """What most of the browser tests drive, where Debian's packages have it."""
    return shutil.which("chromium-headless-shell") or not shutil.which("apt-get")


def nginx() -> str | None:
    """The installed front, which Debian keeps where only root's PATH looks."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def prints_pdf() -> bool:
    """Whether the report printer finds the libraries it draws with."""
    return subprocess.run([sys.executable, "-c", "import weasyprint"], capture_output=True, check=False).returncode == 0


def has_postgres() -> bool:
    """A server that was named or answers, else the programs for one."""
    named = os.environ.get("DATABASE_URL", "").startswith("postgres")
    return named or postgres_programs() is not None or lets_us_create(USUAL_POSTGRES)


def has_redis() -> bool:
    """The same of Redis."""
    return bool(os.environ.get("REDIS_URL") or shutil.which("redis-server")) or pongs(USUAL_REDIS)


def has_fonts() -> bool:
    """Whether a face as wide as Arial is here, so that a page in the browser breaks where it does for its readers."""
    return any(Path("/usr/share/fonts").rglob("LiberationSans-Regular.*")) or not sys.platform.startswith("linux")


NEEDS: Mapping[str, tuple[Callable[[], object], str]] = {
    "PostgreSQL": (has_postgres, "postgresql"),
    "Redis": (has_redis, "redis-server"),
    "Chromium": (chromium, "chromium"),
    "Chromium's headless shell": (headless_shell, "chromium-headless-shell"),
    "Pango": (prints_pdf, "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"),
    "fonts": (has_fonts, "fonts-liberation"),
    "nginx": (nginx, "nginx"),
    "Poppler": (lambda: shutil.which("pdftotext"), "poppler-utils"),
}


def missing() -> list[str]:
    """The names of what the suite needs and this machine has not."""
    return [name for name, (here, _) in NEEDS.items() if not here()]


def apt_line(names: list[str]) -> str:
    """The one line that installs them on Debian and its cousins."""
    return f"apt-get install -y --no-install-recommends {' '.join(NEEDS[name][1] for name in names)}"


def install(names: list[str]) -> None:
    """Install what is missing when this is root on Debian; else refuse, with the one line to run."""
    if not (is_root() and shutil.which("apt-get")):
        raise Unavailable(f"The suite needs {', '.join(names)}. Run this once:\n    sudo {apt_line(names)}")
    print(f"Installing {', '.join(names)} (once) ...", flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in ("apt-get update -qq", f"{apt_line(names)} -qq"):
        done = subprocess.run(words.split(), env=quiet, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Unavailable(f"{words} failed:\n{done.stderr.strip()[-2000:]}\nRun it yourself: {apt_line(names)}")
