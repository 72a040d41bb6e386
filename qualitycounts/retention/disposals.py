"""A disposal: the list of what is due, its signature by the Head of QA, the removal, and the certificate of it.

Nothing goes unsigned. What was signed is what goes: records that became due since are left for the next list, and what
was held or reopened since stays.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import QuerySet

from audits.models import Disposal
from people import access, council_settings, notices, trail
from people.directory import holders
from people.models import User
from people.roles import Permission, Role
from qualitycounts import redis_away
from qualitycounts.base.refusals import NotNow, Stale, written
from qualitycounts.retention.classes import RECORD_CLASSES, counts, periods
from qualitycounts.retention.notice_texts import DisposalToSign
from reporting.models import Report
from standards.timescales import is_working_day, one_calendar

MONTHLY = council_settings.Choice(
    "retention_monthly",
    "A disposal list is made each month",
    "Retention",
    "On the first working day of a month the Head of QA is asked to sign what the retention schedule no longer keeps. "
    "Nothing is removed unsigned, with this or without. Quality Counts’ default; the strategy does not say.",
    choices=(("no", "No"), ("yes", "Yes")),
)
OLDEST = timedelta(days=31)
"""How long a list may wait for its signature: then it is made again."""
CHANGED = "A period of the schedule was changed since this list was made. Make it again, and look."


def all_disposals() -> QuerySet[Disposal]:
    """Every list and certificate, the latest first."""
    return Disposal.objects.select_related("listed_by", "signed_by").order_by("-pk")


def open_disposal() -> Disposal | None:
    """The list that is not carried out yet; there is one at most."""
    return all_disposals().filter(done=None).first()


def make_list(*, on: date, by: User | None, at: datetime) -> Disposal:
    """List what is due on a day and not held; a list that nobody has signed, or whose periods were changed since it was
    signed, is made again.

    `by` is None for the schedule. Refused: not the Head of QA (403); a signed list is being carried out, or nothing is
    due (409).
    """
    if by is not None:
        access.check(by, Permission.SIGN_DISPOSAL)
    due = counts(on)
    with trail.acting(by=by, at=at) as act:
        disposal = Disposal.objects.select_for_update().filter(done=None).first() or Disposal()
        if disposal.signed is not None and disposal.periods == periods():
            raise NotNow("A signed list is being carried out. Wait for its certificate, then make the next.")
        if not any(each.free for each in due.values()):
            raise NotNow("Nothing is due under the retention schedule that is not held.")
        disposal.on, disposal.listed, disposal.listed_by, disposal.periods = on, at, by, periods()
        disposal.signed, disposal.signed_by, disposal.signed_why = None, None, ""
        disposal.due = {slug: {"free": each.free, "held": each.held, "keys": each.keys} for slug, each in due.items()}
        disposal.save()
        act.add("disposal.listed", disposal, content={slug: each.free for slug, each in due.items()})
    return disposal


def check_sign(disposal: Disposal, *, at: datetime) -> None:
    """Refused (409) where the list is signed, too old, or made by other periods than those in force."""
    if disposal.signed is not None:
        raise NotNow("This list is signed already.")
    if at - disposal.listed > OLDEST:
        raise NotNow("This list is over a month old. Make it again, and look.")
    if disposal.periods != periods():
        raise NotNow(CHANGED)


def sign_list(disposal: Disposal, *, why: str, seen: str, by: User, at: datetime) -> Disposal:
    """Sign a list: all that is on it is removed, for good, as soon as the worker takes it up.

    `seen`: when the list on the page was made. Refused: not the Head of QA (403); no reason (422); made again since
    (Stale, 409); what `check_sign` refuses (409).
    """
    access.check(by, Permission.SIGN_DISPOSAL)
    reason = written(why, "why", "Say by which schedule, such as “the council’s retention schedule of May 2026”.")
    with trail.acting(by=by, at=at) as act:
        disposal = Disposal.objects.select_for_update().get(pk=disposal.pk)
        check_sign(disposal, at=at)
        if disposal.listed.isoformat() != seen:
            raise Stale("The list was made again since you opened the page. Look at it, then sign.", current="")
        disposal.signed, disposal.signed_by, disposal.signed_why = at, by, reason
        disposal.proof = {"before": issued_totals()}
        disposal.save()
        signed = {slug: each["free"] for slug, each in disposal.due.items()}
        act.add("disposal.signed", disposal, why=reason, content=signed)
        redis_away.enqueue_on_commit("qualitycounts.tasks.carry_out_disposal")
    return disposal


def carry_out(*, at: datetime) -> Disposal | None:
    """Remove what the signed list names, class by class, and write its certificate; None where none is signed.

    An end in the middle leaves whole records: run again, it goes on. Refused (409) where a period was changed since.
    """
    disposal = Disposal.objects.filter(done=None).exclude(signed=None).first()
    if disposal is None:
        unproved = Disposal.objects.exclude(done=None).exclude(proof__has_key="after").first()
        return unproved and prove(unproved)
    if disposal.periods != periods():
        raise NotNow(CHANGED)
    for each in RECORD_CLASSES:
        if disposal.due[each.slug]["free"]:
            each.remove(disposal.due[each.slug]["keys"] or (), disposal.on, at)
    with trail.acting(by=None, at=at) as act:
        disposal = Disposal.objects.select_for_update().get(pk=disposal.pk)
        if disposal.done is None:
            disposal.removed = {
                each.slug: each.removed_of(disposal.due[each.slug], on=disposal.on) for each in RECORD_CLASSES
            }
            act.add("disposal.done", disposal, content=disposal.removed)
            disposal.done = at
            disposal.save()
    return prove(disposal)


def prove(disposal: Disposal) -> Disposal:
    """Walk the trail and count the issued reports again, and keep with the certificate what they came to."""
    verdict = trail.verify()
    disposal.proof |= {
        "trail": {"ok": verdict.ok, "entries": verdict.entries, "head": verdict.head},
        "after": issued_totals(),
    }
    disposal.save(update_fields=["proof"])
    return disposal


def issued_totals() -> dict[str, Any]:
    """How many reports are issued, and one sha256 over their files and figures."""
    issued = Report.objects.filter(issued_at__isnull=False).order_by("pk").values_list("ref", "sha256", "figures")
    digest = sha256()
    count = 0
    for row in issued.iterator():
        digest.update(json.dumps(row, sort_keys=True).encode())
        count += 1
    return {"reports": count, "sha256": digest.hexdigest()}


def list_monthly(*, on: date, at: datetime) -> bool:
    """Make the month's list and ask the Head of QA to sign it, where the council has switched that on: once a month,
    from its first working day on. Whether one was made."""
    first = on.replace(day=1)
    with one_calendar():
        while not is_working_day(first):
            first += timedelta(days=1)
    waits = open_disposal()
    if MONTHLY.value() == "no" or on < first or (waits is not None and waits.signed is not None):
        return False
    if Disposal.objects.filter(on__gte=on.replace(day=1)).exists():
        return False
    if not any(each.free for each in counts(on).values()):
        return False
    made = make_list(on=on, by=None, at=at)
    records = sum(each["free"] for each in made.due.values())
    text = DisposalToSign(disposal=made, records=records)
    notices.notify(to=holders(Role.HEAD_OF_QA, on=on), text=text, key=f"disposal:{on:%Y-%m}", at=at)
    return True
