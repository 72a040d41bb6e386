"""What make says and does, without installing anything: the lines it would run, and what it exports."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.ground.processes import ROOT

pytestmark = pytest.mark.once

FAKE = '#!/bin/sh\necho "DEBUG=$DEBUG DEMO=$DEMO DATABASE_URL=$DATABASE_URL SITE_ADDRESS=$SITE_ADDRESS words=$*"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The Makefile with everything installed and a Python that only says what it was asked."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).touch()
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").write_text(FAKE)
    (programs / "python").chmod(0o755)
    for stamp in (".runtime", ".dev"):
        (tmp_path / ".venv" / stamp).touch()
    return tmp_path


def make(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"]} | settings
    return subprocess.run(
        ["make", "--no-print-directory", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_run_is_the_demo_on_port_8000(folder: Path) -> None:
    said = "DEBUG=1 DEMO=1 DATABASE_URL= SITE_ADDRESS=http://127.0.0.1:8000 words=manage.py up --port 8000\n"
    assert make(folder, "run").stdout == said
    assert make(folder).stdout == said, "make alone runs it"


def test_another_port_is_also_the_address_in_the_mail(folder: Path) -> None:
    assert (
        "SITE_ADDRESS=http://127.0.0.1:8001 words=manage.py up --port 8001" in make(folder, "run", PORT="8001").stdout
    )


def test_what_is_given_wins(folder: Path) -> None:
    assert make(folder, "run", DEBUG="0", DEMO="0").stdout.startswith("DEBUG=0 DEMO=0 ")


def test_what_the_env_file_gives_is_left_to_it(folder: Path) -> None:
    (folder / ".env").write_text("DEBUG=0\nDEMO=0\n")
    assert make(folder, "run").stdout.startswith("DEBUG= DEMO= DATABASE_URL= SITE_ADDRESS=http")


def test_a_reset_of_the_demo_touches_this_folder_only(folder: Path) -> None:
    (folder / "var").mkdir()
    (folder / "var" / "db.sqlite3").touch()
    (folder / ".env").write_text("DATABASE_URL=postgres://elsewhere/db\n")
    done = make(folder, "demo-reset", DATABASE_URL="postgres://elsewhere/db")
    assert done.returncode == 0
    assert not (folder / "var" / "db.sqlite3").exists()
    works = ["migrate", "load_standards fixtures/standards_v7.json", "load_demo"]
    assert [line.partition("manage.py ")[2] for line in done.stdout.splitlines()] == [
        f"{w} --verbosity 0" for w in works
    ]
    assert all("DEMO=1 DATABASE_URL= SITE" in line for line in done.stdout.splitlines())


def test_help_says_of_each_target_what_it_does(folder: Path) -> None:
    named = re.search(r"^\.PHONY: (.*)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert named
    lines = [line.split(maxsplit=2) for line in make(folder, "help").stdout.splitlines()]
    assert sorted(target for _, target, _ in lines) == sorted(named[1].split())
    assert {word for word, *_ in lines} == {"make"}


def test_one_test_sees_nothing_of_the_callers_but_the_engine(folder: Path) -> None:
    program = folder / ".venv" / "bin" / "pytest"
    program.write_text('#!/bin/sh\necho "DEBUG=$DEBUG DATABASE_URL=$DATABASE_URL VAR_DIR=$VAR_DIR words=$*"\n')
    program.chmod(0o755)
    done = make(folder, "test-one", "T=tests/test_a.py::test_b", DEBUG="1", DATABASE_URL="postgres://here/", HOME="/")
    assert done.stdout == (
        f"DEBUG= DATABASE_URL=postgres://here/ VAR_DIR={folder}/var/test-one "
        "words=-q -p no:cacheprovider --reuse-db tests/test_a.py::test_b\n"
    )


def test_an_old_python_is_a_sentence(folder: Path) -> None:
    shutil.rmtree(folder / ".venv")
    old = folder / "old"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    refused = make(folder, "run", PYTHON=str(old))
    assert refused.returncode == 2
    assert "Quality Counts needs Python 3.11 or newer: make PYTHON=python3.11 run" in refused.stderr
