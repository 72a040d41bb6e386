"""`make bench`: every row of the speed table that the product has, on SQLite and on PostgreSQL with Redis.

Each row is measured twice, on a hundredth of the data and on all of it, so that the table says how cost grows.

Nothing of the caller's is used but PATH, HOME and LANG, and DATABASE_URL for the PostgreSQL to make a database in.
The floors are measured in the same minutes as what is held against them.
"""

from __future__ import annotations

import argparse
import os
import platform
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from benchmarks import memory, sites, sized, table  # noqa: E402
from tests import servers  # noqa: E402

PROGRAMS = Path(sys.executable).parent
TABLE = ROOT / "benchmarks" / "table.md"
SHARE = 100
SMALL = f"1/{SHARE}"
FLOORS = {"DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
JOBS = ("pdf", "export", "many", "draw", "figures", "sweep")
GUNICORN = "--worker-class gthread --workers 2 --threads 4 --no-control-socket --log-level error"
UVICORN = "--lifespan off --ws none --no-access-log --no-proxy-headers --no-server-header --log-level error"
SECONDS_TO_START = 120
WORDS = """\
Ratios are what counts; milliseconds are information. The floors: F is one indexed query and a template of twelve
lines, L a list of 25 rows, M a form of seven grades, each under the same gunicorn and without any middleware; A counts
twelve months of a million grades in one bare query. Pages are asked for as a browser does: signed in, and gzipped.

On a machine with other work a long answer is interrupted more often than a short one, and ratios of p50 come out too
high. The ratio of the processors' time beside it is disturbed less.

"At 1/100" is the same row on a hundredth of the data: of the cases and grades behind draws, figures and exports, of the
open actions, and of the lists that are imported. Behind the pages lie 300 cases and 25 audits then, not 4,000 and
2,500: the meetings need so many cases. Rows 5, 12 and 13 are about meetings and processes, and measured once; row 13 is
left out on SQLite, where pages and streams are one process and production is not."""
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
def own_database(url: str, *, like: str = "") -> Iterator[str]:
    """A database of our own on a PostgreSQL, dropped afterwards; `like`: a copy of the one at that address."""
    import psycopg2  # type: ignore[import-untyped]

    name = f"qualitycounts_bench_{secrets.token_hex(4)}"
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        template = f" TEMPLATE {urlsplit(like).path.strip('/')}" if like else ""
        cursor.execute(f"CREATE DATABASE {name}{template}")
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
            connection.close()


@dataclass(frozen=True, slots=True)
class Engine:
    """The settings of one engine, and a way to a second database of it that is as the first is now."""

    env: Environment
    copied: Callable[[Environment], Environment]


def prepare(env: Environment) -> None:
    """The tables, the standards and the static files."""
    for words in ("migrate -v 0", "load_standards fixtures/standards_v7.json", "collectstatic --noinput -v 0"):
        python("manage.py", *words.split(), env=env)


def measure(env: Environment, share: int, *, whole: bool = True) -> list[table.Line]:
    """Every row on one engine at one in `share` of the data, or only those that go by the data."""
    cases, audits = sized.behind_the_pages(share)
    python("manage.py", "scale_data", "--cases", str(cases), "--audits", str(audits), env=env)
    with served(env) as product, served(env | FLOORS) as floors:
        lines = table.load(python("-m", "benchmarks.pages", *product, *floors, env=env))
        lines.append(memory.peak_line("Pages", int(product[1])))
    if whole:
        lines += by_the_front(env) + to_the_other(env)
    parts = ["importing page", "importing command", *(f"work {job}" for job in JOBS), *(["papers"] if whole else [])]
    for words in parts:
        lines += table.load(python("-m", "benchmarks.sized", str(share), *words.split(), env=env))
    if whole:
        with queued(env) as (worker, schedule):
            lines += memory.worker_lines(worker, schedule, env, ROOT)
    return sorted(lines, key=lambda line: int(line.row))


def to_the_other(env: Environment) -> list[table.Line]:
    """From one chair's save to the other's screen, and what the stream's process held."""
    with served(env) as product, streamed(env) as streams:
        pages = product if "REDIS_URL" in env else streams
        lines = table.load(python("-m", "benchmarks.live", pages[0], streams[0], env=env))
        return [*lines, memory.peak_line("Stream", int(streams[1]))]


def by_the_front(env: Environment) -> list[table.Line]:
    """What a browser waits for, with production's nginx before the pages and before the floors.

    Nothing without Redis, by which the pages reach the stream, or without nginx.
    """
    if "REDIS_URL" not in env or not servers.nginx():
        return []
    behind = {name: value for name, value in env.items() if name != "PLAIN_HTTP"} | {"TRUSTED_PROXIES": "2"}
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="quality-counts-front-")))
        product, floors, streams = (
            stack.enter_context(start(settings))
            for start, settings in ((served, behind), (served, env | FLOORS), (streamed, behind))
        )
        words, tls = sites.write_sites(home, {"product": int(product[0]), "floors": int(floors[0])}, int(streams[0]))
        stack.enter_context(running(env, tls["product"], words))
        ports = [str(tls["product"]), product[1], str(tls["floors"]), floors[1], floors[0]]
        return table.load(python("-m", "benchmarks.front", *ports, str(home / "certificate.pem"), env=behind))


@contextmanager
def queued(env: Environment) -> Iterator[tuple[int, int]]:
    """The worker and the schedule, as in production: their processes."""
    with_us = servers.dies_with_parent(signal.SIGTERM)
    celery = [PROGRAMS / "celery", "--quiet", "--app", "qualitycounts"]
    beat = ["beat", "--schedule", f"{env['VAR_DIR']}/beat", "--loglevel", "ERROR"]
    both = [[*celery, "worker", "--concurrency", "2", "--loglevel", "ERROR"], [*celery, *beat]]
    processes = [subprocess.Popen(words, cwd=ROOT, env=env, preexec_fn=with_us) for words in both]  # noqa: PLW1509
    try:
        yield processes[0].pid, processes[1].pid
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


@contextmanager
def engines(home: Path) -> Iterator[dict[str, Engine]]:
    """The settings of each engine there is, with Redis where it is PostgreSQL."""
    (home / "sqlite").mkdir()

    def sqlite_copied(env: Environment) -> Environment:
        return env | {"VAR_DIR": str(shutil.copytree(env["VAR_DIR"], f"{env['VAR_DIR']}-small"))}

    found = {"SQLite": Engine(environment(home / "sqlite"), sqlite_copied)}
    with ExitStack() as stack:
        try:
            url = stack.enter_context(servers.postgres())
            redis = stack.enter_context(servers.private_redis())
        except servers.Unavailable as why:
            print(f"SQLite only: {why}")
        else:
            (home / "postgresql").mkdir()
            database = stack.enter_context(own_database(url))

            def postgresql_copied(env: Environment) -> Environment:
                copy = stack.enter_context(own_database(url, like=database))
                return sqlite_copied(env) | {"DATABASE_URL": copy, "REDIS_URL": redis.replace("/0", "/1")}

            env = environment(home / "postgresql", DATABASE_URL=database, REDIS_URL=redis)
            found["PostgreSQL and Redis"] = Engine(env, postgresql_copied)
        yield found


def main() -> None:
    """Measure, print and write down; with `--engine`, on that one alone; with `--small`, at a share and unwritten."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--engine", choices=["sqlite", "postgresql"], help="measure on this engine alone")
    asked.add_argument("--small", action="store_true", help=f"measure at {SMALL} of the data alone: a trial")
    options = asked.parse_args()
    began = time.monotonic()
    parts = []
    with tempfile.TemporaryDirectory(prefix="quality-counts-bench-") as name, engines(Path(name)) as all_engines:
        for title, engine in all_engines.items():
            if title.lower().startswith(options.engine or ""):
                parts.append(engine_part(title, engine, only_small=options.small))
    if not options.small:
        TABLE.write_text(f"{heading(time.monotonic() - began)}\n\n" + "\n".join(parts))
        print(f"\nWritten to {TABLE.relative_to(ROOT)}")


def engine_part(title: str, engine: Engine, *, only_small: bool) -> str:
    """The table of one engine, printed and as it is written down."""
    prepare(engine.env)
    small = measure(engine.copied(engine.env), SHARE, whole=only_small)
    lines = small if only_small else measure(engine.env, 1)
    part = table.markdown(lines, [] if only_small else small, SMALL)
    print(f"\n{title}\n{part}\n\n{table.summary(lines)}", flush=True)
    return f"## {title}\n\n{part}\n"


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
