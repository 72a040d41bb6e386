"""Changing the categories: what is refused, what holds from then on, and what stays for good."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from audits.categories import change
from audits.models import Case, Import
from audits.register import extracts, take_back
from people import trail
from people.models import CouncilSetting, TrailEntry
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale
from standards import categories
from standards.models import StandardSet
from tests.audits.categories.seven import NAMES, add, rename, seven, use
from tests.audits.register.extracts import DECEMBER, LATER, as_csv, bring, line, said
from tests.conftest import TODAY
from tests.factories import CaseFactory, Council, allocated_audit
from tests.people.handed import confirm


@pytest.fixture(autouse=True)
def fixed_day(settings: Any) -> None:
    settings.TODAY = TODAY


def test_they_are_the_five_until_the_council_changes_them(council: Council) -> None:
    assert [(row.code, row.name) for row in categories.case_categories().rows] == [
        ("CIN", "Child in need"),
        ("CP", "Child protection plan"),
        ("CLA", "Child looked after"),
        ("CL", "Care leaver"),
        ("EH", "Early help"),
    ]
    assert categories.case_categories().highest_first == ("CLA", "CP", "CIN", "CL", "EH")
    seven(council.head_of_qa)
    assert dict(categories.case_categories().names) == NAMES
    assert categories.case_categories().highest_first == ("CLA", "UASC", "CP", "CIN", "SB", "CL", "EH")
    entry = TrailEntry.objects.get(ref="case_categories", content__contains="SB")
    assert '"now":"Short breaks (asked as CIN; reviews: no law speaks of it)"' in str(entry.content)
    assert trail.verify().ok


def test_who_may_and_with_a_reason_and_from_what_the_page_showed(council: Council) -> None:
    for other in (council.qa_officer, council.administrator, council.assistant_director):
        for act in (lambda by: rename(by, "EH", "Family Help"), lambda by: use(by, "EH", in_use=False)):
            with pytest.raises(NotAllowed):
                act(other)
        with pytest.raises(NotAllowed):
            add(other, "SB", "Short breaks", "CIN")
    with pytest.raises(Refused, match="Say why"):
        rename(council.head_of_qa, "EH", "Family Help", why=" . ")
    rename(council.head_of_qa, "EH", "Family Help")
    with pytest.raises(Stale):
        rename(council.head_of_qa, "CIN", "In need", number=0)
    with pytest.raises(Refused, match="Nothing was changed"):
        rename(council.head_of_qa, "EH", " Family  Help ")
    assert CouncilSetting.objects.count() == 1


@pytest.mark.parametrize(
    ("code", "name", "likes", "problem"),
    [
        ("S", "Short breaks", "CIN", "two to four letters"),
        ("SHORT", "Short breaks", "CIN", "two to four letters"),
        ("1B", "Short breaks", "CIN", "two to four letters"),
        ("cla", "Short breaks", "CIN", "CLA is the code of “Child looked after”"),
        ("SB", "  ", "CIN", "Enter a name"),
        ("SB", "12", "CIN", "letters in it"),
        ("SB", "x" * 61, "CIN", "60"),
        ("SB", "care  LEAVER", "CIN", "is or was what CL is called"),
        ("SB", "Early help", "CIN", "is or was what EH is called"),
        ("SB", "cp", "CIN", "is or was what CP is called"),
        ("SB", "Short breaks", "SB", "one of the five"),
    ],
)
def test_what_cannot_be_added(council: Council, code: str, name: str, likes: str, problem: str) -> None:
    rename(council.head_of_qa, "EH", "Family Help")
    with pytest.raises(Refused, match=problem):
        add(council.head_of_qa, code, name, likes)
    with pytest.raises(Refused, match="how often"):
        add(council.head_of_qa, "SB", "Short breaks", "CIN", review_months=13)
    assert len(categories.case_categories().rows) == 5


def test_a_name_of_before_may_be_taken_again_by_the_same_alone(council: Council) -> None:
    rename(council.head_of_qa, "EH", "Family Help")
    with pytest.raises(Refused, match="is or was what EH"):
        rename(council.head_of_qa, "CIN", "Early Help")
    assert rename(council.head_of_qa, "EH", "Early help").former == ("Family Help",)


def test_no_more_of_them_than_a_draw_can_show(council: Council) -> None:
    for number in range(15):
        add(council.head_of_qa, f"X{number}", f"Kind {number}", "CIN")
    with pytest.raises(NotNow, match="20 categories"):
        add(council.head_of_qa, "Y1", "Another", "CIN")


def test_what_it_follows_stays_once_a_case_is_of_it(council: Council) -> None:
    add(council.head_of_qa, "SB", "Short breaks", "CIN")
    assert rename(council.head_of_qa, "SB", "Short breaks", likes="EH").likes == "EH"
    CaseFactory.create(keyworker=council.keyworker, category="SB")
    with pytest.raises(NotNow, match="what it follows stays"):
        rename(council.head_of_qa, "SB", "Short breaks", likes="CIN")
    assert rename(council.head_of_qa, "SB", "Breaks", after="", review_months=6).review_months == 6
    assert next(iter(categories.case_categories().by_code)) == "SB"


def test_it_leaves_only_without_open_cases_and_never_the_last(council: Council) -> None:
    with pytest.raises(NotNow, match="1 open case is of “Child protection plan”"):
        use(council.head_of_qa, "CP", in_use=False)
    Case.objects.update(closed_on=TODAY - timedelta(days=1))
    for code in ("CP", "CLA", "CL", "EH"):
        use(council.head_of_qa, code, in_use=False)
    with pytest.raises(NotNow, match="the only category in use"):
        use(council.head_of_qa, "CIN", in_use=False)
    with pytest.raises(NotNow, match="not in use already"):
        use(council.head_of_qa, "CP", in_use=False)
    assert use(council.head_of_qa, "CP", in_use=True).in_use


def test_no_import_brings_a_case_of_one_that_is_out_of_use(council: Council) -> None:
    bring(line("1", Category="EH"), line("2"))
    bring(line("1"), line("2"), as_at=DECEMBER)
    moved = Import.objects.latest("pk")
    looked_at = extracts.keep_preview(
        kind="cases", data=as_csv(line("1", Category="EH"), line("2")), name="c.csv", as_at=DECEMBER, by=None, at=LATER
    )
    use(council.head_of_qa, "EH", in_use=False)
    with pytest.raises(NotNow, match="1 open case would be of “Early help”"):
        extracts.apply_import(looked_at, by=None, at=LATER)
    with pytest.raises(NotNow, match="1 open case would be of “Early help”"):
        take_back.take_import_back(moved, by=None, at=LATER, why="Wrong list.")
    assert set(Case.objects.filter(person_id__in="12").values_list("category", flat=True)) == {"CIN"}
    done = bring(line("1", Category="EH"), line("2"), line("3"), as_at=DECEMBER, at=LATER)
    assert said(done) == [(2, "Category")]
    assert "not one of CLA, CP, CIN, CL, so" in done.problems[0]["why"]
    use(council.head_of_qa, "EH", in_use=True)
    bring(line("1", Category="EH"), line("2"), as_at=DECEMBER, at=LATER + timedelta(hours=1))
    assert Case.objects.get(person_id="1").category == "EH"


def test_a_set_that_names_a_new_category_is_asked_by_itself(council: Council) -> None:
    add(council.head_of_qa, "SB", "Short breaks", "CLA")
    audit = allocated_audit(council, case=CaseFactory.create(keyworker=council.keyworker, category="SB"))
    assert audit.asked_as == "CLA"
    standard = audit.standard_set.standards.first()
    assert standard is not None
    standard.applies_to = [*standard.applies_to, "SB"]
    standard.save()
    StandardSet.objects.update(file_hash="another")
    audit.standard_set.refresh_from_db()
    assert audit.asked_as == "SB"


def test_the_page_lists_adds_names_and_takes_out(council: Council, client: Client) -> None:
    client.force_login(council.qa_officer)
    page = client.get("/settings/categories/").content.decode()
    assert ("Care leaver" in page, "Add a category" in page) == (True, False)
    assert client.get("/settings/categories/CL/").status_code == 403
    client.force_login(council.head_of_qa)
    assert client.get("/settings/categories/XX/").status_code == 404
    form = {"number": "0", "why": "Agreed.", "name": "Care leavers", "after": "CLA"}
    assert client.post("/settings/categories/CL/", form).status_code == 302
    assert change.number_of_changes() == 0, "the password is asked again first"
    confirm(client)
    assert client.post("/settings/categories/CL/", form).status_code == 302
    again = client.post("/settings/categories/CL/", form | {"name": "Leavers"})
    assert (again.status_code, "Someone else has changed" in again.content.decode()) == (409, True)
    new = {"number": "1", "why": "Agreed.", "code": "sb", "name": "Short breaks", "after": "EH", "likes": "CIN"}
    refused = client.post("/settings/categories/add/", new | {"name": "Care leaver"})
    assert (refused.status_code, "is or was what CL is called" in refused.content.decode()) == (422, True)
    assert client.post("/settings/categories/add/", new | {"review_months": "0"}).status_code == 302
    out = {"in-use-number": "2", "in-use-why": "Agreed."}
    refused = client.post("/settings/categories/CP/in-use/", out)
    assert (refused.status_code, "1 open case is of" in refused.content.decode()) == (409, True)
    assert client.post("/settings/categories/EH/in-use/", out).status_code == 302
    page = client.get("/settings/categories/").content.decode()
    assert all(
        words in page
        for words in ("was Care leaver", "Not in use", "At first as Child in need", "No law speaks of reviews")
    )
    assert page.count("Agreed.") == 3
