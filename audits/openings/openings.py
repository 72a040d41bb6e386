"""The openings as people read them: who opened what, when, in which role, from where, and why where a reason is asked.

A reason is asked of the two directors alone, once a day and case (`audits.overview.spot_views`). It stands there and is
shown here, so that retention has one place to remove it from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import Q, QuerySet
from django.urls import reverse

from audits.models import Audit, Case, Opening, Viewing
from audits.take_away import A_CHUNK, log_export
from people import access, council_settings
from people.models import User
from people.roles import Permission, Role
from qualitycounts.base.clock import day_of
from qualitycounts.base.components import Cell, Table, TableRow, Value
from qualitycounts.base.refusals import NotAllowed
from qualitycounts.base.spreadsheets import Column
from qualitycounts.base.templatetags import qc

MONTHS = council_settings.Number(
    "openings_months",
    "Months for which it is kept who opened what",
    "Retention",
    "After that, who opened a case, an audit, an action or a report, when and from where, is removed; not of an audit "
    "or a case that is kept beyond the schedule. Quality Counts’ default; the strategy does not say.",
    default=24,
    least=6,
    most=240,
    unit="months",
)
DIRECTORS = frozenset({Role.ASSISTANT_DIRECTOR.value, Role.EXECUTIVE_DIRECTOR.value})
PAGES = {
    Opening.Kind.CASE: "register-case",
    Opening.Kind.AUDIT: "audit",
    Opening.Kind.ACTION: "action",
    Opening.Kind.ESCALATION: "escalation",
    Opening.Kind.REPORT: "report",
    Opening.Kind.DRAW: "draw",
    Opening.Kind.VIEWING: "viewing",
    Opening.Kind.NOTE: "theme-note",
    Opening.Kind.EVIDENCE: "evidence-one",
    Opening.Kind.IMPORT: "register-import-one",
    Opening.Kind.ACTIVITY: "programme-activity",
}
"""The page of each kind of record whose reference is its address."""


@dataclass(frozen=True, slots=True)
class Child:
    """Whose record an opening was of: the case's row, its number, and the service that has it now."""

    case: int
    number: str
    service: int | None


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """One opening, with the child's number and the reason, "" where there is none."""

    opening: Opening
    number: str
    why: str


def newest_first() -> QuerySet[Opening]:
    """Every opening with its people, the latest first."""
    return Opening.objects.select_related("by", "in_place_of")


def openings_of_audit(audit: Audit) -> QuerySet[Opening]:
    """The openings of an audit and of what hangs on it."""
    return newest_first().filter(audit_ref=audit.ref)


def of_case(key: int) -> Q:
    """The openings of a case and of its audits, as a condition."""
    return Q(case_key=key) | Q(audit_ref__in=Audit.objects.filter(case=key).values("ref"))


def check_read_openings(audit: Audit, *, by: User) -> None:
    """Refused (403) but to the Head of QA and to the worker who held the case when it was audited."""
    if not (access.may(by, Permission.SEE_OPENINGS) or audit.keyworker_id == by.pk):
        raise NotAllowed("The Head of QA and the worker who held the case see who opened an audit.")


def opened_children(openings: Iterable[tuple[str, int | None]]) -> dict[tuple[str, int | None], Child]:
    """Map each audit's reference and case's row to its child: two queries however many there are."""
    asked = set(openings)
    refs, keys = {ref for ref, _ in asked if ref}, {key for _, key in asked if key is not None}
    audits = Audit.objects.filter(ref__in=refs) if refs else Audit.objects.none()
    of_audits = audits.values_list("ref", "case", "case__person_id", "case__team__service")
    audited = {ref: Child(key, number, service) for ref, key, number, service in of_audits}
    cases = Case.objects.filter(pk__in=keys) if keys else Case.objects.none()
    of_cases = cases.values_list("pk", "person_id", "team__service")
    rows = {key: Child(key, number, service) for key, number, service in of_cases}
    matched = {each: audited.get(each[0]) or rows.get(each[1] or 0) for each in asked}
    return {each: child for each, child in matched.items() if child is not None}


def with_children(openings: Collection[Opening]) -> list[OpeningRow]:
    """The openings with their children's numbers and the directors' reasons: three queries at most."""
    children = opened_children((opening.audit_ref, opening.case_key) for opening in openings)
    reasons = reasons_of(openings, children)
    rows = []
    for opening in openings:
        child = children.get((opening.audit_ref, opening.case_key))
        why = reasons.get((opening.by_id, child.case, day_of(opening.at)), "") if child else ""
        rows.append(OpeningRow(opening, child.number if child and opening.case_key else "", why))
    return rows


def reasons_of(
    openings: Iterable[Opening], children: Mapping[tuple[str, int | None], Child]
) -> dict[tuple[object, ...], str]:
    """Why a director opened a case, by person, case and day."""
    theirs = [opening for opening in openings if not DIRECTORS.isdisjoint(opening.roles.split(","))]
    if not theirs:
        return {}
    viewings = Viewing.objects.filter(
        opened_by__in={opening.by_id for opening in theirs},
        case__in={child.case for child in children.values()},
        read_on__in={day_of(opening.at) for opening in theirs},
    )
    said = viewings.order_by("pk").values_list("opened_by", "case", "read_on", "why")
    return {(by, case, on): why for by, case, on, why in said}


def roles_in_words(opening: Opening) -> str:
    """The roles held then: "auditor, team manager"; staff alone where there was no other."""
    slugs = [slug for slug in opening.roles.split(",") if slug in set(Role)]
    named = [Role(slug).label for slug in slugs if slug != Role.STAFF or len(slugs) == 1]
    return ", ".join(named)


def what_in_words(row: OpeningRow) -> str:
    """What was opened: "Audit QC-2612-041", "Case 1234567", "List: escalations"."""
    opening = row.opening
    if opening.kind == Opening.Kind.LIST:
        return f"List: {page_in_words(opening)}"
    name = row.number or ("" if opening.kind == Opening.Kind.CASE else opening.ref)
    return f"{opening.get_kind_display()} {name}".strip()


def page_in_words(opening: Opening) -> str:
    """Which page it was, from the name of its address: "follow up"."""
    return opening.page.replace("-", " ")


def openings_table(openings: Collection[Opening], *, count: int, with_address: bool) -> Table:
    """The openings of one page as a table; `count`: how many there are."""
    caption = f"{qc.thousands(count)} opening{'' if count == 1 else 's'}, the latest first"
    return Table(caption, ["When", "Who", "What"], [table_row(row, with_address) for row in with_children(openings)])


def table_row(row: OpeningRow, with_address: bool) -> TableRow:
    """One opening: when, who in which role, and what."""
    opening = row.opening
    stood_in = f"standing in for {opening.in_place_of}" if opening.in_place_of else ""
    source = f"from {opening.address}" if with_address and opening.address else ""
    name = PAGES.get(Opening.Kind(opening.kind), "")
    url = reverse(name, args=[opening.ref]) if name and opening.ref and "/" not in opening.ref else ""
    own = opening.kind == Opening.Kind.LIST or opening.page == name
    page = "" if own else f"Page: {page_in_words(opening)}"
    more = [page, "Taken away as a file" if opening.as_file else "", f"“{row.why}”" if row.why else ""]
    return TableRow(
        [
            Cell(Value(qc.short_date(opening.at), qc.hour(opening.at), when=True), css="qc-col-when"),
            Cell(Value(opening.by, [roles_in_words(opening), stood_in, source])),
            Cell(Value(what_in_words(row), more, url=url)),
        ]
    )


COLUMNS: tuple[Column[OpeningRow], ...] = (
    Column("When", lambda row: row.opening.at),
    Column("Who", lambda row: str(row.opening.by)),
    Column("E-mail", lambda row: row.opening.by.email),
    Column("Roles", lambda row: roles_in_words(row.opening)),
    Column("Standing in for", lambda row: str(row.opening.in_place_of or "")),
    Column("Kind", lambda row: row.opening.get_kind_display()),
    Column("Record", lambda row: row.number or row.opening.ref),
    Column("Audit", lambda row: row.opening.audit_ref),
    Column("Page", lambda row: page_in_words(row.opening)),
    Column("Taken away as a file", lambda row: row.opening.as_file),
    Column("From address", lambda row: row.opening.address or ""),
    Column("Why", lambda row: row.why),
)
"""What the table holds. The headings stay: what others have built on them goes on working."""


def take_openings_away(taken: QuerySet[Opening], *, asked: str, by: User, at: datetime) -> Iterator[OpeningRow]:
    """The openings of a list, to be sent as a file of `COLUMNS`; the trail keeps who took them, by which filter."""
    log_export(taken, of="openings", ref="list", what="openings", asked=asked, by=by, at=at)
    rest = taken.iterator(chunk_size=A_CHUNK)
    return (row for chunk in iter(lambda: list(islice(rest, A_CHUNK)), []) for row in with_children(chunk))
