"""Mail that could not be sent: seen by a person who can put an address right, and tried again."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from people import access, trail
from people.models import Notice, User
from people.roles import Permission
from qualitycounts.refusals import NotAllowed

WORRYING = 3
"""Tries after which mail that still waits is shown beside what was given up."""


def given_up() -> QuerySet[Notice]:
    """What was given up after its last try, the latest first."""
    return Notice.objects.filter(mail=Notice.Mail.DEAD).select_related("to").order_by("-made", "-pk")


def listed() -> QuerySet[Notice]:
    """What was given up, and what has failed several times and still waits."""
    failing = Q(mail=Notice.Mail.WAITING, attempts__gte=WORRYING)
    return (
        Notice.objects.filter(Q(mail=Notice.Mail.DEAD) | failing).select_related("to").order_by("mail", "-made", "-pk")
    )


def waiting(*, at: datetime) -> int:
    """How many wait in the outbox although their time has come."""
    return Notice.objects.filter(mail=Notice.Mail.WAITING, next_try__lte=at).count()


def try_again(*, by: User, at: datetime) -> int:
    """Put everything that was given up back into the outbox, to go at once; returns how many. Refused (403): others."""
    if not access.may(by, Permission.MEND_MAIL):
        raise NotAllowed("The QA Team or a system administrator sends mail again. Ask them.")
    with trail.acting(by=by, at=at) as act:
        found = list(given_up().select_for_update(of=("self",)).values_list("pk", flat=True))
        Notice.objects.filter(pk__in=found).update(mail=Notice.Mail.WAITING, attempts=0, next_try=at)
        if found:
            act.add("mail.tried_again", by, content={"notices": found})
    return len(found)
