"""A manager watches a meeting only where both chairs agree, sees nothing hidden, changes nothing, and is let go."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from audits.meeting import grading, lifecycle, observers
from audits.models import Audit
from people import trail
from people.models import Notice
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused
from tests.audits.meeting.pages import signed_in, text
from tests.factories import MET, Council, open_audit


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> None:
    settings.TODAY = MET.date()


@pytest.fixture
def audit(council: Council) -> Audit:
    return open_audit(council)


def ask(audit: Audit, council: Council, manager: int | None = None) -> int:
    pk = manager or council.manager.pk
    return observers.ask_to_observe(audit, by=council.keyworker, at=MET, on=MET.date(), manager=pk).pk


def test_one_chair_asks_the_other_agrees_and_either_ends_it(client: Client, council: Council, audit: Audit) -> None:
    page = f"/audits/{audit.ref}/watch/"
    signed_in(client, council.manager)
    assert client.get(page).status_code == 404
    pk = ask(audit, council)
    assert ask(audit, council) == pk
    assert client.get(page).status_code == 404
    with pytest.raises(NotNow, match="You asked for this yourself"):
        observers.agree_to_observer(audit, pk, by=council.keyworker, at=MET)
    observers.agree_to_observer(audit, pk, by=council.auditor, at=MET)
    assert Notice.objects.get(key=f"{audit.ref}:watch:{pk}").to == council.manager
    assert client.get(page).status_code == 200
    assert client.get(f"/audits/{audit.ref}/").status_code == 404
    assert client.get(f"/audits/{audit.ref}/meeting/").status_code == 403
    observers.end_observing(audit, pk, by=council.keyworker, at=MET)
    assert client.get(page).status_code == 404
    acts = [entry.act for entry in trail.entries_about(audit) if entry.act.startswith("watch.")]
    assert acts == ["watch.asked", "watch.agreed", "watch.ended"]
    with pytest.raises(NotNow, match="it has ended"):
        observers.agree_to_observer(audit, pk, by=council.auditor, at=MET)


def test_only_a_manager_of_the_case_and_only_by_a_chair(council: Council, audit: Audit) -> None:
    assert observers.who_may_watch(audit, on=MET.date()) == [council.manager, council.head_of_service]
    for stranger in (council.other_manager.pk, council.qa_officer.pk, council.auditor.pk, 0):
        with pytest.raises(Refused, match="Choose a manager"):
            observers.ask_to_observe(audit, by=council.auditor, at=MET, on=MET.date(), manager=stranger)
    with pytest.raises(NotAllowed):
        observers.ask_to_observe(audit, by=council.manager, at=MET, on=MET.date(), manager=council.manager.pk)
    with pytest.raises(NotAllowed):
        observers.end_observing(audit, ask(audit, council), by=council.manager, at=MET)


def test_what_is_hidden_stays_hidden_and_the_page_asks_only_for_what_is_new(
    client: Client, council: Council, audit: Audit
) -> None:
    observers.agree_to_observer(audit, ask(audit, council), by=council.auditor, at=MET)
    lifecycle.record_note(audit, by=council.keyworker, at=MET, slug="s1-needs", text="More visits.", version=0)
    grading.propose_grade(audit, 2, by=council.auditor, at=MET, grade="inadequate", words="Nothing since May.")
    signed_in(client, council.manager)
    page = f"/audits/{audit.ref}/watch/"
    seen = client.get(page)
    assert "More visits." in text(seen)
    assert "Nothing since May." not in text(seen)
    assert "inadequate" not in text(seen).lower().replace("requires improvement or inadequate", "")
    fresh = Audit.objects.get(pk=audit.pk)
    assert client.get(f"{page}?seen={fresh.revision}", headers={"HX-Request": "true"}).status_code == 204
    grading.propose_grade(audit, 2, by=council.keyworker, at=MET, grade="good", words="Her voice is there.")
    again = client.get(f"{page}?seen={fresh.revision}", headers={"HX-Request": "true"})
    assert "Nothing since May." in text(again)


def test_the_pages_of_the_chairs(client: Client, council: Council, audit: Audit) -> None:
    home = f"/audits/{audit.ref}/meeting/"
    signed_in(client, council.keyworker)
    assert "Devinder Halloran" in text(client.get(f"{home}watching/"))
    assert client.post(f"{home}watching/", {"manager": "9999"}).status_code == 422
    assert client.post(f"{home}watching/", {"manager": council.manager.pk})["Location"] == home
    assert "has not agreed yet that <b>Devinder Halloran</b> may watch" in text(client.get(home))
    signed_in(client, council.auditor)
    assert "Niamh asks that <b>Devinder Halloran</b> may watch. Do you agree?" in text(client.get(home))
    pk = observers.invitations(audit, council.auditor.pk)[0].watch.pk
    assert client.post(f"{home}watching/{pk}/agree/")["Location"] == home
    assert "<b>Devinder Halloran</b> may watch" in text(client.get(home))
    assert client.post(f"{home}watching/{pk}/end/")["Location"] == home
    assert "Ask a manager to watch" in text(client.get(home))
