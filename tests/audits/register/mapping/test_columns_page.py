"""Which column is which: guessed, shown, settled once, kept by name, and used from then on."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from audits.models import Case, Import, KeptMapping
from audits.register.mapping.choice import word_field
from audits.register.mapping.kept import layout_named
from people.models import Team, TrailEntry, User
from qualitycounts.base.refusals import Refused
from tests.audits.register.extracts import as_csv, case, line
from tests.audits.register.mapping.settle import form_of, go_on, hand_over_file
from tests.audits.register.test_forgetting import NAME, tables_that_hold
from tests.factories import Council, UserFactory

pytestmark = pytest.mark.django_db
THEIRS = {
    "Person_ID": "Mosaic ID",
    "Category": "Case Type",
    "Date_Opened": "Start Date",
    "Date_Closed": "End Date",
    "Team": "Team Name",
    "Allocated_Worker": "Worker",
    "Worker_Email": "Email",
    "Last_Supervision": "Last Visit",
}


@pytest.fixture
def officer(client: Client, council: Council) -> Client:
    """The QA Officer, signed in."""
    client.force_login(council.qa_officer)
    return client


def report(*lines: dict[str, str], leave: tuple[str, ...] = ()) -> bytes:
    """A case list as another system gives it: its headings, a child's name, and nothing of some of our columns."""
    rows = [
        {THEIRS.get(key, key.replace("_", " ")): cell for key, cell in each.items() if key not in leave}
        | {"Child Name": NAME}
        for each in lines
    ]
    return as_csv(*rows)


def latest() -> Import:
    return Import.objects.latest("pk")


def field_of(client: Client, page: str, ours: str) -> str:
    """The name of the select of one of our columns."""
    form = client.get(page).context["form"]
    return next(name for name in form.fields if form.fields[name].label == ours)


def test_a_file_of_other_headings_is_mapped_once_and_then_read_unasked(officer: Client, council: Council) -> None:
    data = report(line("1"), line("2", Category="CP"), leave=("Last_Supervision", "Last_Audited", "Service"))
    page = hand_over_file(officer, data, "mosaic.csv")
    shown = officer.get(page).context["page"]
    assert {row.ours for row in shown.certain} >= {"Person ID", "Category", "Team", "Date Opened"}
    assert {row.ours for row in shown.absent} >= {"Service", "Last Supervision", "Last Audited"}
    assert [row.ours for row in shown.asking] == []
    assert go_on(officer, page, keep=" Mosaic  report ").status_code == 302
    looked_at = latest()
    assert (looked_at.state, looked_at.counts["added"], looked_at.mapping_name) == ("previewed", 2, "Mosaic report")
    officer.post(reverse("register-import-apply", args=[looked_at.pk]))
    assert (case("1").keyworker, case("1").team) == (council.keyworker, council.north)
    kept = KeptMapping.objects.get()
    assert (kept.name, kept.kept_by) == ("Mosaic report", council.qa_officer)
    assert TrailEntry.objects.filter(act="mapping.kept", ref="Mosaic report").count() == 1
    again = hand_over_file(officer, data, "mosaic.csv")
    assert again == reverse("register-import-one", args=[latest().pk])
    assert "read by the mapping “Mosaic report”" in officer.get(again).content.decode()


def test_what_the_file_has_no_column_for_stays_as_the_register_knows_it(officer: Client, council: Council) -> None:
    hand_over_file(officer, as_csv(line("1", Age="9", Last_Audited="05/05/2026")), "ours.csv")
    officer.post(reverse("register-import-apply", args=[latest().pk]))
    page = hand_over_file(officer, report(line("1"), leave=("Age", "Last_Supervision", "Last_Audited")), "m.csv")
    go_on(officer, page)
    assert latest().counts["unchanged"] == 1
    officer.post(reverse("register-import-apply", args=[latest().pk]))
    kept = case("1")
    assert (kept.age, str(kept.last_audited_on), str(kept.last_supervision_on)) == (9, "2026-05-05", "2026-10-14")
    assert not KeptMapping.objects.exists(), "it was to be read once only"


def test_a_heading_that_means_another_thing_is_shown_and_left_out(officer: Client, council: Council) -> None:
    page = hand_over_file(officer, report(line("1")), "m.csv")
    (asked,) = officer.get(page).context["page"].asking
    assert asked.ours == "Last Supervision"
    assert "“Last Visit” is near, but a visit is not a supervision" in asked.made
    chosen = {"Last Supervision": "Last Visit", "Last Visit": ""}
    go_on(officer, page, **{field_of(officer, page, ours): theirs for ours, theirs in chosen.items()})
    assert latest().state == "previewed", "who knows better may choose it"


def test_words_of_a_category_are_mapped_once(officer: Client, council: Council) -> None:
    rows = [line(str(number), Category="Level 4 need") for number in range(3)] + [line("9", Category="Closed")]
    page = hand_over_file(officer, as_csv(*rows), "ours.csv")
    assert page.endswith("/columns/"), "our headings, but not our codes"
    words = {field.label: field.value() for field in officer.get(page).context["form"].word_rows()}
    assert words == {"level 4 need": "", "closed": "closed"}
    go_on(officer, page, keep="Needs", **{word_field("level 4 need"): "CP"})
    assert (latest().counts["added"], latest().counts["not_used"]) == (3, 1)
    assert KeptMapping.objects.get().content["categories"] == {"level 4 need": "CP", "closed": "closed"}
    assert not hand_over_file(officer, as_csv(*rows), "ours.csv").endswith("/columns/")
    other = hand_over_file(officer, as_csv(line("1", Category="Level 5 need")), "ours.csv")
    assert other.endswith("/columns/"), "a word that nobody has settled is asked about"


def test_a_list_of_one_category_says_so(officer: Client, council: Council) -> None:
    page = hand_over_file(officer, report(line("1"), line("2"), leave=("Category",)), "cla.csv")
    refused = go_on(officer, page)
    assert refused.status_code == 422
    assert "Choose the heading for “Category”: no row can be used without it." in refused.content.decode()
    go_on(officer, page, keep="All looked after", **{field_of(officer, page, "Category"): "=CLA"})
    officer.post(reverse("register-import-apply", args=[latest().pk]))
    assert set(Case.objects.filter(person_id__in="12").values_list("category", flat=True)) == {"CLA"}


def test_nothing_typed_is_lost_and_nothing_kept_where_it_cannot_be(officer: Client, council: Council) -> None:
    page = hand_over_file(officer, report(line("1")), "m.csv")
    opened, closed, worker = (
        field_of(officer, page, ours) for ours in ("Date Opened", "Date Closed", "Allocated Worker")
    )
    for chosen, says in (
        ({closed: "Start Date"}, "“Start Date” is chosen for two columns"),
        ({opened: "Worker", worker: ""}, "No row of “m.csv” can be used"),
    ):
        answer = go_on(officer, page, keep="Ours", **chosen)
        assert answer.status_code == 422
        assert says in answer.content.decode()
        form = answer.context["form"]
        assert {name: form[name].value() for name in chosen} == chosen
        assert form["name"].value() == "Ours"
    unnamed = officer.post(page, form_of(officer, page) | {"then": "keep", "name": ""})
    assert "Give the mapping a name." in unnamed.content.decode()
    ready = go_on(officer, page, keep="ofsted annex a")
    assert (ready.status_code, "ready mapping" in ready.content.decode()) == (422, True)
    assert (KeptMapping.objects.count(), latest().state) == (0, "mapping")


def test_looking_at_another_heading_shows_what_stands_in_it(officer: Client, council: Council) -> None:
    page = hand_over_file(officer, report(line("1", Age="")), "m.csv")
    answer = officer.post(page, form_of(officer, page) | {field_of(officer, page, "Age"): "Gender", "then": "look"})
    rows = [row for table in answer.context["page"].tables for row in table.rows]
    assert next(row.samples for row in rows if row.ours == "Age") == "F"
    assert (answer.status_code, latest().state) == (200, "mapping")


def test_no_child_s_name_can_be_read_while_a_file_waits_nor_after(officer: Client, council: Council) -> None:
    data = report(line("1"), line("2", Category=f"Ann {NAME}"), line("3", Age=NAME), line(f"{NAME}, Bo"))
    page = hand_over_file(officer, data, "m.csv")
    assert tables_that_hold(NAME) == []
    assert "Child Name" not in dict(officer.get(page).context["form"].fields["c0"].choices)
    go_on(officer, page, keep="Ours")
    assert latest().counts["added"] == 2
    assert tables_that_hold(NAME) == []


def test_only_the_browser_that_brought_a_file_can_read_it(officer: Client, council: Council) -> None:
    page = hand_over_file(officer, report(line("1")), "m.csv")
    cookie = officer.cookies[f"rows-{latest().pk}"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", page)
    other = Client()
    other.force_login(council.head_of_qa)
    assert other.get(page).status_code == 409
    assert "Choose the file again" in other.get(page).content.decode()
    assert officer.get(reverse("register-import-one", args=[latest().pk]))["Location"] == page
    go_on(officer, page)
    assert officer.get(page)["Location"] == reverse("register-import-one", args=[latest().pk])


def test_the_doors_are_those_of_the_import(client: Client, council: Council) -> None:
    mapping = KeptMapping.objects.create(
        name="x", kind="cases", content={}, kept_at="2026-11-29T00:00Z", kept_by=council.qa_officer
    )
    pages = [
        reverse("register-wanted"),
        reverse("register-mappings"),
        reverse("register-template", args=["cases", "csv"]),
    ]
    remove = reverse("register-mapping-remove", args=[mapping.pk])
    for who, status, removed in (
        (council.auditor, 403, 403),
        (council.administrator, 200, 404),
        (council.qa_officer, 200, 302),
    ):
        client.force_login(who)
        assert [client.get(page).status_code for page in pages] == [status] * 3
        assert client.post(remove).status_code == removed


def test_an_administrator_maps_a_staff_list_and_no_case_list(client: Client, council: Council) -> None:
    client.force_login(council.administrator)
    person = {"Full Name": "Ann Lee", "Work Email": "ann@example.gov.uk", "Post Title": "Social Worker"}
    staff = as_csv(person | {"Team Name": "North"})
    page = hand_over_file(client, staff, "hr.csv", kind="staff")
    assert page == reverse("register-import-columns", args=[latest().pk])
    go_on(client, page, keep="Our HR list")
    assert client.get(reverse("register-import-names", args=[latest().pk])).status_code == 302
    assert client.post(reverse("register-import-apply", args=[latest().pk])).status_code == 302
    assert User.objects.get(email="ann@example.gov.uk").name == "Ann Lee"
    assert hand_over_file(client, staff, "hr.csv", kind="staff") == reverse("register-import-one", args=[latest().pk])
    assert "Our HR list" in client.get(reverse("register-mappings")).content.decode()
    cases = Client()
    cases.force_login(council.qa_officer)
    page = hand_over_file(cases, report(line("1")), "m.csv")
    go_on(cases, page, keep="Our cases")
    theirs = latest().pk
    assert "Our cases" not in client.get(reverse("register-mappings")).content.decode()
    for name in ("register-import-columns", "register-import-names", "register-import-odd", "register-import-odd-csv"):
        assert client.get(reverse(name, args=[theirs])).status_code == 404


def test_a_mapping_is_taken_away_and_the_next_file_asks_again(officer: Client, council: Council) -> None:
    page = hand_over_file(officer, report(line("1")), "m.csv")
    go_on(officer, page, keep="Ours")
    go_on(officer, hand_over_file(officer, report(line("1"), leave=("Age",)), "m.csv"), keep="ours")
    kept = KeptMapping.objects.get()
    assert "Age" not in kept.content["lists"][0]["columns"], "of the same name is the one kept last"
    assert "ours" in officer.get(reverse("register-mappings")).content.decode().casefold()
    officer.post(reverse("register-mapping-remove", args=[kept.pk]))
    assert hand_over_file(officer, report(line("1"), leave=("Age",)), "m.csv").endswith("/columns/")
    assert TrailEntry.objects.filter(act="mapping.removed").count() == 1


def test_the_command_takes_a_mapping_by_name(officer: Client, council: Council, tmp_path: Any) -> None:
    file = tmp_path / "m.csv"
    file.write_bytes(report(line("1")))
    go_on(officer, hand_over_file(officer, file.read_bytes(), "m.csv"), keep="Ours")
    file.write_bytes(report(line("1") | {"New": "x"}))
    out = io.StringIO()
    call_command("import_cases", str(file), "--as-at", "2026-11-30", "--mapping", "OURS", "--json", stdout=out)
    assert json.loads(out.getvalue())["added"] == 1
    with pytest.raises(Refused, match="There are: “Ofsted Annex A”, “Standard Safeguarding Dataset”, “Ours”"):
        layout_named("Theirs", "cases")


def test_a_staff_list_is_mapped_too_and_workers_are_known_by_number(officer: Client, council: Council) -> None:
    headings = "Display Name,Mail,Position Title,Department,Org Unit,Payroll Number,SWE Number"
    staff = f"{headings}\nAnn Lee,ann@example.gov.uk,Social Worker,Help,Hub,00417.0,sw 99\n"
    page = hand_over_file(officer, staff.encode(), "hr.csv", kind="staff")
    go_on(officer, page, keep="HR")
    officer.post(reverse("register-import-apply", args=[latest().pk]))
    ann = User.objects.get(email="ann@example.gov.uk")
    assert (ann.staff_number, ann.registration_number) == ("00417", "SW99")
    rows = [
        line("1", Worker_Email="", Allocated_Worker="x", Worker_Staff_Number="00417", Worker_Registration_Number=""),
        line("2", Worker_Email="", Allocated_Worker="x", Worker_Staff_Number="", Worker_Registration_Number="SW99"),
        line("3", Worker_Email="", Allocated_Worker="x", Worker_Staff_Number="9", Worker_Registration_Number=""),
    ]
    hand_over_file(officer, as_csv(*rows), "ours.csv")
    asked = officer.get(reverse("register-import-names", args=[latest().pk]) + "?asked", follow=True)
    assert "nobody to choose" in asked.content.decode()
    officer.post(reverse("register-import-apply", args=[latest().pk]))
    assert [case(number).keyworker for number in "123"] == [ann, ann, None]


def test_names_are_compared_without_accents_order_titles_and_suffixes(officer: Client, council: Council) -> None:
    zoe = UserFactory.create(name="Zoë O’Neil-Smith", email="zoe@example.gov.uk")
    written = [
        "O'NEIL-SMITH, Zoe",
        "Ms Zoë O’Neil-Smith",
        "zoe o'neil-smith (Social Worker)",
        "Zoë O’Neil-Smith - Agency",
    ]
    rows = [line(str(n), Worker_Email="", Allocated_Worker=name) for n, name in enumerate(written)]
    hand_over_file(officer, as_csv(*rows, line("9", Worker_Email="", Allocated_Worker="Zoe Oneil")), "ours.csv")
    officer.post(reverse("register-import-apply", args=[latest().pk]))
    assert Case.objects.filter(keyworker=zoe).count() == 4
    assert case("9").keyworker is None


def test_the_templates_are_what_the_import_takes_unasked(officer: Client, council: Council) -> None:
    for kind in ("cases", "staff"):
        sent = officer.get(reverse("register-template", args=[kind, "csv"]))
        text = b"".join(sent).decode("utf-8-sig")  # type: ignore[arg-type]
        (headings,) = csv.reader(io.StringIO(text))
        filled = {
            "Person ID": "1",
            "Category": "CIN",
            "Date Opened": "02/02/2026",
            "Name": "A B",
            "Email": "a@b.example",
        }
        row = ",".join(filled.get(heading, "") for heading in headings)
        assert not hand_over_file(officer, f"{text.strip()}\n{row}\n".encode(), "t.csv", kind=kind).endswith("columns/")
        assert latest().counts["added"] == 1
    assert officer.get(reverse("register-template", args=["other", "csv"])).status_code == 404
    wanted = officer.get(reverse("register-wanted")).content.decode()
    assert "No row can be used without it." in wanted
    assert Team.objects.exists()
