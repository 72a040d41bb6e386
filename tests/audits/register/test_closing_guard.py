"""A file that closes many cases, or takes many people away, is applied only when its number is given."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from audits.models import Case, Import
from audits.register import extracts as register_extracts
from audits.register import reading
from people import council_settings as settings_of_the_council
from people.models import User
from qualitycounts.base.refusals import NotNow, Refused, Stale
from tests.audits.meeting.pages import text
from tests.audits.register.extracts import (
    DECEMBER,
    LATER,
    NOVEMBER,
    as_csv,
    bring,
    case,
    fixture,
    line,
    staff_csv,
    take,
)
from tests.audits.register.test_register_pages import hand_over
from tests.conftest import NOW
from tests.factories import CaseFactory, Council, UserFactory

pytestmark = pytest.mark.django_db

PEOPLE = ("Ann", "Bea", "Cat", "Dee", "Eve", "Fay", "Gem", "Hal", "Ivy", "Jon")


@pytest.fixture(autouse=True)
def _only_what_files_bring(council: Council) -> None:
    """The council's own case counts as the demonstration's, so that what a file closes is what a test brought in."""
    Case.objects.update(source=Case.Source.DEMO)


def open_cases() -> int:
    return Case.objects.filter(source=Case.Source.FILE, closed_on=None).count()


def staff_file(*people: str, closing: int | None = None) -> Import:
    data = staff_csv(*people)
    given = {} if closing is None else {"closing": closing}
    return register_extracts.import_file(
        kind="staff", data=data, name="s.csv", as_at=NOVEMBER, by=None, at=NOW, **given
    )


def run(name: str, *words: str) -> tuple[int, dict[str, Any], str]:
    """The exit code of a command, the JSON it prints, and what it says on stderr."""
    out, refused = StringIO(), ""
    code = 0
    try:
        call_command(name, *words, "--json", stdout=out)
    except CommandError as refusal:
        code, refused = refusal.returncode, str(refusal)
    return code, json.loads(out.getvalue()), refused


# A file in which no row can be used.


@pytest.mark.parametrize("bad", [{"Category": "Child in Need"}, {"Date_Opened": "soon"}, {"Date_Opened": "31/02/2026"}])
def test_a_case_list_in_which_no_row_can_be_used_is_refused_whole(bad: dict[str, str]) -> None:
    bring(line("1"), line("2"))
    with pytest.raises(Refused, match=r"No row of “cases.csv” can be used.*In 2 of its 2 rows") as refused:
        bring(line("3", **bad), line("4", **bad), as_at=DECEMBER)
    assert next(iter(bad)).replace("_", " ") in refused.value.sentence
    assert (refused.value.status, open_cases()) == (422, 2)
    assert (Import.objects.latest("pk").state, Import.objects.latest("pk").data) == ("refused", None)


def test_a_staff_list_in_which_no_row_can_be_used_is_refused_whole() -> None:
    staff_file("Ann", "Bea")
    data = staff_csv("Cat", "Dee").replace(b"@", b" at ")
    with pytest.raises(Refused, match=r"In 2 of its 2 rows it is the column “Email”"):
        register_extracts.import_file(kind="staff", data=data, name="s.csv", as_at=DECEMBER, by=None, at=LATER)
    assert User.objects.filter(source=User.Source.FILE, left_on=None).count() == 2


def test_rows_that_do_not_fit_their_headings_are_no_rows_to_use() -> None:
    bring(line("1"))
    wide = as_csv(line("2", Last_Audited="01/06/2026")).decode().replace('"OKONKWO, Niamh"', "OKONKWO, Niamh")
    with pytest.raises(Refused, match="it is the whole row"):
        register_extracts.import_file(kind="cases", data=wide.encode(), name="x.csv", as_at=DECEMBER, by=None, at=LATER)
    with pytest.raises(Refused, match="headings but no rows"):
        reading.read_file(kind="cases", data=wide.encode().splitlines()[0], name="x.csv", as_at=DECEMBER)
    assert open_cases() == 1


def test_the_page_says_why_a_file_without_a_usable_row_is_refused(client: Client, council: Council) -> None:
    client.force_login(council.qa_officer)
    answer = hand_over(client, as_csv(line("1", Date_Opened="soon"), line("2", Date_Opened="soon")))
    assert answer.status_code == 422
    assert "In 2 of its 2 rows it is the column “Date Opened”" in text(answer)


@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_the_commands_refuse_a_file_without_a_usable_row_with_the_reason_in_their_json(
    tmp_path: Path, dry: list[str]
) -> None:
    bring(line("1"))
    file = tmp_path / "c.csv"
    file.write_bytes(as_csv(line("2", Category="?"), line("3", Category="?")))
    code, done, said = run("import_cases", str(file), "--as-at", "2026-11-30", *dry)
    assert (code, done["refused"], done["rows"], done["not_used"]) == (1, said, 2, 2)
    assert [problem["row"] for problem in done["problems"]] == [2, 3]
    file.write_bytes(staff_csv("Ann").replace(b"@", b""))
    code, done, said = run("import_staff", str(file), *dry)
    assert (code, done["refused"], done["rows"], done["left"]) == (1, said, 1, 0)
    code, done, said = run("import_staff", str(tmp_path / "none.csv"), *dry)
    assert (code, done["refused"], done["rows"], done["problems"]) == (1, said, 0, [])
    assert open_cases() == 1


# A file that closes more than a tenth.


def test_a_tenth_closes_unasked_and_one_more_does_not() -> None:
    bring(*(line(str(number)) for number in range(50)))
    fewer = as_csv(*(line(str(number)) for number in range(44)))
    looked_at = register_extracts.keep_preview(kind="cases", data=fewer, name="c.csv", as_at=DECEMBER, by=None, at=NOW)
    with pytest.raises(Refused, match=r"closes 6 of the 50 open cases .*\(12%\).*give the number: 6"):
        register_extracts.apply_import(looked_at, by=None, at=LATER)
    assert open_cases() == 50
    with pytest.raises(Refused, match=r"You gave the number 5\. This file closes 6"):
        register_extracts.apply_import(looked_at, by=None, at=LATER, closing=5)
    assert open_cases() == 50
    register_extracts.apply_import(looked_at, by=None, at=LATER, closing=6)
    assert open_cases() == 44
    with pytest.raises(NotNow, match="applied already"):
        register_extracts.apply_import(looked_at, by=None, at=LATER, closing=6)
    bring(*(line(str(number)) for number in range(40)), as_at=DECEMBER)
    assert open_cases() == 40


def test_up_to_three_are_never_asked_about_and_a_wrong_number_is_refused_all_the_same() -> None:
    bring(*(line(str(number)) for number in range(4)))
    with pytest.raises(Refused, match=r"You gave the number 2\. This file closes 3 of the 4"):
        bring(line("0"), as_at=DECEMBER, closing=2)
    assert open_cases() == 4
    bring(line("0"), as_at=DECEMBER)
    assert open_cases() == 1
    bring(*(line(str(number)) for number in range(5)), as_at=DECEMBER)
    with pytest.raises(Refused):
        bring(line("0"), as_at=DECEMBER)


def test_what_a_file_cannot_close_is_not_counted(council: Council) -> None:
    for _ in range(60):
        CaseFactory.create(keyworker=council.keyworker, source=Case.Source.DEMO)
        UserFactory.create(source=User.Source.DEMO)
    bring(*(line(str(number)) for number in range(5)))
    bring(*(line(str(number)) for number in range(100, 140)), closing=5)
    bring(*(line(str(number)) for number in range(100, 140)), as_at=DECEMBER)
    with pytest.raises(Refused, match="closes 5 of the 40 open cases"):
        bring(*(line(str(number)) for number in range(105, 140)), as_at=DECEMBER)
    staff_file(*PEOPLE)
    with pytest.raises(Refused, match="4 of the 10 people whom earlier lists brought in"):
        staff_file(*PEOPLE[4:])


def test_closing_dates_in_the_rows_count_like_rows_that_are_missing() -> None:
    bring(*(line(str(number)) for number in range(10)))
    ended = [line(str(number), Date_Closed="20/11/2026") for number in range(4)]
    with pytest.raises(Refused, match="closes 4 of the 10"):
        bring(*ended, *(line(str(number)) for number in range(4, 10)), as_at=DECEMBER)


def test_a_file_less_than_half_of_whose_rows_can_be_used_is_refused_whole_with_the_reason_once() -> None:
    bring(*(line(str(number)) for number in range(100)))
    good, bad = (
        [line(str(number)) for number in range(50)],
        [line(str(number), Category="Need") for number in range(50, 101)],
    )
    with pytest.raises(Refused, match="Only 50 of the 101 rows") as refused:
        bring(*good, *bad, as_at=DECEMBER)
    assert "which has words where codes are expected (CLA, CP, CIN, CL, EH)" in refused.value.sentence
    assert refused.value.sentence.count("Category") == 1
    assert open_cases() == 100
    with pytest.raises(Refused, match="Only 50 of the 101 rows"):
        bring(*good, *bad, as_at=DECEMBER, closing=0)
    bring(*good, *bad[:-1], as_at=DECEMBER)
    assert open_cases() == 100, "half of the rows are enough: those not used name cases all the same"


def test_rows_that_say_a_child_again_are_rows_that_can_be_used() -> None:
    bring(line("1"))
    assert bring(*[line("1")] * 5, as_at=DECEMBER).counts["not_used"] == 4
    data = staff_csv("Ann", "Ann", "Ann")
    register_extracts.import_file(kind="staff", data=data, name="s.csv", as_at=NOVEMBER, by=None, at=NOW)


def test_the_share_is_the_councils_to_set(council: Council) -> None:
    bring(*(line(str(number)) for number in range(10)))
    share = settings_of_the_council.SETTINGS["closed_unasked"]
    settings_of_the_council.change(share, by=council.head_of_qa, at=NOW, value="50", why="A pilot", number=0)
    bring(*(line(str(number)) for number in range(5)), as_at=DECEMBER)
    assert open_cases() == 5


def test_the_register_may_not_have_changed_between_looking_and_applying() -> None:
    bring(*(line(str(number)) for number in range(10)))
    looked_at = register_extracts.keep_preview(
        kind="cases", data=as_csv(line("0")), name="c.csv", as_at=DECEMBER, by=None, at=NOW
    )
    bring(*(line(str(number)) for number in range(9)))
    with pytest.raises(Stale):
        register_extracts.apply_import(looked_at, by=None, at=LATER, closing=9)
    assert open_cases() == 9


# The page.


def test_the_page_opens_on_what_closes_names_the_number_and_asks_for_it_typed(client: Client, council: Council) -> None:
    client.force_login(council.qa_officer)
    bring(*(line(str(number)) for number in range(1200)))
    address = hand_over(client, as_csv(*(line(str(number)) for number in range(1195, 1201))), day="30 11 2026")[
        "Location"
    ]
    page = client.get(address)
    assert (page.context["preview"].group, page.context["page"].paginator.count) == ("closed", 1195)
    assert "This file would close 1,195 of 1,200 open cases: 100 %" in text(page)
    assert "This file closes 1,195 of the 1,200 open cases that earlier files brought in (100%)." in text(page)
    assert 'name="closing"' in page.content.decode()
    assert client.get(f"{address}?show=added").context["preview"].group == "added"
    for typed, says in (
        ("", "give the number: 1,195"),
        ("1194", "You gave the number 1,194. This file closes 1,195"),
        ("all", "in figures"),
        ("-1195", "in figures"),
        ("0", "You gave the number 0."),
        ("9" * 20, "You gave the number"),
        ("9" * 21, "at most 20"),
    ):
        answer = client.post(f"{address}apply/", {"closing": typed, "why": "A pilot"})
        assert (answer.status_code, open_cases()) == (422, 1200), typed
        assert says in text(answer), typed
        assert 'name="closing"' in answer.content.decode()
        assert f'value="{typed}"' in answer.content.decode() or not typed
    assert Import.objects.latest("pk").state == "previewed"
    answer = client.post(f"{address}apply/", {"closing": "1195", "why": "  "})
    assert (answer.status_code, open_cases()) == (422, 1200)
    assert "Say why so many close" in text(answer)
    assert 'value="1195"' in answer.content.decode()
    done = client.post(f"{address}apply/", {"closing": " 1,195 ", "why": "A pilot"}, follow=True)
    assert (Import.objects.latest("pk").closing, Import.objects.latest("pk").closing_why) == (1195, "A pilot")
    assert "Cases: 1 added, 0 changed, 1195 closed." in text(done).replace("1,195", "1195")
    assert (open_cases(), case("1200").closed_on) == (6, None)
    assert client.post(f"{address}apply/", {"closing": "1195", "why": "A pilot"}).status_code == 409


def test_the_page_asks_about_a_staff_list_that_takes_most_people_away(client: Client, council: Council) -> None:
    client.force_login(council.qa_officer)
    staff_file(*PEOPLE)
    address = hand_over(client, staff_csv("Ann"), kind="staff")["Location"]
    page = client.get(address)
    assert page.context["preview"].group == "left"
    assert "9 of the 10 people whom earlier lists brought in (90%) have left" in text(page)
    assert client.post(f"{address}apply/").status_code == 422
    assert User.objects.filter(source=User.Source.FILE, left_on=None).count() == 10
    assert "9 left" in text(client.post(f"{address}apply/", {"closing": "9", "why": "A pilot"}, follow=True))


def test_a_page_that_has_nothing_to_ask_has_no_box(client: Client, council: Council) -> None:
    client.force_login(council.qa_officer)
    bring(line("1"), line("2"))
    address = hand_over(client, as_csv(line("1")), day="30 11 2026")["Location"]
    assert 'name="closing"' not in client.get(address).content.decode()
    assert "1 closed" in text(client.post(f"{address}apply/", follow=True))


# The commands.


def test_the_commands_need_the_number_where_it_is_more_than_a_tenth(tmp_path: Path) -> None:
    bring(*(line(str(number)) for number in range(30)))
    file = tmp_path / "c.csv"
    file.write_bytes(as_csv(*(line(str(number)) for number in range(20))))
    words = (str(file), "--as-at", "2026-11-30")
    code, done, said = run("import_cases", *words)
    assert (code, done["refused"], done["closed"], open_cases()) == (1, said, 10, 30)
    assert "closes 10 of the 30 open cases" in said
    assert said.endswith("--closing 10")
    assert (Import.objects.latest("pk").state, Import.objects.latest("pk").data) == ("refused", None)
    code, done, _ = run("import_cases", *words, "--dry-run")
    assert (code, done["closed"], "refused" in done, open_cases()) == (0, 10, False, 30)
    assert "applied only with --closing 10" in done["warnings"][-1]
    for extra in ([], ["--dry-run"]):
        code, done, said = run("import_cases", *words, "--closing", "9", *extra)
        assert (code, open_cases()) == (1, 30)
        assert "You gave the number 9. This file closes 10" in done["refused"] == said
    code, done, _ = run("import_cases", *words, "--closing", "10")
    assert (code, done["closed"], open_cases()) == (0, 10, 20)
    code, done, _ = run("import_cases", *words)
    assert (code, done["closed"]) == (0, 0), "applied again it closes nothing, so nothing is asked"


def test_a_staff_file_of_one_row_asks_about_everyone_else(tmp_path: Path) -> None:
    take(fixture("2026-11", "staff"), NOVEMBER)
    file = tmp_path / "s.csv"
    file.write_bytes(b"\n".join(fixture("2026-11", "staff").read_bytes().splitlines()[:2]))
    code, done, said = run("import_staff", str(file), "--as-at", "2026-11-30")
    assert (code, done["left"]) == (1, 175)
    assert "175 of the 176 people" in said
    assert not User.objects.exclude(left_on=None).exists()
    code, done, _ = run("import_staff", str(file), "--as-at", "2026-11-30", "--closing", "175")
    assert (code, done["left"]) == (0, 175)


@pytest.mark.parametrize("number", ["ten", "-1", "1.5", ""])
def test_a_number_that_is_none_is_bad_usage(number: str, tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    file.write_bytes(as_csv(line("1")))
    with pytest.raises(CommandError, match="not a number"):
        call_command("import_cases", str(file), f"--closing={number}")
    assert not Case.objects.filter(person_id="1").exists()
