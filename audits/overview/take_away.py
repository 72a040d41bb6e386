"""The list of audits as a table to keep: a row an audit, with the grades that its page shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from audits.models import CASE_NUMBER, Audit, Judgement
from audits.take_away import A_CHUNK, log_export
from people.models import User
from qualitycounts.base.spreadsheets import Column
from standards.grades import Grade


def grade_word(audit: Audit, number: int) -> str:
    """The grade of one standard in words; "" before both have signed, and where it was set aside."""
    grades = {judgement.number: judgement.grade for judgement in vars(audit)["graded"]} if audit.final else {}
    return str(Grade(grades[number]).label) if grades.get(number) else ""


def grade_column(number: int) -> Column[Audit]:
    """The column of one standard."""
    return Column(f"Standard {number}", lambda audit: grade_word(audit, number))


def kind_drawn_for(audit: Audit) -> str:
    """The kind of activity that it was drawn for: core random audits and others are never to be added."""
    if audit.pick is not None:
        return str(audit.pick.draw.activity.get_kind_display())
    return "Re-audit" if audit.re_audit_of_id else "By hand"


AUDIT_COLUMNS: tuple[Column[Audit], ...] = (
    Column("Audit", lambda audit: audit.ref),
    Column("Month", lambda audit: audit.month),
    Column("Kind", kind_drawn_for),
    Column("Category", lambda audit: audit.get_category_display()),
    Column("Person number", lambda audit: audit.case.person_id),
    Column("Team", lambda audit: str(audit.team or "")),
    Column("Auditor", lambda audit: str(audit.auditor or "")),
    Column("Keyworker", lambda audit: str(audit.keyworker or "")),
    Column("State", lambda audit: audit.get_state_display()),
    Column("Meeting", lambda audit: audit.meets),
    Column("Met", lambda audit: audit.met_on),
    Column("Signed by both", lambda audit: audit.finalised_at),
    Column("Case as a whole", lambda audit: grade_word(audit, CASE_NUMBER)),
    Column("When it was finalised", lambda audit: audit.get_first_grade_display() if audit.final else ""),
    *(grade_column(number) for number in range(1, CASE_NUMBER)),
)
"""What the table holds. The headings stay: what others have built on them goes on working."""


def take_audits_away(taken: QuerySet[Audit], *, asked: str, by: User, at: datetime) -> Iterator[Audit]:
    """The audits of a list, to be sent as a file of `AUDIT_COLUMNS`; the trail keeps who took them, by which filter."""
    log_export(taken, of="audits", ref="list", what="audits", asked=asked, by=by, at=at)
    graded = Prefetch("judgements", Judgement.objects.only("audit", "number", "grade"), to_attr="graded")
    bulky = ("pick__draw__frame", "pick__draw__allocation", "pick__draw__coverage")
    rows = taken.select_related("case", "auditor", "keyworker", "team", "pick__draw__activity").defer(*bulky)
    return rows.prefetch_related(graded).iterator(chunk_size=A_CHUNK)
