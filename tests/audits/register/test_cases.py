"""The register follows the case extracts month after month; the real-shaped ones are recounted by another reader."""

from __future__ import annotations

import csv
import time
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audits.models import Case, CaseChange
from audits.register import extracts as register_extracts
from people import trail
from people.models import Membership, Service, Team, TrailEntry, User
from people.roles import Role
from tests.audits.register.extracts import (
    DECEMBER,
    HIGHEST_FIRST,
    LATER,
    NOVEMBER,
    as_csv,
    bring,
    case,
    counted,
    fixture,
    history,
    line,
    said,
    take,
)
from tests.conftest import NOW
from tests.factories import CaseFactory, Council, UserFactory

pytestmark = pytest.mark.django_db


# The two real-shaped extracts, recounted by another small reader.


def when(text: str) -> date | None:
    """A date in one of the three styles, read another way than the product does."""
    for style in ("%d/%m/%Y", "%Y-%m-%d", "%d-%b-%Y"):
        try:
            return datetime.strptime(text, style).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def by_hand(month: str, as_at: date) -> tuple[dict[str, dict[str, str]], set[str]]:
    """The row that counts for each child, and every number the file names."""
    used: dict[str, dict[str, str]] = {}
    with fixture(month, "cases").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    for each in lines:
        opened = when(each["Date Opened"])
        if opened is None or opened > as_at:
            continue
        each["Category"], each["Team"] = each["Category"].upper(), each["Team"].strip()
        other = used.get(each["Person ID"])
        if other is None or HIGHEST_FIRST.index(each["Category"]) < HIGHEST_FIRST.index(other["Category"]):
            used[each["Person ID"]] = each
    return used, {each["Person ID"] for each in lines}


def test_november_recounted() -> None:
    take(fixture("2026-11", "staff"), NOVEMBER)
    started = time.process_time()
    done = take(fixture("2026-11", "cases"), NOVEMBER)
    assert time.process_time() - started < 5
    used, named = by_hand("2026-11", NOVEMBER)
    assert (len(named), len(used)) == (1140, 1133)
    assert counted(done) == (1150, len(used), 0, 0, 0)
    kept = {each.person_id: each for each in Case.objects.select_related("team__service", "keyworker")}
    assert kept.keys() == used.keys()
    staff = set(User.objects.values_list("email", flat=True))
    for person_id, each in used.items():
        found = kept[person_id]
        assert found.category == each["Category"]
        assert str(found.age) == each["Age"]
        assert (found.gender, found.ethnicity, found.disability) == (
            each["Gender"],
            each["Ethnicity"],
            each["Disability"],
        )
        assert (found.team and found.team.name, found.team and found.team.service.name) == (
            each["Team"],
            each["Service"],
        )
        assert (found.worker_name, found.worker_email) == (each["Allocated Worker"], each["Worker Email"])
        assert (found.keyworker.email if found.keyworker else "") == (
            each["Worker Email"] if each["Worker Email"] in staff else ""
        )
        assert found.opened_on == when(each["Date Opened"])
        assert found.closed_on == when(each["Date Closed"])
        assert found.last_supervision_on == when(each["Last Supervision"])
        assert found.last_audited_on == when(each["Last Audited"])


def test_what_november_says_is_odd_recounted() -> None:
    take(fixture("2026-11", "staff"), NOVEMBER)
    done = take(fixture("2026-11", "cases"), NOVEMBER)
    staff = set(User.objects.values_list("email", flat=True))
    used, _ = by_hand("2026-11", NOVEMBER)
    with fixture("2026-11", "cases").open(encoding="utf-8-sig", newline="") as file:
        rows = dict(enumerate(csv.DictReader(file), start=2))

    def numbers(column: str, words: str) -> set[int]:
        return {each["row"] for each in done.problems if each["column"] == column and words in each["why"]}

    opened = {number: when(each["Date Opened"]) for number, each in rows.items()}
    assert numbers("Date Opened", "calendar") == {number for number, day in opened.items() if day is None}
    assert numbers("Date Opened", "opens after") == {number for number, day in opened.items() if day and day > NOVEMBER}
    early = {n for n, each in rows.items() if (day := when(each["Date Closed"])) and opened[n] and day < opened[n]}  # type: ignore[operator]
    assert numbers("Date Closed", "closed before it opened") == early
    assert numbers("Allocated Worker", "formula") == {
        number for number, each in rows.items() if each["Allocated Worker"].startswith("=")
    }
    first = {each["Person ID"]: number for number, each in reversed(rows.items()) if opened[number]}
    repeated = {n for n, each in rows.items() if opened[n] and n != first[each["Person ID"]]}
    assert len(numbers("Person ID", "also in row")) == 8
    assert len(numbers("Category", "also in row")) == 2
    assert len(repeated) == 10
    no_worker = {used_row for used_row, each in used.items() if not each["Worker Email"]}
    unknown = {row for row, each in used.items() if each["Worker Email"] and each["Worker Email"] not in staff}
    by_row = {number: each["Person ID"] for number, each in rows.items()}
    assert {by_row[number] for number in numbers("Worker Email", "no worker")} == no_worker
    assert {by_row[number] for number in numbers("Worker Email", "not on the staff list")} == unknown
    assert (len(no_worker), len(unknown), len(done.problems)) == (33, 11, 72)


def test_december_after_november_recounted() -> None:
    for month, as_at, at in (("2026-11", NOVEMBER, NOW), ("2026-12", DECEMBER, LATER)):
        take(fixture(month, "staff"), as_at, at=at)
        done = take(fixture(month, "cases"), as_at, at=at)
    before, _ = by_hand("2026-11", NOVEMBER)
    after, named = by_hand("2026-12", DECEMBER)
    was_open = {number for number, each in before.items() if not each["Date Closed"]}
    absent = was_open - named
    ended = {number for number in was_open & after.keys() if after[number]["Date Closed"]}

    def moved(number: str) -> bool:
        return any(before[number][key] != after[number][key] for key in ("Category", "Worker Email", "Team"))

    changed = {number for number in before.keys() & after.keys() - ended if moved(number)}
    added = after.keys() - before.keys()
    assert (len(added), len(changed), len(absent), len(ended)) == (98, 70, 54, 26)
    unchanged = len(after) - len(added) - len(changed) - len(ended)
    assert counted(done) == (1161, len(added), len(changed), len(absent | ended), unchanged)
    closed = dict(Case.objects.filter(person_id__in=absent | ended).values_list("person_id", "closed_on"))
    assert {closed[number] for number in absent} == {DECEMBER}
    assert all(closed[number] == when(after[number]["Date Closed"]) for number in ended)
    kept = set(CaseChange.objects.exclude(field="state").values_list("case__person_id", "field", "was", "now"))
    categories = {
        (number, "category", before[number]["Category"], after[number]["Category"])
        for number in before.keys() & after.keys()
        if before[number]["Category"] != after[number]["Category"]
    }
    assert {each for each in kept if each[1] == "category"} == categories
    assert {number for number, *_ in kept} >= changed


def test_the_same_extract_twice_changes_nothing() -> None:
    def everything() -> list[object]:
        return [
            *Case.objects.order_by("pk").values_list(),
            *CaseChange.objects.order_by("pk").values_list(),
            *Membership.objects.order_by("pk").values_list(),
            *TrailEntry.objects.exclude(kind="import").order_by("pk").values_list("act", "ref"),
        ]

    take(fixture("2026-11", "staff"), NOVEMBER)
    take(fixture("2026-11", "cases"), NOVEMBER)
    before = everything()
    again = take(fixture("2026-11", "cases"), NOVEMBER, at=LATER)
    assert counted(again) == (1150, 0, 0, 0, 1133)
    assert again.counts["refreshed"] == 0
    assert everything() == before


# One month after the other.


def test_a_case_absent_from_the_next_extract_is_closed_as_at_its_date(council: Council) -> None:
    bring(line("1"), line("2"))
    done = bring(line("1"), as_at=DECEMBER)
    assert (case("1").closed_on, case("2").closed_on) == (None, DECEMBER)
    assert history("2") == [("state", "open", "closed 30 November 2026")]
    assert counted(done) == (1, 0, 0, 1, 1)


def test_one_already_closed_stays_closed_on_its_day(council: Council) -> None:
    bring(line("1"), line("2", Date_Closed="09/10/2026"))
    assert counted(bring(line("1"), as_at=DECEMBER))[3] == 0
    assert case("2").closed_on == date(2026, 10, 9)


@pytest.mark.parametrize("bad", [{"Date_Opened": "31/02/2026"}, {"Category": "?"}, {"Date_Closed": "never"}])
def test_a_case_whose_row_cannot_be_used_is_left_as_it_was(council: Council, bad: dict[str, str]) -> None:
    bring(line("1"), line("2"))
    done = bring(line("1", Worker_Email="", Allocated_Worker="", **bad), line("2"), as_at=DECEMBER)
    assert (case().closed_on, case().keyworker, counted(done)[2:]) == (None, council.keyworker, (0, 0, 1))


def test_a_case_in_a_row_that_does_not_fit_the_headings_is_left_as_it_was(council: Council) -> None:
    bring(line("1"), line("2"))
    two = as_csv(line("1", Last_Audited="01/06/2026"), line("2"))
    text = two.decode().replace('"OKONKWO, Niamh"', "OKONKWO, Niamh", 1)
    done = register_extracts.import_file(
        kind="cases", data=text.encode(), name="x.csv", as_at=DECEMBER, by=None, at=LATER
    )
    assert said(done) == [(2, "")]
    assert case("1").closed_on is None


def test_only_cases_an_extract_brought_in_are_closed(council: Council) -> None:
    demo = CaseFactory.create(keyworker=council.keyworker, source=Case.Source.DEMO)
    done = bring(line("1"))
    demo.refresh_from_db()
    assert demo.closed_on is None
    assert counted(done)[3] == 1, "the council's own case came from an extract"


def test_a_changed_worker_team_or_category_is_kept_as_history(council: Council) -> None:
    bring(line())
    done = bring(
        line(Category="CP", Team="South", Worker_Email="nobody@example.gov.uk", Age="10", Last_Supervision=""),
        as_at=DECEMBER,
    )
    assert counted(done)[2:] == (1, 0, 0)
    assert set(history()) == {
        ("category", "CIN", "CP"),
        ("team", "North", "South"),
        ("worker", "niamh.okonkwo@example.gov.uk", "nobody@example.gov.uk (not on the staff list)"),
    }
    assert {change.on for change in case().changes.all()} == {DECEMBER}
    assert [entry.act for entry in trail.entries_about(case())] == ["case.added", "case.changed"]


def test_newer_dates_and_details_are_taken_without_history(council: Council) -> None:
    bring(line())
    done = bring(line(Age="10", Last_Supervision="20/10/2026"))
    assert (counted(done)[2:], done.counts["refreshed"], history()) == ((0, 0, 1), 1, [])
    assert (case().age, case().last_supervision_on) == (10, date(2026, 10, 20))


def test_a_list_in_capitals_or_with_other_apostrophes_has_no_teams_of_its_own(council: Council) -> None:
    """A second team of one name would let a worker's own colleagues audit them, and split the figures."""
    new = {"Team": "Children’s Homes", "Service": "Family Safeguarding"}
    bring(line("1"), line("2", **new))
    teams = Team.objects.count()
    odd = line("2", Team="CHILDREN'S HOMES", Service="family safeguarding")
    done = bring(line("1", Team="NORTH", Service="FAMILY SAFEGUARDING"), odd, as_at=DECEMBER)
    assert (counted(done)[2:], said(done)) == ((0, 0, 2), [])
    assert (Team.objects.count(), case("1").team, case("2").team.name) == (teams, council.north, "Children’s Homes")


def test_a_new_team_that_a_list_spells_in_two_ways_is_one(council: Council) -> None:
    bring(line("1", Team="Early Help – East"), line("2", Team="EARLY HELP - EAST"))
    assert case("1").team == case("2").team == Team.objects.get(name="Early Help – East")


def test_a_staff_list_in_capitals_moves_nobody(council: Council) -> None:
    before = list(User.objects.order_by("pk").values_list("email", "team__name", "service__name"))
    rows = [
        {
            "Name": user.name,
            "Email": user.email,
            "Team": str(user.team or "").upper(),
            "Service": str(user.service or "").upper(),
        }
        for user in User.objects.order_by("pk").select_related("team", "service")
    ]
    made = [{"Job Title": "Social Worker", "Line Manager Email": "", **row} for row in rows]
    register_extracts.import_file(kind="staff", data=as_csv(*made), name="staff.csv", as_at=NOVEMBER, by=None, at=NOW)
    assert list(User.objects.order_by("pk").values_list("email", "team__name", "service__name")) == before
    assert (Team.objects.count(), Service.objects.count()) == (3, 3)


def test_a_case_that_comes_back_is_open_again_and_says_so(council: Council) -> None:
    bring(line("1"), line("2"))
    bring(line("2"), as_at=DECEMBER)
    done = bring(line("1"), line("2"), as_at=DECEMBER + timedelta(days=30))
    assert case("1").closed_on is None
    assert counted(done)[2:] == (1, 0, 1)
    assert history("1")[-1] == ("state", "closed 30 November 2026", "open")


def test_whoever_holds_a_case_is_a_keyworker_from_that_day(council: Council) -> None:
    holder = UserFactory.create(email="new@example.gov.uk")
    bring(line(Worker_Email=holder.email))
    granted = Membership.objects.get(user=holder, role=Role.KEYWORKER)
    assert (granted.starts_on, granted.from_file) == (NOVEMBER, True)


def test_as_many_queries_for_one_case_as_for_forty(council: Council) -> None:
    def queries(many: int, closing: int | None = None, **cells: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            bring(*(line(str(number), **cells) for number in range(many)), closing=closing)
        return len(captured)

    queries(1)
    Case.objects.all().delete()
    few = queries(2), queries(2, Category="CP", Age="3"), queries(1, Category="CP")
    Case.objects.all().delete()
    assert few == (queries(40), queries(40, Category="CP", Age="3"), queries(1, 39, Category="CP"))
