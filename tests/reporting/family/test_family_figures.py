"""What families answered: counted as by hand, with small numbers hidden, and quoted only once two people agree."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from audits.family import asking
from audits.models import Audit, FamilyAsk
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from reporting import periods
from reporting.family import figures
from reporting.models import Quotation
from reporting.reports import counting
from reporting.themes import vocabulary
from tests.audits.family.families import SAID, agreed, answered, named
from tests.conftest import NOW, TODAY
from tests.factories import CaseFactory, Council, allocated_audit, booked_audit
from tests.reporting.builder import Builder

YEAR = periods.parse("2026-27")
OCTOBER = periods.parse("2026-10")


@pytest.fixture
def many(council: Council) -> list[Audit]:
    """Thirty parents: 12 say “a lot”, 9 “mostly”, 2 “not at all”, 7 leave the scale out; all say something in words."""
    audits = []
    choices = [1] * 12 + [2] * 9 + [4] * 2 + [None] * 7
    for number, choice in enumerate(choices, start=1):
        audit = allocated_audit(council, number=number, case=CaseFactory.create(keyworker=council.keyworker))
        answered(audit, council, choice=choice)
        audits.append(audit)
    return audits


def test_every_answer_is_counted_and_a_small_number_is_neither_shown_nor_told_by_the_rest(
    council: Council, many: list[Audit]
) -> None:
    counted = figures.family_figures(YEAR)
    scaled, words = counted.questions
    assert scaled.columns[:4] == ("Yes, a lot", "Yes, mostly", "Not much", "Not at all")
    listened = scaled.rows[0]
    assert (listened.name, listened.asked) == ("Do people listen to you?", "30")
    assert "2" not in listened.cells
    assert listened.cells[3] == "<5"
    assert "[c]" in listened.cells, "or the two could be worked out from the rest of the row"
    assert [row.cells[-1] for row in scaled.rows[1:]] == ["30", "30"], "nobody answered these"
    assert {(row.name, row.cells) for row in words.rows} >= {("What has helped the most?", ("30", "0"))}


def test_who_was_asked_and_how_far_is_counted_by_the_day_they_were_asked(council: Council, many: list[Audit]) -> None:
    for number in range(41, 47):
        ask = named(booked_audit(council, number=number), council.qa_officer, by=council.auditor, speaker="child")
        asking.say_consent(ask, consent="no", by=council.qa_officer, at=NOW)
    for number in range(51, 57):
        agreed(booked_audit(council, number=number), council, speaker="carer")
    named(booked_audit(council, number=60), council.qa_officer, by=council.auditor)
    Audit.objects.filter(pk=many[0].pk).update(state="withdrawn", ended_why="It moved.")
    people = figures.family_figures(YEAR).people
    rows = {row.name: (row.cells, row.asked) for row in people.rows}
    assert rows == {
        "Parent": (("29", "0", "0"), "29"),
        "Child or young person": (("0", "0", "6"), "6"),
        "Carer": (("0", "6", "0"), "6"),
    }
    assert figures.family_figures(YEAR.previous).is_empty


def test_too_few_are_not_shown_at_all(council: Council) -> None:
    answered(booked_audit(council), council)
    counted = figures.family_figures(YEAR)
    assert not counted.is_empty
    assert all(table.left_out for table in (counted.people, *counted.questions))


def test_readers_see_a_year_once_it_is_over_and_qa_the_present_one_too(council: Council, settings: Any) -> None:
    settings.TODAY = TODAY
    answered(booked_audit(council), council)
    assert figures.years_offered(council.reader, on=TODAY) == []
    assert figures.years_offered(council.qa_officer, on=TODAY) == [YEAR]
    assert figures.years_offered(council.reader, on=date(2027, 4, 1)) == [YEAR]
    assert figures.years_offered(council.qa_officer, on=date(2027, 4, 1)) == [YEAR.next, YEAR]
    client = Client()
    client.force_login(council.reader)
    assert b"No figures to show yet" in client.get("/reports/families/").content
    assert b"No figures to show yet" in client.get("/reports/families/?year=2026-27").content
    client.force_login(council.qa_officer)
    page = client.get("/reports/families/").content.decode()
    assert "Too few were asked" in page
    assert SAID not in page


def test_the_page_asks_as_little_for_many_as_for_one(
    council: Council, many: list[Audit], settings: Any, django_assert_max_num_queries: Any
) -> None:
    settings.TODAY = TODAY
    client = Client()
    client.force_login(council.qa_officer)
    with django_assert_max_num_queries(12):
        assert client.get("/reports/families/").status_code == 200


# Quoted


@pytest.fixture
def final(council: Council, settings: Any) -> FamilyAsk:
    """What a child said for an audit that was finalised in October."""
    settings.TODAY = NOW.date()
    ask = answered(booked_audit(council), council, speaker="child")
    FamilyAsk.objects.filter(pk=ask.pk).update(audit=Builder(council).audit(OCTOBER.first, grade="good"))
    return FamilyAsk.objects.get(pk=ask.pk)


def quotes() -> list[str]:
    """What the report of October would quote."""
    return [quote["words"] for quote in counting.compose(OCTOBER, at=NOW).to_json()["themes"]["quotes"]]


def test_an_answer_is_quoted_only_once_a_second_person_has_cleared_it(council: Council, final: FamilyAsk) -> None:
    answer = final.answers.exclude(words="").get()
    assert quotes() == []
    picked = vocabulary.pick_answer(answer=answer, words="“He comes.”", standard=6, by=council.qa_officer, at=NOW)
    assert (picked.speaker, picked.state, picked.source) == ("child", "offered", f"“{SAID}”")
    assert quotes() == []
    with pytest.raises(NotAllowed, match="You picked this line"):
        vocabulary.settle_quotation(quotation=picked, clear=True, why="", by=council.qa_officer, at=NOW)
    vocabulary.settle_quotation(quotation=picked, clear=True, why="", by=council.head_of_qa, at=NOW)
    assert quotes() == ["“He comes.”"]
    asking.take_back_consent(final, by=council.qa_officer, at=NOW)
    assert quotes() == [], "they took their consent back: a report that is not made yet does not quote them"
    assert not Quotation.objects.exists()


def test_what_was_not_said_or_is_too_long_is_not_picked(council: Council, final: FamilyAsk) -> None:
    empty, said = final.answers.filter(words="", choice=None)[0], final.answers.exclude(words="").get()
    for answer, words, refusal in ((empty, "Hm.", NotNow), (said, " ", Refused), (said, "x" * 401, Refused)):
        with pytest.raises(refusal):
            vocabulary.pick_answer(answer=answer, words=words, standard=None, by=council.qa_officer, at=NOW)


def test_qa_picks_it_on_a_page_and_it_waits_in_the_list(council: Council, final: FamilyAsk) -> None:
    client = Client()
    client.force_login(council.qa_officer)
    answer = final.answers.exclude(words="").get()
    listed = client.get(f"/family/{final.audit.ref}/").content.decode()
    assert f"/themes/answers/{answer.pk}/" in listed
    assert client.post(f"/themes/answers/{answer.pk}/", {"words": ""}).status_code == 422
    assert client.post(f"/themes/answers/{answer.pk}/", {"words": "“He comes.”", "standard": "6"}).status_code == 302
    page = client.get("/themes/quotations/").content.decode()
    assert "A family answered:" in page
    client.force_login(council.auditor)
    assert client.get(f"/themes/answers/{answer.pk}/").status_code == 403
    assert "/themes/answers/" not in client.get(f"/family/{final.audit.ref}/").content.decode()
