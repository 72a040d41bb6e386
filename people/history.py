"""The trail as people read it: what was done, by whom, to what, and why; the latest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import Truncator

from people import access
from people.models import TrailEntry, User
from people.roles import Permission
from people.trail import SINGLE_SAVES
from qualitycounts.base.components import Cell, Table, TableRow, Value
from qualitycounts.base.templatetags import qc

ACCOUNTS = ("user",)
"""The kind of record that an administrator keeps, and so the part of the trail that one may read."""

PAGES = {
    "audit": "audit",
    "judgement": "audit",
    "action": "action",
    "draw": "draw",
    "escalation": "escalation",
    "step": "escalation",
    "pattern": "pattern",
    "report": "report",
    "user": "person",
    "setdraft": "standards-draft",
}
"""The page of each kind of record, by its route's name. The reference of a part is its record's, a stroke, its own."""

LONGEST_WHY = 300
"""Characters of a reason that the list shows."""

KINDS = {"judgement": "Grade", "user": "Person", "trailentry": "History", "setdraft": "Draft of the standards"}
"""What a kind of record is called where its own name would not be understood."""


def visible_entries(user: User) -> QuerySet[TrailEntry]:
    """Everything but single marks and notes for the QA Team; for an administrator sign-ins and role changes alone."""
    entries = TrailEntry.objects.exclude(act__in=SINGLE_SAVES).select_related("by", "in_place_of").order_by("-seq")
    return entries if access.sees_all(user, Permission.READ_TRAIL) else entries.filter(kind__in=ACCOUNTS)


def history_table(page: Iterable[TrailEntry], *, count: int) -> Table:
    """The entries of one page as a table; `count`: how many there are. People are named: one question for all."""
    entries = list(page)
    pks = {int(entry.ref) for entry in entries if entry.kind == "user" and entry.ref.isdigit()}
    names = {str(user.pk): user.name for user in User.objects.filter(pk__in=pks)} if pks else {}
    caption = f"{qc.thousands(count)} {'entry' if count == 1 else 'entries'}, the latest first"
    return Table(caption, ["When", "What", "Who", "About"], [entry_row(entry, names) for entry in entries])


def entry_row(entry: TrailEntry, names: Mapping[str, str]) -> TableRow:
    """One entry: when, what was done and why, who did it, and the record it is about with its page."""
    moment = f"{qc.hour(entry.at)}, entry {entry.seq}"
    stood_in = f"standing in for {entry.in_place_of}" if entry.in_place_of else ""
    about = names.get(entry.ref, entry.ref) if entry.kind == "user" else entry.ref
    kind = KINDS.get(entry.kind, entry.kind.capitalize())
    url = reverse(PAGES[entry.kind], args=[entry.ref.partition("/")[0]]) if entry.kind in PAGES else ""
    return TableRow(
        [
            Cell(Value(qc.short_date(entry.at), moment, when=True), css="qc-col-when"),
            Cell(Value(qc.act_words(entry.act), [change_in_words(entry), why_in_words(entry)], strong=True)),
            Cell(Value(entry.by or "The system", stood_in)),
            Cell(Value(about, kind, url=url)),
        ],
        id=f"entry-{entry.seq}",
    )


def change_in_words(entry: TrailEntry) -> str:
    """From what to what an entry changed its record; "" where it changed no state."""
    if entry.was == entry.now:
        return ""
    was = f"{qc.grade_word(entry.was)} to " if entry.was else ""
    return f"{was}{qc.grade_word(entry.now)}"


def why_in_words(entry: TrailEntry) -> str:
    """The reason in quotation marks, shortened; "" where none was given."""
    return f"“{Truncator(entry.why).chars(LONGEST_WHY)}”" if entry.why else ""
