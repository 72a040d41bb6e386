"""Which reports a person may open; any other answers 404, as if it were not there."""

from __future__ import annotations

from django.http import Http404

from people import access
from people.models import User
from people.roles import Permission
from reporting.models import Report, ReportQuerySet


def visible_reports(user: User) -> ReportQuerySet:
    """Every report for those who write or answer them; for everyone else those that were issued."""
    if access.sees_all(user, Permission.SEE_REPORTS):
        return Report.objects.all()
    return Report.objects.filter(issued_at__isnull=False)


def report_or_404(user: User, ref: str) -> Report:
    """The report, without its file, if the person may see it; else 404."""
    report = visible_reports(user).defer("pdf").select_related("made_by", "issued_by").filter(ref=ref).first()
    if report is None:
        raise Http404
    return report


def file_or_404(user: User, ref: str) -> Report:
    """The report with its file, if the person may see it and it was made; else 404."""
    report = visible_reports(user).defer("figures").filter(ref=ref).exclude(sha256="").first()
    if report is None:
        raise Http404
    return report
