"""Mail that could not be sent: seen by a person who can put an address right, and tried again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Case, Min, Q, QuerySet, When
from django.urls import reverse

from people import access, trail
from people.digests import sent_by_itself
from people.models import Notice, User
from people.roles import Permission
from qualitycounts.base.components import Cell, Table, TableRow, Value
from qualitycounts.base.refusals import NotAllowed
from qualitycounts.base.templatetags import qc

WORRYING = 1
"""Tries after which mail that still waits is shown beside what was given up."""
PATIENCE = timedelta(hours=1)
"""How long mail may wait before health says so."""


def given_up() -> QuerySet[Notice]:
    """Return the notices whose mail was given up after its last try, the latest first."""
    return Notice.objects.filter(mail=Notice.Mail.DEAD).select_related("to").order_by("-made", "-pk")


def undelivered_notices() -> QuerySet[Notice]:
    """What was given up, and what has failed several times and still waits."""
    failing = Q(mail=Notice.Mail.WAITING, attempts__gte=WORRYING)
    return (
        Notice.objects.filter(Q(mail=Notice.Mail.DEAD) | failing).select_related("to").order_by("mail", "-made", "-pk")
    )


def undelivered_table(page: Iterable[Notice]) -> Table:
    """One page of it: how it stands, to whom, when it was made, and what the mail server said."""
    columns = ["State", "To", "Made", "Tries", "What the mail server said"]
    rows = [
        TableRow(
            [
                Cell(Value("Given up", tone="no") if notice.mail == "dead" else Value("Tried again soon", tone="open")),
                Cell(Value(notice.to, notice.to.email, url=reverse("person", args=[notice.to_id])), "To"),
                Cell(qc.at(notice.made), "Made", css="qc-when"),
                Cell(str(notice.attempts), "Tries"),
                Cell(notice.fault or "Nothing yet", "It said"),
            ]
        )
        for notice in page
    ]
    return Table("Mail that could not be sent, given up first", columns, rows, quiet=True, wide=True)


def long_undelivered(*, at: datetime) -> int:
    """How many mails were tried and refused for longer than an hour, or should have gone an hour ago.

    What waits for the mail of a morning is neither.
    """
    late = Q(attempts__gte=WORRYING, made__lt=at - PATIENCE) | Q(next_try__lt=at - PATIENCE)
    return Notice.objects.filter(sent_by_itself(), late, mail=Notice.Mail.WAITING).count()


def waiting_notices(*, at: datetime) -> QuerySet[Notice]:
    """The notices that wait in the outbox: their time has come, or they failed and are tried again."""
    waiting = Q(next_try__lte=at) | Q(attempts__gte=WORRYING)
    return Notice.objects.filter(sent_by_itself(), waiting, mail=Notice.Mail.WAITING)


def count_waiting(*, at: datetime) -> int:
    """How many wait in the outbox."""
    return waiting_notices(at=at).count()


def oldest_waiting(*, at: datetime) -> datetime | None:
    """Since when the oldest of them waits: since its time came or, where it failed, since it was made."""
    since = Case(When(attempts__gte=WORRYING, then="made"), default="next_try")
    oldest: datetime | None = waiting_notices(at=at).aggregate(oldest=Min(since))["oldest"]
    return oldest


def send_undelivered_again(*, by: User, at: datetime) -> int:
    """Put everything that was given up back into the outbox, to go at once; returns how many. Refused (403): others."""
    if not access.may(by, Permission.MEND_MAIL):
        raise NotAllowed("The QA Team or a system administrator sends mail again. Ask them.")
    with trail.acting(by=by, at=at) as act:
        waiting = list(given_up().select_for_update(of=("self",)).values_list("pk", flat=True))
        Notice.objects.filter(pk__in=waiting).update(mail=Notice.Mail.WAITING, attempts=0, next_try=at)
        if waiting:
            act.add("mail.tried_again", by, content={"notices": waiting})
    return len(waiting)
