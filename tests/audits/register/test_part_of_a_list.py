"""A file that lacks a whole team, service or category is asked about; what a file does not cover stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from audits.models import Case, Import
from audits.register import extracts as register_extracts
from people.list_answers import ListAnswers
from qualitycounts.base.refusals import Refused
from tests.audits.meeting.pages import text
from tests.audits.register.extracts import DECEMBER, NOVEMBER, as_csv, bring, line, staff_csv
from tests.audits.register.test_closing_guard import PEOPLE, open_cases, run, staff_file
from tests.audits.register.test_register_pages import hand_over
from tests.conftest import NOW
from tests.factories import Council

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _only_what_files_bring(council: Council) -> None:
    """The council's own case counts as the demonstration's, so that what a file closes is what a test brought in."""
    Case.objects.update(source=Case.Source.DEMO)


# A whole team, service or category.


def test_a_whole_team_that_vanishes_is_asked_about_whatever_the_share() -> None:
    few, many = (
        [line(str(number), Team="Youth") for number in range(4)],
        [line(str(number)) for number in range(100, 200)],
    )
    bring(*few, *many)
    with pytest.raises(Refused, match=r"closes 4 of the 104 open cases .*\(4%\)\. Whole team missing: Youth\."):
        bring(*many, as_at=DECEMBER)
    bring(few[0], *many, as_at=DECEMBER)
    assert open_cases() == 101


def test_a_whole_category_or_service_that_vanishes_is_asked_about() -> None:
    leavers = [line(str(number), Category="CL", Service="Care", Team="After") for number in range(4)]
    stay = [line("9", Service="Care", Team="Other"), *(line(str(number)) for number in range(100, 200))]
    bring(*leavers, *stay)
    with pytest.raises(Refused, match=r"Whole team missing: After\. Whole category missing: Care leaver\."):
        bring(*stay, as_at=DECEMBER)
    with pytest.raises(Refused, match=r"Whole service missing: Care\."):
        bring(*stay[1:], as_at=DECEMBER)


def test_a_team_that_only_has_another_name_is_not_missing() -> None:
    bring(*(line(str(number), Team="Old") for number in range(10)), *(line(str(number)) for number in range(100, 200)))
    renamed = [line(str(number), Team="New") for number in range(10)]
    done = bring(*renamed, *(line(str(number)) for number in range(100, 200)), as_at=DECEMBER)
    assert (done.counts["closed"], done.counts["changed"]) == (0, 10)


def test_a_whole_team_of_people_that_leaves_is_asked_about() -> None:
    rows = staff_csv(*(f"P{number}" for number in range(100))).decode()
    youth = "".join(f"\nYo{n},yo{n}@example.gov.uk,Social Worker,Help,Youth," for n in range(4))
    for data, closing in ((rows + youth, None), (rows, 4)):
        given = {"kind": "staff", "data": data.encode(), "name": "s.csv", "as_at": NOVEMBER, "by": None, "at": NOW}
        if closing:
            with pytest.raises(Refused, match=r"4 of the 104 people .*Whole team missing: Youth\."):
                register_extracts.import_file(**given)  # type: ignore[arg-type]
        register_extracts.import_file(**given, closing=closing)  # type: ignore[arg-type]


# A part of the list.


def test_what_a_file_does_not_cover_stays_as_it_is() -> None:
    both = [line(str(number), Category=("CLA" if number % 2 else "CIN")) for number in range(20)]
    bring(*both)
    only_cla = ListAnswers(categories=("CLA",))
    given = {"kind": "cases", "name": "c.csv", "as_at": DECEMBER, "by": None, "at": NOW}
    data = as_csv(*both[1::2][:9])
    done = register_extracts.import_file(**given, data=data, answers=only_cla)  # type: ignore[arg-type]
    assert (done.counts["closed"], open_cases()) == (1, 19)
    with pytest.raises(Refused, match="closes 4 of the 9 open cases"):
        register_extracts.import_file(**given, data=as_csv(*both[1::2][:5]), answers=only_cla)  # type: ignore[arg-type]


def test_the_command_takes_the_part_and_refuses_one_that_there_is_not(tmp_path: Path) -> None:
    bring(
        *(line(str(n), Team=("North" if n % 2 else "Youth"), Category=("CLA" if n < 6 else "CIN")) for n in range(12))
    )
    file = tmp_path / "c.csv"
    file.write_bytes(as_csv(line("1", Category="CLA")))
    words = (str(file), "--as-at", "2026-11-30")
    code, done, said = run("import_cases", *words, "--only-team", "Nowhere")
    assert (code, "There is no team “Nowhere”. The teams are: " in said) == (1, True)
    code, done, said = run("import_cases", *words, "--only", "CLA,XX")
    assert (code, "“XX” is not a category" in said) == (1, True)
    code, done, _ = run("import_cases", *words, "--only", "cla", "--only-team", "North", "--dry-run")
    assert (code, done["closed"]) == (0, 2)
    code, done, _ = run(
        "import_cases", *words, "--only-team", "North", "--only-team", "Youth", "--closing", "11", "--reason", "So"
    )
    assert (code, done["closed"], open_cases()) == (0, 11, 1)
    kept = Import.objects.get(pk=Import.objects.latest("pk").pk)
    assert (kept.closing, kept.closing_why, kept.answers["teams"]) == (11, "So", ["North", "Youth"])
    file.write_bytes(staff_csv("Ann"))
    staff_file(*PEOPLE)
    code, done, _ = run("import_staff", str(file), "--only-team", "North")
    assert (code, done["left"]) == (0, 0)


def test_the_page_works_it_out_again_for_a_part_and_lets_one_take_the_rest_away(
    client: Client, council: Council
) -> None:
    client.force_login(council.qa_officer)
    bring(*(line(str(number), Team=("North" if number % 2 else "Youth")) for number in range(20)))
    address = hand_over(client, as_csv(*(line(str(number)) for number in range(1, 15, 2))), day="30 11 2026")[
        "Location"
    ]
    page = text(client.get(address))
    assert "This file would close 13 of 20 open cases: 65 %" in page
    assert "Whole team missing: Youth." in page
    assert "The teams found in it: it would still close 3 of 10, 30 %." in page
    sheet = b"".join(client.get(f"{address}closing.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert sheet.count("\n") == 14
    assert client.get(f"{address}closing.pdf").status_code == 404
    assert len(client.get(f"{address}?by=all&name=Youth").context["page"].object_list) == 10
    answer = client.post(f"{address}part/", {"part": "ticked"}, follow=True)
    assert "Tick the teams or the categories" in text(answer)
    answer = client.post(f"{address}part/", {"part": "teams"}, follow=True)
    assert (Import.objects.latest("pk").counts["closed"], open_cases()) == (3, 20)
    assert "It covers now" not in text(answer), "three are never asked about, so the ordinary page is shown"
    assert "It covers North alone." in text(answer)
    client.post(f"{address}apply/")
    assert open_cases() == 17
    client.force_login(council.auditor)
    assert client.post(f"{address}part/", {"part": "teams"}).status_code == 403
    assert client.get(f"{address}closing.csv").status_code == 403
