"""A tab that was opened before an upgrade: the server of another version takes its place on the same port, and what is
typed is saved, or kept until the page is loaded again. Two real processes one after the other, on one database."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import servers
from tests.browser.conftest import sign_in
from tests.ground.processes import ROOT, end, environment, until

pytestmark = [pytest.mark.browser, pytest.mark.long]

SAVED = re.compile(r"^Saved \d\d:\d\d$")
UPDATED = "Quality Counts was updated while this page was open."
KEPT = f"{UPDATED} Load the page again"
REFUSED = f"{UPDATED[:-1]}. Your words are kept; load the page again."
MAKE = """
import django; django.setup()
from tests.factories import Council, open_audit
from tests.conftest import NOW
council = Council.make()
print(open_audit(council, at=NOW).ref, council.auditor.email)
"""
SERVE = """
import sys
from datetime import date
from pathlib import Path
from django.conf import settings
settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
settings.TODAY, settings.STATICFILES_DIRS = date(2026, 11, 24), [Path(sys.argv[2])]
import django; django.setup()
from django.core.management import call_command
from qualitycounts import page_version
call_command("collectstatic", interactive=False, verbosity=0)
page_version.VERSION = sys.argv[3]
exec(sys.argv[4])
import uvicorn
uvicorn.run("qualitycounts.asgi:application", port=int(sys.argv[1]), lifespan="off", log_level="warning",
            timeout_graceful_shutdown=5)
"""
RENAMED = """
from audits.meeting.forms.meeting import NoteForm
from audits.plan.forms import PlanActionForm
def rename(form, old):
    form.base_fields["words"] = form.base_fields.pop(old)
    whole, box = form.clean, form.__getitem__
    def clean(self):
        self.cleaned_data[old] = self.cleaned_data.pop("words", "")
        return whole(self) or self.cleaned_data
    form.clean, form.__getitem__ = clean, lambda self, name: box(self, "words" if name == old else name)
rename(NoteForm, "text")
rename(PlanActionForm, "what")
"""
"""The version in which two fields have another name than on the pages that are open."""


class Site:
    """Where the versions serve one after the other, and what they serve from."""

    def __init__(self, var: Path) -> None:
        self.var, self.port = var, servers.free_port()
        self.settings = environment(var, SECRET_KEY="k" * 60, ALLOWED_HOSTS=servers.HOST, PLAIN_HTTP="1")
        self.settings |= {"DJANGO_SETTINGS_MODULE": "qualitycounts.settings"}
        self.static = copytree(ROOT / "static", var / "sources")
        made = [sys.executable, "-c", MAKE]
        done = subprocess.run(made, cwd=ROOT, env=self.settings, capture_output=True, text=True, check=True)
        self.ref, self.email = done.stdout.split()

    @contextmanager
    def serving(self, version: str, change: str = "") -> Iterator[None]:
        """The server of a version, until it is told to stop as an upgrade tells it."""
        words = [sys.executable, "-c", SERVE, str(self.port), str(self.static), version, change]
        with (self.var / "log").open("ab") as log:
            server = subprocess.Popen(words, cwd=ROOT, env=self.settings, stdout=log, stderr=log)
        answers = until(lambda: servers.answers(self.port) or server.poll() is not None)
        assert answers
        assert server.poll() is None, (self.var / "log").read_text()[-3000:]
        yield
        server.terminate()
        server.wait(60)

    def next_version(self) -> None:
        """Every script of ours is another file in the version that comes."""
        for script in self.static.rglob("*.js"):
            if ".min." not in script.name:
                script.write_text(f"{script.read_text()}// of the next version\n")


@pytest.fixture
def site(migrated: Path, tmp_path: Path) -> Iterator[Site]:
    made = Site(copytree(migrated, tmp_path / "var"))
    yield made
    end(made.var)


@pytest.fixture
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    with chromium.new_context(base_url=f"http://{servers.HOST}:{site.port}", locale="en-GB") as context:
        page = context.new_page()
        page.set_default_timeout(20_000)
        yield page


def scripts_of(page: Page) -> list[str]:
    """Every script that the page has loaded, those that others import among them."""
    names: list[str] = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    return [name for name in names if name.endswith(".js")]


def rotate_token(page: Page, site: Site) -> None:
    """The token against forged forms is another, as after signing in again in another tab."""
    page.context.add_cookies([{"name": "csrftoken", "value": "n" * 32, "url": f"http://{servers.HOST}:{site.port}"}])


def test_what_is_half_typed_goes_through_to_the_version_that_comes(page: Page, site: Site) -> None:
    meeting, plan = f"/audits/{site.ref}/meeting/?step=1", f"/audits/{site.ref}/plan/"
    box, saved, notice = page.locator("#s1-worried"), page.locator("#saved"), page.locator(".qc-updated")
    other = page.context.new_page()
    what = other.get_by_label("What will be done?")
    with site.serving("old"):
        sign_in(page, site.email)
        page.goto(meeting)
        other.goto(plan)
        box.press_sequentially("He was seen ")
        expect(saved).to_have_text(SAVED)
        what.press_sequentially("Bring the ")
        expect(other.locator("#reading .qc-saved")).to_contain_text("Kept")
        page.evaluate("window.opened = true")
    box.press_sequentially("on his")
    what.press_sequentially("chronology")
    site.next_version()
    with site.serving("new"):
        rotate_token(page, site)
        box.press_sequentially(" own.")
        expect(saved).to_have_text(SAVED, timeout=30_000)
        expect(notice).to_have_text(KEPT)
        expect(box).to_be_focused()
        assert page.evaluate("window.opened"), "it is never loaded again by itself"
        old = scripts_of(page)
        assert len(old) > 15
        assert {page.request.get(name).status for name in old} == {200}
        what.press_sequentially(" up to date")
        expect(other.locator(".qc-updated")).to_have_text(KEPT, timeout=30_000)
        expect(other.locator("#reading .qc-saved")).to_contain_text("Kept")
        notice.get_by_role("button").click()
        expect(notice).to_have_count(0)
        expect(box).to_have_value("He was seen on his own.")
        assert not {name for name in scripts_of(page) if ".min." not in name} & set(old)
        other.reload()
        expect(what).to_have_value("Bring the chronology up to date")


def test_what_the_version_that_comes_cannot_take_is_refused_and_back_after_the_page_is_loaded_again(
    page: Page, site: Site
) -> None:
    box, saved = page.locator("#s1-worried"), page.locator("#saved")
    other = page.context.new_page()
    what = other.get_by_label("What will be done?")
    with site.serving("old"):
        sign_in(page, site.email)
        page.goto(f"/audits/{site.ref}/meeting/?step=1")
        other.goto(f"/audits/{site.ref}/plan/")
        box.press_sequentially("He was seen ")
        expect(saved).to_have_text(SAVED)
    box.press_sequentially("on his own.")
    field = site.static / "meeting" / "field.js"
    field.write_text(field.read_text().replace("text: this.box.value };", "words: this.box.value };"))
    assert "words: this" in field.read_text()
    with site.serving("new", RENAMED):
        problem = page.locator("[data-field=s1-worried] .qc-choice")
        expect(problem).to_have_text(REFUSED, timeout=30_000)
        expect(box).to_have_value("He was seen on his own.")
        expect(saved).to_contain_text("Not saved. Your words are kept.")
        what.press_sequentially("Chronology")
        expect(other.locator("#qc-problem")).to_contain_text(REFUSED)
        page.locator(".qc-updated").get_by_role("button").click()
        expect(saved).to_have_text(SAVED)
        expect(box).to_have_value("He was seen on his own.")
        page.reload()
        expect(box).to_have_value("He was seen on his own.")
        other.locator(".qc-updated").get_by_role("button").click()
        expect(other.locator("#kept textarea")).to_have_value("Chronology")
        stored = json.loads(other.evaluate("JSON.stringify({ ...sessionStorage })"))
        assert "Chronology" in str(stored), "until it is thrown away"
