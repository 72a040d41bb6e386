"""Welcome mails: one a person, when somebody says so, with a link that works once; and what every other mail says."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client, override_settings

from audits.models import Import
from audits.register import extracts
from people import council_settings, first_steps, notices, welcome
from people.models import Notice, User
from people.roles import Role
from qualitycounts.base import clock
from qualitycounts.base.refusals import NotAllowed, NotNow
from tests.conftest import NOW, TODAY
from tests.factories import Council, UserFactory
from tests.notices import PlainText

pytestmark = pytest.mark.django_db
HEADINGS = "Name,Email,Job Title,Service,Team,Line Manager Email\n"
LIST = HEADINGS + "Cy Fox,cy@example.gov.uk,Social Worker,Hub,Hub Team,\nDi Gee,di@example.gov.uk,Social Worker,Hub,,\n"
NEW = "a long and unusual new password"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY
    settings.SITE_ADDRESS = "http://testserver"


@pytest.fixture
def boss() -> User:
    """The only administrator of an empty council, who has seen that mail arrives."""
    user = UserFactory.create(name="Temi Ncube", roles=(Role.ADMINISTRATOR,), last_login=NOW)
    first_steps.set_step_aside("mail", why="Seen by the provider.", by=user, at=NOW)
    return user


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    User.objects.filter(pk=user.pk).update(last_login=NOW)
    return client


def without_password(email: str) -> User:
    user: User = UserFactory.create(email=email)
    user.set_unusable_password()
    user.save()
    return user


def bring(by: User, data: str = LIST) -> Import:
    return extracts.keep_preview(kind="staff", data=data.encode(), name="staff.csv", as_at=TODAY, by=by, at=NOW)


def delivered(at: Any = NOW + HOUR) -> dict[str, str]:
    """Send what is due; the mail each person got, by address."""
    mail.outbox.clear()
    notices.deliver_outbox(at=at)
    return {message.to[0]: str(message.body) for message in mail.outbox}


def link_in(body: str) -> str:
    found = re.search(r"http://testserver\S+/password/reset/key/\S+", body)
    assert found, body
    return found[0]


def choose_password(link: str, password: str = NEW) -> bool:
    """Follow a link; whether it let the person choose a password."""
    client = Client()
    page = client.get(link, follow=True)
    if "password1" not in page.content.decode():
        return False
    return client.post(page.redirect_chain[-1][0], {"password1": password, "password2": password}).status_code == 302


def test_an_import_mails_nobody_unless_its_user_says_so(boss: User) -> None:
    client = client_of(boss)
    looked_at = bring(boss)
    text = client.get(f"/register/import/{looked_at.pk}/").content.decode()
    assert "Welcome mails to 2 new people" in text
    assert re.search(r'id="welcome-no"[^>]*checked', text), "the first list: not now"
    client.post(f"/register/import/{looked_at.pk}/apply/", {"welcome": ""})
    assert User.objects.filter(source=User.Source.FILE).count() == 2
    assert not Notice.objects.filter(key__startswith="welcome:").exists()
    assert "2 people were sent none" in client.get("/people/welcome/").content.decode()


def test_an_import_mails_its_new_people_once_where_its_user_says_so(boss: User) -> None:
    client, looked_at = client_of(boss), bring(boss)
    client.post(f"/register/import/{looked_at.pk}/apply/", {"welcome": "yes"})
    bodies = delivered(clock.now() + HOUR)
    assert set(bodies) == {"cy@example.gov.uk", "di@example.gov.uk"}
    more = bring(boss, LIST + "Ed Hay,ed@example.gov.uk,Social Worker,Hub,,\n")
    text = client.get(f"/register/import/{more.pk}/").content.decode()
    assert re.search(r'id="welcome-yes"[^>]*checked', text), "the council has begun: the one who is new is told"
    client.post(f"/register/import/{more.pk}/apply/", {"welcome": "yes"})
    assert set(delivered(clock.now() + 2 * HOUR)) == {"ed@example.gov.uk"}


def test_the_link_sets_a_password_once_and_for_three_days(boss: User) -> None:
    without_password("cy@example.gov.uk")
    assert welcome.send_welcomes(by=boss, at=NOW) == 1
    body = delivered()["cy@example.gov.uk"]
    assert "works once, for 3 days" in body
    link = link_in(body)
    assert "key/" not in "".join(Notice.objects.values_list("body", flat=True)), "no link is kept"
    with override_settings(PASSWORD_RESET_TIMEOUT=-1):
        assert not choose_password(link)
    assert choose_password(link)
    assert not choose_password(link, "another long password")
    client = Client()
    assert client.post("/accounts/login/", {"login": "cy@example.gov.uk", "password": NEW}).status_code == 302
    assert not welcome.never_signed_in(TODAY).exists()


def test_sent_again_the_earlier_link_is_dead_and_not_within_the_hour(boss: User) -> None:
    cy = without_password("cy@example.gov.uk")
    welcome.send_welcomes(by=boss, at=NOW)
    first = link_in(delivered()["cy@example.gov.uk"])
    with pytest.raises(NotNow, match="within the hour"):
        welcome.send_welcomes(by=boss, at=NOW + HOUR - timedelta(seconds=1), again=True)
    with pytest.raises(NotNow):
        welcome.send_welcomes(by=boss, at=NOW + 2 * HOUR)
    assert welcome.send_welcomes(by=boss, at=NOW + HOUR, again=True) == 1
    second = link_in(delivered(NOW + 2 * HOUR)["cy@example.gov.uk"])
    assert not choose_password(first)
    assert choose_password(second)
    assert Notice.objects.filter(to=cy, key__in=("welcome:1", "welcome:2")).count() == 2


def test_four_hundred_mails_go_thirty_a_minute_and_hold_nothing_up(boss: User) -> None:
    UserFactory.create_batch(65)
    assert welcome.send_welcomes(by=boss, at=NOW) == 65
    notices.notify(to=[boss], text=PlainText("A concern"), key="urgent", at=NOW)
    assert len(delivered(NOW)) == 31
    assert len(delivered(NOW + timedelta(minutes=1))) == 30
    assert len(delivered(NOW + timedelta(minutes=2))) == 5


def test_only_an_administrator_sends_them_and_not_while_switched_off_or_before_mail_was_seen(
    boss: User, council: Council
) -> None:
    with pytest.raises(NotAllowed):
        welcome.send_welcomes(by=council.qa_officer, at=NOW)
    setting = council_settings.SETTINGS["welcome_mails"]
    council_settings.change(setting, by=boss, at=NOW, value="held", why="A trial", number=0)
    with pytest.raises(NotNow, match="switched off"):
        welcome.send_welcomes(by=boss, at=NOW)
    looked_at = bring(boss)
    assert "nobody is mailed" in client_of(boss).get(f"/register/import/{looked_at.pk}/").content.decode()
    answer = client_of(boss).post(f"/register/import/{looked_at.pk}/apply/", {"welcome": "yes"})
    assert (answer.status_code, User.objects.filter(source=User.Source.FILE).exists()) == (409, False)
    council_settings.change(setting, by=council.head_of_qa, at=NOW, value="sent", why="We begin", number=1)
    first_steps.take_step_up_again("mail", by=boss, at=NOW)
    with pytest.raises(NotNow, match="No test mail has arrived"):
        welcome.send_welcomes(by=boss, at=NOW)


def test_every_mail_to_somebody_who_never_signed_in_says_how_and_to_nobody_else(council: Council) -> None:
    User.objects.filter(pk=council.keyworker.pk).update(last_login=NOW)
    people = [council.auditor, council.keyworker]
    notices.notify(to=people, text=PlainText("Audit is yours"), key="k", at=NOW)
    bodies = delivered()
    assert "ask for a password at http://testserver/accounts/password/reset/" in bodies[council.auditor.email]
    assert "password" not in bodies[council.keyworker.email]


def test_where_the_councils_own_sign_in_is_used_no_mail_speaks_of_a_password_of_ours(boss: User, settings: Any) -> None:
    UserFactory.create(email="cy@example.gov.uk")
    welcome.send_welcomes(by=boss, at=NOW)
    notices.notify(to=User.objects.filter(email="cy@example.gov.uk"), text=PlainText("S"), key="k", at=NOW)
    with override_settings(OIDC_ISSUER="https://sign-in.example"):
        mail.outbox.clear()
        notices.deliver_outbox(at=NOW)
    assert len(mail.outbox) == 2
    for message in mail.outbox:
        assert "http://testserver/accounts/login/ and choose the council’s own sign-in" in message.body
        assert "password/reset" not in message.body


def test_the_page_sends_to_all_or_to_one_and_says_when(boss: User) -> None:
    cy, _ = UserFactory.create(name="Cy Fox"), UserFactory.create()
    client = client_of(boss)
    assert "Send 2 welcome mails" in client.get("/people/welcome/").content.decode()
    answer = client.post(f"/people/{cy.pk}/welcome/", follow=True)
    assert "A welcome mail to 1 person is in the outbox" in answer.content.decode()
    assert client.post(f"/people/{cy.pk}/welcome/").status_code == 409
    assert client.post("/people/welcome/send/").status_code == 302
    assert Notice.objects.filter(key="welcome:1").count() == 2
    assert "Send it again to all 2" in client.get("/people/welcome/").content.decode()
    assert client.post(f"/people/{boss.pk}/welcome/").status_code == 409, "signed in already"
