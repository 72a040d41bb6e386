"""What an import changed, row by row as it was before and as it is since, kept while the import can be taken back.

It is no more than what the register holds anyway, and no longer kept than the next list of its kind or a few weeks.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from django.db import models
from django.db.models import Max, Q

from audits.models import Audit, Case, Import, Pick
from audits.register import cases
from audits.register.case_fields import STORED
from people import staff
from people.models import Membership, Service, Team, User, WaitingRole

Values = dict[str, Any]
"""A row: its columns by name, as JSON has them."""
CHAIRS = ("auditor_id", "taken_from_id", "keyworker_id", "team_id", "state", "meets", "place")
COLUMNS: Mapping[type[models.Model], tuple[str, ...]] = {
    Service: ("name",),
    Team: ("name", "service_id"),
    User: ("name", "email", "job_title", "service_id", "team_id", "line_manager_id", "left_on", *staff.NUMBERS),
    EmailAddress: ("user_id", "email", "verified", "primary"),
    Case: (*STORED, "team_id", "keyworker_id", "other_numbers"),
    Membership: ("user_id", "role", "team_id", "service_id", "starts_on", "ends_on", "from_file", "reason"),
    WaitingRole: tuple(each.attname for each in WaitingRole._meta.concrete_fields if not each.primary_key),
    Audit: (*CHAIRS, "booked_at", "booked_by_id", "prepared_at", "prepared_by_id", "checked_on"),
    Pick: ("no_auditor_why",),
}
"""All that an import may change, in an order in which each may be put back: what others point at comes first."""


A_BATCH = 10_000
"""Keys in one question to the database."""


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """One row as it was before an import (None: there was none) and as the import left it (None: it is gone)."""

    model: type[models.Model]
    key: int
    was: Values | None
    now: Values | None

    @property
    def columns(self) -> list[str]:
        """The columns that differ, where the row was there before and after."""
        if self.was is None or self.now is None:
            return []
        return [column for column, value in self.was.items() if self.now[column] != value]


@dataclass(slots=True)
class BeforeImport:
    """The rows that an import may change, as they are before it; `changed` says afterwards which it did change.

    Of the cases only those that it touches are looked at, since it names them: a register may hold many. `numbers` are
    those of cases that the file names anew.
    """

    plan: cases.RegisterChanges | staff.Plan
    numbers: Collection[str] = ()
    rows: dict[type[models.Model], dict[int, Values]] = field(default_factory=dict)
    last_case: int = 0

    def __post_init__(self) -> None:
        self.rows = {model: rows_as_they_stand(model, self.query_of(model)) for model in COLUMNS if model is not Case}
        self.rows[Case] = self.cases_before()
        self.last_case = Case.objects.aggregate(last=Max("pk"))["last"] or 0

    def query_of(self, model: type[models.Model]) -> Q:
        """Which rows of a table the import may change."""
        return {Audit: Q(state__in=Audit.NOT_MET), Pick: Q(audit__state__in=Audit.NOT_MET)}.get(model, Q())

    def cases_before(self) -> dict[int, Values]:
        """The cases that the import may change. A staff list finds workers for those that have none."""
        if isinstance(self.plan, staff.Plan):
            return rows_as_they_stand(Case, Q(closed_on=None, keyworker=None, source=Case.Source.FILE))
        named_anew = rows_as_they_stand(Case, Q(person_id__in=self.numbers)) if self.numbers else {}
        return {change.case.pk: values_of(change.case) for change in self.plan.touched} | named_anew

    def changed(self) -> list[ChangedRow]:
        """Every row that differs from what it was, in the order of `COLUMNS`."""
        changed_rows: list[ChangedRow] = []
        for model in COLUMNS:
            before, after = self.rows[model], self.rows_after(model)
            keys = sorted(before.keys() | after.keys())
            rows = (ChangedRow(model, key, before.get(key), after.get(key)) for key in keys)
            changed_rows += [row for row in rows if row.was != row.now]
        return changed_rows + self.new_cases()

    def rows_after(self, model: type[models.Model]) -> dict[int, Values]:
        """The rows as they are after the import: cases and audits that were there, all of the other tables."""
        if model is Case and not isinstance(self.plan, staff.Plan):
            at_hand = {change.case.pk: values_of(change.case) for change in self.plan.touched}
            return at_hand | rows_by_key(Case, self.rows[Case].keys() - at_hand.keys())
        if model in (Case, Audit, Pick):
            return rows_by_key(model, self.rows[model])
        return rows_as_they_stand(model, Q())

    def new_cases(self) -> list[ChangedRow]:
        """The cases that an extract brings: of these only the key is kept."""
        if isinstance(self.plan, staff.Plan):
            return []
        numbers = {change.now.person_id for change in self.plan.added}
        since = Case.objects.filter(pk__gt=self.last_case).order_by("pk").values_list("pk", "person_id")
        return [ChangedRow(Case, key, None, {}) for key, number in since if number in numbers]


def rows_as_they_stand(model: type[models.Model], which: Q) -> dict[int, Values]:
    """The rows of a table by key, as they stand now."""
    columns = COLUMNS[model]
    rows = model._default_manager.filter(which).order_by().values_list("pk", *columns)
    return {key: dict(zip(columns, map(plain_value, row), strict=True)) for key, *row in rows}


def rows_by_key(model: type[models.Model], keys: Iterable[int]) -> dict[int, Values]:
    """The rows of these keys that are there."""
    wanted = sorted(keys)
    rows: dict[int, Values] = {}
    for first in range(0, len(wanted), A_BATCH):
        rows |= rows_as_they_stand(model, Q(pk__in=wanted[first : first + A_BATCH]))
    return rows


def values_of(row: models.Model) -> Values:
    """One row that is at hand."""
    return {column: plain_value(getattr(row, column)) for column in COLUMNS[type(row)]}


def plain_value(value: Any) -> Any:
    """A value as JSON has it, so that what is kept and what stands can be compared."""
    return value.isoformat() if isinstance(value, date) else value


def pack_changes(changed: Iterable[ChangedRow]) -> bytes:
    """Write changed rows as bytes."""
    rows = [[row.model._meta.label, row.key, row.was, row.now] for row in changed]
    return zlib.compress(json.dumps(rows).encode())


def unpack_changes(applied: Import) -> list[ChangedRow]:
    """Read what `pack_changes` wrote with an import."""
    models_by_label = {model._meta.label: model for model in COLUMNS}
    kept = json.loads(zlib.decompress(bytes(applied.before or b"")))
    return [ChangedRow(models_by_label[label], key, was, now) for label, key, was, now in kept]
