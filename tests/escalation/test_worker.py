"""A real worker over the file queue: an action that is late becomes one line in an inbox and one mail in the folder."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ground.processes import ROOT, end, environment, until

SETTINGS = {"DEBUG": "1", "DEMO": "1", "TODAY": "2026-11-24"}
MAKE = """
from datetime import UTC, datetime
from tests.conftest import load_what_the_council_has
from tests.escalation.build import add_action, finalised_audit
from tests.factories import Council
load_what_the_council_has()
add_action(finalised_audit(Council.make(), grade="good"))
from people.models import Notice, User
Notice.objects.all().delete()
User.objects.update(mails=User.Mails.EACH)
"""
ASK = """
from escalation.tasks import sweep
from people.tasks import deliver
sweep.delay(), sweep.delay(), deliver.delay()
"""


@pytest.fixture
def var(migrated: Path, tmp_path: Path) -> Iterator[Path]:
    yield shutil.copytree(migrated, tmp_path, dirs_exist_ok=True)
    end(tmp_path)


def python(code: str, var: Path) -> None:
    """Run a few lines inside the application."""
    code = f"import django; django.setup()\n{code}"
    env = environment(var, **SETTINGS, DJANGO_SETTINGS_MODULE="qualitycounts.settings", PYTHONPATH=str(ROOT))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def asked(var: Path, question: str) -> list[tuple[object, ...]]:
    """What the database says, read beside the application."""
    with sqlite3.connect(var / "db.sqlite3", timeout=20) as database:
        return database.execute(question).fetchall()


@pytest.mark.once
def test_a_late_immediate_action_is_one_line_and_one_mail(var: Path) -> None:
    python(MAKE, var)
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "qualitycounts", "worker", "-P", "threads", "-c", "2", "-l", "warning"],
        cwd=ROOT,
        env=environment(var, **SETTINGS),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        python(ASK, var)
        assert until(lambda: asked(var, "SELECT 1 FROM escalation_breach"))
        python("from people.tasks import deliver; deliver.delay()", var)
        assert until(lambda: asked(var, "SELECT 1 FROM people_notice WHERE mail = 'sent'"))
        python(ASK, var)
        assert until(lambda: not list((var / "queue" / "messages").iterdir()))
    finally:
        worker.terminate()
        worker.wait(30)
    told = asked(
        var,
        "SELECT subject, name, mail FROM people_notice JOIN people_user ON people_user.id = to_id",
    )
    late = "Good, 1 working day late, with Devinder Halloran: action 1 of QC-2611-001"
    assert told == [(late, "Amara Whitlock", "sent")]
    mails = list((var / "mail").iterdir())
    assert len(mails) == 1
    text = mails[0].read_text()
    assert text.count("Subject: Quality Counts: Good") == 1
    assert "To: amara.whitlock@example.gov.uk" in text
