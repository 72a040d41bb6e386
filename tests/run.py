"""`make test`: the static checks, then the tests on SQLite, then the tests on PostgreSQL and Redis.

Every rule is tested on both. Tests that open pages or drive a browser run on PostgreSQL and Redis, as in production;
tests whose answers no database decides run on SQLite, and among them the walks over every page and form (ADR 65).
`make cover` runs all but the browsers' on SQLite, and counts the lines reached there.
The tests see a clean environment: nothing of the caller's but PATH, HOME and LANG. The last line printed is
`N passed, N failed, N skipped`, summed over both runs; a static check or a coverage that falls short counts as failed.
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import servers  # noqa: E402

PROGRAMS = Path(sys.executable).parent
CHECKS_AT_ONCE = 2
TESTS_AT_ONCE = 2 * (os.cpu_count() or 1)
"""Half of a test's time it waits: for a browser, a process that it started, a lock that another holds."""
NOTHING_TO_RUN = 5
COUNTING = ["--cov", "--cov-report=", "--cov-fail-under=0"]
CHECKS = {
    "types": "mypy",
    "style": "ruff check",
    "format": "ruff format --check",
    "walls between the apps": "lint-imports --no-cache",
    "templates": "djlint --lint templates",
    "format of templates": "djlint --check templates",
    "migrations": "python manage.py makemigrations --check --dry-run",
    "compose file": "check-jsonschema --quiet --builtin-schema vendor.compose-spec docker-compose.yml",
    "documentation": "mkdocs build --strict --site-dir VAR_DIR/docs",
}


@dataclass
class Tally:
    """What came of it so far. Where not the whole suite was asked for, one engine may have nothing to run."""

    whole: bool = True
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    short: list[str] = field(default_factory=list)

    def add(self, report: Path) -> None:
        """One run's counts, from pytest's own report; no report, or one without a test, is a failure."""
        suites = list(ET.parse(report).getroot().iter("testsuite")) if report.exists() else []  # noqa: S314
        names = ("tests", "failures", "errors", "skipped")
        count = {name: sum(int(suite.get(name, 0)) for suite in suites) for name in names}
        if self.whole and not count["tests"]:
            self.short.append(f"{report.stem}: no test ran")
        self.skipped += count["skipped"]
        self.failed += count["failures"] + count["errors"]
        self.passed += count["tests"] - count["failures"] - count["errors"] - count["skipped"]

    def line(self) -> str:
        """The last line."""
        return f"{self.passed} passed, {self.failed + len(self.short)} failed, {self.skipped} skipped"


def clean(**settings: str) -> dict[str, str]:
    """An environment with nothing of the caller's in it that could change a result."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"ENV_FILE": os.devnull, "PYTHONUNBUFFERED": "1"} | settings


def check(var: Path, tally: Tally) -> None:
    """Every static check; each that fails says why."""

    def run(command: str) -> tuple[float, subprocess.CompletedProcess[str]]:
        began = time.monotonic()
        program, *words = command.replace("VAR_DIR", str(var)).split()
        environment = clean(DEBUG="1", VAR_DIR=str(var), NO_MKDOCS_2_WARNING="1")
        done = subprocess.run(
            [PROGRAMS / program, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        return time.monotonic() - began, done

    with ThreadPoolExecutor(CHECKS_AT_ONCE) as pool:
        for (name, command), (seconds, done) in zip(CHECKS.items(), pool.map(run, CHECKS.values()), strict=True):
            good = done.returncode == 0
            print(f"{'ok  ' if good else 'FAIL'} {name} ({command}, {seconds:.0f} s)", flush=True)
            if not good:
                tally.short.append(name)
                print((done.stdout + done.stderr).strip(), end="\n\n", flush=True)


def test(name: str, var: Path, tally: Tally, words: list[str], mark: str, **settings: str) -> None:
    """The tests of a mark once, on the engine that the settings name; `words` go to pytest."""
    home = var / name
    home.mkdir()
    report = var / f"{name}.xml"
    began = time.monotonic()
    print(f"\nTests on {name}", flush=True)
    suffix = f"_{secrets.token_hex(3)}"
    environment = clean(VAR_DIR=str(home), TEST_SUFFIX=suffix, COVERAGE_FILE=str(var / f"{name}.coverage"), **settings)
    pytest = [
        str(PROGRAMS / "pytest"),
        "-q",
        "-p",
        "no:cacheprovider",
        "-n",
        str(TESTS_AT_ONCE),
        f"--junitxml={report}",
    ]
    with_us = servers.dies_with_parent(signal.SIGTERM)
    done = subprocess.run([*pytest, "-m", mark, *words], cwd=ROOT, env=environment, check=False, preexec_fn=with_us)
    print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
    before = tally.failed + len(tally.short)
    tally.add(report)
    empty = done.returncode == NOTHING_TO_RUN and not tally.whole
    if done.returncode and not empty and tally.failed + len(tally.short) == before:
        tally.short.append(f"{name}: pytest ended with {done.returncode}")


def cover(var: Path, tally: Tally) -> None:
    """The lines that the run on SQLite did not reach; too many of them is a failure."""
    environment = clean(COVERAGE_FILE=str(var / "SQLite.coverage"))
    print("\nLines not reached on SQLite", flush=True)
    done = subprocess.run([PROGRAMS / "coverage", "report"], cwd=ROOT, env=environment, check=False)
    if done.returncode:
        tally.short.append("coverage")


def main() -> int:
    """0 when all is well, 1 when something failed, 2 when something this needs is not here."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--checks", action="store_true", help="the static checks only")
    asked.add_argument("--cover", action="store_true", help="SQLite only, and count the lines that are reached")
    asked.add_argument("--marked", default="", help="only the tests of this mark")
    asked.add_argument("words", nargs="*", help="what to hand to pytest (files, after --: options)")
    options = asked.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    tally = Tally(whole=not (options.words or options.marked))
    with servers.folder() as var:
        if not options.checks and (lacking := servers.missing()):
            servers.install(lacking)
        check(var, tally)
        if not options.checks:
            marked = f"({options.marked}) and " if options.marked else ""
            counting = COUNTING if options.cover else []
            mark = "not browser" if options.cover or options.words else "not browser and (once or not pages)"
            test("SQLite", var, tally, [*counting, *options.words], f"{marked}{mark}")
        if options.cover:
            cover(var, tally)
        elif not options.checks:
            with servers.postgres() as database, servers.redis() as queue:
                where = {"DATABASE_URL": database, "REDIS_URL": queue}
                test("PostgreSQL and Redis", var, tally, options.words, f"{marked}(browser or not once)", **where)
    if tally.short:
        print(f"\nNot good enough: {'; '.join(tally.short)}")
    print("" if options.checks else f"\n{tally.line()}")
    return 1 if tally.failed or tally.short else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except servers.Unavailable as why:
        print(why, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
