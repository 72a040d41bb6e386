"""What a month's report prints when practice is mutated: its words, read off the document that becomes the PDF.

Five core audits a month from April 2025 to October 2026; in the year before, four in five are Good.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta

import pytest
from django.utils.html import strip_tags

from audits.models import Activity, Audit, Draw, Judgement, Pick
from qualitycounts.base import clock
from reporting import periods
from reporting.models import Report
from reporting.reports import counting, document
from standards.grades import usual_path
from standards.models import Standard, StandardSet
from tests.factories import CaseFactory, Council

ON = date(2026, 11, 2)
OCTOBER = "2026-10"
GOOD, BAD = "good", "inadequate"
Graded = Callable[[date, int], str]
"""The case grade of the month's audit with this number, from 0."""


def four_in_five(_month: date, number: int) -> str:
    return GOOD if number else "requires_improvement"


def months() -> list[date]:
    return [date(2025 + (3 + n) // 12, (3 + n) % 12 + 1, 1) for n in range(19)]


def a_year_and_a_half(
    council: Council, graded: Graded = four_in_five, standard: Callable[[date, int, int], str] | None = None
) -> list[Audit]:
    """Five audits a month; `standard` gives the grade of a standard (month, audit, number), else that of the case."""
    case, used = CaseFactory.create(keyworker=council.keyworker), StandardSet.objects.get()
    standards = {each.number: each for each in Standard.objects.filter(standard_set=used)}
    places = [(month, number) for month in months() for number in range(5)]
    audits = Audit.objects.bulk_create(
        Audit(
            ref=f"QC-{month:%y%m}-{number:03}",
            month=month,
            number=number,
            case=case,
            category="CIN",
            standard_set=used,
            state="finalised",
            auditor=council.auditor,
            keyworker=council.keyworker,
            team=council.north,
            grade=graded(month, number),
            first_grade=graded(month, number),
            escalation_path=usual_path(graded(month, number)),
            met_on=month,
            finalised_at=clock.start_of(month) + timedelta(days=number, hours=10),
            finalised_by=council.keyworker,
        )
        for month, number in places
    )
    Judgement.objects.bulk_create(
        Judgement(
            audit=audit,
            number=which,
            standard=standards[which],
            state="agreed",
            grade=standard(month, number, which) if standard else audit.grade,
        )
        for audit, (month, number) in zip(audits, places, strict=True)
        for which in range(1, 8)
    )
    return audits


def words_printed(written: str = OCTOBER) -> str:
    """The words of the report as it is drawn, in one line."""
    period = periods.parse(written)
    report = Report(ref="REP-1", period=written, kind="monthly", number=1, made_at=clock.start_of(ON))
    page = document.render_document(report, counting.compose(period, at=clock.start_of(ON)))
    page = re.sub(r"<(style|svg|title)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(strip_tags(re.sub(r"<[^>]+>", " ", page)).split()).replace("&nbsp;", " ")


def drawn_for(audits: Iterable[Audit], kind: str) -> None:
    """The cases of these audits were drawn for an activity of this kind, because of complaints."""
    chosen = list(audits)
    activity = Activity.objects.create(kind=kind, month=date(2026, 10, 1), title="Neglect", origin="complaint")
    said = {"on": ON, "drawn_at": clock.start_of(ON), "seed": "ab" * 16, "size": 9, "frame_size": 9}
    draw = Draw.objects.create(activity=activity, ref=f"{kind.upper()}-2610", **said)
    for place, audit in enumerate(chosen, 1):
        case = CaseFactory.create(keyworker=audit.keyworker)
        audit.pick = Pick.objects.create(draw=draw, case=case, category="CIN", ticket=f"{place:064}", place=place)
        audit.save()


def test_all_inadequate_is_said_first_and_nothing_is_steady(council: Council) -> None:
    a_year_and_a_half(council, lambda month, n: BAD if month >= date(2026, 8, 1) else four_in_five(month, n))
    said = words_printed()
    first = said.index("5 of 5 files were below Good; 5 Inadequate.")
    assert first < 600, "it is the first sentence under the heading"
    assert "Fall shown 0 of 5, more than chance explains. 2025-26: 48 of 60, 80%." in said
    assert "steady" not in said.lower()


def test_a_standard_that_falls_to_none_is_named_with_what_it_was(council: Council) -> None:
    def standard(month: date, number: int, which: int) -> str:
        return BAD if which == 3 and month >= date(2026, 7, 1) else four_in_five(month, number)

    a_year_and_a_half(council, standard=standard)
    said = words_printed("2026-27Q2")
    assert "Standard 3, Child’s plan, has changed: it fell to 0% (0 of 15)" in said
    assert "steady" not in said.lower()


def test_themed_audits_among_the_random_move_no_headline(council: Council) -> None:
    audits = a_year_and_a_half(council, lambda month, n: BAD if month == date(2026, 10, 1) and n > 2 else GOOD)
    assert "2 of 5 files were below Good; 2 Inadequate." in words_printed()
    drawn_for((audit for audit in audits if audit.grade == BAD), "themed")
    said = words_printed()
    assert "None of 3 files was below Good." in said
    assert "3 drawn by chance, which the headline counts, and 2 of other kinds" in said
    assert "Neglect" in said
    assert "2 Inadequate" in said, "they stand beside it, with why they were chosen"
    assert "2 of 5 files" not in said


def test_a_new_set_in_mid_year_breaks_the_series_and_says_so(council: Council) -> None:
    audits = a_year_and_a_half(council)
    old = StandardSet.objects.get()
    new = StandardSet.objects.create(
        slug="v8",
        title="Audit Standards, version 8",
        published_on=ON,
        in_force_from=date(2026, 7, 1),
        file_hash="0" * 64,
    )
    standards = {
        each.number: Standard.objects.create(
            standard_set=new, number=each.number, title=each.title, short_title=f"New {each.number}"
        )
        for each in Standard.objects.filter(standard_set=old)
    }
    later = [audit.pk for audit in audits if audit.month >= date(2026, 7, 1)]
    Audit.objects.filter(pk__in=later).update(standard_set=new)
    for number, each in standards.items():
        Judgement.objects.filter(audit__in=later, number=number).update(standard=each)
    words = words_printed()
    assert (
        "What Good Looks Like, version 7.1, April 2025 to June 2026; Audit Standards, version 8, July 2026 to October "
        "2026. Standards of different sets are different things, whatever their numbers: their figures are neither "
        "added nor compared, and each row begins anew." in words
    )
    assert "1 New 1 4 of 5 16 of 20, 80% 56% to 94% – – ○ Too early to say" in words, (
        "a row of the new set has no year before it"
    )
    assert "Nothing has changed" not in words


@pytest.mark.parametrize(
    ("lowest", "says"),
    [
        ({2, 6}, "Assessment and analysis and Impact, outcomes, permanency are the lowest of the seven:"),
        ({1, 2, 3, 4, 5, 6, 7}, "All seven standards stand level:"),
        ({5}, "Partnership and participation is the lowest of the seven:"),
    ],
)
def test_a_tie_is_said_as_one(council: Council, lowest: set[int], says: str) -> None:
    def standard(month: date, number: int, which: int) -> str:
        return BAD if which in lowest and month == date(2026, 10, 1) and number < 3 else GOOD

    a_year_and_a_half(council, lambda *_: GOOD, standard)
    assert says in words_printed()
