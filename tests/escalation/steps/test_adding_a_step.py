"""Adding a kind of step is one class: here one that exists in this test alone is walked from its opening to its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from escalation.concerns import concern
from escalation.models import Escalation
from escalation.steps import acting, acts
from escalation.steps.people import Who
from escalation.steps.step_kind import KINDS, Asked, RecordedKind
from escalation.sweep import sweep_deadlines
from people import kept_questions
from people.models import Notice, TrailEntry, User
from qualitycounts.management.commands.draw_states import page_of_states
from standards.grades import Grade
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.escalation.steps.listing import asked_of_nobody, disagreements
from tests.escalation.walk import step
from tests.factories import Council
from tests.work import page, rows


class ChildSeen(RecordedKind):
    """The child is seen within two working days of a concern: the manager says by whom, the Head of Service agrees."""

    path, slug, order = Escalation.Path.SAFEGUARDING, "child_seen", 30
    title, past = "Child seen within 2 working days", "Child seen"
    owner = Who.MANAGER
    since, days, together = "opened", 2, True
    closes = "The manager says who saw the child and when, and the Head of Service agrees."
    acts = (replace(acts.SIGN, link="Agree that the child was seen"), acts.RECORD)
    to_do = Asked("Say who saw the child", "Say who saw them")
    signature = Asked("Agree that the child was seen", "Agree child was seen")
    proof = "Say who saw the child, where and when."
    question = "was the child seen?"


@pytest.fixture
def escalation(council: Council, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Escalation]:
    """A concern, raised while there is that kind too, whose other steps are done."""
    settings.TODAY = TODAY
    kept_questions.forget()  # the kinds of steps are part of the code, which does not change while it runs
    monkeypatch.setitem(KINDS, (ChildSeen.path, ChildSeen.slug), ChildSeen())
    audit = finalised_audit(council, grade=Grade.GOOD)
    raised = concern.raise_concern(
        audit, by=council.auditor, at=NOW, why="Alone.", spoken_to=council.manager, spoken=NOW
    )
    acting.acknowledge_step(step(raised, "acknowledge"), by=council.manager, at=NOW)
    acting.record_made_safe(step(raised, "make_safe"), by=council.manager, at=NOW, acted="He is with his aunt.")
    acting.sign_step(step(raised, "make_safe"), by=council.head_of_service, at=NOW)
    yield raised
    kept_questions.forget()


def shown_to(client: Client, user: User, address: str) -> str:
    client.force_login(user)
    reply = client.get(address)
    assert reply.status_code == 200
    return " ".join(reply.content.decode().split())


def test_it_opens_with_an_owner_and_a_date_and_all_who_are_asked_are_told(
    council: Council, escalation: Escalation
) -> None:
    seen = step(escalation, "child_seen")
    assert (seen.state, seen.owner, seen.due_on) == ("open", council.manager, date(2026, 11, 25))
    told = Notice.objects.get(to=council.manager, key=f"{escalation.ref}:opened")
    assert "Child seen within 2 working days, by Wednesday 25 November 2026" in told.body
    assert (disagreements(), asked_of_nobody()) == ([], [])


def test_it_is_in_the_queue_and_on_my_work_and_goes_to_its_end_by_its_buttons(
    client: Client, council: Council, escalation: Escalation
) -> None:
    its_page = f"/escalations/{escalation.ref}/"
    asked = ("Say who saw the child", escalation.ref, date(2026, 11, 25))
    assert asked in rows(council.manager)
    assert "Say who saw them" in page(council.manager)
    queue = shown_to(client, council.manager, "/escalations/?show=yours&step=child_seen")
    assert ">Child seen within 2 working days</a>" in queue
    assert "· You, Wed 25 Nov" in queue
    assert "Say who saw them" in queue

    shown = shown_to(client, council.manager, its_page)
    assert "Due Wednesday 25 November 2026." in shown
    assert "Why that day: 2 working days after it was opened" in shown
    assert f'href="{its_page}child_seen/record/"' in shown
    vague = client.post(f"{its_page}child_seen/record/", {"acted": "Done"})
    assert vague.status_code == 422
    assert "Say who saw the child, where and when." in vague.content.decode()
    words = "I saw him at his aunt’s on Monday at four, with the keyworker."
    assert client.post(f"{its_page}child_seen/record/", {"acted": words}).status_code == 302
    assert client.post(f"{its_page}child_seen/sign/", {}).status_code == 403
    assert asked not in rows(council.manager)
    assert Notice.objects.filter(
        to=council.head_of_service, subject=f"Safeguarding, {escalation.ref}: was the child seen?"
    ).exists()
    assert (disagreements(), asked_of_nobody()) == ([], [])

    assert ("Agree that the child was seen", escalation.ref, date(2026, 11, 25)) in rows(council.head_of_service)
    assert "You agree, Devinder Halloran acted" in shown_to(client, council.head_of_service, "/escalations/?show=yours")
    assert "Agree that the child was seen" in shown_to(client, council.head_of_service, its_page)
    assert words in shown_to(client, council.head_of_service, f"{its_page}child_seen/sign/")
    assert client.post(f"{its_page}child_seen/sign/", {"words": "I rang the aunt."}).status_code == 302

    closed = step(escalation, "child_seen")
    assert (closed.state, closed.done_by) == ("done", council.head_of_service)
    assert Escalation.objects.get(pk=escalation.pk).state == "finished"
    assert rows(council.head_of_service) == []
    shown = shown_to(client, council.manager, its_page)
    for sentence in ("Child seen <span", f"Done by Devinder Halloran: “{words}”", "“I rang the aunt.”"):
        assert sentence in shown
    moves = TrailEntry.objects.filter(ref=closed.ref).order_by("seq").values_list("act", flat=True)
    assert list(moves) == ["step.recorded", "step.signed"]


def test_when_it_is_late_its_title_is_in_the_notice(council: Council, escalation: Escalation) -> None:
    sweep_deadlines(on=date(2026, 11, 25), at=NOW)
    assert not Notice.objects.filter(subject__contains=" late, with ").exists()
    sweep_deadlines(on=date(2026, 11, 26), at=datetime(2026, 11, 26, 7, tzinfo=UTC))
    late = Notice.objects.get(to=council.assistant_director, subject__contains=" late, with ")
    what = f"Child seen within 2 working days of {escalation.audit.ref}"
    assert late.subject == f"Safeguarding, 1 working day late, with Devinder Halloran: {what}"
    assert "still open, with Devinder Halloran" in late.body


def test_it_is_on_the_page_of_states_and_gone_with_its_class(escalation: Escalation) -> None:
    line = "| Child seen within 2 working days | responsible manager | 2 working days after opening |"
    assert line in page_of_states()
    KINDS.pop((ChildSeen.path, ChildSeen.slug))
    assert line not in page_of_states()
