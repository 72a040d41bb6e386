"""Each quirk of a real case extract, one at a time: tidied, left out or kept, and said."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from audits.models import Case, Import
from audits.register import extracts
from people.models import Team, TrailEntry, User
from tests.audits.register.extracts import HIGHEST_FIRST, NOVEMBER, bring, case, counted, line, said
from tests.conftest import NOW
from tests.factories import Council, UserFactory

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize(
    ("age", "kept"),
    [
        ("0", 0),
        ("25", 25),
        ("25.9", 25),
        ("", None),
        ("8.602327173169062", 8),
        ("8 years", 8),
        ("8 yrs old", 8),
        ("9y 3m", 9),
        ("9 years and 11 months old", 9),
        ("6 months", 0),
        ("11 months", 0),
        ("12 months", 1),
        ("30 weeks", 0),
        ("Unborn", 0),
    ],
)
def test_ages_at_the_edges_and_in_words_are_kept(council: Council, age: str, kept: int | None) -> None:
    assert said(bring(line(Age=age))) == []
    assert case().age == kept


@pytest.mark.parametrize(
    ("column", "cell", "kept"),
    [
        ("Gender", "b) Female", "F"),
        ("Gender", "Male", "M"),
        ("Gender", "c) Not stated/recorded", "U"),
        ("Ethnicity", "k) APKN", "APKN"),
        ("Disability", "b) No", "N"),
        ("Disability", "Yes", "Y"),
    ],
)
def test_a_code_with_its_letter_or_in_a_word_is_the_code(council: Council, column: str, cell: str, kept: str) -> None:
    assert said(bring(line(**{column: cell}))) == []
    assert getattr(case(), column.lower()) == kept


def test_what_means_nothing_is_blank_and_said_once_a_column(council: Council) -> None:
    done = bring(
        line("1", Date_Closed="NULL", Last_Supervision="N/A", Last_Audited="-"),
        line("2", Date_Closed="31/12/9999", Last_Audited="#N/A"),
        line("3", Date_Closed="1900-01-01", Team="NULL", Service="NULL", Worker_Email="null"),
        line("4", Age="NULL", Allocated_Worker="Unallocated", Worker_Email=""),
    )
    assert not Team.objects.filter(name="NULL").exists()
    assert Case.objects.filter(person_id__in="1234", closed_on=None, last_audited_on=None).count() == 4
    blanks = {problem["column"]: problem["why"] for problem in done.problems if "Read as blank" in problem["why"]}
    assert set(blanks) == {
        "Age",
        "Service",
        "Team",
        "Allocated Worker",
        "Worker Email",
        "Date Closed",
        "Last Supervision",
        "Last Audited",
    }
    assert blanks["Date Closed"] == "Read as blank in this column: “NULL” (1), “31/12/9999” (1), “1900-01-01” (1)."


@pytest.mark.parametrize("cell", ["mailto:{}", "Niamh Okonkwo <{}>", " {} "])
def test_an_e_mail_is_found_in_its_wrapping(council: Council, cell: str) -> None:
    assert said(bring(line(Worker_Email=cell.format(council.keyworker.email)))) == []
    assert case().keyworker == council.keyworker


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


def test_a_worker_s_number_is_kept_so_that_a_later_staff_list_finds_them(council: Council) -> None:
    numbers = {"Worker Staff Number": "00417.0", "Worker Registration Number": ""}
    registered = {"Worker Staff Number": "", "Worker Registration Number": "sw 99"}
    nobody = {"Worker_Email": "", "Allocated_Worker": "x"}
    bring(line("1", **nobody) | numbers, line("2", **nobody) | registered, closing=1)
    assert (case("1").keyworker, case("1").worker_number, case("2").worker_registration) == (None, "00417", "SW99")
    headings = "Name,Email,Job Title,Service,Team,Line Manager Email,Staff Number,Registration Number"
    staff = (
        f"{headings}\nAnn Lee,ann@example.gov.uk,Social Worker,Help,Hub,,00417,\nBo Ray,bo@example.gov.uk,,,,,,SW99\n"
    )
    given = {"kind": "staff", "name": "s.csv", "as_at": NOVEMBER, "by": None, "at": NOW}
    extracts.import_file(**given, data=staff.encode())  # type: ignore[arg-type]
    emails = [worker.email for number in "12" if (worker := case(number).keyworker)]
    assert emails == ["ann@example.gov.uk", "bo@example.gov.uk"]
    bring(line("1", **nobody), line("2", **nobody) | {"Age": "10"}, as_at=date(2026, 11, 20))
    assert (case("1").worker_number, case("2").worker_registration) == ("00417", "SW99"), (
        "a list without them leaves them"
    )
    assert case("2").keyworker is not None, "and their workers"
    bring(line("1", **nobody | {"Allocated_Worker": "y"}), line("2", **nobody), as_at=date(2026, 11, 21))
    assert (case("1").worker_number, case("1").keyworker) == ("", None), "not of somebody else"
