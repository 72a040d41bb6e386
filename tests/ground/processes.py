"""Starting the product's own commands as processes, and finding what they leave behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 180


def environment(var: Path, **settings: str) -> dict[str, str]:
    """What a process started by a test sees: nothing of this one's but the path, home and who counts its lines."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "COVERAGE_PROCESS_CONFIG") if name in os.environ}
    # SPT_NOENV: a library that tests have installed (setproctitle) lets Celery write its process's name over its
    # environment otherwise, by which `left_behind` knows it.
    return kept | {"ENV_FILE": os.devnull, "VAR_DIR": str(var), "SPT_NOENV": "1"} | settings


def manage(*words: str, var: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a manage.py command to its end."""
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=environment(var, **settings),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def started(*words: str, var: Path, **settings: str) -> subprocess.Popen[str]:
    """Start a manage.py command as a terminal would: Ctrl-C reaches it alone."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=environment(var, **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def left_behind(var: Path) -> list[int]:
    """Every process that was started with this VAR_DIR and still lives (a zombie has no environment to read)."""
    wanted = f"VAR_DIR={var}\0".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (process / "environ").read_bytes() + b"\0":
                found.append(int(process.name))
        except OSError:
            continue
    return found


def end(var: Path) -> None:
    """Kill whatever a failed test left."""
    for process in left_behind(var):
        os.kill(process, signal.SIGKILL)


def until(happens: Callable[[], object], seconds: float = SECONDS) -> bool:
    """Wait for it; whether it came."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happens():
            return True
        time.sleep(0.1)
    return False


def status(address: str) -> int:
    """What a page answers; 0 while nobody does."""
    try:
        with urllib.request.urlopen(address, timeout=5) as reply:  # noqa: S310 - our own server
            return int(reply.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0
