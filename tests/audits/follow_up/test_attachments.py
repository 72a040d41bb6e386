"""Files of an action: its owner adds them, whoever may open the action opens them, and a wrong one can be taken out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from audits.follow_up import attachments
from audits.models import Action, ActionFile
from people import files, trail
from qualitycounts.base.refusals import Refused
from standards.grades import Grade
from tests.audits.meeting.pages import at_most, signed_in, text
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.escalation.walk import fresh
from tests.factories import Council
from tests.people.handed import PDF, pdf


@pytest.fixture
def action(council: Council, settings: Any, tmp_path: Path) -> Action:
    settings.TODAY, settings.FILES_DIR = TODAY, tmp_path
    audit = finalised_audit(council, grade=Grade.REQUIRES_IMPROVEMENT)
    return fresh(audit.actions.get(kind=Action.Kind.IMMEDIATE))


def test_done_with_a_file_which_its_checker_opens_and_a_stranger_does_not(
    client: Client, action: Action, council: Council
) -> None:
    signed_in(client, council.manager)
    kept = {"version": 1, "evidence": "Chronology, page 3."}
    refused = client.post(f"/actions/{action.ref}/done/", kept | {"file": pdf("plan.pdf", b"no")})
    assert refused.status_code == 422
    assert "not a PDF, a Word document" in text(refused)
    assert "Chronology, page 3." in text(refused)
    large = client.post(f"/actions/{action.ref}/done/", kept | {"file": pdf("plan.pdf", PDF + bytes(files.MOST))})
    assert large.status_code == 413
    assert "Chronology, page 3." in text(large)
    assert fresh(action).state == Action.State.OPEN

    assert client.post(f"/actions/{action.ref}/done/", kept | {"file": pdf()}).status_code == 302
    one = ActionFile.objects.get()
    address = f"/actions/{action.ref}/files/{one.pk}/"
    assert address in text(client.get(f"/actions/{action.ref}/"))
    for who, status in ((council.qa_officer, 200), (council.head_of_service, 200), (council.other_manager, 404)):
        answer = signed_in(client, who).get(address)
        assert answer.status_code == status
        assert (answer.content == PDF) == (status == 200)
    with at_most(17):
        signed_in(client, council.qa_officer).get(f"/actions/{action.ref}/")


def test_the_owner_adds_until_it_is_checked_and_nobody_else(client: Client, action: Action, council: Council) -> None:
    page = f"/actions/{action.ref}/file/"
    assert signed_in(client, council.keyworker).get(page).status_code == 403
    signed_in(client, council.manager)
    assert client.get(page).status_code == 200
    assert "Choose the file" in text(client.post(page, {"version": 1}))
    assert client.post(page, {"version": 7, "file": pdf()}).status_code == 409
    assert client.post(page, {"version": 1, "file": pdf()}).status_code == 302
    for version in range(2, 11):
        attachments.attach(action, by=council.manager, at=NOW, file=pdf(), version=version)
    with pytest.raises(Refused, match="10 files"):
        attachments.attach(action, by=council.manager, at=NOW, file=pdf(), version=11)
    assert action.files.count() == 10
    action.state = Action.State.VERIFIED
    with pytest.raises(Refused, match="stays as it is"):
        attachments.check_attach(action, by=council.manager, on=TODAY)


def test_a_wrong_one_is_taken_out_by_owner_or_qa_with_a_reason(
    client: Client, action: Action, council: Council
) -> None:
    attachments.attach(action, by=council.manager, at=NOW, file=pdf(), version=1)
    one = ActionFile.objects.get()
    page = f"/actions/{action.ref}/files/{one.pk}/out/"
    assert signed_in(client, council.keyworker).get(page).status_code == 403
    signed_in(client, council.qa_officer)
    assert client.get(page).status_code == 200
    assert client.post(page, {"version": 2, "why": ""}).status_code == 422
    assert client.post(page, {"version": 2, "why": "Another child’s paper."}).status_code == 302
    assert "Taken out by Amara Whitlock" in text(client.get(f"/actions/{action.ref}/"))
    assert client.get(f"/actions/{action.ref}/files/{one.pk}/").status_code == 409
    acts = [entry.act for entry in trail.entries_about(action)]
    assert acts[-2:] == ["action.file_added", "action.file_removed"]
