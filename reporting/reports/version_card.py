"""What stands beside one version of a report on its page: where it stands, what moved since, and the other versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from qualitycounts.base.components import Value
from qualitycounts.base.dates import moment_in_words, short_date
from reporting.models import Report
from reporting.reports.revisions import Revision

State = Report.State


@dataclass(frozen=True, slots=True)
class VersionCard:
    """One version in words. `moved` is "" where its figures are as they were."""

    heading: str
    said: str
    is_to_issue: bool
    moved: str
    next_version: str
    response_look: str
    awaits_response: bool
    versions: list[Value]
    superseded_by: Report | None
    stays: str


def version_card(
    report: Report,
    versions: Sequence[Report],
    revisions: Sequence[Revision],
    *,
    to_check: bool,
    can_correct: bool,
    waits: str,
) -> VersionCard:
    """The card of a version, for whoever may or may not start a correction; `waits`: what its issue waits for."""
    heading, said = standing_in_words(report, to_check=to_check)
    said = f"{said} {waits}".strip()
    return VersionCard(
        heading=heading,
        said=said,
        is_to_issue=report.state == State.GENERATED,
        moved=moved_in_words(revisions, can_correct=can_correct) if revisions else "",
        next_version="Start a correction" if report.issued_at else f"Change it: start version {report.number + 1}",
        response_look="full" if report.issued_at else "secondary full",
        awaits_response=report.kind == Report.Kind.QUARTERLY and report.state == State.ISSUED,
        versions=[version_value(version, of_the_page=version.pk == report.pk) for version in versions],
        superseded_by=next((each for each in versions if each.out), None) if report.state == State.SUPERSEDED else None,
        stays="This version stays as it was issued." if report.issued_at else "This version was never issued.",
    )


def standing_in_words(report: Report, *, to_check: bool) -> tuple[str, str]:
    """The heading of the card, and a sentence of where the version stands."""
    if report.state == State.SUPERSEDED:
        return "Superseded", "A later version takes its place. This one stays as it was."
    if report.state == State.GENERATED:
        heading = "To be read by a second person" if to_check else "Ready to issue"
        return heading, "Only those who write and answer reports see it yet."
    issued = f"{moment_in_words(report.issued_at)} by {report.issued_by}."
    if report.state == State.ISSUED:
        return "Issued", issued
    responded = f"{report.responded_by} responded {moment_in_words(report.responded_at)}."
    return "Issued, with its response", f"{issued} {responded}"


def moved_in_words(revisions: Sequence[Revision], *, can_correct: bool) -> str:
    """How many audits were regraded or set aside since, and what follows."""
    count = len({revision.audit.pk for revision in revisions})
    audits = f"{count} audit of the period was" if count == 1 else f"{count} audits of the period were"
    follows = (
        "Start a correction, so that readers learn of it."
        if can_correct
        else "A correction is for those who publish reports to start."
    )
    return f"{audits} regraded or set aside since, last {moment_in_words(revisions[-1].at)}. {follows}"


def version_value(version: Report, *, of_the_page: bool) -> Value:
    """One of the versions: the one of the page stands out, another is a link."""
    as_at = f", data as at {short_date(version.as_at)}" if version.as_at else ""
    url = "" if of_the_page else reverse("report", args=[version.ref])
    return Value(version.ref, f"{version.get_state_display()}{as_at}", url=url, strong=of_the_page)
