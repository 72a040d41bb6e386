"""Removing an audit's words once the council's retention schedule says so, and leaving every figure as it was.

What is removed is what people wrote: notes, reasons, proposals, actions, what was seen, evidence files, and what the
trail keeps of them. What stays is that it happened: references, dates, grades, marks, who acted, and each hash, so that
reports still add up and the trail still verifies. An audit is due so many years after it ended; it is held while it has
not ended, something of it is still open, or the Head of QA keeps it (a complaint, an inquiry, a court case).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate

from audits.models import (
    Action,
    ActionFile,
    Audit,
    Ballot,
    Case,
    CaseNote,
    Conflict,
    Draw,
    Exemption,
    FamilyAnswer,
    FamilyLetter,
    Finding,
    Hold,
    Judgement,
    Keeping,
    LastingCheck,
    Mark,
    Note,
    OwnMark,
    PanelConflict,
    Pick,
    PlanDraft,
    Proposal,
    RedrawRequest,
    Reminder,
    ReplacedWords,
    Review,
    SelfCheck,
    Signature,
    Supervision,
    Viewing,
    WorkerSay,
)
from audits.record.retention_hold import YEARS
from escalation.models import Concern, Escalation, Step
from people import files, trail
from people.models import TrailEntry
from qualitycounts.base.clock import LONDON
from reporting.models import Quotation
from standards.models import FactKind
from standards.timescales import add_months

REMOVED = "Removed under the retention schedule."
"""What stands where words were."""
BY_DAY: Mapping[type[models.Model], tuple[str, tuple[str, ...]]] = {
    Exemption: ("ends_on", ("reason",)),
    Conflict: ("declared_at__date", ("reason",)),
    Finding: ("on", ("text", "strengths", "learning", "action")),
    Pick: ("draw__drawn_at__date", ("why",)),
    Draw: ("drawn_at__date", ("left_why",)),
    RedrawRequest: ("asked_at__date", ("why", "answer_why")),
    WorkerSay: ("month", ("words",)),
}
"""What hangs on no one audit and still may speak of a child or a worker: the day that counts, and the fields. A finding
of a case goes with its audit."""
ACTS_BY_DAY = (
    *("case.exempted", "activity.finding"),
    *("draw.replaced", "draw.left_unsent", "draw.redraw_asked", "draw.redraw_declined"),
)
"""What the trail keeps of these; a declared conflict stands with its audit."""
A_BATCH = 200
WORDS: Mapping[type[models.Model], tuple[str, tuple[str, ...]]] = {
    Audit: ("pk", ("finalised_why", "ended_why")),
    Judgement: ("audit", ("applies_why", "clash_why", "stands_why", "aside_why", "advice")),
    Proposal: ("judgement__audit", ("words",)),
    Mark: ("audit", ("seen", "asked_why")),
    Note: ("audit", ("text",)),
    Signature: ("audit", ("words",)),
    Action: (
        "audit",
        ("what", "measure", "outcome", "resources", "evidence", "returned_why", "ended_why"),
    ),
    LastingCheck: ("action__audit", ("words", "seen")),
    ReplacedWords: ("audit", ("text",)),
    PlanDraft: ("audit", ("what", "measure", "outcome", "resources")),
    CaseNote: ("audit", ("text",)),
    Supervision: ("audit", ("discussed",)),
    SelfCheck: ("audit", ("words",)),
    OwnMark: ("audit", ("seen", "note")),
    Reminder: ("audit", ("note",)),
    FamilyAnswer: ("ask__audit", ("words",)),
    FamilyLetter: ("ask__audit", ("done",)),
    Keeping: ("audit", ("reason",)),
    Review: (
        "audit",
        ("replaced_why", "missing", "reason", "unheard_why", "clash_why", "to_auditor", "to_worker", "message"),
    ),
    Ballot: ("review__audit", ("words", "vote_why")),
    PanelConflict: ("review__audit", ("reason",)),
    Escalation: ("audit", ("finished_why",)),
    Concern: ("escalation__audit", ("why", "spoken_with")),
    Step: ("escalation__audit", ("acted", "passed_why", "words")),
    Finding: ("audit", ("text",)),
    Quotation: ("note__audit", ("line",)),
}
"""Every text about a child or a person's work that hangs on an audit: the way to the audit, and the fields."""
REF = re.compile(r"QC-\d{4}-\d+")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many audits were due, how many of them are held, and from how many the words were removed now."""

    due: int
    held: int
    removed: int


def audits_due(on: date) -> QuerySet[Any]:
    """Audits that ended, or that should have long ago, so many years before the day, and still have their words.

    Annotated with `is_held`.
    """
    last = Coalesce(
        TruncDate("closed_at", tzinfo=LONDON), TruncDate("ended_at", tzinfo=LONDON), F("met_on"), F("month")
    )
    holds = Hold.objects.filter(audit=OuterRef("pk"), lifted=None)
    kept = Keeping.objects.filter(audit=OuterRef("pk"), ended_at=None)
    unfinished = Escalation.objects.filter(audit=OuterRef("pk"), state=Escalation.State.OPEN)
    is_held = ~Q(state__in=Audit.CONCLUDED) | Exists(holds) | Exists(kept) | Exists(unfinished)
    audits = Audit.objects.filter(words_removed_on=None).annotate(last=last, is_held=is_held)
    return audits.filter(last__lte=add_months(on, -12 * YEARS.value())).order_by("pk")


def apply(*, on: date, at: datetime, dry_run: bool = False) -> Outcome:
    """Remove the words of every audit that is due on the day and not held; run again, it removes nothing more.

    With `dry_run` it only counts. Each batch is one transaction, so an end in the middle leaves whole audits.
    """
    due = list(audits_due(on).values_list("pk", "is_held"))
    free = [pk for pk, is_held in due if not is_held]
    if not dry_run:
        for batch in batches(free):
            remove(batch, on=on, at=at)
        remove_by_day(on=on, at=at)
        remove_viewings(on=on, at=at)
        remove_case_facts(on=on, at=at)
    return Outcome(due=len(due), held=len(due) - len(free), removed=0 if dry_run else len(free))


def remove(audits: list[int], *, on: date, at: datetime) -> None:
    """Remove the words of these audits and what the trail keeps of them, and say so in the trail."""
    with trail.acting(by=None, at=at) as act:
        locked = list(Audit.objects.select_for_update().filter(pk__in=audits))
        for model, (way, fields) in WORDS.items():
            for field in fields:
                rows = model._default_manager.filter(**{f"{way}__in": audits}).exclude(**{field: ""})
                rows.update(**{field: REMOVED})
        for action_file in ActionFile.objects.filter(action__audit__in=audits).select_related("file"):
            files.expire(action_file.file, at=at)
        Review.objects.filter(audit__in=audits).update(draft={})
        Audit.objects.filter(pk__in=audits).update(words_removed_on=on)
        emptied = forget({audit.ref for audit in locked})
        for audit in locked:
            act.add("audit.words_removed", audit, why=REMOVED, content={trail.EMPTIED: emptied.get(audit.ref, [])})


def remove_by_day(*, on: date, at: datetime) -> None:
    """Remove what hangs on no one audit, so many years after its own day; that it happened stays."""
    last = add_months(on, -12 * YEARS.value())
    with trail.acting(by=None, at=at) as act:
        for model, (day, fields) in BY_DAY.items():
            old = model._default_manager.filter(**{f"{day}__lte": last})
            if model in WORDS:
                old = old.filter(**{WORDS[model][0]: None})
            counts = [old.exclude(**{f"{field}__in": ["", REMOVED]}).update(**{field: REMOVED}) for field in fields]
            if count := max(counts):
                kind = model._meta.model_name or ""
                act.add_by_ref(f"{kind}.words_removed", kind, f"until {last}", why=REMOVED, content={"rows": count})
        entries = TrailEntry.objects.filter(act__in=ACTS_BY_DAY, at__date__lte=last).exclude(content=None, why="")
        if emptied := trail.empty(entries):
            act.add_by_ref(
                "trail.words_removed", "trailentry", f"until {last}", why=REMOVED, content={trail.EMPTIED: emptied}
            )


def remove_viewings(*, on: date, at: datetime) -> None:
    """Remove why a director opened a case and what was learned, so many years after; that it happened stays."""
    last = add_months(on, -12 * YEARS.value())
    with trail.acting(by=None, at=at) as act:
        viewings = Viewing.objects.select_for_update().filter(read_on__lte=last).exclude(why=REMOVED)
        for viewing in viewings:
            viewing.why, viewing.learned, viewing.presented_by = REMOVED, REMOVED if viewing.learned else "", ""
            viewing.save(update_fields=["why", "learned", "presented_by"])
            emptied = trail.empty(TrailEntry.objects.filter(kind="viewing", ref=viewing.ref))
            act.add("viewing.words_removed", viewing, why=REMOVED, content={trail.EMPTIED: emptied})


def remove_case_facts(*, on: date, at: datetime) -> None:
    """Remove the dates that extracts gave of a case, so many years after it closed; not while an audit of it still has
    its words. Its number, category, team and days of opening and closing stay, as for the frames of draws."""
    last = add_months(on, -12 * YEARS.value())
    columns = [f"{kind}_on" for kind in FactKind]
    known = Q(*((f"{column}__isnull", False) for column in columns), _connector=Q.OR)
    spoken_of = Audit.objects.filter(case=OuterRef("pk"), words_removed_on=None)
    with trail.acting(by=None, at=at) as act:
        closed = Case.objects.filter(known, ~Exists(spoken_of), closed_on__lte=last)
        if count := closed.update(**dict.fromkeys(columns), fact_sources={}):
            act.add_by_ref("case.facts_removed", "case", f"until {last}", why=REMOVED, content={"rows": count})


def forget(refs: set[str]) -> dict[str, list[int]]:
    """Blank what the trail keeps of these audits and of all that hangs on them: each audit's entries, by number."""
    kept = TrailEntry.objects.exclude(content=None, why="").filter(ref__startswith="QC-")
    about: defaultdict[str, list[int]] = defaultdict(list)
    for pk, ref in kept.values_list("pk", "ref").iterator():
        if (matched := REF.match(ref)) and matched[0] in refs:
            about[matched[0]].append(pk)
    emptied: defaultdict[str, list[int]] = defaultdict(list)
    for ref, rows in about.items():
        for batch in batches(rows):
            emptied[ref] += trail.empty(TrailEntry.objects.filter(pk__in=batch))
    return emptied


def batches(rows: Iterable[int]) -> Iterator[list[int]]:
    """A few hundred at a time."""
    rest = iter(rows)
    while batch := list(islice(rest, A_BATCH)):
        yield batch
