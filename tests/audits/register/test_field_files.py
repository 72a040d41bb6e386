"""Every file of the shapes that case systems and HR lists give: read, mapped once and then read, or refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from audits.models import Case, Import, KeptMapping
from audits.register import extracts
from people.models import Service, Team, User
from qualitycounts.base.refusals import Refused
from tests.audits.register.extracts import DECEMBER, case
from tests.audits.register.mapping.settle import go_on, hand_over_file
from tests.conftest import NOW
from tests.factories import Council, UserFactory

pytestmark = pytest.mark.django_db
FIELD = Path(__file__).parent / "field"
OISIN = "oisin.begum@example.gov.uk"


@pytest.fixture
def oisin(council: Council) -> User:
    """The worker whom most of the files name."""
    Team.objects.create(
        name="Family Safeguarding South", service=Service.objects.get_or_create(name="Family Safeguarding")[0]
    )
    user = UserFactory.create(name="Oisín Begum", email=OISIN)
    assert isinstance(user, User)
    return user


READ_UNASKED = {
    "title.csv": 40,
    "title.xlsx": 40,
    "f01_title_row.csv": 5,
    "f04_codes_prefixed.csv": 2,
    "f07_us_dates.csv": 24,
    "shortyear.csv": 43,
    "excelserial.csv": 43,
    "date_styles.csv": 5,
    "f09_two_workers.csv": 1,
    "f10_names_only.csv": 11,
    "f11_cla_only.csv": 3,
    "f16_placeholders.csv": 5,
    "f17_unborn.csv": 6,
    "id_leading_zero_month1.csv": 1,
    "id_leading_zero_month2.csv": 1,
}
MAPPED_ONCE = {"synonyms.csv": 43, "needtype.csv": 43, "category_words.csv": 10, "annex_a_shaped.xlsx": 6}
STAFF = {"s3_titles.csv": 10, "s4_one_missing.csv": 40}


def test_every_file_stands_in_one_of_the_tables() -> None:
    assert {path.name for path in FIELD.iterdir()} == {*READ_UNASKED, *MAPPED_ONCE, *STAFF}


@pytest.mark.parametrize("name", READ_UNASKED)
def test_a_file_with_our_headings_is_read_wherever_they_stand(oisin: User, name: str) -> None:
    done = take_file(name)
    assert (done.state, done.counts["added"]) == (Import.State.APPLIED, READ_UNASKED[name])


@pytest.mark.parametrize("name", MAPPED_ONCE)
def test_another_file_is_refused_to_the_command_and_taken_once_it_is_mapped(
    client: Client, council: Council, oisin: User, name: str
) -> None:
    if name in ("synonyms.csv", "annex_a_shaped.xlsx"):
        with pytest.raises(Refused, match="Say once on the page"):
            take_file(name)
    client.force_login(council.qa_officer)
    page = hand_over_file(client, (FIELD / name).read_bytes(), name)
    assert page == reverse("register-import-columns", args=[Import.objects.latest("pk").pk])
    go_on(client, page, keep="Our system")
    looked_at = Import.objects.latest("pk")
    assert (looked_at.state, looked_at.counts["added"]) == (Import.State.PREVIEWED, MAPPED_ONCE[name])
    assert KeptMapping.objects.get().name == looked_at.mapping_name == "Our system"
    again = hand_over_file(client, (FIELD / name).read_bytes(), name)
    assert again == reverse("register-import-one", args=[Import.objects.latest("pk").pk]), "from then on unasked"
    assert take_file(name).counts["added"] == MAPPED_ONCE[name], "by the command too"


@pytest.mark.parametrize("name", STAFF)
def test_a_staff_list_is_read(council: Council, name: str) -> None:
    done = take_file(name, kind="staff")
    assert done.counts["added"] == STAFF[name]


def take_file(name: str, kind: str = "cases", mapping: str = "") -> Import:
    """Import one of the files as the command does."""
    data = (FIELD / name).read_bytes()
    return extracts.import_file(
        kind=kind, data=data, name=name, as_at=DECEMBER, by=None, at=NOW, mapping=mapping, closing=None
    )


def test_no_date_of_a_month_first_file_is_swapped(oisin: User) -> None:
    take_file("f07_us_dates.csv")
    assert case("900000").opened_on == date(2026, 1, 5)
    assert case("900003").opened_on == date(2026, 2, 7)
    assert set(Case.objects.filter(person_id__startswith="9000").values_list("last_supervision_on", flat=True)) == {
        date(2026, 11, 4)
    }


def test_every_style_of_date_is_the_same_day(oisin: User) -> None:
    take_file("date_styles.csv")
    assert set(Case.objects.filter(person_id__startswith="9000").values_list("opened_on", flat=True)) == {
        date(2026, 2, 2)
    }


def test_excel_s_numbers_of_days_are_days(oisin: User) -> None:
    take_file("excelserial.csv")
    assert (case("562578").opened_on, case("562578").last_supervision_on) == (date(2026, 2, 2), date(2026, 11, 21))


def test_ages_in_words_and_parts_are_read(oisin: User) -> None:
    take_file("f17_unborn.csv")
    ages = dict(Case.objects.filter(person_id__startswith="9000").values_list("person_id", "age"))
    assert ages == {"900001": 0, "900002": None, "900003": 0, "900004": 25, "900005": None, "900006": 0}


def test_what_means_nothing_makes_no_team_and_closes_nothing(oisin: User) -> None:
    done = take_file("f16_placeholders.csv")
    assert not Team.objects.filter(name="NULL").exists()
    assert not Case.objects.filter(person_id__startswith="9000").exclude(closed_on=None).exists()
    assert [each["why"] for each in done.problems if each["column"] == "Date Closed"] == [
        "Read as blank in this column: “NULL” (1), “31/12/9999” (1), “01/01/1900” (1)."
    ]


def test_workers_by_name_are_found_or_offered(client: Client, council: Council, oisin: User) -> None:
    client.force_login(council.qa_officer)
    hand_over_file(client, (FIELD / "f10_names_only.csv").read_bytes(), "f10.csv")
    looked_at = Import.objects.latest("pk")
    names = reverse("register-import-names", args=[looked_at.pk])
    assert names in client.get(reverse("register-import-one", args=[looked_at.pk])).content.decode()
    shown = client.get(names)
    offered = {near.name: [key for key, _ in near.people] for near in shown.context["form"].near}
    assert offered == {"Begum, O": [str(oisin.pk)], "BEGUM, Oisín": [str(oisin.pk)]}
    places = [near.name for near in shown.context["form"].near]
    client.post(names, {f"n{places.index('Begum, O')}": oisin.pk})
    client.post(reverse("register-import-apply", args=[looked_at.pk]))
    held = set(Case.objects.filter(keyworker=oisin).values_list("person_id", flat=True))
    assert held == {f"9000{number:02}" for number in (1, 2, 3, 4, 5, 8, 9, 10)}


def test_annex_a_is_read_by_its_ready_mapping(oisin: User) -> None:
    done = take_file("annex_a_shaped.xlsx", mapping="Ofsted Annex A")
    got = {
        each.person_id: (each.category, each.age, each.gender, each.closed_on, each.keyworker_id == oisin.pk)
        for each in Case.objects.filter(person_id__startswith="7000")
    }
    assert got == {
        "700001": ("CIN", 11, "F", None, True),
        "700002": ("CP", 7, "M", None, True),
        "700003": ("CIN", 15, "M", date(2026, 10, 1), False),
        "700004": ("CIN", 0, "U", None, False),
        "700005": ("CLA", 14, "F", None, True),
        "700006": ("CL", 20, "F", None, True),
    }
    assert case("700006").opened_on == DECEMBER, "a list of care leavers has no opening date"
    assert case("700002").opened_on == date(2026, 4, 9)
    twice = [(each["sheet"], each["row"], each["why"]) for each in done.problems if "also in" in each["why"]]
    assert [(sheet, row, "also in row 3 of List_7" in why) for sheet, row, why in twice] == [("List_6", 4, True)]
