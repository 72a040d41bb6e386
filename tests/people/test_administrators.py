"""The first administrator is made on the server; every other one is told; nothing of Django's goes round the trail."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, ManagementUtility, call_command
from django.test import Client

from people import accounts, administrators, membership, staff_rows, trail
from people.access import roles
from people.models import Membership, Notice, User
from people.roles import Role
from qualitycounts.base.refusals import NotNow, Refused
from tests.conftest import NOW, TODAY
from tests.factories import Council, UserFactory

pytestmark = pytest.mark.django_db
NEW = "a long and unusual new password"


@pytest.fixture(autouse=True)
def fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY
    settings.SITE_ADDRESS = "http://testserver"


def make(email: str, *more: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("make_administrator", email, "--json", *more, stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def set_password(link: str) -> int:
    """Follow a link and choose a password. Returns the status of the page the link leads to."""
    client = Client()
    page = client.get(link, follow=True)
    if "password1" in page.content.decode():
        client.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    return page.status_code


def test_nobody_gets_an_account_at_a_foreign_domain(council: Council, settings: Any) -> None:
    settings.MAIL_DOMAINS = ["example.gov.uk", "quality.example"]
    make("first.admin@EXAMPLE.gov.uk")
    for foreign in ("second.self@attacker.example", "second.self@example.gov.uk.attacker.example"):
        with pytest.raises(Refused, match="is not an address of the council"):
            administrators.make_administrator(foreign, at=NOW)
        with pytest.raises(Refused, match="is not an address of the council"):
            accounts.change_email(council.auditor, email=foreign, why="Moved.", by=council.administrator, at=NOW)
    emails = ("second.self@attacker.example", "new@quality.example")
    rows = [(number, {"Name": "Somebody New", "Email": email}) for number, email in enumerate(emails, 2)]
    cleaned = staff_rows.clean(rows)
    assert list(cleaned.used) == ["new@quality.example"]
    (problem,) = [each for each in cleaned.problems if each.column == "Email"]
    assert "is not an address of the council (it ends with example.gov.uk, quality.example)" in problem.why


def test_in_an_empty_council_the_first_administrator_signs_in_by_the_link_and_may_give_roles() -> None:
    made = make("First.Admin@Example.gov.uk", "--name", "First Admin")
    user = User.objects.get(email="first.admin@example.gov.uk")
    assert (user.name, user.source, user.has_usable_password()) == ("First Admin", "hand", False)
    assert (made["email"], made["new_account"], made["new_role"]) == (user.email, True, True)
    assert made["link"].startswith("http://testserver/accounts/password/reset/key/")
    set_password(made["link"])
    client = Client()
    assert client.post("/accounts/login/", {"login": user.email, "password": NEW}).status_code == 302
    assert client.get("/people/waiting/").status_code == 200
    assert trail.entries_about(user).filter(act="person.role_given", now="administrator").exists()


def test_the_link_works_once_and_a_newer_one_before_a_password_is_set_takes_its_place() -> None:
    first, second = make("admin@example.gov.uk")["link"], make("admin@example.gov.uk")["link"]
    set_password(first)
    user = User.objects.get(email="admin@example.gov.uk")
    assert not user.has_usable_password()
    set_password(second)
    user.refresh_from_db()
    assert user.check_password(NEW)
    User.objects.filter(pk=user.pk).update(name="Same")
    page = Client().get(second, follow=True)
    assert "password1" not in page.content.decode()
    assert Membership.objects.filter(user=user, role=Role.ADMINISTRATOR).count() == 1


def test_somebody_on_the_list_keeps_their_password_and_roles_and_every_other_administrator_is_told(
    council: Council,
) -> None:
    made = make(council.auditor.email)
    assert (made["new_account"], made["new_role"]) == (False, True)
    user = User.objects.get(pk=council.auditor.pk)
    assert roles(user) == {Role.AUDITOR, Role.STAFF, Role.ADMINISTRATOR}
    assert user.password == council.auditor.password
    told = Notice.objects.filter(key__startswith="administrator:")
    assert {notice.to for notice in told} == {council.administrator, council.auditor}
    make(council.auditor.email)
    assert told.filter(to=council.administrator).count() == 2


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "x" * 260 + "@example.gov.uk", "two@a.gov.uk two@b.gov.uk"])
def test_what_is_no_address_is_refused_and_makes_nobody(email: str) -> None:
    with pytest.raises(CommandError) as refused:
        make(email)
    assert refused.value.returncode == 1
    assert "is not an e-mail address" in str(refused.value)
    assert not User.objects.exists()


def test_whoever_has_left_is_not_made_one(council: Council) -> None:
    left = UserFactory.create(left_on=TODAY)
    shut = UserFactory.create(is_active=False)
    for user in (left, shut):
        with pytest.raises(NotNow, match="works here"):
            administrators.make_administrator(user.email, at=NOW)
    with pytest.raises(Refused):
        administrators.make_administrator("@", at=NOW)
    assert not Membership.objects.filter(user__in=(left, shut), role=Role.ADMINISTRATOR).exists()


def test_an_administrator_whose_role_was_to_end_has_it_without_an_end(council: Council) -> None:
    membership.give_role(
        council.staff,
        by=council.administrator,
        at=NOW,
        role=Role.ADMINISTRATOR,
        starts_on=TODAY,
        ends_on=date(2026, 12, 1),
        reason="Cover",
    )
    administrators.make_administrator(council.staff.email, at=NOW)
    assert Membership.objects.get(user=council.staff, role=Role.ADMINISTRATOR).ends_on is None


def test_an_administrator_made_by_another_is_told_to_the_rest_and_to_the_head_of_qa(council: Council) -> None:
    third = UserFactory.create(roles=(Role.ADMINISTRATOR,))
    membership.give_role(
        council.staff,
        by=council.administrator,
        at=NOW,
        role=Role.ADMINISTRATOR,
        starts_on=TODAY,
        ends_on=None,
        reason="A second one",
    )
    told = Notice.objects.filter(key__startswith="administrator:")
    assert {notice.to for notice in told} == {third, council.head_of_qa}


def test_what_goes_round_the_trail_is_neither_offered_nor_run() -> None:
    names = ManagementUtility(["manage.py", "help"]).main_help_text(commands_only=True).split()
    assert "make_administrator" in names
    for name in ("createsuperuser", "changepassword"):
        assert name not in names
        with pytest.raises(CommandError, match="Unknown command"):
            call_command(name)
