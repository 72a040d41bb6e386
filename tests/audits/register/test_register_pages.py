"""The register's pages: who may open them, what they show, what they refuse, and at what cost."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.draw import exemption
from audits.models import Case, Import
from audits.register import extracts as register_extracts
from audits.register import read_table
from audits.register.views.register import READY
from people.models import TrailEntry, User
from qualitycounts.base import clock
from tests.audits.register.extracts import DECEMBER, NOVEMBER, as_csv, bring, case, line
from tests.conftest import NOW
from tests.factories import CaseFactory, Council, UserFactory, allocated_audit, finalised_audit

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client: Client, council: Council) -> Client:
    """The QA Officer, signed in."""
    client.force_login(council.qa_officer)
    return client


def hand_over(
    client: Client, data: bytes, *, kind: str = "cases", day: str = "1 11 2026", name: str = "c.csv"
) -> HttpResponse:
    """Upload a file on the import page."""
    parts = dict(zip(("as_at_0", "as_at_1", "as_at_2"), day.split(), strict=True))
    return client.post(reverse("register-import"), {"kind": kind, "file": SimpleUploadedFile(name, data), **parts})


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def test_the_register_is_for_the_qa_team_alone(client: Client, council: Council) -> None:
    looked_at = register_extracts.keep_preview(
        kind="cases", data=as_csv(line()), name="c.csv", as_at=NOVEMBER, by=None, at=NOW
    )
    pages = [
        reverse("register"),
        reverse("register-import"),
        reverse("register-import-one", args=[looked_at.pk]),
    ]
    for who, status in (
        (council.qa_officer, 200),
        (council.head_of_qa, 200),
        (council.auditor, 403),
        (council.manager, 403),
        (council.head_of_service, 403),
        (council.assistant_director, 403),
        (council.staff, 403),
    ):
        client.force_login(who)
        assert [client.get(page).status_code for page in pages] == [status] * 3
    client.force_login(council.administrator)
    assert [client.get(page).status_code for page in pages] == [403, 200, 404], "who gives staff lists alone"
    client.force_login(council.staff)
    assert client.post(reverse("register-import-apply", args=[looked_at.pk])).status_code == 403
    client.force_login(council.administrator)
    assert [client.get(page).status_code for page in pages] == [403, 200, 404], "the staff list is theirs, no case is"
    assert client.post(reverse("register-import-apply", args=[looked_at.pk])).status_code == 404
    assert not Case.objects.filter(person_id="1").exists()


def test_a_case_is_open_to_those_who_may_see_it(client: Client, council: Council) -> None:
    page = reverse("register-case", args=[council.case.pk])
    for who, status in (
        (council.qa_officer, 200),
        (council.manager, 200),
        (council.head_of_service, 200),
        (council.keyworker, 200),
        (council.other_manager, 404),
        (council.other_keyworker, 404),
        (council.administrator, 403),
        (council.staff, 403),
    ):
        client.force_login(who)
        assert client.get(page).status_code == status


def test_a_case_shows_its_audits_and_what_the_extracts_changed(officer: Client, council: Council) -> None:
    bring(line())
    bring(line(Category="CP"), as_at=DECEMBER)
    audit = allocated_audit(council, case=case())
    shown = text_of(officer.get(reverse("register-case", args=[case().pk])))
    assert audit.ref in shown
    assert "Mon 30 Nov 2026" in shown
    assert "CIN" in shown


def test_the_list_narrows_down(officer: Client, council: Council) -> None:
    CaseFactory.create(person_id="closed1", keyworker=council.keyworker, closed_on=NOVEMBER)
    CaseFactory.create(person_id="nobody1", keyworker=None, team=council.south, worker_name="", worker_email="")
    CaseFactory.create(person_id="theirs1", keyworker=council.keyworker, last_audited_on=date(2025, 1, 1))
    CaseFactory.create(person_id="ours1", keyworker=council.other_keyworker, category="EH")
    finalised_audit(council, case=case("ours1"))
    bare = council.case.person_id

    def found(**asked: object) -> set[str]:
        page = officer.get(reverse("register"), asked).context["page"]
        return {each.person_id for each in page}

    assert found() == {bare, "nobody1", "theirs1", "ours1"}
    assert found(state="closed") == {"closed1"}
    assert found(state="all") == {bare, "nobody1", "theirs1", "ours1", "closed1"}
    assert found(category="EH") == {"ours1"}
    assert found(team=council.south.pk) == {"nobody1"}
    assert found(keyworker=council.keyworker.pk) == {bare, "theirs1"}
    assert found(keyworker="null") == {"nobody1"}
    assert found(audited="never") == {bare, "nobody1"}
    assert found(audited="year") == {"ours1"}
    assert found(audited="old") == {"theirs1"}
    assert found(audited="due") == {bare, "nobody1", "theirs1"}
    exemption.exempt_case(
        case("theirs1"), reason="Court week", ends_on=date(2099, 1, 1), by=council.head_of_qa, at=clock.now()
    )
    assert found(exempt="yes") == {"theirs1"}
    assert found(exempt="no", audited="due") == {bare, "nobody1"}
    for address in READY:
        assert officer.get(f"{reverse('register')}?{address}").status_code == 200
    assert found(keyworker=council.auditor.pk) == set(), "an address that was kept never shows more than it asked for"
    gone = f"?keyworker={council.auditor.pk}"
    assert "can no longer be chosen: worker" in text_of(officer.get(reverse("register") + gone))
    assert len(b"".join(officer.get(reverse("register-csv") + gone)).splitlines()) == 1  # type: ignore[arg-type]


def test_a_filtered_list_is_an_address_that_another_may_open_page_by_page_and_take_away(
    officer: Client, council: Council
) -> None:
    for _ in range(30):
        CaseFactory.create(keyworker=council.keyworker, category="EH")
    CaseFactory.create(person_id="other", keyworker=council.other_keyworker)
    kept = f"?category=EH&team={council.north.pk}&keyworker=&audited=never&exempt=&state="
    shown = officer.get(reverse("register") + kept)
    links = dict.fromkeys(re.findall(r'href="([^"]*\?category=EH[^"]*)"', text_of(shown)))
    following, workbook = [html.unescape(link) for link in links if "page=2" in link or "xlsx" in link][::-1]
    another = Client()
    another.force_login(council.head_of_qa)
    assert another.get(reverse("register") + kept).context["page"].paginator.count == 30
    assert len(another.get(reverse("register") + following).context["page"]) == 5
    rows = openpyxl.load_workbook(io.BytesIO(b"".join(another.get(workbook)))).active.values  # type: ignore[arg-type]
    assert [row[1] for row in rows] == ["Category", *["EH"] * 30]


def test_the_list_is_taken_away_as_it_is_narrowed_down_and_nothing_in_it_runs(
    officer: Client, council: Council
) -> None:
    CaseFactory.create(
        person_id="0012",
        category="EH",
        keyworker=None,
        team=council.south,
        worker_name="=HYPERLINK(1)",
        worker_email="",
    )
    page = reverse("register-csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(officer.get(page, {"category": "EH"})).decode("utf-8-sig"))))  # type: ignore[arg-type]
    assert [(row["Person ID"], row["Worker"], row["On the staff list"]) for row in rows] == [
        ("0012", "'=HYPERLINK(1)", "No")
    ]
    assert case("0012").worker_name == "=HYPERLINK(1)"
    kept = TrailEntry.objects.get(act="register.exported")
    assert (kept.by, json.loads(kept.content or "")) == (council.qa_officer, {"cases": 1, "filter": "category=EH"})
    book = b"".join(officer.get(reverse("register-xlsx")))  # type: ignore[arg-type]
    assert [cell.value for cell in openpyxl.load_workbook(io.BytesIO(book)).active["A"]][1] == "0012"

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            list(officer.get(page))
        return len(captured)

    few = queries()
    for _ in range(30):
        CaseFactory.create(keyworker=council.keyworker)
    assert few == queries()
    client = Client()
    client.force_login(council.manager)
    assert client.get(page).status_code == 403


def test_a_number_is_looked_for_without_standing_in_an_address(officer: Client, council: Council) -> None:
    CaseFactory.create(person_id="704218", keyworker=council.keyworker, closed_on=NOVEMBER)
    response = officer.post(reverse("register"), {"number": " 7042 "})
    assert [each.person_id for each in response.context["page"]] == ["704218"]
    links = text_of(response).split("href=")[1:]
    assert not any("7042" in link.split(">")[0] for link in links)


def test_empty_pages_say_what_comes_there(officer: Client, council: Council) -> None:
    Case.objects.all().delete()
    assert "The register is empty." in text_of(officer.get(reverse("register")))
    assert "No case fits." in text_of(officer.post(reverse("register"), {"number": "0"}))
    assert "No extract yet." in text_of(officer.get(reverse("register-import")))


def test_handing_over_looking_and_applying(officer: Client, council: Council) -> None:
    data = as_csv(line("1", Name="Secret Child"), line("2", Category="?", Name=""))
    response = hand_over(officer, data, name="nov.csv")
    looked_at = Import.objects.get()
    page = reverse("register-import-one", args=[looked_at.pk])
    assert (response.status_code, response["Location"]) == (302, page)
    assert (looked_at.read_by, looked_at.as_at, looked_at.file_name) == (council.qa_officer, NOVEMBER, "nov.csv")
    shown = text_of(officer.get(page))
    assert "Apply to the register" in shown
    assert "<li>Name</li>" in shown
    assert "Secret" not in shown
    assert "not one of CLA, CP, CIN, CL, EH" in text_of(officer.get(page, {"show": "refused"}))
    assert "This extract has nothing of this kind." in text_of(officer.get(page, {"show": "odd"}))
    assert "Not in this extract: closed 1 November 2026" in text_of(officer.get(page, {"show": "closed"}))
    assert not Case.objects.filter(person_id="1").exists()
    apply = reverse("register-import-apply", args=[looked_at.pk])
    assert officer.get(apply).status_code == 405
    after = officer.post(apply, follow=True)
    assert "Cases: 1 added, 0 changed, 1 closed." in text_of(after)
    assert case("1").category == "CIN"
    again = officer.post(apply)
    assert again.status_code == 409
    assert "applied already" in text_of(again)
    assert "1 new, 0 changed, 1 closed" in text_of(officer.get(reverse("register-import")))


def test_what_is_odd_is_one_line_a_column_and_kind_and_a_sheet_to_send_back(officer: Client, council: Council) -> None:
    rows = [line(str(number), Age=str(number)) for number in range(26, 40)]
    rows += [line("701", Category="?"), line("702", Category="??"), line("703", Date_Opened="")]
    page = hand_over(officer, as_csv(*rows))["Location"]
    odd = officer.get(page, {"show": "odd"}).context
    (ages,) = odd["page"]
    assert (ages.row, ages.who) == (14, "Age")
    assert ages.more.startswith("14 rows: 2 (26), 3 (27),")
    assert ages.more.endswith("and 6 more")
    refused = officer.get(page, {"show": "refused"}).context
    assert [(each.row, each.who, each.more) for each in refused["page"]] == [
        (2, "Category", "2 rows: 16 (701), 17 (702)"),
        (1, "Date Opened", "1 row: 18 (703)"),
    ]
    assert [tab["number"] for tab in refused["preview"].tabs if tab["key"] in ("refused", "odd")] == [3, 14]
    book = b"".join(officer.get(f"{page}odd.xlsx"))  # type: ignore[arg-type]
    cells = list(openpyxl.load_workbook(io.BytesIO(book)).active.values)
    assert cells[0][1:4] == ("Row", "Person number", "Column")
    assert (len(cells), cells[1][1:4], cells[1][5]) == (18, (2, "26", "Age"), "Yes")
    assert [row[2] for row in cells if row[5] == "No"] == ["701", "702", "703"]
    officer.post(f"{page}apply/")
    text = b"".join(officer.get(f"{page}odd.csv")).decode()  # type: ignore[arg-type]
    assert (len(text.splitlines()), ",701," in text) == (18, False), "the numbers go with the rows"


def test_a_staff_extract_shows_who_is_new_changed_and_left(officer: Client, council: Council) -> None:
    headings = "Name,Email,Job Title,Service,Team,Line Manager Email\n"
    ada = "Ada Lark,ada@example.gov.uk,Team Manager,Help,Hub,\n"
    bo = "Bo Finch,bo@example.gov.uk,Social Worker,Help,Hub,\n"
    first = hand_over(officer, (headings + ada + bo).encode(), kind="staff")["Location"]
    shown = text_of(officer.get(first, {"show": "added"}))
    assert "Ada Lark" in shown
    assert "Roles: auditor, staff" in shown
    assert "aits for an administrator: team manager" in shown
    assert "Staff: 2 added, 0 changed, 0 left." in text_of(officer.post(f"{first}apply/", follow=True))
    second = hand_over(officer, (headings + ada.replace("Hub", "Court")).encode(), kind="staff")["Location"]
    assert "Team: Hub → Court" in text_of(officer.get(second, {"show": "changed"}))
    assert "Not in this extract: has left" in text_of(officer.get(second, {"show": "left"}))
    assert "Staff: 0 added, 1 changed, 1 left." in text_of(officer.post(f"{second}apply/", follow=True))
    assert officer.get(reverse("register-import-one", args=[0])).status_code == 404


def test_a_preview_that_another_extract_overtook_is_409_and_says_what_to_do(officer: Client, council: Council) -> None:
    hand_over(officer, as_csv(line("1")))
    waiting = Import.objects.get()
    bring(line("2"))
    response = officer.post(reverse("register-import-apply", args=[waiting.pk]))
    assert response.status_code == 409
    assert "Import the file again" in text_of(response)
    page = text_of(officer.get(reverse("register-import-one", args=[waiting.pk])))
    assert "Apply to the register" not in page
    assert "Import the file again" in page


def test_a_file_that_changes_nothing_has_nothing_to_apply(officer: Client, council: Council) -> None:
    bring(line())
    shown = text_of(officer.get(hand_over(officer, as_csv(line()))["Location"]))
    assert "nothing to apply" in shown
    assert "Apply to the register" not in shown


@pytest.mark.parametrize(
    ("data", "name", "status", "says"),
    [
        (b"hello", "c.csv", 422, "no column called"),
        (b"", "c.csv", 422, "The file is empty"),
        (as_csv(line()), "c.xlsm", 422, "holds macros"),
        (b"x" * (read_table.Limits().size + 1), "c.csv", 413, "larger than 10 MB"),
    ],
)
def test_a_bad_file_is_refused_beside_its_field(
    officer: Client, data: bytes, name: str, status: int, says: str
) -> None:
    response = hand_over(officer, data, name=name)
    assert response.status_code == status
    assert says in text_of(response)
    assert 'href="#id_file"' in text_of(response)
    assert not Import.objects.exclude(state="refused", data=None).exists()
    assert not Case.objects.filter(person_id="1").exists()


@pytest.mark.parametrize(("day", "says"), [("31 2 2026", "must be a real date"), ("1 11 26", "year of 4 numbers")])
def test_a_date_that_cannot_be_is_refused(officer: Client, day: str, says: str) -> None:
    response = hand_over(officer, as_csv(line()), day=day)
    assert response.status_code == 422
    assert says in text_of(response)


def test_nothing_chosen_is_refused_in_plain_words(officer: Client) -> None:
    response = officer.post(reverse("register-import"), {})
    assert response.status_code == 422
    for sentence in ("Say whether the file holds staff or cases.", "Choose the file to import."):
        assert sentence in text_of(response)


def test_what_a_file_says_is_never_markup(officer: Client, council: Council) -> None:
    evil = "<script>alert(1)</script>"
    headings = f"Name,Email,Job Title,Service,Team,Line Manager Email,{evil}"
    staff = f"{headings}\n{evil},e@example.gov.uk,{evil},{evil},{evil},\n"
    page = hand_over(officer, staff.encode(), kind="staff", name=f"{evil}.csv")["Location"]
    for show in ("added", "refused", "odd"):
        assert "<script>alert" not in text_of(officer.get(page, {"show": show}))
    officer.post(f"{page}apply/")
    hand_over(officer, as_csv(line(Allocated_Worker=evil, Worker_Email="", Team=evil)))
    bring(line(Allocated_Worker=evil, Worker_Email=evil, Team=evil))
    for page in (reverse("register"), reverse("register-case", args=[case().pk]), reverse("register-import")):
        assert "<script>alert" not in text_of(officer.get(page))


def cost(client: Client, page: str) -> tuple[int, int]:
    """Queries and bytes of a page."""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(page)
    return len(captured), len(response.content)


def test_the_list_costs_the_same_for_one_case_and_for_many(officer: Client, council: Council) -> None:
    first, _ = cost(officer, reverse("register"))
    few, _ = cost(officer, reverse("register"))
    assert first == few + 1, "the first of an hour writes down that the list was opened"
    for number in range(40):
        worker = UserFactory.create(team=council.north)
        CaseFactory.create(keyworker=worker, closed_on=None if number % 9 else NOVEMBER)
    many, size = cost(officer, reverse("register"))
    assert few == many <= 8
    assert size < 60_000


def test_an_extract_and_a_case_cost_the_same_for_one_line_and_for_many(officer: Client, council: Council) -> None:
    def preview(many: int) -> int:
        page = hand_over(officer, as_csv(*(line(str(number)) for number in range(many))))["Location"]
        return cost(officer, page)[0]

    def history(person_id: str, changes: int) -> int:
        for number in range(changes):
            bring(line(person_id, Category=("CIN", "CP")[number % 2]))
        return cost(officer, reverse("register-case", args=[case(person_id).pk]))[0]

    assert preview(1) == preview(60) <= 13
    assert history("901", 2) == history("902", 9) <= 12
    assert cost(officer, reverse("register-import"))[0] <= 8


def test_the_keyworker_filter_lists_only_people_with_cases(officer: Client, council: Council) -> None:
    shown = text_of(officer.get(reverse("register")))
    assert council.keyworker.name in shown
    assert User.objects.get(pk=council.staff.pk).name not in shown
