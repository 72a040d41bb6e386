"""December's real-shaped extracts after November's: who left, what they owned, and who has it from then on."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from audits.draw import draws
from audits.follow_up import replan
from audits.models import Action, Audit, Case, Import
from escalation import sweep
from people.models import Notice, User
from qualitycounts.base.clock import LONDON
from tests.audits.meeting.pages import text
from tests.audits.register.extracts import DECEMBER, NOVEMBER, fixture, take
from tests.conftest import NOW, TODAY
from tests.factories import Council, finalised_audit

LEFT = ("gareth.jackson@example.gov.uk", "grace.okafor@example.gov.uk")
JOINED = ("elin.pritchard@example.gov.uk", "ngozi.bello@example.gov.uk")


@pytest.mark.django_db
def test_december_after_november_leaves_nothing_with_who_left(client: Client, council: Council, settings: Any) -> None:
    Case.objects.update(source=Case.Source.DEMO)
    for kind in ("staff", "cases"):
        take(fixture("2026-11", kind), NOVEMBER)
    assert set(User.objects.filter(email__in=LEFT + JOINED).values_list("email", flat=True)) == set(LEFT)
    draws.run(month=TODAY.replace(month=12, day=1), size=22, by=council.qa_officer, at=NOW)
    leaver = User.objects.get(email=LEFT[0])
    final = finalised_audit(council, grade="requires_improvement", number=900)
    theirs = final.actions.order_by("number").first()
    assert theirs is not None
    Action.objects.filter(pk=theirs.pk).update(owner=leaver)
    due_on, later = theirs.due_on, datetime.combine(DECEMBER, time(9), tzinfo=LONDON)

    for kind in ("staff", "cases"):
        take(fixture("2026-12", kind), DECEMBER, at=later)
    assert (
        list(Import.objects.filter(state="applied").order_by("pk").values_list("kind", flat=True))
        == [
            "staff",
            "cases",
        ]
        * 2
    )
    assert {user.email for user in User.objects.filter(left_on=DECEMBER)} == set(LEFT)
    assert User.objects.filter(email__in=JOINED, left_on=None).count() == 2
    assert not Case.objects.filter(keyworker__email__in=LEFT, closed_on=None).exists()
    waiting = Audit.objects.filter(state="allocated", case__closed_on=None)
    assert not waiting.filter(auditor__email__in=LEFT).exists()
    assert not waiting.filter(keyworker__email__in=LEFT).exists()

    settings.TODAY = DECEMBER
    sweep.sweep_deadlines(on=DECEMBER, at=later)
    assert Notice.objects.filter(to=council.qa_officer, key=f"gone:{leaver.pk}:{DECEMBER}").count() == 1
    client.force_login(council.qa_officer)
    assert text(client.get("/actions/")).count("Owner gone") == 1
    assert "Owner gone: it wants another owner" in text(client.get(f"/actions/{theirs.ref}/"))
    theirs.refresh_from_db()
    replan.reassign_action(
        theirs, by=council.qa_officer, at=later, owner=council.manager, why="She has left.", version=theirs.version
    )
    assert "Owner gone" not in text(client.get("/actions/"))
    theirs.refresh_from_db()
    assert (theirs.owner, theirs.due_on) == (council.manager, due_on)
    sweep.sweep_deadlines(on=DECEMBER + timedelta(days=1), at=later + timedelta(days=1))
    assert Notice.objects.filter(to=council.qa_officer, key__startswith=f"gone:{leaver.pk}:").count() == 1
