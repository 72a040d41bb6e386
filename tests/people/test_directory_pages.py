"""The directory: the list of people and one person's page, and how a role is given and ended."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from people import access, membership, trail
from people.models import Membership, Notice, TrailEntry, User
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from tests.conftest import NOW, TODAY
from tests.factories import Council, UserFactory
from tests.people.handed import confirm

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY


def of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def names(client: Client, query: str = "") -> set[str]:
    answer = client.get(f"/people/{query}")
    assert answer.status_code == 200
    return {person.name for person in answer.context["page"]}


def give(council: Council, user: User, **other: Any) -> Membership:
    """The team manager's role of the north team, for the fortnight from today; `other` says what is different."""
    asked: dict[str, Any] = {
        "by": council.administrator,
        "at": NOW,
        "role": Role.TEAM_MANAGER,
        "team": council.north,
        "starts_on": TODAY,
        "ends_on": TODAY + 14 * DAY,
        "reason": "Acts up while Devinder Halloran is away",
    }
    return membership.give_role(user, **(asked | other))


def test_the_list_is_narrowed_down_by_name_team_and_role(council: Council) -> None:
    qa = of(council.qa_officer)
    assert {"Niamh Okonkwo", "Amara Whitlock"} <= names(qa)
    assert names(qa, "?name=okon") == {"Niamh Okonkwo"}
    assert names(qa, "?name=niamh.okonkwo@example") == {"Niamh Okonkwo"}
    assert names(qa, f"?team={council.north.pk}") == {"Niamh Okonkwo", "Devinder Halloran"}
    assert names(qa, "?role=head_of_service") == {"Marguerite Osei", "Ffion Castellano"}
    assert names(qa, f"?team={council.north.pk}&role=keyworker") == {"Niamh Okonkwo"}


def test_who_has_left_is_found_only_where_asked_for_from_the_first_day_away(council: Council) -> None:
    council.keyworker.left_on = TODAY
    council.keyworker.save()
    council.staff.left_on = TODAY + DAY
    council.staff.save()
    qa = of(council.qa_officer)
    assert "Niamh Okonkwo" not in names(qa)
    assert "Hamza Tierney" in names(qa)
    assert names(qa, "?left=left") == {"Niamh Okonkwo"}
    assert {"Niamh Okonkwo", "Hamza Tierney"} <= names(qa, "?left=all")


def test_a_role_is_shown_on_its_days_and_not_on_the_days_around_them(council: Council) -> None:
    held = Membership.objects.create(
        user=council.staff, role=Role.ANALYST, starts_on=TODAY, ends_on=TODAY, reason="For a day"
    )
    assert names(of(council.qa_officer), "?role=analyst") == {"Hamza Tierney"}
    for starts_on, ends_on in ((TODAY + DAY, None), (TODAY - 2 * DAY, TODAY - DAY)):
        held.starts_on, held.ends_on = starts_on, ends_on
        held.save()
        assert names(of(council.qa_officer), "?role=analyst") == set()


def test_a_person_shows_every_role_they_hold_or_held(council: Council) -> None:
    Membership.objects.create(user=council.manager, role=Role.AUDITOR, starts_on=TODAY - 9 * DAY, ends_on=TODAY - DAY)
    page = of(council.qa_officer).get(f"/people/{council.manager.pk}/").content.decode()
    for words in ("Team manager", "Auditor", "Ended", "North, Family Safeguarding", "Works here", "Marguerite Osei"):
        assert words in page
    assert f"/history/?person={council.manager.email.replace('@', '%40')}" in page
    assert "Give a role" not in page
    assert of(council.qa_officer).get("/people/999999/").status_code == 404


def test_people_are_listed_25_a_page_with_as_many_queries_as_for_one(
    council: Council, django_assert_max_num_queries: Any
) -> None:
    UserFactory.create_batch(30, team=council.north, roles=(Role.KEYWORKER,))
    qa = of(council.qa_officer)
    with django_assert_max_num_queries(8):
        assert len(qa.get("/people/?name=niamh").context["page"]) == 1
    with django_assert_max_num_queries(8):
        assert len(qa.get("/people/").context["page"]) == 25


def test_an_administrator_gives_a_role_with_an_end_and_the_person_is_told(council: Council) -> None:
    given = give(council, council.auditor)
    assert access.roles(User.objects.get(pk=council.auditor.pk)) >= {Role.TEAM_MANAGER, Role.AUDITOR}
    assert (given.team, given.ends_on) == (council.north, TODAY + 14 * DAY)
    entry = TrailEntry.objects.get(act="person.role_given")
    assert (entry.by, entry.now, entry.ref) == (council.administrator, "team_manager", str(council.auditor.pk))
    assert Notice.objects.get(to=council.auditor).subject == "You have a new role: team manager"
    assert trail.verify().ok


@pytest.mark.parametrize(
    ("other", "field", "said"),
    [
        ({"reason": "  "}, "reason", "Say why"),
        ({"role": "king"}, "role", "Choose a role"),
        ({"starts_on": TODAY - DAY}, "starts_on", "today or later"),
        ({"ends_on": TODAY - DAY}, "ends_on", "before the first"),
        ({"team": None}, "team", "Choose the team"),
        ({"role": Role.HEAD_OF_SERVICE}, "service", "Choose the service"),
    ],
)
def test_a_role_is_refused_with_what_is_wrong(council: Council, other: Any, field: str, said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        give(council, council.auditor, **other)
    assert refused.value.field == field
    assert not Membership.objects.filter(user=council.auditor).exclude(role__in=("auditor", "staff")).exists()


def test_a_role_may_be_for_one_day_and_is_for_the_team_or_the_service_that_it_needs_alone(council: Council) -> None:
    both = {"team": council.north, "service": council.court.service}
    manages = give(council, council.auditor, **both, ends_on=TODAY, reason=" Covers. ")
    heads = give(council, council.auditor, **both, role=Role.HEAD_OF_SERVICE, ends_on=None)
    counts = give(council, council.auditor, **both, role=Role.ANALYST)
    assert [(one.team, one.service) for one in (manages, heads, counts)] == [
        (council.north, None),
        (None, council.court.service),
        (None, None),
    ]
    entry = TrailEntry.objects.filter(act="person.role_given").earliest("seq")
    days = {"from": str(TODAY), "to": str(TODAY)}
    assert (manages.reason, entry.why) == ("Covers.", "Covers.")
    assert json.loads(str(entry.content)) == days | {"team": "North", "service": "Specialist Services"}
    later = TrailEntry.objects.get(act="person.role_given", now=Role.HEAD_OF_SERVICE)
    assert "to" not in json.loads(str(later.content))
    told = Notice.objects.filter(to=council.auditor, link="/").order_by("pk")
    assert [one.body.split(". ")[0] for one in told] == [
        f"{council.administrator.name} has given you the role of {role}"
        for role in ("team manager", "Head of Service", "performance analyst")
    ]


def test_a_role_to_come_never_begins_or_ends_later_and_one_that_ends_today_may_still_be_ended(
    council: Council,
) -> None:
    first = TODAY + 5 * DAY
    given = give(council, council.auditor, starts_on=first)
    how: dict[str, Any] = {"by": council.administrator, "at": NOW, "reason": " Not needed. "}
    with pytest.raises(Refused, match="today or later") as refused:
        membership.end_role(given, on=TODAY - DAY, **how)
    assert refused.value.field == "on"
    assert membership.end_role(given, on=first, **how).ends_on == first
    entry = TrailEntry.objects.get(act="person.role_ended")
    assert (entry.by, entry.ref) == (council.administrator, str(council.auditor.pk))
    assert (entry.why, json.loads(str(entry.content))) == ("Not needed.", {"to": str(first)})
    never = membership.end_role(give(council, council.manager, starts_on=first), on=first - DAY, **how)
    assert not council.manager.memberships.filter(starts_on=first).exists()
    assert never.user == council.manager
    endless = give(council, council.staff, ends_on=TODAY)
    assert membership.end_role(endless, on=TODAY, **how).ends_on == TODAY
    with pytest.raises(Refused) as refused:
        membership.end_role(endless, on=TODAY, **(how | {"reason": " "}))
    assert refused.value.field == "reason"


def test_nobody_gives_themselves_a_role_and_only_administrators_give_any(council: Council) -> None:
    with pytest.raises(NotAllowed, match="another administrator"):
        give(council, council.administrator)
    with pytest.raises(NotAllowed, match="system administrator"):
        give(council, council.auditor, by=council.qa_officer)


def test_the_same_role_is_not_given_twice_from_one_day_nor_to_whoever_has_left(council: Council) -> None:
    give(council, council.auditor)
    with pytest.raises(NotNow, match="already"):
        give(council, council.auditor)
    council.staff.left_on = TODAY
    with pytest.raises(NotNow, match="does not work here"):
        give(council, council.staff)


def test_a_role_given_by_hand_ends_on_the_day_named_and_one_by_title_does_not(council: Council) -> None:
    given = give(council, council.auditor)
    how: dict[str, Any] = {"by": council.administrator, "at": NOW, "reason": "Devinder is back"}
    with pytest.raises(Refused, match="today or later"):
        membership.end_role(given, on=TODAY - DAY, **how)
    with pytest.raises(Refused, match="Say why"):
        membership.end_role(given, on=TODAY, **(how | {"reason": ""}))
    with pytest.raises(NotAllowed):
        membership.end_role(given, on=TODAY, **(how | {"by": council.qa_officer}))
    assert membership.end_role(given, on=TODAY, **how).ends_on == TODAY
    assert TrailEntry.objects.get(act="person.role_ended").was == "team_manager"
    with pytest.raises(NotNow, match="ended already"):
        membership.end_role(given, on=TODAY + DAY, **(how | {"at": NOW + DAY}))
    by_title = Membership.objects.get(user=council.auditor, role=Role.AUDITOR)
    by_title.from_file = True
    by_title.save()
    with pytest.raises(NotNow, match="job title"):
        membership.end_role(by_title, on=TODAY, **how)


def test_the_forms_give_a_role_and_end_it(council: Council) -> None:
    admin = of(council.administrator)
    confirm(admin)
    address = f"/people/{council.auditor.pk}/roles/"
    assert "First day" in admin.get(address).content.decode()
    nothing = admin.post(address, {})
    assert nothing.status_code == 422
    assert "There is a problem" in nothing.content.decode()
    asked = {"role": "analyst", "starts_on_0": "23", "starts_on_1": "11", "starts_on_2": "2026", "reason": "Helps out"}
    assert admin.post(address, asked).status_code == 302
    assert admin.post(address, asked).status_code == 409
    held = Membership.objects.get(user=council.auditor, role=Role.ANALYST)
    page = admin.get(f"/people/{council.auditor.pk}/").content.decode()
    assert f"{address}{held.pk}/end/" in page
    last = {"on_0": "22", "on_1": "11", "on_2": "2026", "reason": "Done"}
    assert admin.post(f"{address}{held.pk}/end/", last).status_code == 422
    assert admin.post(f"{address}{held.pk}/end/", last | {"on_0": "23"}).status_code == 302
    held.refresh_from_db()
    assert held.ends_on == TODAY


def test_an_administrator_cannot_open_the_forms_for_themselves(council: Council) -> None:
    admin = of(council.administrator)
    confirm(admin)
    assert admin.get(f"/people/{council.administrator.pk}/roles/").status_code == 403
    assert "Give a role" not in admin.get(f"/people/{council.administrator.pk}/").content.decode()
    assert of(council.qa_officer).get(f"/people/{council.auditor.pk}/roles/").status_code == 403
