"""What a kept mapping says of a category that is not used any more is asked again, and its name is no longer known."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from audits.models import Case
from audits.register.answers import check_part
from qualitycounts.base.refusals import Refused
from standards.models import Standard
from tests.audits.categories.seven import add, rename, use
from tests.audits.register.extracts import as_csv, bring, line
from tests.audits.register.mapping.settle import go_on, hand_over_file
from tests.conftest import TODAY
from tests.factories import Council


@pytest.fixture
def officer(client: Client, council: Council, settings: Any) -> Client:
    """The QA Officer, signed in, of a council with no open case."""
    settings.TODAY = TODAY
    Case.objects.update(closed_on=TODAY)
    client.force_login(council.qa_officer)
    return client


def select_of(client: Client, page: str, ours: str) -> str:
    form = client.get(page).context["form"]
    return next(name for name in form.fields if form.fields[name].label == ours)


def test_a_list_whose_category_is_out_of_use_is_asked_about_again(officer: Client, council: Council) -> None:
    cells = {key: cell for key, cell in line("1").items() if key != "Category"}
    page = hand_over_file(officer, as_csv(cells), "help.csv")
    go_on(officer, page, keep="Help", **{select_of(officer, page, "Category"): "=EH"})
    assert not hand_over_file(officer, as_csv(cells), "help.csv").endswith("/columns/")
    use(council.head_of_qa, "EH", in_use=False)
    page = hand_over_file(officer, as_csv(cells), "help.csv")
    offered = officer.get(page).context["form"].fields[select_of(officer, page, "Category")].choices
    assert [code for code, _ in offered if code.startswith("=")] == ["=CLA", "=CP", "=CIN", "=CL"]


def test_words_that_mean_one_out_of_use_are_asked_about_again(officer: Client, council: Council) -> None:
    rows = as_csv(*(line(str(number), Category="Early Help") for number in range(3)))
    page = hand_over_file(officer, rows, "cases.csv")
    assert [field.value() for field in officer.get(page).context["form"].word_rows()] == ["EH"]
    go_on(officer, page, keep="Ours")
    assert not hand_over_file(officer, rows, "cases.csv").endswith("/columns/")
    use(council.head_of_qa, "EH", in_use=False)
    page = hand_over_file(officer, rows, "cases.csv")
    [field] = officer.get(page).context["form"].word_rows()
    assert (field.value(), "EH" in dict(field.field.choices)) == ("", False)


def test_a_list_may_be_said_to_cover_one_of_the_councils_own(council: Council) -> None:
    add(council.head_of_qa, "SB", "Short breaks", "CIN")
    check_part([], ["SB"])
    use(council.head_of_qa, "SB", in_use=False)
    with pytest.raises(Refused, match=r"“SB” is not a category\. The categories are: CIN, CP, CLA, CL, EH\."):
        check_part([], ["SB"])


def test_the_guide_says_whom_a_standard_is_for_by_the_names_of_now(officer: Client, council: Council) -> None:
    add(council.head_of_qa, "UASC", "Unaccompanied children", "CLA")
    standard = Standard.objects.earliest("number")
    standard.applies_to = ["CLA", "CL"]
    assert standard.applies_in_words == "child looked after, care leaver, unaccompanied children"
    rename(council.head_of_qa, "CL", "Care leavers")
    assert "care leavers" in standard.applies_in_words
    standard.applies_to = ["CIN", "CP", "CLA", "CL", "EH"]
    assert standard.applies_in_words == ""


def test_a_list_that_brings_a_new_category_ranks_it_behind_the_one_it_is_like(council: Council) -> None:
    add(council.head_of_qa, "UASC", "Unaccompanied children", "CLA")
    bring(line("1", Category="uasc"), line("1", Category="CP"), line("2", Category="UASC"), line("2", Category="CLA"))
    assert list(Case.objects.filter(person_id__in="12").values_list("person_id", "category")) == [
        ("1", "UASC"),
        ("2", "CLA"),
    ]
