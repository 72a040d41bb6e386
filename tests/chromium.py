"""The one Chromium of a test run. `tests/conftest.py` takes it in once: a second one in a process would not start."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHELL = "chromium-headless-shell"
"""Chromium's engine without the desktop's browser around it: the same pages for a third less of the processor."""


def program(*, whole: bool = False) -> str | None:
    """The Chromium to use: CHROMIUM, else an installed one, else (None) the one Playwright brought.

    The headless shell where it is installed, but for what a `whole` browser alone does.
    """
    programs = PROGRAMS if whole else (SHELL, *PROGRAMS)
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, programs)), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless Chromium for the whole run. It can reach this machine and nothing else."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=FLAGS)
        yield browser
        browser.close()
