"""Files of more shapes than the field set has: each read, or refused with a sentence that says what to do, nothing lost
and nothing closed unsaid."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import openpyxl
import pytest

from audits.models import Case
from audits.register import extracts
from audits.register.closing_guard import closing_of
from audits.register.oddities import group_problems
from audits.register.reading import Reading, read_file
from people.models import User
from qualitycounts.base.refusals import Refused
from tests.audits.register.extracts import DECEMBER, LATER, bring, line
from tests.conftest import NOW
from tests.factories import Council

pytestmark = pytest.mark.django_db
CASE = [heading.replace("_", " ") for heading in line()]
STAFF = ["Name", "Email", "Job Title", "Service", "Team", "Line Manager Email"]
Rows = list[list[Any]]


def row(number: Any, **cells: Any) -> list[Any]:
    """A row of a case list."""
    return list((line(number) | cells).values())


def person(name: str, *more: str) -> list[str]:
    """A row of a staff list."""
    return [f"{name} Lark", f"{name.lower()}@example.gov.uk", "Social Worker", "Help", "Hub", "", *more]


def text(rows: Rows, *, separator: str = ",", encoding: str = "utf-8") -> bytes:
    """The rows as text."""
    written = io.StringIO()
    csv.writer(written, delimiter=separator).writerows(rows)
    return written.getvalue().encode(encoding)


def book(rows: Rows, *, merged: tuple[str, ...] = (), hidden: Rows | None = None) -> bytes:
    """The rows as a workbook, behind a sheet that cannot be seen where there is one."""
    made = openpyxl.Workbook()
    sheet = made.active
    for each in rows:
        sheet.append(each)
    for cells in merged:
        sheet.merge_cells(cells)
    if hidden is not None:
        old = made.create_sheet("Old", 0)
        old.sheet_state = "hidden"
        for each in hidden:
            old.append(each)
    saved = io.BytesIO()
    made.save(saved)
    return saved.getvalue()


def read(data: bytes, name: str = "c.csv", kind: str = "cases") -> Reading:
    return read_file(kind=kind, data=data, name=name, as_at=DECEMBER)


def teams(reading: Reading) -> list[tuple[str, str]]:
    return [(change.now.person_id, change.now.team) for change in reading.plan.added]  # type: ignore[union-attr]


def said(reading: Reading, column: str) -> list[str]:
    return [group.why for group in group_problems(reading.plan.problems, {}) if group.column == column]


TWO = [row("11"), row("12")]
BOTH = [("11", "North"), ("12", "North")]
GROUPS = [CASE[0], CASE[1], "Child", *[None] * 5, *CASE[8:10], "Dates", *[None] * 3]
UNDER = [None, None, *CASE[2:8], None, None, *CASE[10:]]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (book([["Child", *[None] * 7, "Worker"], CASE, *TWO], merged=("A1:H1",)), "two-heading-rows.xlsx"),
        (book([GROUPS, UNDER, *TWO], merged=("A1:A2", "B1:B2", "C1:H1", "I1:I2", "J1:J2", "K1:N1")), "tall.xlsx"),
        (book([CASE, row("11"), row("12", Team=None)], merged=("H2:H3",)), "a-team-merged-over-its-cases.xlsx"),
        (book([CASE, *TWO], hidden=[CASE, row("91"), row("92")]), "hidden-sheet-first.xlsx"),
        (text([CASE, *TWO, ["Total", "2", *[""] * 12], ["Grand total 2"]]), "totals.csv"),
        (text([CASE, *TWO, [], ["Team", "Cases"], ["North", "2"]]), "another-table-below.csv"),
        (text([CASE, row("11"), CASE, row("12")]), "headings-again.csv"),
        (text([CASE, *TWO], separator=";", encoding="utf-16"), "utf-16-semicolons.csv"),
        (b"sep=;\r\n" + text([CASE, *TWO], separator=";", encoding="utf-8-sig"), "separator-line.csv"),
        (text([[f"{heading} *" for heading in CASE], *TWO]), "stars.csv"),
        (text([[heading.replace(" ", "\n") for heading in CASE], *TWO]), "headings-of-two-lines.csv"),
        (text([CASE, row("11", Date_Closed="Open"), row("12", Date_Closed="ongoing")]), "open-in-words.csv"),
        (text([CASE, row('="11"', Team='="North"'), row("'12")]), "figures-held-as-text.csv"),
        (
            text([CASE, row("11", Team="\u202eNorth\u202c"), row("\u200e12", Team="No\u00adrth")]),
            "unseen-characters.csv",
        ),
        (text([CASE, row("11", Allocated_Worker="Ann 🦄 Lee"), row("12", Gender="🙂")]), "emoji.csv"),
    ],
)
def test_it_is_read_whole(council: Council, data: bytes, name: str) -> None:
    reading = read(data, name)
    assert teams(reading) == BOTH
    assert all(change.now.closed_on is None for change in reading.plan.added)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (text([CASE, row("11", Date_Opened="10/31/2026"), row("12", Date_Opened="31/10/2026")]), "m.csv", "Export the"),
        (
            text([CASE, *(row(str(n), Category="Child in Need (s17)") for n in range(4))]),
            "w.csv",
            "settled once on the",
        ),
        (book([CASE, row('=TEXT(4711,"0")'), row("=A2")]), "f.xlsx", "copy the column and paste it as values"),
        (text([CASE, row("4.71E+11"), row("4.72e+11")]), "shortened.csv", "whose last figures Excel has cut"),
        (text([CASE, row("11", Allocated_Worker="A" * 33_000)]), "long.csv", "Shorten that cell"),
        (text([CASE, *TWO], encoding="utf-16-le"), "bare-utf-16.csv", r"Save it as CSV \(UTF-8\)"),
    ],
)
def test_it_is_refused_with_what_to_do(council: Council, data: bytes, name: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        read(data, name)


def test_numbers_alike_but_for_capitals_or_zeros_are_two_children_and_said(council: Council) -> None:
    reading = read(text([CASE, row("ab12"), row("AB12"), row("0077"), row("77"), row("78")]))
    assert len(teams(reading)) == 5
    (why,) = said(reading, "Person ID")
    assert why.startswith("This number differs from that of row 2 only in capitals or in zeros in front.")


def test_a_word_is_no_number_of_a_child(council: Council) -> None:
    assert [number for number, _ in teams(read(text([CASE, *TWO, row("Total"), row("x7")])))] == ["11", "12", "x7"]


def test_rows_that_have_lost_their_numbers_close_nobody_unasked(council: Council) -> None:
    Case.objects.update(source=Case.Source.DEMO)
    bring(*(line(str(number)) for number in range(100, 160)))
    rest = [row(str(number)) for number in range(105, 160)]
    lost = text([CASE, *rest, *(row("#N/A") for _ in range(5))])
    closing = closing_of(read(lost))
    assert (closing.number, closing.asks) == (5, True)
    assert closing.sentence.endswith(
        "5 rows have no person number: some of these cases may be theirs, and still be open."
    )
    given: dict[str, Any] = {"kind": "cases", "name": "c.csv", "as_at": DECEMBER, "by": None, "at": LATER}
    looked_at = extracts.keep_preview(**given, data=lost)
    with pytest.raises(Refused, match="have no person number"):
        extracts.apply_import(looked_at, by=None, at=LATER)
    assert not closing_of(read(text([CASE, *rest, ["Total", "55", *[""] * 12]]))).asks, "a total is nobody's row"


def test_a_list_with_leavers_brings_none_of_them_back(council: Council) -> None:
    headings = [*STAFF, "Termination Date"]
    given: dict[str, Any] = {"kind": "staff", "name": "s.csv", "as_at": DECEMBER, "by": None, "at": NOW}
    staff = [person("Ann", ""), person("Bo", "31/12/2026"), person("Cy", "31/12/9999"), person("Di", "30/10/2026")]
    data = text([[*STAFF, "Leaving Date"], *staff])
    extracts.import_file(**given, data=text([STAFF, *(each[:6] for each in staff)]))
    done = extracts.import_file(**given, data=data)
    assert (done.counts["left"], done.counts["unchanged"], done.counts["not_used"]) == (1, 3, 1)
    assert User.objects.get(email="di@example.gov.uk").left_on == DECEMBER
    assert [each["why"][:25] for each in done.problems] == ["Left on 30 October 2026, "]
    with pytest.raises(Refused, match="Everybody in this list has left"):
        extracts.import_file(**given, data=text([[*STAFF, "Leaving Date"], person("Ann", "30/10/2026")]))
    both = [person("Ann", "31/10/2026"), person("Bo", "10/31/2026")]
    with pytest.raises(Refused, match="who has left cannot be told"):
        extracts.import_file(**given, data=text([[*STAFF, "Leaving Date"], *both]))
    with pytest.raises(Refused, match="no column called"):
        read(text([headings[1:], person("Ann", "")[1:]]), kind="staff")
    assert date(2026, 10, 30) < DECEMBER


def test_a_staff_list_of_one_row_asks_about_everybody_else(council: Council) -> None:
    given: dict[str, Any] = {"kind": "staff", "name": "s.csv", "as_at": DECEMBER, "by": None, "at": NOW}
    extracts.import_file(**given, data=text([STAFF, *(person(name) for name in ("Ann", "Bo", "Cy", "Di", "Ed"))]))
    with pytest.raises(Refused, match="4 of the 5 people"):
        extracts.import_file(**given, data=text([STAFF, person("Ann")]))
    assert not User.objects.exclude(left_on=None).exists()


def test_a_list_of_closed_cases_alone_asks_before_it_closes_the_rest(council: Council) -> None:
    Case.objects.update(source=Case.Source.DEMO)
    bring(*(line(str(number)) for number in range(6)))
    closing = closing_of(read(text([CASE, *(row(str(n), Date_Closed="01/11/2026") for n in range(900, 905))])))
    assert (closing.number, closing.base, closing.asks) == (6, 6, True)
