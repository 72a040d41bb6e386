"""The whole chain of a council year as tables for an inspection: how cases were chosen, and each audit from its draw to
the re-audit. No child, worker or case number is in them: an audit stands by its reference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from audits.models import Action, Audit, Draw, Panel, Review
from qualitycounts.base import spreadsheets
from qualitycounts.base.spreadsheets import Column
from reporting.models import Recommendation
from reporting.periods import Period, all_within
from standards.grades import words_to_count
from standards.models import StandardSet

SETS: tuple[Column[StandardSet], ...] = (
    Column("Set", lambda each: each.slug),
    Column("Title", lambda each: each.title),
    Column("Published", lambda each: each.published_on),
    Column("In force from", lambda each: each.in_force_from),
    Column("sha256 of its file", lambda each: each.file_hash),
)
DRAWS: tuple[Column[Draw], ...] = (
    Column("Draw", lambda draw: draw.ref),
    Column("Kind", lambda draw: draw.activity.get_kind_display()),
    Column("Why these cases", lambda draw: draw.activity.get_origin_display()),
    Column("Title", lambda draw: draw.activity.title),
    Column("Drawn", lambda draw: draw.on),
    Column("State", lambda draw: draw.get_state_display()),
    Column("Sent", lambda draw: draw.sent),
    Column("Cases to draw from", lambda draw: draw.frame_size),
    Column("Drawn cases", lambda draw: draw.size),
    Column("sha256 of the frame", lambda draw: draw.frame_hash),
    Column("Seed", lambda draw: draw.seed),
)
PANELS: tuple[Column[Panel], ...] = (
    Column("Panel", lambda panel: panel.ref),
    Column("Audits of", lambda panel: panel.month),
    Column("Met", lambda panel: panel.meets_on),
    Column("State", lambda panel: panel.get_state_display()),
    Column("Looked at", lambda panel: len(reviews_of(panel))),
    Column("Decided", lambda panel: sum(each.decided_at is not None for each in reviews_of(panel))),
    Column("Regraded", lambda panel: sum(each.outcome == Review.Outcome.REGRADED for each in reviews_of(panel))),
    Column("sha256 of the frame", lambda panel: panel.frame_hash),
)
CHAIN: tuple[Column[Audit], ...] = (
    Column("Audit", lambda audit: audit.ref),
    Column("Month", lambda audit: audit.month),
    Column("Draw", lambda audit: audit.pick.draw.ref if audit.pick else ""),
    Column("Category", lambda audit: audit.get_category_display()),
    Column("Team", lambda audit: str(audit.team or "")),
    Column("State", lambda audit: audit.get_state_display()),
    Column("Met", lambda audit: audit.met_on),
    Column("Signed by both", lambda audit: audit.finalised_at),
    Column("Grade when signed", lambda audit: words_to_count(audit.first_grade)),
    Column("Grade now", lambda audit: words_to_count(audit.grade)),
    Column("Panel", lambda audit: ", ".join(each.get_outcome_display() for each in reviews_of(audit) if each.outcome)),
    Column("Actions", lambda audit: len(actions_of(audit))),
    Column("Of these, done", lambda audit: sum(action.done_on is not None for action in actions_of(audit))),
    Column("Of these, checked", lambda audit: sum(action.verified_at is not None for action in actions_of(audit))),
    Column("On the case file", lambda audit: audit.on_file_on),
    Column("Escalations", lambda audit: len(audit.escalations.all())),
    Column("Re-audit", lambda audit: ", ".join(each.ref for each in audit.re_audits.all())),
    Column("Grade at re-audit", lambda audit: ", ".join(words_to_count(each.grade) for each in audit.re_audits.all())),
)
RECOMMENDED: tuple[Column[Recommendation], ...] = (
    Column("Report", lambda each: each.report.ref),
    Column("Number", lambda each: each.number),
    Column("Kind", lambda each: each.get_kind_display()),
    Column("Recommendation", lambda each: each.words),
    Column("Because", lambda each: each.because),
    Column("Answer", lambda each: each.get_answer_display()),
    Column("What will be done, or why not", lambda each: each.what),
    Column("By", lambda each: each.by_on),
)


@dataclass(frozen=True)
class ChainTable:
    """One table of the chain: its file's name, and what it is."""

    name: str
    title: str
    data: bytes


def reviews_of(record: Panel | Audit) -> list[Review]:
    """What panels looked at, but for what was replaced in the sample."""
    return [each for each in record.reviews.all() if each.state != Review.State.REPLACED]


def actions_of(audit: Audit) -> list[Action]:
    """The actions of an audit that stand."""
    return [each for each in audit.actions.all() if each.state != Action.State.CANCELLED]


def tables_of_how(year: Period, *, whole: bool) -> Iterator[ChainTable]:
    """How it is known: the standards, and, for those who may see every audit (`whole`), the draws, the panels and the
    chain of each audit of the year."""
    yield _table("standards", "The standards that audits are held to", SETS, StandardSet.objects.all())
    if not whole:
        return
    months = {"month__gte": year.first, "month__lte": year.last}
    of_activity = {f"activity__{name}": day for name, day in months.items()}
    draws = Draw.objects.filter(**of_activity).select_related("activity").defer("frame", "allocation", "coverage")
    yield _table("draws", "Every draw, so that it can be drawn again", DRAWS, draws.order_by("on", "pk"))
    panels = Panel.objects.filter(**months).prefetch_related("reviews").defer("frame").order_by("month")
    yield _table("panels", "What the validation panel looked at", PANELS, panels)
    re_audits = Prefetch("re_audits", Audit.objects.order_by("pk"))
    audits = (
        Audit.objects.filter(**months)
        .select_related("team", "pick__draw")
        .defer("pick__draw__frame", "pick__draw__allocation", "pick__draw__coverage")
        .prefetch_related("reviews", "actions", "escalations", re_audits)
    )
    yield _table("chain", "Each audit, from its draw to the re-audit", CHAIN, audits.order_by("month", "number", "pk"))


def recommended_in(year: Period) -> ChainTable:
    """What the reports of the year that are out recommend, with what was answered."""
    periods = [str(period) for period in all_within(year)]
    out = Recommendation.objects.filter(report__issued_at__isnull=False, report__period__in=periods)
    rows = out.exclude(report__state="superseded").select_related("report").order_by("report__period", "number")
    return _table("recommendations", "What was recommended, and the answer", RECOMMENDED, rows)


def _table(name: str, title: str, columns: tuple[Column[Any], ...], rows: Any) -> ChainTable:
    return ChainTable(name, title, as_csv_file(columns, rows))


def as_csv_file(columns: tuple[Column[Any], ...], rows: Any) -> bytes:
    """Rows as the bytes of a CSV."""
    cells = ([column.value(row) for column in columns] for row in rows)
    return b"".join(spreadsheets.as_csv([column.title for column in columns], cells))
