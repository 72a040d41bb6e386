"""Other printings of a report that was made: in large print, for wider readers, and with the management response.

Each is drawn by the worker from what is frozen, kept once, and never changes (reporting/triggers.py).
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import partial

from django.db import transaction
from django.http import Http404
from django.template.loader import render_to_string

from people import trail
from people.models import User
from reporting import audiences, document, pdf, summary
from reporting.access import visible_reports
from reporting.models import Edition, Report

K = Edition.Kind


def wanted(report: Report) -> list[Edition.Kind]:
    """The printings a report has: none before it is out; with its response once that was sent."""
    if report.issued_at is None:
        return []
    kinds = [K.LARGE] if report.kind == Report.Kind.MONTHLY else [K.LARGE, K.WIDER]
    return [*kinds, K.RESPONSE] if report.responded_at else kinds


def missing(report: Report) -> list[Edition.Kind]:
    """Those that are not drawn yet: one query."""
    there = set(Edition.objects.filter(report=report).values_list("kind", flat=True))
    return [kind for kind in wanted(report) if kind not in there]


def there(report: Report) -> list[tuple[str, str, bool]]:
    """Each printing that a report has: its kind, its name, and whether it is drawn: one query."""
    waiting = missing(report)
    return [(kind.value, str(kind.label), kind not in waiting) for kind in wanted(report)]


def ask(*, report: Report, by: User, at: datetime) -> None:
    """Have the worker draw what is missing; asking again does no harm."""
    with trail.acting(by=by, at=at):
        transaction.on_commit(partial(_enqueue, report.pk), robust=True)


def make(*, report: Report, at: datetime) -> list[Edition]:
    """Draw what is missing and keep it. One that another worker kept in between stays as that one made it."""
    made = []
    for kind in missing(report):
        file = pdf.render(whole(report, kind))
        edition, _ = Edition.objects.get_or_create(
            report=report,
            kind=kind,
            defaults={"pdf": file, "sha256": hashlib.sha256(file).hexdigest(), "made": at},
        )
        made.append(edition)
    return made


def whole(report: Report, kind: Edition.Kind) -> str:
    """The document that becomes one printing."""
    if kind == K.WIDER:
        context = {"summary": summary.tell(report), "edition": audiences.wider()} | document.cover(report)
        return render_to_string("reports/wider.html", context)
    parts = document.parts(report, report.figures)
    return render_to_string(
        "reports/document.html",
        parts | {"large": kind == K.LARGE, "response": document.response(report) if kind == K.RESPONSE else None},
    )


def edition_or_404(user: User, ref: str, kind: str) -> Edition:
    """One printing of a report that the person may see; else 404."""
    reports = visible_reports(user).filter(ref=ref).values("pk")
    found = (
        Edition.objects.select_related("report")
        .defer("report__pdf", "report__rows")
        .filter(kind=kind, report__in=reports)
        .first()
    )
    if found is None:
        raise Http404
    return found


def _enqueue(pk: int) -> None:
    from reporting import tasks

    tasks.print_editions.delay(pk)
