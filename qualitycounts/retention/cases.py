"""What extracts said of a closed case, and the frames of draws, which list the numbers of every child who was open."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from audits.draw import tickets
from audits.models import Audit, Case, CaseChange, Draw
from audits.record.retention_hold import CASE_YEARS, FRAME_YEARS
from people import trail
from people.models import TrailEntry
from qualitycounts.retention.audits import audits_due, batches
from qualitycounts.retention.held import frame_is_kept, kept_cases, kept_numbers
from qualitycounts.retention.words import REMOVED
from standards.models import FactKind
from standards.timescales import add_months

FACTS = [f"{kind}_on" for kind in FactKind]
SAID = (
    *("gender", "ethnicity", "disability"),
    *("worker_name", "worker_email", "worker_number", "worker_registration", "second_worker"),
)
"""What extracts say of a case in words."""
STAYS = ("team", "category", "state")
"""What stays of how a case changed: teams and categories are in figures."""


def spoken_of() -> QuerySet[Case]:
    """The cases of which something is still said."""
    known = Q(age__isnull=False) | ~Q(**dict.fromkeys(SAID, ""))
    return Case.objects.filter(known | Q(*((f"{column}__isnull", False) for column in FACTS), _connector=Q.OR))


def cases_due(on: date, *, after_audits: bool = False) -> QuerySet[Case]:
    """Cases closed so many years before the day of which something is still said; kept ones among them. Not while an
    audit of it still has its words; `after_audits`: as it will be once the audits that are due have none."""
    with_words = Audit.objects.filter(case=OuterRef("pk"), words_removed_on=None)
    if after_audits:
        with_words = with_words.exclude(pk__in=audits_due(on).filter(is_held=False).values("pk"))
    last = add_months(on, -12 * CASE_YEARS.value())
    return spoken_of().filter(~Exists(with_words), closed_on__lte=last).order_by("pk")


def remove_case_facts(keys: Collection[int], *, on: date, at: datetime) -> None:
    """Remove what extracts said of these cases, audited or not, where they are due and not kept. The number, category,
    team and days of opening and closing stay, since figures go by them."""
    last = add_months(on, -12 * CASE_YEARS.value())
    removed = 0
    with trail.acting(by=None, at=at) as act:
        for batch in batches(keys):
            due = cases_due(on).filter(pk__in=batch).exclude(pk__in=kept_cases())
            numbers = dict(due.values_list("pk", "person_id"))
            nothing = dict.fromkeys(FACTS) | dict.fromkeys(SAID, "")
            Case.objects.filter(pk__in=numbers).update(**nothing, age=None, fact_sources={})
            CaseChange.objects.filter(case__in=numbers).exclude(field__in=STAYS).update(was="", now="")
            entries = TrailEntry.objects.filter(kind="case", ref__in=list(numbers.values()))
            if emptied := trail.empty(entries):
                act.add_by_ref(
                    "case.words_removed", "case", f"until {last}", why=REMOVED, content={trail.EMPTIED: emptied}
                )
            removed += len(numbers)
        if removed:
            act.add_by_ref("case.facts_removed", "case", f"until {last}", why=REMOVED, content={"rows": removed})


def frames_due(on: date) -> tuple[list[int], list[int]]:
    """The draws of so many years before the day that still have their frame: those that are free, and those held since
    an audit of the draw has not ended or a kept case stands in the frame."""
    last = add_months(on, -12 * FRAME_YEARS.value())
    going_on = Audit.objects.filter(pick__draw=OuterRef("pk")).exclude(state__in=Audit.CONCLUDED)
    draws = Draw.objects.filter(on__lte=last, frame_removed_on=None).annotate(goes_on=Exists(going_on)).order_by("pk")
    numbers = set(kept_numbers())
    free: list[int] = []
    held: list[int] = []
    for draw in draws.iterator(chunk_size=20):
        (held if draw.goes_on or frame_is_kept(draw, numbers) else free).append(draw.pk)
    return free, held


def remove_frames(keys: Collection[int], *, on: date, at: datetime) -> None:
    """Remove the frames of these draws; hash, size, seed, counts and the cases that were chosen stay."""
    with trail.acting(by=None, at=at) as act:
        for draw in Draw.objects.filter(pk__in=keys, frame_removed_on=None).select_for_update().order_by("pk"):
            draw.strata = tickets.sizes(tickets.frame_cases(draw.frame))
            draw.frame, draw.frame_removed_on = "", on
            draw.save(update_fields=["strata", "frame", "frame_removed_on"])
            act.add("draw.frame_removed", draw, was=draw.state, now=draw.state, why=REMOVED)
