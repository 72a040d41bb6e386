"""The page of one extract: its numbers, what to know before it is applied, its lines, and how it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from audits.allocation import give_back
from audits.models import Audit, Import
from audits.register import take_back
from audits.register.changes import ChangeLine, ImportPreview
from people.administrators import administrators
from people.models import User
from people.welcome import WelcomeOffer, welcome_offer
from qualitycounts.base.components import Cell, KeyFigure, Link, Note, Table, TableRow, Value
from qualitycounts.base.templatetags import qc


@dataclass(frozen=True, slots=True)
class Settled:
    """How an extract stands that cannot be applied, or not any more: its title, what is said of it, where to go."""

    title: str
    lines: list[Value]
    links: list[Link]


@dataclass(frozen=True, slots=True)
class ImportPage:
    """All that the page shows beside its lines. `settled` is None while the extract can be applied."""

    figures: list[KeyFigure]
    notes: list[Note]
    settled: Settled | None
    welcome: WelcomeOffer | None
    ask: str
    without_worker: Note | None
    offers: list[Value]
    file: Value


def import_page(looked_at: Import, preview: ImportPreview, *, user: User, on: date) -> ImportPage:
    """The page of an extract on a day, for one person."""
    of_staff = looked_at.kind == Import.Kind.STAFF
    return ImportPage(
        figures=key_figures(looked_at, preview),
        notes=list(import_notes(looked_at, preview, on=on)),
        settled=settled(looked_at, preview, user=user) if preview.why_not else None,
        welcome=welcome_offer(preview.counts.get("added", 0)) if of_staff else None,
        ask=ask_for_number(preview),
        without_worker=without_worker(preview.without_worker, of_staff=of_staff),
        offers=[offer(audit) for audit in give_back.offered_to(user, on=on)] if looked_at.applied else [],
        file=Value(looked_at.file_name, [read_in_words(looked_at), f"sha256 {looked_at.file_hash}"]),
    )


def key_figures(looked_at: Import, preview: ImportPreview) -> list[KeyFigure]:
    """The counts, each under its name."""
    counts = preview.counts
    gone = "left" if looked_at.kind == Import.Kind.STAFF else "closed"
    not_used, refreshed = counts.get("not_used", 0), counts.get("refreshed", 0)
    return [
        KeyFigure("Rows", counts["rows"], f"{not_used:,} not used" if not_used else ""),
        KeyFigure("New", counts["added"]),
        KeyFigure("Changed", counts["changed"]),
        KeyFigure(gone.capitalize(), counts[gone]),
        KeyFigure("Unchanged", counts["unchanged"], f"{refreshed:,} with newer dates or details" if refreshed else ""),
    ]


def plural(number: int, single: str, several: str) -> str:
    """A number with the word for one or for more."""
    return f"{number:,} {single if number == 1 else several}"


def audit_links(audits: Iterable[Audit]) -> list[Link]:
    """The pages of some audits."""
    return [Link(audit.ref, reverse("audit", args=[audit.ref])) for audit in audits]


def import_notes(looked_at: Import, preview: ImportPreview, *, on: date) -> Iterator[Note]:
    """What to know: roles that wait, drawn cases that close or move, what it covers, what was built on it."""
    applied = bool(looked_at.applied)
    if preview.covers:
        outside = preview.closing.outside if preview.closing else 0
        others = f": {plural(outside, 'open case', 'open cases')}" if outside else ""
        yield Note(f"It covers {preview.covers} alone.", f"The rest stays as it is{others}.")
    if waiting := preview.counts.get("waiting", 0):
        yield roles_that_wait(waiting, applied=applied, on=on)
    if audits := preview.to_replace:
        them, cases = "it" if len(audits) == 1 else "them", plural(len(audits), "drawn case", "drawn cases")
        yield Note(
            f"It {'closed' if applied else 'closes'} {cases} before the meeting.",
            f"Please replace {them}{'' if applied else ' once it is applied'}:",
            audit_links(audits),
            f"Nobody is asked to book {them} any more.",
        )
    if audits := preview.moved:
        cases = plural(len(audits), "drawn case", "drawn cases")
        moved = f"It {'moved' if applied else 'moves'} {cases} to another worker or team."
        yield Note(moved, "Their audits follow, and both chairs are told:", audit_links(audits))
    if looked_at.built_on:
        items = [Value(each["what"], each["why"], url=each["url"]) for each in looked_at.built_on]
        yield Note("Built on it, and stays.", "Please settle each on its own page:", items=items)


def roles_that_wait(waiting: int, *, applied: bool, on: date) -> Note:
    """That a staff list brings roles that it does not give, and who gives them."""
    lead = plural(waiting, "role by job title waits", "roles by job title wait")
    who = ", ".join(str(person) for person in administrators(on=on))
    when = f"{'They have been told' if applied else 'They are told once it is applied'}: {who}."
    nobody = "Nobody is a system administrator yet. Ask whoever runs the server for manage.py make_administrator."
    return Note(
        f"{lead} for a system administrator.",
        f"A list gives no role above auditor, and none to whoever brings it in. {when if who else nobody}",
    )


def settled(looked_at: Import, preview: ImportPreview, *, user: User) -> Settled:
    """What is said of an extract that cannot be applied, or not any more."""
    lines = []
    if looked_at.closing_why:
        lines.append(Value(f"With the number {looked_at.closing:,}, because: {looked_at.closing_why}"))
    if looked_at.taken_back:
        why = f": {looked_at.taken_back_why}" if looked_at.taken_back_why else ""
        who = looked_at.taken_back_by or "a command"
        lines.append(Value(f"Taken back {qc.at(looked_at.taken_back)} by {who}{why}", tone="no"))
    once = "What it changed is counted above. An extract is applied once."
    lines.append(Value(once if looked_at.applied else preview.why_not))
    links = [Link("Import an extract", reverse("register-import"))]
    if take_back.can_take_import_back(looked_at, by=user):
        links.append(Link("Take this import back", reverse("register-import-take-back", args=[looked_at.pk])))
    title = f"Applied {qc.at(looked_at.applied)}" if looked_at.applied else "Not to be applied"
    return Settled(title, lines, links)


def ask_for_number(preview: ImportPreview) -> str:
    """The sentence that asks for the number of those that close; "" where nothing is asked."""
    closing = preview.closing
    if closing is None or not closing.asks:
        return ""
    meant = f"If all of them are meant, type {closing.number:,}. If not, export the whole list again, without a filter."
    return f"{closing.sentence} {meant}"


def without_worker(number: int, *, of_staff: bool) -> Note | None:
    """How many cases name a worker, or people a line manager, whom nobody is for certain; None where all are found."""
    if not number:
        return None
    if of_staff:
        who = plural(number, "person has a line manager who is", "people have line managers who are")
        return Note("Line managers not found", f"{who} given by a name that is nobody’s for certain.")
    who = plural(number, "case names a worker who is", "cases name workers who are")
    return Note("Workers not found", f"{who} nobody on the staff list for certain.")


def offer(audit: Audit) -> Value:
    """An audit that an import took from its auditor, who could audit it again."""
    now = f"{audit.auditor} has it now" if audit.auditor else "Nobody has it now"
    return Value(f"{audit.ref}, {audit.taken_from}", now, url=reverse("audit-give", args=[audit.ref]))


def read_in_words(looked_at: Import) -> str:
    """Who looked at a file, when, and by which mapping it was read."""
    by_mapping = f", read by the mapping “{looked_at.mapping_name}”" if looked_at.mapping_name else ""
    return f"Looked at {qc.at(looked_at.read_at)} by {looked_at.read_by or 'a command'}{by_mapping}"


def lines_table(preview: ImportPreview, lines: Sequence[ChangeLine], *, of_staff: bool) -> Table:
    """A page of the lines of one group as a table: where, who and what."""
    place = "Cells" if preview.of_cells else "Row"
    who = "Column" if preview.of_cells else "Person" if of_staff else "Case"
    columns = [place, who, "Why" if preview.of_cells else "What"]
    rows = [[Cell(each.who), Cell(Value(each.what, each.more))] for each in lines]
    if preview.group == "changes":
        return Table(preview.title, columns[1:], [TableRow(row) for row in rows], look="qc-table--lines")
    numbered = [
        TableRow([Cell("–" if each.row is None else str(each.row), place), *row])
        for each, row in zip(lines, rows, strict=True)
    ]
    return Table(preview.title, columns, numbered, look="qc-table--lines")
