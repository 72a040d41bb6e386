"""The first administrator is made on the server; every other one is told; nothing of Django's goes round the trail."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, ManagementUtility, call_command
from django.test import Client

from people import accounts, administrators, membership, merging, staff_rows, trail
from people.access import roles
from people.models import Membership, Notice, User
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from tests.audits.meeting.pages import signed_in
from tests.conftest import NOW, TODAY
from tests.factories import Council, UserFactory
from tests.people.handed import confirm

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


def give(council: Council, **more: Any) -> Membership:
    """The administrator makes another, from today."""
    words: dict[str, Any] = {"role": Role.ADMINISTRATOR, "starts_on": TODAY, "ends_on": None, "reason": "A second one"}
    return membership.give_role(council.staff, by=council.administrator, at=NOW, **words | more)


def test_an_administrator_made_by_another_is_told_to_all_and_waits_a_whole_day(council: Council) -> None:
    third = UserFactory.create(roles=(Role.ADMINISTRATOR,))
    given = give(council)
    told = Notice.objects.filter(key__startswith="administrator:")
    assert {notice.to for notice in told} == {council.administrator, third, council.head_of_qa}
    begins = TODAY + timedelta(days=2)
    assert (given.starts_on, given.given_by) == (begins, council.administrator)
    assert council.staff not in administrators.administrators(on=TODAY + timedelta(days=1))
    assert council.staff in administrators.administrators(on=begins)
    with pytest.raises(Refused, match="before the first"):
        give(council, ends_on=TODAY + timedelta(days=1))
    far = TODAY + timedelta(days=30)
    assert give(council, starts_on=far).starts_on == far


def test_two_administrators_agree_and_it_begins_today(client: Client, council: Council) -> None:
    third = UserFactory.create(name="Temi Ncube", roles=(Role.ADMINISTRATOR,))
    given = give(council)
    page, agree = f"/people/{council.staff.pk}/", f"/people/{council.staff.pk}/roles/{given.pk}/agree/"
    for by in (council.administrator, council.staff):
        with pytest.raises(NotAllowed):
            membership.agree_administrator(given, by=by, at=NOW)
    assert "Agree or stop it" not in signed_in(client, council.administrator).get(page).content.decode()
    confirm(client)
    assert client.post(agree).status_code == 403
    assert "Agree to a new system administrator" in signed_in(client, third).get("/").content.decode()
    shown = client.get(page).content.decode()
    assert "Agree or stop it" in shown
    assert "Not yet: waits for a second administrator, or the day" in shown
    assert client.post(agree)["Location"].startswith("/accounts/confirm/")
    confirm(client)
    assert "begins today" in client.get(agree).content.decode()
    assert client.post(agree).status_code == 302
    assert council.staff in administrators.administrators(on=TODAY)
    assert client.post(agree).status_code == 409
    told = Notice.objects.filter(subject__endswith="is a system administrator from today")
    assert {notice.to for notice in told} == {council.administrator, third, council.head_of_qa}
    assert trail.verify().ok


def test_an_administrator_stops_another_before_the_role_begins(council: Council) -> None:
    third = UserFactory.create(roles=(Role.ADMINISTRATOR,))
    membership.end_role(give(council), by=third, at=NOW, on=TODAY, reason="Nobody knows why")
    assert not Membership.objects.filter(user=council.staff, role=Role.ADMINISTRATOR).exists()


def test_an_administrators_account_is_not_merged_into_that_of_somebody_who_is_none(council: Council) -> None:
    third = UserFactory.create(roles=(Role.ADMINISTRATOR,))
    with pytest.raises(NotNow, match="is a system administrator’s"):
        merging.merge_people(council.staff, other=third, why="One person", by=council.administrator, at=NOW)


def test_what_goes_round_the_trail_is_neither_offered_nor_run() -> None:
    names = ManagementUtility(["manage.py", "help"]).main_help_text(commands_only=True).split()
    assert "make_administrator" in names
    for name in ("createsuperuser", "changepassword"):
        assert name not in names
        with pytest.raises(CommandError, match="Unknown command"):
            call_command(name)
