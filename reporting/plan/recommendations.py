"""What a draft recommends: numbered, each with its kind, why, and the standard whose figure it is meant to move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from people import trail
from people.models import User
from qualitycounts.base.refusals import NotNow, Refused, Stale
from reporting.models import OPEN, Recommendation, Report
from reporting.reports.drafting import fit, locked

MOST = 12
"""Recommendations of one report: a longer list is nobody's."""


@dataclass(frozen=True)
class Wording:
    """What is typed of one recommendation."""

    kind: str
    words: str
    because: str
    standard: int | None


def recommend(*, report: Report, wording: Wording, by: User, at: datetime) -> Recommendation:
    """Add the next recommendation to a draft (strategy 7: learning needs, training, policies and practice).

    Refuses (`NotNow`, 409) once it is made; (`Refused`, 422) one without words, that names a case, or one too many.
    """
    with trail.acting(by=by, at=at) as act:
        report = _open(report)
        numbers = list(report.recommended.values_list("number", flat=True))
        if len(numbers) >= MOST:
            raise Refused(f"There are {MOST} recommendations already. Put two into one, or take one out.", "words")
        recommendation = Recommendation(report=report, number=max(numbers, default=0) + 1)
        _word(recommendation, wording)
        recommendation.save(force_insert=True)
        _written(report, by, at)
        act.add("report.recommend", recommendation, content=_content(recommendation))
    return recommendation


def reword(*, report: Report, number: int, version: int, wording: Wording, by: User, at: datetime) -> Recommendation:
    """Change a recommendation of a draft. Refuses as `recommend`; (`Stale`, 409) when someone changed it in between."""
    with trail.acting(by=by, at=at) as act:
        recommendation = _locked_by_number(_open(report), number)
        if recommendation.version != version:
            raise Stale("Someone else changed this recommendation since you opened it. Open it again, then change it.")
        _word(recommendation, wording)
        recommendation.version += 1
        recommendation.save()
        _written(report, by, at)
        act.add("report.reword", recommendation, content=_content(recommendation))
    return recommendation


def take_out(*, report: Report, number: int, by: User, at: datetime) -> None:
    """Take a recommendation out of a draft; those after it move up. Refuses (`NotNow`, 409) once it is made."""
    with trail.acting(by=by, at=at) as act:
        report = _open(report)
        recommendation = _locked_by_number(report, number)
        act.add("report.take_out", recommendation, content={"words": recommendation.words})
        recommendation.delete()
        for later in report.recommended.filter(number__gt=number).order_by("number"):
            later.number -= 1
            later.save(update_fields=["number"])
        _written(report, by, at)


def _open(report: Report) -> Report:
    """The report, locked, while its words may change."""
    report = locked(report)
    if report.state not in OPEN:
        raise NotNow("This report was made, so its recommendations are fixed. Start a correction to change them.")
    return report


def _locked_by_number(report: Report, number: int) -> Recommendation:
    recommendation = report.recommended.select_for_update().filter(number=number).first()
    if recommendation is None:
        raise NotNow("This recommendation was taken out. Open the page again to see what is left.")
    recommendation.report = report
    return recommendation


def _word(recommendation: Recommendation, wording: Wording) -> None:
    recommendation.kind, recommendation.standard = wording.kind, wording.standard
    recommendation.words, recommendation.because = fit(wording.words, "words"), fit(wording.because, "because")
    if not recommendation.words:
        raise Refused("Write what is recommended.", "words")


def _written(report: Report, by: User, at: datetime) -> None:
    """Whoever recommends has written in the report: someone else reads it before it goes out."""
    Report.objects.filter(pk=report.pk).update(written_at=at, written_by=by)


def _content(recommendation: Recommendation) -> dict[str, str]:
    """What the trail keeps of its wording."""
    return {"kind": recommendation.kind, "words": recommendation.words, "because": recommendation.because}
