"""A council's first day from an empty folder, in the settings of production and by pages alone: docs/operations.md.

PostgreSQL, Redis, gunicorn, uvicorn, worker, beat, static files gathered, a mail server; DEBUG off and no Docker. The
only command after the start is `make_administrator`; mail is read from the mail server.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import servers
from tests.ground import processes
from tests.ground.processes import ROOT
from tests.journeys import neighbours
from tests.journeys.mailbox import REFUSAL, Mailbox, link_of, mailbox
from tests.stack import settings_for
from tests.stack_parts import image_command, read_compose

pytestmark = [pytest.mark.browser, pytest.mark.long]
PASSWORD = "a long and unusual new password"
BOSS, OFFICER = neighbours.email("Temi Ncube"), neighbours.email("Carys Elderfield")
PROGRAMS = Path(sys.executable).parent


@dataclass
class Town:
    """The neighbours' own Quality Counts: its address, its mail, and the link that the server printed."""

    url: str
    mail: Mailbox
    link: str


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """Everything started as docs/operations.md says, from an empty folder and an empty database."""
    with ExitStack() as stack:
        mail = stack.enter_context(mailbox())
        ports = {name: servers.free_port() for name in ("web", "stream")}
        url = f"http://{servers.HOST}:{ports['web']}"
        settings = {
            "SECRET_KEY": "k" * 60,
            "ALLOWED_HOSTS": servers.HOST,
            "SITE_ADDRESS": url,
            "PLAIN_HTTP": "1",
            "DATABASE_URL": stack.enter_context(servers.private_postgres()),
            "REDIS_URL": stack.enter_context(servers.private_redis()),
            "EMAIL_URL": mail.url,
        }
        for words in ("migrate -v 0", "load_standards fixtures/standards_v7.json", "collectstatic --noinput -v 0"):
            done = processes.manage(*words.split(), var=tmp_path, **settings)
            assert done.returncode == 0, done.stderr
        env = processes.environment(tmp_path, **settings) | {
            "DJANGO_SETTINGS_MODULE": "qualitycounts.settings",
            "PYTHONPATH": str(ROOT),
        }
        services = read_compose(settings_for(servers.HOST, mail))["services"]
        commands = [
            [word.replace("0.0.0.0", servers.HOST).replace("8000", str(port)) for word in words]  # noqa: S104
            for words, port in ((image_command(), ports["web"]), (services["stream"]["command"], ports["stream"]))
        ]
        celery = ["celery", "--quiet", "--app", "qualitycounts"]
        commands += [[*celery, "worker", "--concurrency", "1"], [*celery, "beat", "--schedule", str(tmp_path / "beat")]]
        for program, *words in commands:
            with_us = servers.dies_with_parent(signal.SIGTERM)
            process = subprocess.Popen([PROGRAMS / program, *words], cwd=ROOT, env=env, preexec_fn=with_us)
            stack.callback(process.wait)
            stack.callback(process.terminate)
        assert processes.until(lambda: processes.status(f"{url}/health/live") == 200)
        made = processes.manage("make_administrator", BOSS, "--name", "Temi Ncube", "--json", var=tmp_path, **settings)
        assert made.returncode == 0, made.stderr
        yield Town(url, mail, json.loads(made.stdout)["link"])


def window(chromium: Browser, town: Town) -> Page:
    """A browser of one's own."""
    page = chromium.new_context(base_url=town.url, locale="en-GB", timezone_id="Europe/London").new_page()
    page.set_default_timeout(30_000)
    return page


def begin(page: Page, link: str, address: str) -> None:
    """Choose a password by the link, and sign in."""
    page.goto(link)
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password again").fill(PASSWORD)
    page.get_by_role("button", name="Save new password").click()
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="My work")).to_be_visible()


def with_password(page: Page, said: str) -> None:
    """Give the password again where it is asked for; then the page says that it is done."""
    done = page.locator("main").get_by_text(said).first
    expect(page.get_by_label("Your password").or_(done).first).to_be_visible()
    if page.get_by_label("Your password").count():
        page.get_by_label("Your password").fill(PASSWORD)
        page.locator("main").get_by_role("button", name=re.compile("^(Confirm|Go on)")).click()
    expect(done).to_be_visible()


def step(page: Page, slug: str, mark: str) -> None:
    """Look at one step of Start: its mark."""
    page.goto("/start/")
    expect(page.locator(f"#step-{slug}")).to_have_class(re.compile(f"qc-state--{mark}"))


def name_the_council(page: Page) -> None:
    """Its name, on the page."""
    page.get_by_role("button", name=re.compile("^Go on")).click()
    step(page, "council", "now")
    page.get_by_role("link", name="The name", exact=True).click()
    page.get_by_label("New value").fill("Ashdown Borough Council")
    page.get_by_label("Why?").fill("Our name")
    page.get_by_role("button", name="Save").click()
    with_password(page, "The council’s name: saved.")
    step(page, "council", "agreed")
    expect(page.get_by_text("Ashdown Borough Council").first).to_be_visible()


def see_that_mail_arrives(page: Page, mail: Mailbox) -> None:
    """Refused first, in the server's own words; then taken, and its number typed."""
    mail.refuses = True
    page.get_by_role("button", name="Send me a test mail").click()
    expect(page.get_by_text(REFUSAL).first).to_be_visible()
    step(page, "mail", "no")
    mail.refuses = False
    page.get_by_role("button", name="Send another test mail").click()
    subject, _ = mail.of(BOSS, "the test mail")
    page.get_by_label("The number in the mail").fill(subject.split()[-1])
    page.get_by_role("button", name="Yes, it came").click()
    expect(page.get_by_text("Mail arrives.")).to_be_visible()
    step(page, "mail", "agreed")


def bring_in(page: Page, kind: str, name: str, data: bytes) -> None:
    """A list, looked at and applied; nobody is mailed."""
    page.goto("/register/import/")
    page.get_by_label(kind, exact=True).check()
    page.get_by_label("The extract").set_input_files({"name": name, "mimeType": "text/csv", "buffer": data})
    page.get_by_role("button", name="Look at what it would change").click()
    expect(page.get_by_text("Nothing is changed yet")).to_be_visible()
    if kind == "Staff":
        expect(page.get_by_label("Not now: nobody is mailed")).to_be_checked()
    page.get_by_role("button", name="Apply to the register").click()
    expect(page.get_by_role("heading", name=re.compile("^Applied")).first).to_be_visible()


def say_what_titles_bring(page: Page) -> None:
    """The new titles as guessed, then the roles of known titles that wait."""
    step(page, "staff", "agreed")
    expect(page.get_by_label("What Practice Manager may do")).to_have_value("manager")
    expect(page.get_by_label("What QA and Audit Lead may do")).to_have_value("qa_officer")
    page.get_by_role("button", name="Give these roles").click()
    with_password(page, "5 job titles settled")
    page.locator("#step-titles").get_by_role("link", name="Roles that wait").click()
    page.get_by_role("link", name=re.compile("Tick all")).click()
    page.get_by_label("Why?").fill("As on the chart")
    page.get_by_role("button", name="Give the ticked roles").click()
    with_password(page, "from today")
    step(page, "titles", "agreed")
    step(page, "qa-officer", "agreed")


def welcome(page: Page) -> None:
    """The QA Officer is sent her welcome mail."""
    page.get_by_role("link", name="Carys Elderfield: send the welcome mail").click()
    page.get_by_role("button", name="Send the welcome mail").click()
    expect(page.get_by_text("A welcome mail to 1 person is in the outbox")).to_be_visible()


def plan_and_draw(page: Page) -> None:
    """The year's core audits on the programme, and next month's drawn."""
    page.goto("/programme/")
    page.get_by_label("Core live audits in each month").fill("4")
    page.get_by_role("button", name="Plan them").click()
    expect(page.locator("main").get_by_text(re.compile("planned it")).first).to_be_visible()
    step(page, "programme", "agreed")
    page.locator("#step-draw").get_by_role("link", name="Draw").click()
    page.get_by_label("How many cases").fill("4")
    page.get_by_role("button", name=re.compile("^(See|Look|Show|What|Preview)")).first.click()
    page.get_by_role("button", name="Draw 4 cases").click()
    expect(page.get_by_text("Who has what").first).to_be_visible()
    page.get_by_role("button", name=re.compile("^Send to")).click()


def test_a_council_begins_by_pages_alone(chromium: Browser, town: Town) -> None:
    boss = window(chromium, town)
    begin(boss, town.link, BOSS)
    expect(boss.get_by_text("Set Quality Counts up")).to_be_visible()
    name_the_council(boss)
    see_that_mail_arrives(boss, town.mail)
    bring_in(boss, "Staff", "staff_november.csv", neighbours.staff_list())
    say_what_titles_bring(boss)
    expect(boss.get_by_text("know nothing yet")).to_be_visible()
    welcome(boss)

    officer = window(chromium, town)
    _, text = town.mail.of(OFFICER, "You have an account")
    begin(officer, link_of(text), OFFICER)
    expect(officer.locator(".qc-clock--over")).to_have_count(0)
    step(officer, "cases", "now")
    bring_in(officer, "Cases", "cases_november.csv", neighbours.case_list(date.today()))  # noqa: DTZ011 - as above
    step(officer, "cases", "agreed")
    plan_and_draw(officer)
    officer.goto("/start/")
    expect(officer.get_by_text("10 of 10 done").first).to_be_visible()
    boss.goto("/")
    expect(boss.get_by_text("Set Quality Counts up")).to_have_count(0)

    def first_mails() -> list[str]:
        return [text for to, _, text in town.mail.mails if to not in (BOSS, OFFICER)]

    assert processes.until(first_mails)
    first_audit = first_mails()[0]
    assert "You have not signed in yet" in first_audit
    assert f"{town.url}/accounts/password/reset/" in first_audit
    used = window(chromium, town)
    used.goto(link_of(text))
    expect(used.get_by_text("That link does not work any more")).to_be_visible()
    assert not [to for to, said, _ in town.mail.mails if "You have an account" in said and to != OFFICER]
