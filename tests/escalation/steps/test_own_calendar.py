"""The steps of escalations stand in the calendar of whoever they wait for, and tell nothing of the child."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.test import Client
from icalendar import Calendar

from audits.models import CalendarKey
from tests.conftest import NOW, TODAY
from tests.escalation.build import finalised_audit
from tests.factories import Council


def entries_of(person: Any) -> dict[str, date]:
    client = Client()
    client.force_login(person)
    client.post("/calendar/")
    feed = Client().get(f"/calendar/{CalendarKey.objects.get(user=person).key}.ics").content
    return {str(event["summary"]): event["dtstart"].dt for event in Calendar.from_ical(feed).walk("VEVENT")}


def test_the_steps_that_wait_for_a_person_are_in_their_own_calendar(council: Council, settings: Any) -> None:
    settings.TODAY = TODAY
    audit = finalised_audit(council, grade="inadequate", at=NOW)
    escalation = audit.escalations.get()
    head, manager = entries_of(council.head_of_service), entries_of(council.manager)
    assert head[f"Acknowledge, {escalation.ref}"] == date(2026, 11, 24)
    assert manager[f"Immediate actions, {escalation.ref}"] == date(2026, 11, 30)
    assert f"Acknowledge, {escalation.ref}" not in manager
    assert escalation.ref not in " ".join(entries_of(council.other_head_of_service))
    assert council.case.person_id not in " ".join([*head, *manager])
