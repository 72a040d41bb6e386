"""Evidence from elsewhere: entered by its owners against a quarter, and read beside what the audits found.

Complaints (strategy 4.7.2), indicators (4.6), surveys of families (6.2.2) and of staff (6.2.1), Regulation 44 visits
(6.1.6), Conference and Review monitoring (4.7.4), workforce (6.1.4), fostering and adoption panels (6.1.2), finance
(6.1.5) and peer review (6.2.4); against a month where the source tells each month: LADO (4.7.3) and performance
exceptions (4.6).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import Http404

from people import access, files, trail
from people.models import User
from people.roles import Permission
from people.sent_twice import AGAIN, same_row
from qualitycounts.base import clock
from qualitycounts.base.refusals import NotAllowed, NotNow, Refused, Stale, allows, written
from reporting import periods
from reporting.access import visible_reports
from reporting.masking import SMALL
from reporting.models import Evidence
from reporting.periods import Period, PeriodKind
from reporting.reports.drafting import fit
from reporting.sections.contents import read_figures
from reporting.sections.standards import Standards
from standards.models import StandardSet

TOO_FEW = f"Not said: fewer than {SMALL} on one side"
"""What stands for a share that is small one way or the other."""


@dataclass(frozen=True)
class Finding:
    """What is typed of one finding."""

    source: str
    period: str
    standard: int | None
    says: str
    title: str
    words: str
    number: str


@dataclass(frozen=True)
class Beside:
    """One standard: what the audits found, and what other sources say of it."""

    standard: int | None
    name: str
    audits: str
    reading: str
    said: list[Evidence]

    @property
    def agrees(self) -> str:
        """Whether the sources point the same way, in a word; nothing where there is one source or none."""
        ways = {finding.says for finding in self.said if finding.says != Evidence.Says.NEITHER}
        if not self.said:
            return ""
        return "Sources differ" if len(ways) > 1 else "Sources agree" if len(self.said) > 1 else "One other source"


def enter(*, finding: Finding, upload: UploadedFile[bytes] | None = None, by: User, at: datetime) -> Evidence:
    """Enter a finding against a quarter or a month. Refuses (`Refused`, 422) one without a title or words, that names a
    case, of a period that has not begun, or of a month where its source tells each quarter; a file as `people.files`
    refuses it."""
    with trail.acting(by=by, at=at) as act:
        access.check(by, Permission.GIVE_EVIDENCE)
        values = _values(finding, at)
        same = {**values, "entered_by": by, "entered_at__gt": at - AGAIN}
        there = same_row(Evidence.objects.all(), by=by, **same)
        if there is not None:
            return there
        stored = files.store(upload, by=by, at=at) if upload else None
        evidence = Evidence.objects.create(**values, file=stored, entered_at=at, entered_by=by)
        act.add("evidence.enter", evidence, content=values)
    return evidence


def change(
    *,
    evidence: Evidence,
    version: int,
    finding: Finding,
    upload: UploadedFile[bytes] | None = None,
    by: User,
    at: datetime,
) -> Evidence:
    """Change a finding. Refuses as `enter`; (`NotAllowed`, 403) anyone but who entered it and QA; (`Stale`, 409)."""
    with trail.acting(by=by, at=at) as act:
        evidence = _locked(evidence)
        check_change(evidence, by)
        if evidence.version != version:
            raise Stale("Someone else changed this since you opened it. Open it again, then change it.")
        values = _values(finding, at)
        if upload:
            evidence.file = files.store(upload, by=by, at=at)
        for name, value in values.items():
            setattr(evidence, name, value)
        evidence.version += 1
        evidence.save()
        act.add("evidence.change", evidence, content=values)
    return evidence


def withdraw(*, evidence: Evidence, why: str, by: User, at: datetime) -> Evidence:
    """Take a finding out, with why; reports that were made keep it. Refuses as `change`."""
    with trail.acting(by=by, at=at) as act:
        evidence = _locked(evidence)
        check_change(evidence, by)
        why = written(why, "why", "Say why it is taken out.")
        evidence.withdrawn = True
        evidence.save(update_fields=["withdrawn"])
        act.add("evidence.withdraw", evidence, why=why)
    return evidence


def check_change(evidence: Evidence, by: User) -> None:
    """Refuse whoever did not enter it (`NotAllowed`), but for QA; and one that was taken out (`NotNow`)."""
    access.check(by, Permission.GIVE_EVIDENCE)
    if by.pk != evidence.entered_by_id and not access.sees_all(by, Permission.GIVE_EVIDENCE):
        raise NotAllowed(f"{evidence.entered_by} entered this. Ask them, or the QA Officer, to change it.")
    if evidence.withdrawn:
        raise NotNow("This was taken out. Enter it again if it holds.")


def can_change(evidence: Evidence, by: User) -> bool:
    """Whether `check_change` would let it pass."""
    return allows(check_change, evidence, by)


def evidence_or_404(user: User, pk: int) -> Evidence:
    """One finding, if the person may open it: one's own, or any for QA and the Assistant Director; else 404."""
    evidence = _visible(user).filter(pk=pk).select_related("entered_by", "file").first()
    if evidence is None:
        raise Http404
    return evidence


def _visible(user: User) -> QuerySet[Evidence]:
    wide = access.sees_all(user, Permission.GIVE_EVIDENCE)
    return Evidence.objects.all() if wide else Evidence.objects.filter(entered_by=user)


def of_quarter(user: User, quarter: Period) -> list[Evidence]:
    """The findings of one quarter and of its months that the person may open: one query."""
    written = [str(quarter), *(str(month) for month in quarter.months)]
    return list(_visible(user).filter(period__in=written, withdrawn=False).select_related("entered_by", "file"))


def beside(user: User, quarter: Period, said: list[Evidence]) -> list[Beside]:
    """Each standard with what the newest report of the quarter that the person may read found, without small numbers
    for whoever does not write or answer reports, and what other sources say of it: two queries."""
    wide = access.sees_all(user, Permission.SEE_REPORTS)
    newest = (
        visible_reports(user)
        .filter(period=str(quarter), figures__has_key="story")
        .defer("pdf", "rows")
        .order_by("-number")
        .first()
    )
    out = []
    figures = read_figures(newest.figures) if newest else None
    standards = figures.of(Standards).standards if figures else []
    readings = figures.story.readings if figures else []
    for standard, reading in zip(standards, readings, strict=True):
        rows = [finding for finding in said if finding.standard == standard.number]
        audits = good_in_words(standard.good.counts[-1], standard.good.ofs[-1], wide=wide)
        out.append(Beside(standard.number, f"{standard.number} {standard.title}", audits, reading.short, rows))
    graded = {standard.number for standard in standards}
    for number, title in titles_on(quarter.last).items():
        if number not in graded:
            rows = [finding for finding in said if finding.standard == number]
            out.append(
                Beside(number, f"{number} {title}", "No report of the quarter yet" if not newest else "", "", rows)
            )
    out.sort(key=lambda line: line.standard or 0)
    shown = {line.standard for line in out}
    rest = [finding for finding in said if finding.standard not in shown]
    return [*out, Beside(None, "Not tied to one standard", "", "", rest)] if rest else out


def titles_on(day: date) -> dict[int, str]:
    """The standards in force on a day, by number; those of another set are other things, whatever their numbers."""
    in_force = StandardSet.objects.filter(in_force_from__lte=day).order_by("in_force_from").last()
    return dict(in_force.standards.values_list("number", "short_title")) if in_force else {}


def good_in_words(count: int, of: int, *, wide: bool) -> str:
    """How many were Good or better; without small numbers where the reader is not `wide`."""
    small = any(0 < number < SMALL for number in (count, of - count))
    if not of:
        return "None was graded"
    return TOO_FEW if small and not wide else f"{count} of {of} Good or better"


def quarters(on: date) -> list[Period]:
    """The quarters to choose from: this one and the five before, the newest first."""
    this = quarter_of(str(periods.month_of(on)))
    return [this.shifted(-step) for step in range(6)]


def quarter_of(written: str) -> Period:
    """The quarter that a quarter or a month lies in."""
    first = periods.parse(written).first
    return Period(Period(first, PeriodKind.MONTH).shifted(-((first.month - 1) % 3)).first, PeriodKind.QUARTER)


def months(on: date) -> list[Period]:
    """The months to choose from: this one and the five before, the newest first."""
    return list(reversed(periods.month_of(on).back(6)))


def _locked(evidence: Evidence) -> Evidence:
    return Evidence.objects.select_for_update(of=("self",)).select_related("entered_by").get(pk=evidence.pk)


def _values(finding: Finding, at: datetime) -> dict[str, Any]:
    period = periods.parse(finding.period)
    if period.kind not in (PeriodKind.QUARTER, PeriodKind.MONTH) or period.first > clock.day_of(at):
        raise Refused("Choose a quarter that has begun, or a month.", "period")
    if period.kind == PeriodKind.MONTH and finding.source not in Evidence.MONTHLY:
        monthly = " and ".join(source.label for source in Evidence.MONTHLY)
        raise Refused(f"{monthly} tell each month. Choose the quarter for this source.", "period")
    return {
        "source": finding.source,
        "period": str(period),
        "standard": finding.standard,
        "says": finding.says,
        "title": written(fit(finding.title, "title"), "title", "Give it a title, such as “Complaints about delay”."),
        "words": written(fit(finding.words, "words"), "words", "Write what was found, in a few sentences."),
        "number": fit(finding.number, "number"),
    }
