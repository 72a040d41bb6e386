"""The same child, person, team or service under another name in a file: asked once, and all that hangs on it stays."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.test import Client

from audits.models import Audit, Case, Import
from audits.register import extracts as register_extracts
from audits.register import same, take_back
from people.list_answers import ListAnswers
from people.models import Membership, Team, TrailEntry, User
from people.roles import Role
from qualitycounts.base.refusals import NotAllowed, Stale
from tests.audits.meeting.pages import text
from tests.audits.register.extracts import (
    DECEMBER,
    HEADINGS,
    LATER,
    NOVEMBER,
    as_csv,
    bring,
    case,
    everything,
    history,
    line,
    staff_csv,
)
from tests.audits.register.test_register_pages import hand_over
from tests.conftest import NOW, TODAY
from tests.factories import Council, allocated_audit

pytestmark = pytest.mark.django_db
SAME = LATER + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _fixed_day(settings: Any, council: Council) -> None:
    settings.TODAY = TODAY
    Case.objects.update(source=Case.Source.DEMO)


def look(kind: str, data: bytes, by: User | None = None) -> Import:
    """Look at a file."""
    return register_extracts.keep_preview(kind=kind, data=data, name="f.csv", as_at=DECEMBER, by=by, at=LATER)


def asked(looked_at: Import) -> dict[str, list[tuple[str, str]]]:
    """What is asked about a file: by kind, each with what it is like."""
    found = same.questions(register_extracts.read_again(looked_at))
    return {question.kind: [(pair.new, pair.known) for pair in question.pairs] for question in found}


def people(*rows: str) -> bytes:
    return "\n".join((HEADINGS, *rows)).encode()


# The same child.


def test_numbers_that_lost_their_zeros_are_one_press_and_keep_all_that_they_hold(
    council: Council, client: Client
) -> None:
    client.force_login(council.qa_officer)
    numbers = [f"0{number:05}" for number in range(1, 31)]
    bring(*(line(number) for number in numbers), line("ab1"))
    audit = allocated_audit(council, case=case(numbers[0]))
    data = as_csv(*(line(str(int(number))) for number in numbers), line("AB1"))
    address = hand_over(client, data, day="30 11 2026")["Location"]
    page = client.get(address)
    assert "The same child?" in text(page)
    assert "31 numbers are new, and differ only in zeros in front or in capitals" in text(page)
    ticked = [pair.new for pair in page.context["questions"][0].pairs]
    assert len(ticked) == 31
    answer = client.post(f"{address}same/", {"kind": "same", "new": ticked}, follow=True)
    assert "31 taken as the same. Nothing is changed yet." in text(answer)
    counts = Import.objects.latest("pk").counts
    assert (counts["added"], counts["closed"], counts["unchanged"]) == (0, 0, 31)
    client.post(f"{address}apply/")
    kept = case(numbers[0])
    assert (kept.other_numbers, kept.closed_on, Audit.objects.get(pk=audit.pk).case) == (["1"], None, kept)
    assert TrailEntry.objects.filter(act="case.named_anew").count() == 31
    again = bring(*(line(str(int(number))) for number in numbers), line("AB1"), as_at=DECEMBER)
    assert (again.counts["added"], again.counts["closed"]) == (0, 0), "the next file is understood without asking"
    right = bring(*(line(number) for number in numbers), line("ab1"), as_at=DECEMBER)
    assert (right.counts["added"], right.counts["closed"]) == (0, 0)
    two = bring(*(line(number) for number in numbers), line("ab1"), line("1"), as_at=DECEMBER)
    assert two.counts["added"] == 1, "where a file has both numbers, they are two children"


def test_said_to_be_different_after_all_they_are(council: Council) -> None:
    bring(line("01"), line("02"))
    looked_at = look("cases", as_csv(line("1"), line("02")))
    assert asked(looked_at) == {"same": [("1", "01")]}
    same.say_same(looked_at, "same", ["1"], by=None, at=SAME)
    assert asked(Import.objects.get(pk=looked_at.pk)) == {}
    same.say_same(looked_at, "same", [], by=None, at=SAME)
    with pytest.raises(Stale, match="no longer asks about 9"):
        same.say_same(looked_at, "same", ["9"], by=None, at=SAME)
    register_extracts.apply_import(Import.objects.get(pk=looked_at.pk), by=None, at=SAME)
    assert (case("01").closed_on, case("1").closed_on) == (DECEMBER, None)


def test_two_numbers_that_are_alike_are_not_asked_about() -> None:
    bring(line("01"), line("001"))
    assert asked(look("cases", as_csv(line("1")))) == {}
    bring(line("x7"), closing=2)
    assert asked(look("cases", as_csv(line("X7"), line("x7")))) == {}


# The same person.


def test_a_new_surname_and_e_mail_keep_the_account_with_its_cases_and_its_audits(council: Council) -> None:
    row = "{0},{1}@example.gov.uk,Social Worker,Help,Hub,"
    ann, bea = row.format("Ann Lark", "ann.lark"), row.format("Bea Wren", "bea")
    given: dict[str, Any] = {"kind": "staff", "name": "s.csv", "by": None, "at": NOW, "as_at": NOVEMBER}
    register_extracts.import_file(**given, data=people(ann, bea))
    bring(line("1", Worker_Email="ann.lark@example.gov.uk"))
    worker = User.objects.get(email="ann.lark@example.gov.uk")
    audit = allocated_audit(council, case=case())
    looked_at = look("staff", people(row.format("Ann Finch", "ann.finch"), row.format("Bea Wren", "bea.wren")))
    assert asked(looked_at)["people"] == [
        ("ann.finch@example.gov.uk", "ann.lark@example.gov.uk"),
        ("bea.wren@example.gov.uk", "bea@example.gov.uk"),
    ]
    pairs = same.questions(register_extracts.read_again(looked_at))[0].pairs
    assert [pair.sure for pair in pairs] == [False, True], "of another surname one is not sure"
    same.say_same(looked_at, "people", [pair.new for pair in pairs], by=council.qa_officer, at=SAME)
    before = everything()
    done = register_extracts.apply_import(Import.objects.get(pk=looked_at.pk), by=council.qa_officer, at=SAME)
    assert (done.counts["added"], done.counts["left"], done.counts["changed"]) == (0, 0, 2)
    worker.refresh_from_db()
    assert (worker.name, worker.email, worker.left_on) == ("Ann Finch", "ann.finch@example.gov.uk", None)
    assert EmailAddress.objects.get(user=worker).email == worker.email
    assert (case().keyworker, Audit.objects.get(pk=audit.pk).keyworker) == (worker, worker)
    assert TrailEntry.objects.filter(act="person.email_changed", ref=str(worker.pk)).exists()
    take_back.take_import_back(done, why="", by=None, at=SAME)
    assert everything() == before


def test_an_account_with_roles_above_auditor_is_not_moved_to_another_address_by_a_list(council: Council) -> None:
    User.objects.filter(pk=council.head_of_qa.pk).update(source=User.Source.FILE)
    looked_at = look("staff", people(f"{council.head_of_qa.name},mine@example.gov.uk,Social Worker,Help,Hub,"))
    (question,) = same.questions(register_extracts.read_again(looked_at))
    assert "a system administrator changes the e-mail" in question.pairs[0].why_not
    with pytest.raises(NotAllowed, match="system administrator"):
        same.say_same(looked_at, "people", ["mine@example.gov.uk"], by=council.qa_officer, at=SAME)


def test_nobody_moves_their_own_account_by_a_list(council: Council) -> None:
    User.objects.filter(pk=council.qa_officer.pk).update(source=User.Source.FILE)
    Membership.objects.filter(user=council.qa_officer, role=Role.QA_OFFICER).update(role=Role.AUDITOR)
    row = people(f"{council.qa_officer.name},mine@example.gov.uk,Social Worker,Help,Hub,")
    looked_at = look("staff", row, by=council.qa_officer)
    with pytest.raises(NotAllowed, match="Nobody says this of themselves"):
        same.say_same(looked_at, "people", ["mine@example.gov.uk"], by=council.qa_officer, at=SAME)


# The same team and service.


def test_a_renamed_team_keeps_its_people_its_roles_and_its_cases(council: Council) -> None:
    given: dict[str, Any] = {
        "kind": "staff",
        "name": "s.csv",
        "by": None,
        "at": NOW,
        "as_at": NOVEMBER,
        "granting": True,
    }
    old = staff_csv("Ann", "Bea", "Cat", title="Team Manager")
    register_extracts.import_file(**given, data=old)
    team = Team.objects.get(name="Hub")
    bring(*(line(str(number), Service="Help", Team="Hub") for number in range(5)))
    renamed = [line(str(number), Service="Help", Team="Family Hub") for number in range(5)]
    looked_at = look("cases", as_csv(*renamed))
    assert asked(looked_at) == {"team_names": [("Family Hub", "Hub")]}
    same.say_same(looked_at, "team_names", ["Family Hub"], by=None, at=SAME)
    done = register_extracts.apply_import(Import.objects.get(pk=looked_at.pk), by=None, at=SAME)
    assert (done.counts["changed"], done.counts["unchanged"], history("1")) == (0, 5, [])
    team.refresh_from_db()
    assert (team.name, team.people.count(), team.cases.count()) == ("Family Hub", 3, 5)
    looked_at = look("staff", old.replace(b"Help,Hub", b"Early Help,Family Hub"))
    assert asked(looked_at) == {"service_names": [("Early Help", "Help")]}
    same.say_same(looked_at, "service_names", ["Early Help"], by=None, at=SAME)
    done = register_extracts.apply_import(Import.objects.get(pk=looked_at.pk), by=None, at=SAME)
    assert (done.counts["changed"], done.counts["waiting"]) == (0, 0)
    team.refresh_from_db()
    assert team.service.name == "Early Help"
    assert Membership.objects.filter(role=Role.TEAM_MANAGER, team=team, ends_on=None).count() == 3


def test_a_team_most_of_which_went_elsewhere_is_not_asked_about() -> None:
    bring(*(line(str(number), Team="Hub") for number in range(6)))
    split = [line(str(number), Team=("One" if number % 2 else "Two")) for number in range(6)]
    assert asked(look("cases", as_csv(*split))) == {}
    stays = [line("0", Team="Hub"), *(line(str(number), Team="One") for number in range(1, 6))]
    assert asked(look("cases", as_csv(*stays))) == {}
    known = [line(str(number), Team="North") for number in range(6)]
    assert asked(look("cases", as_csv(*known))) == {}


# The page and the command.


def test_the_page_asks_for_ticks_and_only_those_who_import_answer(client: Client, council: Council) -> None:
    bring(line("01"))
    client.force_login(council.qa_officer)
    address = hand_over(client, as_csv(line("1")), day="30 11 2026")["Location"]
    assert "Tick those that are the same" in text(client.post(f"{address}same/", {"kind": "same"}, follow=True))
    assert client.post(f"{address}same/", {"kind": "same", "new": "7"}).status_code == 409
    client.post(f"{address}same/", {"kind": "same", "new": "1"})
    assert "1 taken as the same." in text(client.get(address))
    client.post(f"{address}same/", {"kind": "same", "apart": "1"})
    assert ListAnswers.from_json(Import.objects.latest("pk").answers).same == {}
    client.force_login(council.auditor)
    assert client.post(f"{address}same/", {"kind": "same", "new": "1"}).status_code == 403


def test_the_command_says_so_and_takes_them_with_a_word(tmp_path: Path) -> None:
    bring(line("01"), line("2"))
    file = tmp_path / "c.csv"
    file.write_bytes(as_csv(line("1"), line("2")))

    def run(*words: str) -> dict[str, Any]:
        out = StringIO()
        call_command("import_cases", str(file), "--as-at", "2026-11-30", "--json", *words, stdout=out)
        answer: dict[str, Any] = json.loads(out.getvalue())
        return answer

    assert "`--same` takes them as the same." in run("--dry-run")["warnings"][-1]
    assert (run("--same")["added"], case("01").other_numbers) == (0, ["1"])
