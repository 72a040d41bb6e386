"""The list of audits as a table to keep: a row an audit, with the grades that its page shows.

Rows are plain values and no models: five thousand audits with their grades take about as long as the two queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import F, QuerySet

from audits.models import CASE_NUMBER, Activity, Audit, Judgement
from audits.take_away import A_CHUNK, log_export
from people.models import User
from qualitycounts.base.spreadsheets import Column
from standards import categories, standard_sets
from standards.grades import words_to_count

AuditValues = dict[str, Any]
"""One audit: the values that its row is made of, with its `grades` by number; none before both have signed."""
STATES = dict(Audit.State.choices)
KINDS = dict(Activity.Kind.choices)
FIELDS = (
    *("pk", "ref", "month", "category", "state", "meets", "met_on", "finalised_at", "first_grade", "re_audit_of"),
    *("person_id", "team_name", "auditor_name", "keyworker_name", "kind", "standards"),
)
NAMES = {
    "person_id": F("case__person_id"),
    "team_name": F("team__name"),
    "auditor_name": F("auditor__name"),
    "keyworker_name": F("keyworker__name"),
    "kind": F("pick__draw__activity__kind"),
    "standards": F("standard_set__title"),
}


def grade_word(audit: AuditValues, number: int) -> str:
    """The grade of one standard in words; "" before both have signed, and where it was set aside."""
    return words_to_count(audit["grades"].get(number, ""))


def grade_column(number: int) -> Column[AuditValues]:
    """The column of one standard."""
    return Column(f"Standard {number}", lambda audit: grade_word(audit, number))


def kind_drawn_for(audit: AuditValues) -> str:
    """The kind of activity that it was drawn for: core random audits and others are never to be added."""
    if audit["kind"]:
        return str(KINDS[audit["kind"]])
    return "Re-audit" if audit["re_audit_of"] else "By hand"


ABOUT: tuple[Column[AuditValues], ...] = (
    Column("Audit", lambda audit: audit["ref"]),
    Column("Month", lambda audit: audit["month"]),
    Column("Kind", kind_drawn_for),
    Column("Category", lambda audit: categories.name_of(audit["category"])),
    Column("Person number", lambda audit: audit["person_id"]),
    Column("Team", lambda audit: audit["team_name"] or ""),
    Column("Auditor", lambda audit: audit["auditor_name"] or ""),
    Column("Keyworker", lambda audit: audit["keyworker_name"] or ""),
    Column("State", lambda audit: str(STATES[audit["state"]])),
    Column("Meeting", lambda audit: audit["meets"]),
    Column("Met", lambda audit: audit["met_on"]),
    Column("Signed by both", lambda audit: audit["finalised_at"]),
    Column("Case as a whole", lambda audit: grade_word(audit, CASE_NUMBER)),
    Column("When it was finalised", lambda audit: words_to_count(audit["first_grade"]) if audit["grades"] else ""),
)


def audit_columns() -> tuple[Column[AuditValues], ...]:
    """What the table holds: a column for each number that a standard has in any set, and last which set it is of.

    The headings stay: what others have built on them goes on working.
    """
    standards = map(grade_column, standard_sets.all_numbers())
    return (*ABOUT, *standards, Column("Standards", lambda audit: audit["standards"]))


def take_audits_away(taken: QuerySet[Audit], *, asked: str, by: User, at: datetime) -> Iterator[AuditValues]:
    """The audits of a list, to be sent as a file of `audit_columns`; the trail keeps who took them, by which filter."""
    log_export(taken, of="audits", ref="list", what="audits", asked=asked, by=by, at=at)
    return with_grades(taken.annotate(**NAMES).values(*FIELDS).iterator(chunk_size=A_CHUNK))


def with_grades(audits: Iterator[AuditValues]) -> Iterator[AuditValues]:
    """The same with their grades: a query for each so many audits."""
    while chunk := list(islice(audits, A_CHUNK)):
        grades: defaultdict[int, dict[int, str]] = defaultdict(dict)
        final = [audit["pk"] for audit in chunk if audit["state"] in Audit.FINAL]
        for pk, number, grade in Judgement.objects.filter(audit__in=final).values_list("audit", "number", "grade"):
            grades[pk][number] = grade
        yield from (audit | {"grades": grades.get(audit["pk"], {})} for audit in chunk)
