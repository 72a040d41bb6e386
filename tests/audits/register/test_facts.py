"""The dates of a case that a file may have: read under many headings, kept with their source, never in the way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audits.draw.frame import build_frame
from audits.draw.tickets import frame_text
from audits.models import Case, Import
from audits.register import changes, extracts, merge_cases, reading, take_back
from audits.register.case_fields import BY_HEADING, EXPORT, FACTS, FIELDS
from audits.register.case_rows import CaseRows
from audits.register.vocabulary import import_words
from standards.models import FactKind
from tests.audits.register.annex_a import workbook_of
from tests.audits.register.extracts import DECEMBER, LATER, NOVEMBER, as_csv, bring, case, counted, line, said
from tests.audits.register.mapping.settle import form_of, go_on, hand_over_file
from tests.conftest import NOW, TODAY
from tests.factories import Council

pytestmark = pytest.mark.django_db
EXTRA = [field for field in FIELDS if field.is_extra_fact]
SAID = {field.heading.replace(" ", "_"): "20/10/2026" for field in EXTRA}
"""All of them, on one day."""
THEN = date(2026, 10, 20)
OWN = [NOVEMBER.isoformat(), ""]


def dates(person_id: str = "1") -> dict[str, date | None]:
    """What the register has of a case."""
    return {kind: getattr(case(person_id), name) for kind, name in FACTS}


def test_every_kind_of_fact_is_a_column_of_the_table_and_of_the_case() -> None:
    assert {kind for kind, _ in FACTS} == set(FactKind.values)
    assert {name for _, name in FACTS} < {column.name for column in Case._meta.get_fields()}


@pytest.mark.parametrize("ours", [field.heading for field in EXTRA])
def test_our_own_file_may_have_a_fact_under_any_heading_that_is_known(ours: str) -> None:
    known = import_words()["headings"]["cases"][ours]
    assert len(known) > 5
    for theirs in (ours, *known):
        data = as_csv(line("1", **{theirs: "20/10/2026"}))
        clean = reading.clean_file(kind="cases", data=data, name="cases.csv", as_at=NOVEMBER)
        assert isinstance(clean.cleaned, CaseRows)
        assert getattr(clean.cleaned.used["1"], BY_HEADING[ours].name) == THEN, theirs
        assert clean.dropped == []


def test_another_system_s_headings_are_offered_for_them_on_the_page_of_columns(
    client: Client, council: Council
) -> None:
    row = {"Mosaic ID": "1", "Case Category": "CIN", "Start Date": "02/02/2026", "Most Recent Visit": "20/10/2026"}
    row |= {
        "Next RCPC Date": "20/10/2026",
        "Last Manager Decision Date": "20/10/2026",
        "Latest Assessment": "",
        "X": "",
    }
    data = "\n".join((",".join(row), ",".join(row.values()))).encode()
    client.force_login(council.qa_officer)
    page = hand_over_file(client, data, "mosaic.csv", day="01 11 2026")
    chosen = set(form_of(client, page).values())
    assert {"Most Recent Visit", "Next RCPC Date", "Last Manager Decision Date", "Latest Assessment"} <= chosen
    go_on(client, page, keep="Mosaic weekly")
    extracts.apply_import(Import.objects.get(), by=council.qa_officer, at=NOW)
    known = {kind: on for kind, on in dates().items() if on}
    assert known == {"last_visit": THEN, "next_review": THEN, "last_oversight": THEN}
    assert case().fact_sources == {kind: [NOVEMBER.isoformat(), "Mosaic weekly"] for kind in known}


def test_the_lists_of_annex_a_bring_those_that_they_have(council: Council) -> None:
    data = workbook_of(40, [("North", "Niamh Okonkwo")])
    extracts.import_file(
        kind="cases", data=data, name="a.xlsx", as_at=DECEMBER, by=None, at=NOW, mapping="Ofsted Annex A"
    )
    had = {
        category: {
            kind
            for each in Case.objects.filter(category=category, person_id__startswith="91")
            for kind in each.fact_sources
        }
        for category in ("EH", "CIN", "CP", "CLA", "CL")
    }
    assert had == {
        "EH": {"last_assessment"},
        "CIN": {"last_seen"},
        "CP": {"last_visit"},
        "CLA": {"last_visit"},
        "CL": set(),
    }
    sources = {tuple(said) for each in Case.objects.all() for said in each.fact_sources.values()}
    assert sources == {(DECEMBER.isoformat(), "Ofsted Annex A")}


@pytest.mark.parametrize("cell", ["31/02/2026", "soon", "02/11/2026", "20/10/1826"])
def test_a_date_that_cannot_be_right_is_said_and_the_case_comes_in_all_the_same(council: Council, cell: str) -> None:
    done = bring(line("1", **dict.fromkeys(SAID, cell)), line("2", **SAID))
    coming = cell == "02/11/2026"  # the day after the file's: only of a review that is due
    assert [name for _, name in FACTS if getattr(case(), name)] == [
        "last_supervision_on",
        *(["next_review_on"] if coming else []),
    ]
    assert said(done) == sorted((2, field.heading) for field in EXTRA if field.heading != "Next Review" or not coming)
    assert (done.counts["added"], done.counts["not_used"]) == (2, 0)
    assert set(case("2").fact_sources) == set(FactKind.values)


def test_the_preview_says_it_and_changes_nothing(council: Council) -> None:
    looked_at = extracts.keep_preview(
        kind="cases", data=as_csv(line("1", Last_Visit="soon")), name="a.csv", as_at=NOVEMBER, by=None, at=NOW
    )
    (odd,) = [
        each for each in changes.preview_import(looked_at, group="odd", on=TODAY).lines if each.who == "Last Visit"
    ]
    assert "is not a date such as 31/10/2026, so it was left out. The rest of the row was used." in odd.what
    assert not Case.objects.filter(person_id="1").exists()


def test_facts_in_another_order_of_day_and_month_do_not_cast_doubt_on_when_a_case_opened(council: Council) -> None:
    done = bring(
        line("1", Date_Opened="02/03/2026", Last_Supervision="", Last_Visit="10/13/2026", Last_Review="13/10/2026")
    )
    assert case().opened_on == date(2026, 3, 2)
    assert (dates()["last_visit"], dates()["last_review"]) == (date(2026, 10, 13), date(2026, 10, 13))
    assert said(done) == [(2, "Last Visit")]
    both = {"Last_Visit": "13/10/2026", "Last_Review": "10/13/2026"}
    done = bring(line("1", Last_Seen="x", **both), line("2", **both | {"Last_Visit": "10/13/2026"}), as_at=DECEMBER)
    assert case().opened_on == date(2026, 2, 2)
    assert dates()["last_visit"] == date(2026, 10, 13), (
        "the whole column was left out: the register keeps what it knows"
    )
    assert "no date in this column can be trusted" in next(
        problem["why"] for problem in done.problems if problem["column"] == "Last Visit"
    )


def test_where_all_show_one_order_a_fact_still_shows_how_the_file_is_written(council: Council) -> None:
    bring(line("1", Date_Opened="02/03/2026", Last_Supervision="", Last_Visit="10/13/2026"))
    assert case().opened_on == date(2026, 2, 3)


def test_each_fact_keeps_the_day_of_the_file_that_said_it_last(council: Council) -> None:
    bring(line("1", Last_Visit="20/10/2026", Last_Review="20/10/2026"))
    assert case().fact_sources == dict.fromkeys(("last_supervision", "last_visit", "last_review"), OWN)
    again = bring(line("1", Last_Visit="20/10/2026", Last_Review="20/10/2026"))
    assert (counted(again), again.counts["refreshed"]) == ((1, 0, 0, 0, 1), 0), "the same file changes nothing"
    later = bring(line("1", Last_Visit=""), as_at=DECEMBER)
    assert (counted(later), later.counts["refreshed"]) == ((1, 0, 0, 0, 1), 1)
    new = [DECEMBER.isoformat(), ""]
    assert (dates()["last_visit"], dates()["last_review"]) == (None, THEN), "blank in the file, and not in the file"
    assert case().fact_sources == {"last_supervision": new, "last_review": OWN}


def test_an_import_that_is_taken_back_takes_its_facts_with_it(council: Council) -> None:
    bring(line("1", Last_Visit="20/10/2026"))
    was = dates(), case().fact_sources
    done = bring(line("1", Last_Visit="25/11/2026", Last_Review="20/10/2026"), as_at=DECEMBER, at=LATER)
    assert case().fact_sources["last_visit"] == [DECEMBER.isoformat(), ""]
    take_back.take_import_back(done, why="The wrong file.", by=council.qa_officer, at=LATER + timedelta(hours=1))
    assert (dates(), case().fact_sources) == was


def test_of_two_rows_of_one_child_each_later_date_stays_with_its_own_source(council: Council) -> None:
    bring(line("0042", Last_Visit="20/10/2026", Last_Review="01/10/2026"), line("42", Last_Visit="", Last_Review=""))
    newer = line("42", Last_Visit="19/10/2026", Last_Review="25/10/2026")
    bring(newer, line("9", Last_Visit="", Last_Review=""), as_at=DECEMBER)
    merge_cases.merge_cases(case("0042"), number="42", why="Excel", by=council.qa_officer, at=LATER)
    assert (dates("0042")["last_visit"], dates("0042")["last_review"]) == (THEN, date(2026, 10, 25))
    sources = case("0042").fact_sources
    assert (sources["last_visit"], sources["last_review"]) == (OWN, [DECEMBER.isoformat(), ""])


def test_no_draw_depends_on_them(council: Council) -> None:
    rows: list[dict[str, Any]] = [line(str(number), Worker_Email=council.keyworker.email) for number in range(1, 9)]
    bring(*rows)
    before = frame_text(build_frame(TODAY, {}).cases)
    bring(*(row | SAID for row in rows))
    assert (frame_text(build_frame(TODAY, {}).cases), dates()["last_visit"]) == (before, THEN)
    assert before


def test_the_register_s_page_and_its_file_show_them(client: Client, council: Council) -> None:
    bring(line("1", Last_Visit="20/10/2026"))
    client.force_login(council.qa_officer)
    page = " ".join(client.get(reverse("register-case", args=[case().pk])).content.decode().split())
    assert "Last visit</span> <br> Tuesday 20 October 2026 <span" in page
    assert "Register of 1 November 2026" in page
    assert "Child last seen" not in page, "what is not known is not there"
    columns = {column.title: column for column in EXPORT}
    assert {str(kind.label) for kind in FactKind} <= set(columns)
    assert (columns["Last visit"].value(case()), columns["Next review"].value(case())) == (THEN, None)
