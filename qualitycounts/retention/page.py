"""What the pages of the retention schedule show: the classes with their periods, a list to sign, a certificate."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from audits.models import Audit, CaseKeeping, Disposal, Draw, Keeping
from qualitycounts.base.components import Cell, Table, TableRow, Value
from qualitycounts.base.templatetags import qc
from qualitycounts.retention.classes import RECORD_CLASSES
from qualitycounts.retention.disposals import MONTHLY, all_disposals, open_disposal

NAMED = 200
"""Records that the page of a list names at most; the rest is a count."""


@dataclass(frozen=True, slots=True)
class Named:
    """Records of one class by name, each with its page; `count`: how many there are."""

    title: str
    records: list[tuple[str, str]]
    count: int

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.count - len(self.records)


def schedule_table() -> Table:
    """Each record class: what goes, what stays, and for how long it is kept."""
    rows = [
        TableRow(
            [
                Cell(Value(each.title, strong=True)),
                Cell(each.goes, label="What goes"),
                Cell(each.stays, label="What stays"),
                Cell(Value(each.period.in_words, url=reverse("setting", args=[each.period.slug])), label="Kept for"),
            ]
        )
        for each in RECORD_CLASSES
    ]
    return Table("The schedule", ["Class", "What goes", "What stays", "Kept for"], rows)


def disposals_table() -> Table:
    """Every list and certificate, the latest first."""
    rows = []
    for disposal in all_disposals():
        signed = [f"Signed by {disposal.signed_by}, {qc.short_date(disposal.signed)}"] if disposal.signed else []
        counts = disposal.removed if disposal.done else {slug: each["free"] for slug, each in disposal.due.items()}
        url = reverse("disposal", args=[disposal.pk])
        rows.append(
            TableRow(
                [
                    Cell(Value(qc.short_date(disposal.listed), when=True), css="qc-col-when"),
                    Cell(Value("Certificate" if disposal.done else "List", [f"Up to {qc.day(disposal.on)}"], url=url)),
                    Cell(Value(disposal.state_in_words, signed), label="State"),
                    Cell(qc.thousands(sum(counts.values())), label="Records"),
                ]
            )
        )
    return Table("Lists and certificates", ["Made", "What", "State", "Records"], rows)


def classes_table(disposal: Disposal) -> Table:
    """What a list has of each class; after it is carried out, what went."""
    columns = ["Class", "On the list", "Held", *(["Removed"] if disposal.done else [])]
    rows = []
    for each in RECORD_CLASSES:
        due = disposal.due[each.slug]
        period = f"Kept for {each.period.words(str(disposal.periods[each.period.slug]))}"
        counts = [qc.thousands(due["free"]), qc.thousands(due["held"])]
        if disposal.done:
            counts.append(removed_in_words(disposal, each.slug))
        cells = [Cell(count, label=label) for count, label in zip(counts, columns[1:], strict=True)]
        rows.append(TableRow([Cell(Value(each.title, [each.goes, period], strong=True)), *cells]))
    return Table("What was removed" if disposal.done else "What is removed once it is signed", columns, rows)


def removed_in_words(disposal: Disposal, slug: str) -> str:
    """How many of a class went, and how many stayed since they were held or changed after the list was made."""
    removed = disposal.removed.get(slug, 0)
    stayed = disposal.due[slug]["free"] - removed
    return qc.thousands(removed) + (f", {qc.thousands(stayed)} stayed: held or changed since" if stayed else "")


def named_records(disposal: Disposal) -> list[Named]:
    """The audits and the draws of a list by reference; the numbers of children are on the register alone."""
    named = []
    for slug, model, page in (("audits", Audit, "audit"), ("frames", Draw, "draw")):
        keys = disposal.due[slug]["keys"]
        refs = model.objects.filter(pk__in=keys[:NAMED]).order_by("ref").values_list("ref", flat=True)
        if keys:
            title = "Audits" if slug == "audits" else "Draws"
            records = [(ref, reverse(page, args=[ref])) for ref in refs]
            named.append(Named(title, records, len(keys)))
    return named


def holds_table() -> Table:
    """What the Head of QA keeps beyond the schedule, and why."""
    audits = Keeping.objects.filter(ended_at=None).select_related("audit", "kept_by")
    cases = CaseKeeping.objects.filter(ended_at=None).select_related("case", "kept_by")
    held: list[tuple[Keeping | CaseKeeping, str, str]] = [
        *((each, each.audit.ref, reverse("audit-keep", args=[each.audit.ref])) for each in audits),
        *((each, f"Case {each.case}", reverse("register-case-hold", args=[each.case_id])) for each in cases),
    ]
    rows = [
        TableRow(
            [
                Cell(Value(qc.short_date(keeping.kept_at), when=True), css="qc-col-when"),
                Cell(Value(what, url=url)),
                Cell(Value(keeping.reason, [str(keeping.kept_by)]), label="Why"),
            ]
        )
        for keeping, what, url in sorted(held, key=lambda each: each[0].kept_at, reverse=True)
    ]
    return Table("Held for a complaint, an inquiry or a court case", ["Since", "What", "Why"], rows)


def page_context() -> dict[str, object]:
    """Everything on the page of the schedule."""
    return {
        "schedule": schedule_table(),
        "lists": disposals_table(),
        "holds": holds_table(),
        "waiting": open_disposal(),
        "monthly": MONTHLY.value() == "yes",
    }
