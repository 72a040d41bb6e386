"""A staff list with names in two columns and managers in words, a workbook that covers its lists, and the progress of a
long file."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from audits.models import Case, Import
from people.models import User
from tests.audits.register.annex_a import HEADINGS, saved
from tests.audits.register.extracts import as_csv, line
from tests.audits.register.mapping.settle import go_on, hand_over_file
from tests.factories import Council

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client: Client, council: Council) -> Client:
    """The QA Officer, signed in."""
    client.force_login(council.qa_officer)
    return client


def latest() -> Import:
    return Import.objects.latest("pk")


HR = "Surname,Forename,Mail,Position Title,Department,Org Unit,Reports To"


def test_a_name_in_two_columns_and_a_manager_s_name_in_words_are_read_and_a_near_one_is_confirmed_once(
    officer: Client, council: Council
) -> None:
    rows = [
        "Lee,Ann,ann@example.gov.uk,Team Manager,Help,Hub,",
        "Finch,Bo,bo@example.gov.uk,Social Worker,Help,Hub,Ann Lee",
        'Wren,Cy,cy@example.gov.uk,Social Worker,Help,Hub,"LEE, A"',
        "Kaya,Di,di@example.gov.uk,Social Worker,Help,Hub,Nobody Atall",
    ]
    staff = "\n".join([HR, *rows]).encode()
    page = hand_over_file(officer, staff, "hr.csv", kind="staff")
    shown = officer.get(page).context["page"]
    assert [row.ours for row in shown.asking] == []
    assert {row.ours for row in shown.certain} >= {"First Name", "Last Name", "Line Manager Email"}
    assert go_on(officer, page, keep="HR").status_code == 302
    looked_at = latest()
    names = reverse("register-import-names", args=[looked_at.pk])
    asked = officer.get(names).context["form"]
    assert [(near.name, near.people) for near in asked.near] == [
        ("LEE, A", [("ann@example.gov.uk", "Ann Lee, ann@example.gov.uk")])
    ]
    one = reverse("register-import-one", args=[looked_at.pk])
    assert "2 people have line managers" in officer.get(one).content.decode()
    assert officer.post(names, {"n0": "ann@example.gov.uk"})["Location"] == one
    officer.post(reverse("register-import-apply", args=[looked_at.pk]))
    managers = dict(
        User.objects.filter(email__in=("bo@example.gov.uk", "cy@example.gov.uk", "di@example.gov.uk")).values_list(
            "name", "line_manager__name"
        )
    )
    assert managers == {"Bo Finch": "Ann Lee", "Cy Wren": "Ann Lee", "Di Kaya": None}
    hand_over_file(officer, staff, "hr.csv", kind="staff")
    assert (latest().counts["changed"], latest().counts["unchanged"]) == (0, 4), "confirmed once"
    assert officer.get(reverse("register-import-names", args=[latest().pk])).status_code == 302


def test_a_workbook_covers_the_lists_that_it_has_and_the_page_counts_each_child_once(
    officer: Client, council: Council
) -> None:
    Case.objects.update(source=Case.Source.DEMO)
    others = [line(f"70{number}", Category=("EH", "CL")[number % 2]) for number in range(8)]
    hand_over_file(officer, as_csv(*others), "ours.csv")
    officer.post(reverse("register-import-apply", args=[latest().pk]))
    every = [100.0, "a) Male", "a) WBRI", date(2015, 1, 1), 11.2]
    opened, day = date(2026, 2, 1), date(2026, 11, 20)
    need = [*every, "b) No", opened, "N1", day, None, None, "b) Child Protection plan", "North", "Ann Lee"]
    plain = [101.0, *need[1:11], "c) Child in need plan", *need[12:]]
    plan = [*every, "b) No", opened, "Neglect", day, None, "North", "Ann Lee"]
    care = [*every, "b) No", opened, "N1", day, None, "North", "Ann Lee"]
    lists: dict[str, list[list[object]]] = {name: [] for name in HEADINGS}
    data = saved(lists | {"List_6": [need, plain], "List_7": [plan], "List_8": [care]})
    page = hand_over_file(officer, data, "Annex A.xlsx")
    shown = officer.get(page).context["page"]
    assert [(count.label[-5:], count.number, count.more) for count in shown.children.counts] == [
        ("(CLA)", 1, ""),
        ("(CIN)", 1, ""),
    ]
    assert shown.children.total == 2
    assert "so their 8 open cases stay as they are" in shown.children.covers
    assert {each.name[:6]: each.state for each in shown.lists}["List_2"] == "blank"
    assert "All have 3 figures" in next(row.made for row in shown.certain if row.ours == "Person ID")
    go_on(officer, page, keep="Annex")
    assert (latest().counts["added"], latest().counts["closed"]) == (2, 0)
    told = officer.get(reverse("register-import-one", args=[latest().pk])).content.decode()
    assert "It covers CLA, CP, CIN alone." in told
    assert "The rest stays as it is: 8 open cases." in told
    officer.post(reverse("register-import-apply", args=[latest().pk]))
    assert Case.objects.filter(person_id__startswith="70", closed_on=None).count() == 8


def test_a_long_file_says_how_many_rows_are_done_to_the_page_and_to_the_terminal(
    officer: Client, council: Council, tmp_path: Path, settings: Any
) -> None:
    data = as_csv(*(line(str(number)) for number in range(2_500)))
    parts = {"as_at_0": "30", "as_at_1": "11", "as_at_2": "2026", "progress": "abc1"}
    officer.post(reverse("register-import"), {"kind": "cases", "file": SimpleUploadedFile("c.csv", data), **parts})
    asked = reverse("register-import-progress", args=["abc1"])
    assert officer.get(asked).content.decode() == "2,000 of 2,500 cases compared with the register"
    other = Client()
    other.force_login(council.head_of_qa)
    assert other.get(asked).status_code == 204, "nobody else’s"
    officer.post(reverse("register-import-apply", args=[latest().pk]), {"progress": "abc1"})
    assert "lines of history written" in officer.get(asked).content.decode()

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    (tmp_path / "c.csv").write_bytes(data)
    told, silent = Terminal(), io.StringIO()
    for stderr in (told, silent):
        call_command("import_cases", str(tmp_path / "c.csv"), "--dry-run", stdout=io.StringIO(), stderr=stderr)
    assert "2,000 rows read" in told.getvalue()
    assert "2,000 of 2,500 rows looked at" in told.getvalue()
    assert silent.getvalue() == ""
