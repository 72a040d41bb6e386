"""The register follows the case extract: each quirk of a real file, each month after the other, each file once."""

from __future__ import annotations

import csv
import json
import threading
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command, execute_from_command_line
from django.core.management.base import CommandError
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from audits import register
from audits.models import Case, CaseChange, Import
from people import trail
from people.models import Membership, Notice, Team, TrailEntry, User
from people.roles import Role
from qualitycounts.refusals import NotNow, Refused, Stale, TooLarge
from tests.conftest import FIXTURES, NOW
from tests.factories import CaseFactory, Council, UserFactory, allocated_audit, booked_audit, open_audit

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 11, 30)
LATER = NOW + timedelta(hours=1)
HIGHEST_FIRST = ["CLA", "CP", "CIN", "CL", "EH"]

pytestmark = pytest.mark.django_db


def fixture(month: str, kind: str) -> Path:
    return FIXTURES / month / f"{kind}.csv"


def take(path: Path, as_at: date, *, at: datetime = NOW) -> Import:
    """Import one of the real-shaped extracts."""
    return register.import_file(kind=path.stem, data=path.read_bytes(), name=path.name, as_at=as_at, by=None, at=at)


def line(person_id: str = "1", **cells: str) -> dict[str, str]:
    """A row of a case extract with nothing odd about it, but for `cells`."""
    usual = {
        "Person_ID": person_id,
        "Category": "CIN",
        "Age": "9",
        "Gender": "F",
        "Ethnicity": "WBRI",
        "Disability": "N",
        "Service": "Family Safeguarding",
        "Team": "North",
        "Allocated_Worker": "OKONKWO, Niamh",
        "Worker_Email": "niamh.okonkwo@example.gov.uk",
        "Date_Opened": "02/02/2026",
        "Date_Closed": "",
        "Last_Supervision": "14/10/2026",
        "Last_Audited": "",
    }
    return usual | cells


def as_csv(*lines: dict[str, str]) -> bytes:
    text = StringIO()
    writer = csv.DictWriter(text, list(lines[0]))
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue().encode()


def bring(*lines: dict[str, str], as_at: date = NOVEMBER, at: datetime = NOW) -> Import:
    """Import a small case extract."""
    return register.import_file(kind="cases", data=as_csv(*lines), name="cases.csv", as_at=as_at, by=None, at=at)


def case(person_id: str = "1") -> Case:
    return Case.objects.get(person_id=person_id)


def said(done: Import) -> list[tuple[int, str]]:
    return [(problem["row"], problem["column"]) for problem in done.problems]


def counted(done: Import) -> tuple[int, ...]:
    return tuple(done.counts[key] for key in ("rows", "added", "changed", "closed", "unchanged"))


def history(person_id: str = "1") -> list[tuple[str, str, str]]:
    return list(CaseChange.objects.filter(case__person_id=person_id).values_list("field", "was", "now"))


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
    started = time.perf_counter()
    done = take(fixture("2026-11", "cases"), NOVEMBER)
    assert time.perf_counter() - started < 5
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


# Each quirk, one at a time.


def test_codes_and_spaces_are_tidied_without_a_word(council: Council) -> None:
    done = bring(line(Category=" cla ", Gender="f", Team="  North ", Worker_Email=" Niamh.Okonkwo@Example.gov.uk "))
    assert (said(done), case().category, case().gender) == ([], "CLA", "F")
    assert (case().team, case().keyworker) == (council.north, council.keyworker)


def test_a_number_that_a_spreadsheet_made_a_decimal_is_the_number(council: Council) -> None:
    bring(line("562578.0"), line("0042"))
    assert set(Case.objects.exclude(pk=council.case.pk).values_list("person_id", flat=True)) == {"562578", "0042"}


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("Person_ID", ""),
        ("Person_ID", "12,3"),
        ("Person_ID", "5.6E+05"),
        ("Person_ID", "9" * 21),
        ("Category", ""),
        ("Category", "LAC"),
        ("Date_Opened", ""),
        ("Date_Opened", "31/02/2026"),
        ("Date_Opened", "soon"),
        ("Date_Opened", "02/11/2026"),
        ("Date_Closed", "31/09/2026"),
        ("Team", "x" * 121),
        ("Allocated_Worker", "x" * 151),
    ],
)
def test_a_row_that_cannot_be_used_is_said_and_left_out(council: Council, column: str, cell: str) -> None:
    done = bring(line("1", **{column: cell}), line("2"))
    assert said(done) == [(2, column.replace("_", " "))]
    assert counted(done)[:2] == (2, 1)
    assert "not used" in done.problems[0]["why"]


def test_a_case_opened_on_the_day_of_the_extract_is_taken_and_a_day_later_not(council: Council) -> None:
    done = bring(line("1", Date_Opened="01/11/2026"), line("2", Date_Opened="02/11/2026"))
    assert said(done) == [(3, "Date Opened")]
    assert case("1").opened_on == NOVEMBER


@pytest.mark.parametrize(
    ("column", "cell", "field"),
    [
        ("Age", "26", "age"),
        ("Age", "-1", "age"),
        ("Age", "nine", "age"),
        ("Last_Supervision", "31/02/2026", "last_supervision_on"),
        ("Last_Supervision", "02/11/2026", "last_supervision_on"),
        ("Last_Audited", "yes", "last_audited_on"),
        ("Last_Audited", "02/11/2026", "last_audited_on"),
        ("Ethnicity", "White British", "ethnicity"),
    ],
)
def test_an_odd_cell_is_left_out_and_said_and_the_row_is_used(
    council: Council, column: str, cell: str, field: str
) -> None:
    done = bring(line(**{column: cell}))
    assert said(done) == [(2, column.replace("_", " "))]
    assert getattr(case(), field) in (None, "")


@pytest.mark.parametrize(("age", "kept"), [("0", 0), ("25", 25), ("", None)])
def test_ages_at_the_edges_are_kept(council: Council, age: str, kept: int | None) -> None:
    assert said(bring(line(Age=age))) == []
    assert case().age == kept


def test_a_repeated_row_is_said_once_and_the_first_is_used(council: Council) -> None:
    done = bring(line(Age="9"), line(Age="10"), line(Age="11"))
    assert said(done) == [(3, "Person ID"), (4, "Person ID")]
    assert (case().age, counted(done)[:2], done.counts["not_used"]) == (9, (3, 1), 2)


@pytest.mark.parametrize(("first", "second"), [(a, b) for a in HIGHEST_FIRST for b in HIGHEST_FIRST if a != b])
def test_a_child_under_two_categories_has_the_higher(council: Council, first: str, second: str) -> None:
    done = bring(line(Category=first), line(Category=second))
    higher = min(first, second, key=HIGHEST_FIRST.index)
    assert case().category == higher
    assert said(done) == [(3 if higher == first else 2, "Category")]


def test_a_child_with_a_closed_and_an_open_row_is_open(council: Council) -> None:
    done = bring(line(Category="CLA", Date_Closed="09/10/2026"), line(Category="CIN"))
    assert (case().category, case().closed_on) == ("CIN", None)
    assert said(done) == [(2, "Category")]


def test_a_case_without_a_worker_or_with_one_nobody_knows_is_kept_and_said(council: Council) -> None:
    done = bring(
        line("1", Allocated_Worker="", Worker_Email=""),
        line("2", Allocated_Worker="LEAVER, A", Worker_Email="a.leaver@example.gov.uk"),
    )
    assert said(done) == [(2, "Worker Email"), (3, "Worker Email")]
    assert all("cannot be drawn" in problem["why"] for problem in done.problems)
    assert (case("1").keyworker, case("2").keyworker) == (None, None)
    assert case("2").worker_email == "a.leaver@example.gov.uk"


def test_a_worker_without_an_e_mail_is_known_by_a_name_only_one_person_has(council: Council) -> None:
    UserFactory.create(name="Tom Ash", email="tom1@example.gov.uk")
    UserFactory.create(name="Tom Ash", email="tom2@example.gov.uk")
    done = bring(
        line("1", Worker_Email="", Allocated_Worker="okonkwo,  NIAMH"),
        line("2", Worker_Email="", Allocated_Worker="Niamh Okonkwo"),
        line("3", Worker_Email="", Allocated_Worker="ASH, Tom"),
        line("4", Worker_Email="", Allocated_Worker="NOBODY, At All"),
        line("5", Worker_Email="unknown@example.gov.uk", Allocated_Worker="OKONKWO, Niamh"),
    )
    workers = [case(number).keyworker for number in "12345"]
    assert workers == [council.keyworker, council.keyworker, None, None, None]
    assert [row for row, _ in said(done)] == [2, 3, 4, 5, 6]
    assert "More than one person" in done.problems[2]["why"]


def test_somebody_who_has_left_is_not_on_the_staff_list(council: Council) -> None:
    User.objects.filter(pk=council.keyworker.pk).update(left_on=NOVEMBER)
    assert said(bring(line())) == [(2, "Worker Email")]
    User.objects.filter(pk=council.keyworker.pk).update(left_on=NOVEMBER + timedelta(days=1))
    assert said(bring(line())) == []


def test_a_case_closed_before_it_opened_is_kept_as_closed_and_said(council: Council) -> None:
    done = bring(line(Date_Opened="26/10/2026", Date_Closed="09/10/2026"))
    assert said(done) == [(2, "Date Closed")]
    assert case().closed_on == date(2026, 10, 9)


def test_a_case_that_closes_after_the_extract_is_still_open_and_said(council: Council) -> None:
    done = bring(line("1", Date_Closed="01/11/2026"), line("2", Date_Closed="02/11/2026"))
    assert said(done) == [(3, "Date Closed")]
    assert (case("1").closed_on, case("2").closed_on) == (NOVEMBER, None)


def test_a_formula_is_kept_as_the_text_it_is_and_said(council: Council) -> None:
    formula = '=HYPERLINK("http://evil.example","x")'
    done = bring(line(Allocated_Worker=formula))
    assert (said(done), case().worker_name) == ([(2, "Allocated Worker")], formula)
    assert case().keyworker == council.keyworker


def test_a_childs_name_is_dropped_and_nowhere_kept(council: Council) -> None:
    done = bring(line() | {"Name": "Secret Child"})
    assert done.dropped_columns == ["Name"]
    assert said(done) == [(1, "Name")]
    kept = [*Case.objects.values(), *Import.objects.values("problems", "counts")]
    assert "Secret" not in json.dumps(kept, default=str)
    assert not TrailEntry.objects.filter(content__contains="Secret").exists()


def test_a_team_the_staff_list_does_not_have_is_added_and_said_once(council: Council) -> None:
    done = bring(line("1", Team="East"), line("2", Team="East"), line("3", Team=""), line("4", Team="Lost", Service=""))
    assert said(done) == [(2, "Team"), (4, "Team"), (5, "Team")]
    assert Team.objects.get(name="East").service == council.north.service
    assert [case(number).team and case(number).team.name for number in "1234"] == ["East", "East", None, None]  # type: ignore[union-attr]


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
    done = register.import_file(kind="cases", data=text.encode(), name="x.csv", as_at=DECEMBER, by=None, at=LATER)
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


# Audits follow until they meet.


def handed_on(council: Council, to: User) -> None:
    """The council's case changes hands."""
    CaseFactory.create(keyworker=to)
    number = council.case.person_id
    bring(line(number, Category="CP", Worker_Email=to.email, Date_Opened="02/03/2026"), as_at=DECEMBER)


def test_an_audit_that_has_not_met_follows_its_case_and_one_that_has_does_not(council: Council) -> None:
    waiting, met = booked_audit(council, number=1), open_audit(council, number=2)
    handed_on(council, council.other_keyworker)
    waiting.refresh_from_db()
    met.refresh_from_db()
    assert (waiting.keyworker, waiting.auditor, waiting.state) == (council.other_keyworker, council.auditor, "booked")
    assert met.keyworker == council.keyworker
    assert "audit.followed" in [entry.act for entry in trail.entries_about(waiting)]


def test_an_auditor_who_is_handed_the_case_is_taken_off(council: Council) -> None:
    audit = allocated_audit(council)
    handed_on(council, council.auditor)
    audit.refresh_from_db()
    assert audit.keyworker == council.auditor
    assert audit.auditor not in (council.auditor, None)
    assert Notice.objects.filter(to=council.auditor, key__contains=":off:").exists()
    assert Notice.objects.filter(to=audit.auditor, key__contains=audit.ref).exists()


def test_an_auditor_who_leaves_is_taken_off_what_has_not_met(council: Council) -> None:
    User.objects.filter(pk=council.auditor.pk).update(source=User.Source.FILE)
    audit = booked_audit(council)
    only = b"Name,Email,Job Title,Service,Team,Line Manager Email\nAda Lark,ada@example.gov.uk,Social Worker,,,\n"
    done = register.import_file(kind="staff", data=only, name="staff.csv", as_at=NOVEMBER, by=None, at=NOW)
    audit.refresh_from_db()
    assert done.counts["left"] == 1
    assert (audit.state, audit.auditor == council.auditor, audit.meets) == ("allocated", False, None)


# Looked at first, applied once.


def look_at(*lines: dict[str, str], at: datetime = NOW) -> Import:
    return register.preview(kind="cases", data=as_csv(*lines), name="c.csv", as_at=NOVEMBER, by=None, at=at)


def test_looking_changes_nothing_and_says_what_applying_would(council: Council) -> None:
    looked_at = look_at(line("1"), line("2"))
    assert counted(looked_at) == (2, 2, 0, 1, 0)
    assert not Case.objects.filter(person_id="1").exists()
    assert counted(register.apply(looked_at, by=council.qa_officer, at=LATER)) == counted(looked_at)
    assert Case.objects.filter(person_id="1").exists()


def test_an_extract_is_applied_once_and_then_the_file_is_gone(council: Council) -> None:
    looked_at = look_at(line())
    applied = register.apply(looked_at, by=council.qa_officer, at=LATER)
    assert (applied.state, applied.applied, applied.data) == ("applied", LATER, None)
    with pytest.raises(NotNow, match="applied already"):
        register.apply(looked_at, by=council.qa_officer, at=LATER)
    entries = [(entry.act, entry.by) for entry in trail.entries_about(applied)]
    assert entries == [("import.previewed", None), ("import.applied", council.qa_officer)]


@pytest.mark.parametrize("looked_at_first", [True, False])
def test_one_looked_at_before_another_was_applied_is_stale(council: Council, looked_at_first: bool) -> None:
    first, second = look_at(line("1")), look_at(line("2"))
    applied, waiting = (second, first) if looked_at_first else (first, second)
    register.apply(applied, by=None, at=LATER)
    assert not register.can_apply(waiting)
    with pytest.raises(Stale, match="Another extract was applied"):
        register.apply(waiting, by=None, at=LATER)


def test_a_file_that_waits_more_than_a_day_is_let_go(council: Council) -> None:
    waiting = look_at(line("1"))
    look_at(line("2"), at=NOW + timedelta(days=1))
    assert register.can_apply(waiting)
    look_at(line("2"), at=NOW + timedelta(days=1, seconds=1))
    waiting.refresh_from_db()
    with pytest.raises(Stale, match="more than a day ago"):
        register.apply(waiting, by=None, at=LATER)


def test_a_bad_file_changes_nothing_and_leaves_nothing(council: Council) -> None:
    for data, refused in ((b"", Refused), (b"a,b\n1,2\n", Refused), (b"x" * 11_000_000, TooLarge)):
        with pytest.raises(refused):
            register.preview(kind="cases", data=data, name="x.csv", as_at=NOVEMBER, by=None, at=NOW)
    assert not Import.objects.exists()


def test_a_date_to_come_or_before_the_last_is_warned_of(council: Council) -> None:
    bring(line(), as_at=NOVEMBER)

    def warned(as_at: date) -> list[str]:
        return register.warnings(kind="cases", as_at=as_at, on=DECEMBER)

    assert warned(NOVEMBER) == warned(DECEMBER) == []
    assert "still to come" in warned(DECEMBER + timedelta(days=1))[0]
    assert "takes the register back" in warned(NOVEMBER - timedelta(days=1))[0]


def run_together(*works: Callable[[], object]) -> list[object]:
    """What each of these, started at the same moment in threads of their own, gave back or was refused with."""
    results: list[object] = []
    start = threading.Barrier(len(works))

    def one(work: Callable[[], object]) -> None:
        start.wait()
        try:
            results.append(work())
        except Refused as refusal:
            results.append(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_two_who_apply_the_same_extract_at_once_apply_it_once(council: Council) -> None:
    looked_at = look_at(*(line(str(number)) for number in range(1, 40)))
    results = run_together(*[lambda: register.apply(looked_at, by=council.qa_officer, at=LATER)] * 3)
    assert sum(isinstance(result, Import) for result in results) == 1
    assert sum(isinstance(result, NotNow) for result in results) == 2
    assert Case.objects.filter(changes=None).count() == 39
    assert trail.verify().ok


@pytest.mark.django_db(transaction=True)
def test_of_two_extracts_applied_at_once_one_is_stale(council: Council) -> None:
    first, second = look_at(line("1")), look_at(line("2"))
    results = run_together(
        lambda: register.apply(first, by=council.qa_officer, at=LATER),
        lambda: register.apply(second, by=council.head_of_qa, at=LATER),
    )
    assert sorted(type(result).__name__ for result in results) == ["Import", "Stale"]
    assert Case.objects.filter(person_id__in="12").count() == 1


def test_as_many_queries_for_one_case_as_for_forty(council: Council) -> None:
    def queries(many: int, **cells: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            bring(*(line(str(number), **cells) for number in range(many)))
        return len(captured)

    queries(1)
    Case.objects.all().delete()
    few = queries(2), queries(2, Category="CP", Age="3"), queries(1, Category="CP")
    Case.objects.all().delete()
    assert few == (queries(40), queries(40, Category="CP", Age="3"), queries(1, Category="CP"))


# The commands.


def command(name: str, *words: str) -> dict[str, Any]:
    out = StringIO()
    call_command(name, *words, "--json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_the_commands_say_what_they_did_as_json(council: Council) -> None:
    staff = command("import_staff", str(fixture("2026-11", "staff")), "--as-at", "2026-11-01")
    assert {key: staff[key] for key in ("rows", "added", "changed", "left")} == {
        "rows": 176,
        "added": 176,
        "changed": 0,
        "left": 0,
    }
    cases = command("import_cases", str(fixture("2026-11", "cases")), "--as-at", "2026-11-01")
    assert (cases["rows"], cases["added"], cases["changed"], cases["unchanged"]) == (1150, 1133, 0, 0)
    assert all(problem.keys() == {"row", "column", "why"} for problem in cases["problems"])
    assert cases["as_at"] == "2026-11-01"


def test_a_dry_run_says_the_same_and_changes_nothing(council: Council, tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    file.write_bytes(as_csv(line("1"), line("2", Category="?")))
    dry = command("import_cases", str(file), "--as-at", "2026-11-01", "--dry-run")
    assert not Case.objects.filter(person_id="1").exists()
    assert not Import.objects.exists()
    assert command("import_cases", str(file), "--as-at", "2026-11-01") == dry


def test_a_refusal_is_a_sentence_and_exit_1(tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()
    for name in ("import_cases", "import_staff"):
        for file in (empty, tmp_path / "missing.csv"):
            with pytest.raises(CommandError) as refused:
                call_command(name, str(file))
            assert refused.value.returncode == 1
            assert str(refused.value).endswith(".")


@pytest.mark.parametrize("words", [["import_cases"], ["import_staff", "x.csv", "--as-at", "31/10/2026"]])
def test_bad_usage_is_exit_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        execute_from_command_line(["manage.py", *words])
    assert left.value.code == 2
    assert "usage:" in capsys.readouterr().err
