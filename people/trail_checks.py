"""The nightly check of the trail: its head is kept where the database does not reach, and a fault is told at once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from people import council_identity, notices, trail, triggers
from people.administrators import administrators
from people.directory import holders
from people.models import Heartbeat
from people.notice_texts import TrailFault
from people.roles import Role
from qualitycounts.base.clock import day_of

CHECKED, FAULT = "trail", "trail-fault"
"""The parts under which the last check that found all well is kept, and the last that did not."""
LONGEST = timedelta(hours=26)
"""The longest between two checks: one is made each night, and may take a while."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of the trail found: the walk, the triggers that are not as they were made, and what is wrong."""

    walk: trail.Verdict
    broken: list[str]
    fault: str


def compare_trail(*, head: str = "", entries: int = 0) -> Checked:
    """Walk the trail, hold it to a head and a number of entries that were kept elsewhere, and look at its triggers."""
    walk, broken = trail.verify(head=head, entries=entries), triggers.broken()
    if walk.ok:
        return Checked(walk, broken, triggers.sentence(broken, "that guard the trail") if broken else "")
    alone = trail.verify()
    if not alone.ok:
        fault = f"Entry {alone.first_bad} of the trail was changed, or one before it was taken out."
        return Checked(alone, broken, fault)
    fault = (
        f"The trail has {alone.entries} entries and does not lead to the head or the number that was kept elsewhere: "
        "its end was cut off, or it was chained anew. Compare it with a backup."
    )
    return Checked(walk, broken, fault)


def check_nightly(*, at: datetime) -> Checked:
    """Check the trail against the head of the night before, and keep the new one: a line in `TRAIL_HEADS`, and a mail
    to each of `TRAIL_WATCHERS`, once a day. Returns what it found.

    A fault is told to every Head of QA and administrator, and to the watchers, and makes health red until a check finds
    all well; no head is kept then.
    """
    last = last_head()
    checked = compare_trail(head=last.get("head", ""), entries=last.get("entries", 0))
    day = day_of(at)
    with transaction.atomic():
        Heartbeat.objects.update_or_create(part=FAULT if checked.fault else CHECKED, defaults={"beat": at})
        if not checked.fault:
            Heartbeat.objects.filter(part=FAULT).delete()
        else:
            to_tell = [*holders(Role.HEAD_OF_QA, on=day), *administrators(on=day)]
            notices.notify(to=to_tell, text=TrailFault(checked.fault), key=f"trail-fault:{day}", at=at)
    if checked.fault:
        mail_watchers("The record of what was done has a fault", checked.fault)
    elif last.get("day") != day.isoformat():
        keep_head(checked.walk, at=at)
    return checked


def last_head() -> dict[str, Any]:
    """The line that was kept last: day, moment, entries and head; nothing where none is."""
    if not settings.TRAIL_HEADS.exists():
        return {}
    lines = settings.TRAIL_HEADS.read_text().splitlines()
    last: dict[str, Any] = json.loads(lines[-1]) if lines else {}
    return last


def keep_head(verdict: trail.Verdict, *, at: datetime) -> None:
    """Write the head down and mail it."""
    line = {"day": day_of(at).isoformat(), "at": at.isoformat(), "entries": verdict.entries, "head": verdict.head}
    with settings.TRAIL_HEADS.open("a") as heads:
        heads.write(f"{json.dumps(line)}\n")
    mail_watchers(
        f"The record of what was done, {line['day']}: {verdict.entries} entries, all well",
        f"Keep this mail. To see later that nothing of these {verdict.entries} entries was changed or taken out:\n\n"
        f"manage.py verify_trail --entries {verdict.entries} --head {verdict.head}",
    )


def mail_watchers(subject: str, body: str) -> None:
    """Send the same mail to each address of `TRAIL_WATCHERS`."""
    for address in settings.TRAIL_WATCHERS:
        words = f"{body}\n\nQuality Counts, {council_identity.NAME.value()}\n"
        EmailMessage(f"Quality Counts: {subject}", words, to=[address]).send()


def trouble(*, at: datetime, since: datetime | None) -> str:
    """What health says of the checks: one found a fault, or none was made for a day. `since`: from when on one was due
    where none was made yet."""
    beats = dict(Heartbeat.objects.filter(part__in=(CHECKED, FAULT)).values_list("part", "beat"))
    if FAULT in beats:
        return "The nightly check of the trail found a fault. Run `manage.py verify_trail`: it says where."
    last = beats.get(CHECKED) or since
    if last is not None and at - last > LONGEST:
        return "The trail was not checked for more than a day. See the worker’s log, and run `manage.py verify_trail`."
    return ""
