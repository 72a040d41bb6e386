"""The register is filled from the monthly extracts: looked at first, applied second, each exactly once.

Strategy, App. 2, before the meeting: cases are chosen at random from it, a month ahead of the audits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.http import Http404

from audits import case_rows, cases, extract, following
from audits.access import visible_audits, visible_cases
from audits.independence import GONE
from audits.models import Audit, Case, CaseChange, Exemption, Import
from people import staff, staff_rows, trail
from people.models import User
from people.tables import Column
from qualitycounts.refusals import NotNow, Refused, Stale

Kind, State = Import.Kind, Import.State
A_CHUNK = 2_000
"""Cases read at a time for a file."""
KEPT = timedelta(days=1)
"""How long a file that was looked at waits to be applied: it holds children's details."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as it was understood: how many rows, the numbers of those used, and what they would change."""

    rows: int
    used: frozenset[int]
    dropped: list[str]
    plan: cases.Plan | staff.Plan

    @property
    def counts(self) -> dict[str, int]:
        """How many rows there are, how many of them were not used, and how many of each change."""
        plan = self.plan
        counts = {"rows": self.rows, "not_used": self.rows - len(self.used)}
        counts |= {"added": len(plan.added), "changed": len(plan.changed)}
        if isinstance(plan, staff.Plan):
            return counts | {"left": len(plan.left), "unchanged": plan.unchanged}
        return counts | {"closed": len(plan.closed), "unchanged": plan.unchanged, "refreshed": len(plan.refreshed)}

    @property
    def changes_nothing(self) -> bool:
        """Whether the register is already as the file has it."""
        return not any(self.counts.get(key) for key in ("added", "changed", "left", "closed", "refreshed"))

    @property
    def problems(self) -> list[dict[str, Any]]:
        """Every odd cell: its row as a spreadsheet numbers it, its column, and why."""
        return [problem._asdict() for problem in self.plan.problems]


def read(*, kind: str, data: bytes, name: str, as_at: date) -> Reading:
    """Read a file and work out what it would change; nothing is changed and nothing is kept.

    Refuses a file that is not the table it should be: `TooLarge` (413) or `Refused` (422), with the sentence.
    """
    columns = staff_rows.COLUMNS if kind == Kind.STAFF else case_rows.COLUMNS
    table = extract.read(data, name, columns)
    if kind == Kind.STAFF:
        people = staff_rows.clean(table.records(), table.problems, table.unused)
        used = frozenset(row.row for row in people.used.values())
        return Reading(table.size, used, table.dropped, staff.plan(people))
    children = case_rows.clean(table, as_at)
    used = frozenset(row.row for row in children.used.values())
    return Reading(table.size, used, table.dropped, cases.plan(children, as_at=as_at))


def preview(*, kind: str, data: bytes, name: str, as_at: date, by: User | None, at: datetime) -> Import:
    """Keep a file with what it would change, to be looked at before it is applied.

    Refuses what `read` refuses; that a file was refused, and why, is kept by its hash, and nothing of what is in it.
    """
    try:
        reading = read(kind=kind, data=data, name=name, as_at=as_at)
    except Refused as refusal:
        refuse(kind=kind, data=data, name=name, as_at=as_at, why=refusal.sentence, by=by, at=at)
        raise
    Import.objects.filter(state=State.PREVIEWED, read_at__lt=at - KEPT).update(data=None)
    with trail.acting(by=by, at=at) as act:
        looked_at = Import.objects.create(
            kind=kind,
            file_name=name[:200],
            file_hash=hashlib.sha256(data).hexdigest(),
            data=data,
            as_at=as_at,
            counts=reading.counts,
            problems=reading.problems,
            dropped_columns=reading.dropped,
            applied_before=how_many_applied(),
            read_at=at,
            read_by=by,
        )
        act.add("import.previewed", looked_at, now=looked_at.state, content={"file": looked_at.file_hash})
    return looked_at


def refuse(*, kind: str, data: bytes, name: str, as_at: date, why: str, by: User | None, at: datetime) -> None:
    """Write down that a file was refused."""
    with trail.acting(by=by, at=at) as act:
        refused = Import.objects.create(
            kind=kind,
            state=State.REFUSED,
            file_name=name[:200],
            file_hash=hashlib.sha256(data).hexdigest(),
            as_at=as_at,
            refused_why=why,
            read_at=at,
            read_by=by,
        )
        act.add("import.refused", refused, now=refused.state, why=why, content={"file": refused.file_hash})


def read_again(looked_at: Import) -> Reading:
    """What a file that was looked at would change now."""
    check_can_apply(looked_at)
    return read(kind=looked_at.kind, data=bytes(looked_at.data or b""), name=looked_at.file_name, as_at=looked_at.as_at)


def apply(looked_at: Import, *, by: User | None, at: datetime) -> Import:
    """Make the changes of a file that was looked at, all or none, and let go of the file itself.

    Refuses with `NotNow` (409) one that was applied already, and with `Stale` (409) one that was looked at before
    another extract was applied: what it would change may no longer be what was shown.
    """
    with trail.acting(by=by, at=at) as act:
        list(Import.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
        applied = Import.objects.get(pk=looked_at.pk)
        check_can_apply(applied)
        staff.lock()
        cases.lock()
        reading = read_again(applied)
        applied.state, applied.applied, applied.data = State.APPLIED, at, None
        applied.counts, applied.problems = reading.counts, reading.problems
        applied.save()
        if isinstance(reading.plan, staff.Plan):
            staff.apply(reading.plan, on=applied.as_at, act=act)
            following.people_moved(reading.plan.left, act)
        else:
            cases.apply(reading.plan, made_by=applied, act=act)
        Import.objects.filter(state=State.PREVIEWED).update(data=None)
        act.add("import.applied", applied, was=State.PREVIEWED, now=applied.state, content=applied.counts)
    return applied


def check_can_apply(looked_at: Import) -> None:
    """Refuse, with a sentence, an extract that was applied, or looked at before another was."""
    if looked_at.state == State.REFUSED:
        raise NotNow(f"This file was refused, so there is nothing to apply. {looked_at.refused_why}")
    if looked_at.state == State.APPLIED:
        raise NotNow("This extract has been applied already. Nothing was changed again.")
    if how_many_applied() != looked_at.applied_before:
        raise Stale("Another extract was applied after this one was looked at. Import the file again to see it afresh.")
    if looked_at.data is None:
        raise Stale("This extract was looked at more than a day ago, so the file is gone. Import it again.")


def how_many_applied() -> int:
    """How many extracts have been applied: the number of the register's state, as no clock need agree on it."""
    return Import.objects.filter(state=State.APPLIED).count()


def can_apply(looked_at: Import) -> bool:
    """Whether `apply` would take it."""
    try:
        check_can_apply(looked_at)
    except NotNow:
        return False
    return True


def import_file(*, kind: str, data: bytes, name: str, as_at: date, by: User | None, at: datetime) -> Import:
    """Look at a file and apply it in one go, for a command. Refuses what `preview` and `apply` refuse."""
    return apply(preview(kind=kind, data=data, name=name, as_at=as_at, by=by, at=at), by=by, at=at)


def warnings(*, kind: str, as_at: date, on: date) -> list[str]:
    """What is odd about the date a file is said to be of: it is still to come, or a later file was applied before."""
    found = []
    if as_at > on:
        found.append(f"{as_at:%-d %B %Y} is still to come. An extract is as at the day it was taken.")
    latest = latest_applied(kind)
    if latest is not None and latest.as_at > as_at:
        found.append(
            f"The last of these extracts to be applied was as at {latest.as_at:%-d %B %Y}, later than this one. "
            "Applying this one takes the register back."
        )
    return found


def latest_applied(kind: str) -> Import | None:
    """The extract of this kind that was applied last."""
    return Import.objects.filter(kind=kind, state=State.APPLIED).order_by("-applied", "-pk").first()


def imports() -> QuerySet[Import]:
    """Every extract that was looked at or applied, the latest first, without the files."""
    return Import.objects.select_related("read_by").defer("data", "problems")


def import_or_404(pk: int) -> Import:
    """One extract that was looked at or applied."""
    found = Import.objects.select_related("read_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def case_or_404(user: User, pk: int) -> Case:
    """One case, if the person may see it. Its page goes by our own key: no child's number stands in an address."""
    found = visible_cases(user).filter(pk=pk).select_related("team__service", "keyworker").first()
    if found is None:
        raise Http404
    return found


def listed(user: User, *, on: date) -> QuerySet[Case]:
    """The cases one may see, as things stand on a day.

    Each has `audited_on`, the later of the extract's date and our own last meeting day, and `exempt_until`, the last
    day on which draws leave it out, where they do.
    """
    exempt = Exemption.objects.filter(case=OuterRef("pk"), ends_on__gte=on).order_by("-ends_on")
    met = Audit.objects.filter(case=OuterRef("pk"), met_on__isnull=False).exclude(state__in=GONE).order_by("-met_on")
    ours, theirs = Subquery(met.values("met_on")[:1]), "last_audited_on"
    return (
        visible_cases(user)
        .select_related("team__service", "keyworker")
        .annotate(
            audited_on=Greatest(Coalesce(theirs, ours), Coalesce(ours, theirs)),
            exempt_until=Subquery(exempt.values("ends_on")[:1]),
        )
    )


def take_away(found: QuerySet[Case], *, asked: str, by: User, at: datetime) -> Iterator[Case]:
    """The cases of a list, to be sent as a file of `COLUMNS`; the trail keeps who took them and by which filter."""
    with trail.acting(by=by, at=at) as act:
        act.add_by_ref("register.exported", "register", "cases", content={"filter": asked, "cases": found.count()})
    return found.iterator(chunk_size=A_CHUNK)


COLUMNS: tuple[Column[Any], ...] = (
    Column("Person ID", lambda case: case.person_id),
    Column("Category", lambda case: case.category),
    Column("Age", lambda case: case.age),
    Column("Service", lambda case: case.team.service.name if case.team else ""),
    Column("Team", lambda case: case.team.name if case.team else ""),
    Column("Worker", lambda case: case.keyworker.name if case.keyworker else case.worker_name),
    Column("Worker e-mail", lambda case: case.keyworker.email if case.keyworker else case.worker_email),
    Column("On the staff list", lambda case: case.keyworker_id is not None),
    Column("Opened", lambda case: case.opened_on),
    Column("Closed", lambda case: case.closed_on),
    Column("Last supervision", lambda case: case.last_supervision_on),
    Column("Last audited", lambda case: case.audited_on),
    Column("Left out of draws until", lambda case: case.exempt_until),
)
"""What the file of the list holds: what the list shows, and no more of the child."""


def history(case: Case) -> QuerySet[CaseChange]:
    """What each extract changed on the case, the latest first."""
    return case.changes.select_related("made_by").order_by("-on", "-pk")


def audits_of(case: Case, user: User) -> QuerySet[Audit]:
    """The audits of the case that the person may open, the latest first."""
    return visible_audits(user).filter(case=case).select_related("auditor").order_by("-month", "-number")
