"""`make bench`: every row of the speed table that the product has, on SQLite and on PostgreSQL with Redis.

Nothing of the caller's is used but PATH, HOME and LANG, and DATABASE_URL for the PostgreSQL to make a database in.
The floors are measured in the same minutes as what is held against them.
"""

from __future__ import annotations

import argparse
import os
import platform
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from benchmarks import table  # noqa: E402
from tests import servers  # noqa: E402

PROGRAMS = Path(sys.executable).parent
TABLE = ROOT / "benchmarks" / "table.md"
CASES, AUDITS = 4_000, 2_500
GUNICORN = "--worker-class gthread --workers 2 --threads 4 --no-control-socket --log-level error"
UVICORN = "--lifespan off --ws none --no-access-log --no-proxy-headers --no-server-header --log-level error"
SECONDS_TO_START = 30
WORDS = """\
Ratios are what counts; milliseconds are information. The floors: F is one indexed query and a template of twelve
lines, L a list of 25 rows, M a form of seven grades, each under the same gunicorn and without any middleware; A counts
twelve months of a million grades in one bare query. Pages are asked for as a browser does: signed in, and gzipped.

On a machine with other work a long answer is interrupted more often than a short one, and ratios of p50 come out too
high. The ratio of the processors' time beside it is disturbed less."""
Environment = dict[str, str]


def environment(var: Path, **settings: str) -> Environment:
    """A live site's settings, with nothing of the caller's in them."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    own = {
        "ENV_FILE": os.devnull,
        "VAR_DIR": str(var),
        "SECRET_KEY": secrets.token_hex(32),
        "ALLOWED_HOSTS": servers.HOST,
        "PLAIN_HTTP": "1",
        "DJANGO_SETTINGS_MODULE": "qualitycounts.settings",
        "PYTHONPATH": str(ROOT),
    }
    return kept | own | settings


def python(*words: str, env: Environment) -> str:
    """Run one of our programs to its end and give what it printed; it dies with us."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=servers.dies_with_parent(signal.SIGTERM),
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} failed:\n{done.stderr.strip()[-3000:]}")
    return done.stdout


def served(env: Environment) -> AbstractContextManager[list[str]]:
    """Gunicorn as in production: its port, and its process."""
    port = servers.free_port()
    site = env["DJANGO_SETTINGS_MODULE"].partition(".")[0]
    own = [f"{site}.wsgi:application", "--bind", f"{servers.HOST}:{port}", *GUNICORN.split()]
    return running(env, port, [PROGRAMS / "gunicorn", *own])


def streamed(env: Environment) -> AbstractContextManager[list[str]]:
    """The streams, as in production: their port, and their process. Without Redis it has to serve the pages, too."""
    port = servers.free_port()
    own = ["qualitycounts.asgi:application", "--host", servers.HOST, "--port", str(port), *UVICORN.split()]
    return running(env, port, [PROGRAMS / "uvicorn", *own])


@contextmanager
def running(env: Environment, port: int, words: list[str | Path]) -> Iterator[list[str]]:
    """A server for as long as it is needed: its port, and its process."""
    with_us = servers.dies_with_parent(signal.SIGTERM)
    server = subprocess.Popen(words, cwd=ROOT, env=env, preexec_fn=with_us)  # noqa: PLW1509
    try:
        until = time.monotonic() + SECONDS_TO_START
        while not servers.answers(port):
            if server.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"{words[0]} did not start.")
            time.sleep(0.05)
        yield [str(port), str(server.pid)]
    finally:
        server.terminate()
        server.wait()


@contextmanager
def own_database(url: str) -> Iterator[str]:
    """A database of our own on a PostgreSQL, dropped afterwards."""
    import psycopg2  # type: ignore[import-untyped]

    name = f"qualitycounts_bench_{secrets.token_hex(4)}"
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
            connection.close()


def measure(env: Environment) -> list[table.Line]:
    """Every row on one engine."""
    for words in ("migrate -v 0", "load_standards fixtures/standards_v7.json", "collectstatic --noinput -v 0"):
        python("manage.py", *words.split(), env=env)
    python("manage.py", "scale_data", "--cases", str(CASES), "--audits", str(AUDITS), env=env)
    with served(env) as product, served(env | {"DJANGO_SETTINGS_MODULE": "benchmarks.settings"}) as floors:
        lines = table.load(python("-m", "benchmarks.pages", *product, *floors, env=env))
    with served(env) as product, streamed(env) as streams:
        pages = product if "REDIS_URL" in env else streams
        lines += table.load(python("-m", "benchmarks.live", pages[0], streams[0], env=env))
    for size in ("page", "command"):
        lines += table.load(python("-m", "benchmarks.importing", size, env=env))
    lines += table.load(python("-m", "benchmarks.papers", env=env))
    for job in ("pdf", "many", "export", "draw", "figures", "sweep"):
        lines += table.load(python("-m", "benchmarks.work", job, env=env))
    return sorted(lines, key=lambda line: int(line.row))


@contextmanager
def engines(home: Path) -> Iterator[dict[str, Environment]]:
    """The settings of each engine there is."""
    (home / "sqlite").mkdir()
    found = {"SQLite": environment(home / "sqlite")}
    with ExitStack() as stack:
        try:
            url = stack.enter_context(servers.postgres())
            redis = stack.enter_context(servers.private_redis())
        except servers.Unavailable as why:
            print(f"SQLite only: {why}")
        else:
            (home / "postgresql").mkdir()
            database = stack.enter_context(own_database(url))
            found["PostgreSQL and Redis"] = environment(home / "postgresql", DATABASE_URL=database, REDIS_URL=redis)
        yield found


def main() -> None:
    """Measure, print and write down; with `--engine`, on that one alone."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--engine", choices=["sqlite", "postgresql"], help="measure on this engine alone")
    only = asked.parse_args().engine or ""
    began = time.monotonic()
    parts = []
    with tempfile.TemporaryDirectory(prefix="quality-counts-bench-") as name, engines(Path(name)) as found:
        for engine, env in found.items():
            if not engine.lower().startswith(only):
                continue
            lines = measure(env)
            parts.append(f"## {engine}\n\n{table.markdown(lines)}\n")
            print(f"\n{engine}\n{table.markdown(lines)}\n\n{table.summary(lines)}", flush=True)
    TABLE.write_text(f"{heading(time.monotonic() - began)}\n\n" + "\n".join(parts))
    print(f"\nWritten to {TABLE.relative_to(ROOT)}")


def heading(seconds: float) -> str:
    """What the table says above itself: the machine, the day and the commit."""
    machine = f"Python {platform.python_version()} on {os.cpu_count()} processors ({platform.machine()})"
    asked = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    of = f"{time.strftime('%Y-%m-%d')}, " + (f"commit {asked.stdout.strip()}" if asked.returncode == 0 else "no commit")
    return f"# The last speed table\n\n`make bench`, {machine}, {of}, {seconds:.0f} s.\n\n{WORDS}"


if __name__ == "__main__":
    main()
